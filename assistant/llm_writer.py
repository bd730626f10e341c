"""A language model says in plainer words what the extractive writer found, under the same proof, or says nothing.

The model sees the cited clauses, their readings and the question without personal data; nothing else. Each of its
sentences is put to the laws and to the support check. What fails goes back once with the reason, then is dropped. The
quotes, and the lines that say what is missing, stay as the extractive writer wrote them: plain words are replaced,
never the evidence. Where the model is of no use, no statement comes out and the extractive answer stays.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.contract import Citation, Statement
from assistant.endpoint import Endpoint, EndpointFault, Message
from assistant.grounding import check_statement
from assistant.prompts import read_prompt
from assistant.redaction import redacted
from assistant.support import Limits, Source, unsupported
from assistant.writing import AnswerWriter, Brief, quotation
from knowledge_base import Strength, stronger

# Of the sentences of the first reply, those that must stand in the end: a model that says more than a third of what it
# says without ground has not understood the material, and what happens to pass is not worth showing either.
KEPT = 2 / 3
SENTENCES = (
    8  # of one answer: the prompt asks for six at most, and more than eight is not the plainer version
)
LONGEST = 120  # characters of a sentence: the prompt asks for 80
EARLIER = 2  # questions of the conversation that the model is told, the last ones
_MARKERS = re.compile(r"[\[【［]\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]】］]")
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d+[.、)）])\s*")
_ENDS = re.compile(
    r"\s*([。；，！？])(?:\s*[。；，！？])*"
)  # what a marker between two full stops leaves behind
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A sentence of the model that is not shown, and why, in words for the model and for the operator."""

    text: str
    reason: str


@dataclass(frozen=True)
class Revision:
    """What came of one question: `statements` are the whole answer, empty where the extractive one stays.

    `outcome` is one word for the log; `spoken` are the model's own sentences that passed, `sent_back` those that failed
    at first, `dropped` those that failed for good.
    """

    outcome: str
    statements: tuple[Statement, ...] = ()
    spoken: tuple[Statement, ...] = ()
    sent_back: tuple[Rejection, ...] = ()
    dropped: tuple[Rejection, ...] = ()


class LanguageModelWriter:
    """`AnswerWriter` through a chat model, framed by another writer's quotes."""

    def __init__(self, endpoint: Endpoint, frame: AnswerWriter, limits: Limits, seconds: float) -> None:
        self.name = f"llm:{endpoint.model}"
        self._endpoint = endpoint
        self._frame = frame
        self._limits = limits
        self._seconds = seconds

    @property
    def left_alone(self) -> bool:
        """Whether the model is not asked for now, because its endpoint failed too often."""
        return self._endpoint.left_alone

    def write(self, brief: Brief) -> Iterator[Statement]:
        """See `AnswerWriter`; all statements, or none at all."""
        revision = self.revise(brief)
        _LOG.info("%s: %s, %d dropped", self.name, revision.outcome, len(revision.dropped))
        yield from revision.statements

    def revise(self, brief: Brief) -> Revision:
        """The model's version and what became of each of its sentences."""
        if brief.inquiry.script != "simplified":
            return Revision("script")  # the support check measures simplified Chinese against Chinese
        deadline = time.monotonic() + self._seconds
        messages = _messages(brief)
        try:
            reply = self._endpoint.reply(messages, self._seconds)
        except EndpointFault as fault:
            return Revision(fault.reason)
        sentences = _sentences(reply, brief.citations)
        if not 0 < len(sentences) <= SENTENCES:
            return Revision("empty" if not sentences else "too long")
        judged = [self._why_not(sentence, brief) for sentence in sentences]
        passed: list[Statement | None] = [
            s if not why else None for s, why in zip(sentences, judged, strict=True)
        ]
        failed = [Rejection(_shown(s), why) for s, why in zip(sentences, judged, strict=True) if why]
        dropped = failed
        if failed:
            rewritten = self._rewritten(messages, reply, failed, brief, deadline)
            passed, dropped = self._second_round(passed, rewritten, failed, brief)
        spoken = tuple(statement for statement in passed if statement)
        if len(spoken) < KEPT * len(sentences):
            return Revision("dropped", (), spoken, tuple(failed), tuple(dropped))
        framed = _framed(list(self._frame.write(brief)), spoken, brief)
        return Revision("revised", framed, spoken, tuple(failed), tuple(dropped))

    def _rewritten(
        self, messages: list[Message], reply: str, failed: Sequence[Rejection], brief: Brief, deadline: float
    ) -> list[Statement]:
        """The second reply, empty where there is none: what passed at first is kept all the same."""
        told = "\n".join(f"{number}. {r.text}\n   原因：{r.reason}" for number, r in enumerate(failed, 1))
        again = [*messages, ("assistant", reply), *read_prompt("send_back").messages(faults=told)]
        left = deadline - time.monotonic()
        try:
            return _sentences(self._endpoint.reply(again, left), brief.citations) if left > 0 else []
        except EndpointFault:
            return []

    def _second_round(
        self,
        passed: Sequence[Statement | None],
        rewritten: Sequence[Statement],
        failed: Sequence[Rejection],
        brief: Brief,
    ) -> tuple[list[Statement | None], list[Rejection]]:
        """Rewritten sentences in the places of the failed ones; with another number of them nobody knows whose is whose."""
        if len(rewritten) != len(failed):
            return list(passed), list(failed)
        judged = [(statement, self._why_not(statement, brief)) for statement in rewritten]
        better = iter([None if why else statement for statement, why in judged])
        whole = [statement if statement else next(better) for statement in passed]
        return whole, [Rejection(_shown(statement), why) for statement, why in judged if why]

    def _why_not(self, statement: Statement, brief: Brief) -> str:
        """Why the sentence may not be shown, for the model to mend; empty where it may. The question lends it no words."""
        if len(statement.text) > LONGEST:
            return f"超过 {LONGEST} 字，请写短"
        known = {citation.id for citation in brief.citations}
        if not statement.citations or not known.issuperset(statement.citations):
            return "行末没有标材料编号，或编号不存在"
        laws = check_statement(statement, brief.citations, brief.knowledge_base.documents, "")
        if laws:
            return "；".join(dict.fromkeys(fault.detail for fault in laws))
        cited = [citation for citation in brief.citations if citation.id in statement.citations]
        sources = [Source(citation, brief.record(citation)) for citation in cited]
        return unsupported(statement.text, sources, brief.verdict.missing, self._limits)


def _messages(brief: Brief) -> list[Message]:
    """What leaves the machine: cited clauses, their readings, and the questions without personal data."""
    earlier = [redacted(turn.question) for turn in brief.asked.history[-EARLIER:]]
    return read_prompt("answer").messages(
        materials="\n\n".join(_material(citation, brief) for citation in brief.citations),
        missing="、".join(brief.verdict.missing) or "无",
        earlier="；".join(earlier) or "无",
        persona=brief.persona or "不限",
        question=redacted(brief.inquiry.asked),
    )


def _material(citation: Citation, brief: Brief) -> str:
    record = brief.record(citation)
    title = f"《{citation.document_title}》{citation.provision}{citation.heading}"
    kind = "（摘要）" if citation.text_kind == "digest" else ""
    lines = [f"[{citation.id}] {title}{kind}", f"原文：{citation.quote}"]
    if record:
        lines.append(f"意思：{record.gist}")
        lines.append(f"用词：{'、'.join(record.verbs) or '无'}")
        lines.append(f"没有写明：{'、'.join(record.leaves_open) or '无'}")
    return "\n".join(lines)


def _sentences(reply: str, citations: Sequence[Citation]) -> list[Statement]:
    """One statement a line, its markers taken off; lines without a word, and those said before, are passed over."""
    found: dict[str, Statement] = {}
    for line in reply.splitlines():
        numbers = [int(number) for group in _MARKERS.findall(line) for number in re.findall(r"\d+", group)]
        text = _BULLET.sub("", _MARKERS.sub("", line)).replace("**", "").replace("`", "")
        text = _ENDS.sub(r"\1", text).strip(" #>")
        if re.search(r"\w", text):
            cited = tuple(dict.fromkeys(numbers))
            statement = Statement(text=text, citations=cited, strength=_weakest(cited, citations))
            found.setdefault(text, statement)
    return list(found.values())


def _weakest(cited: Sequence[int], citations: Sequence[Citation]) -> Strength:
    strengths = [citation.strength for citation in citations if citation.id in cited]
    weakest: Strength = strengths[0] if strengths else "statement"
    for strength in strengths[1:]:
        weakest = strength if stronger(weakest, strength) else weakest
    return weakest


def _shown(statement: Statement) -> str:
    return statement.text + "".join(f"[{number}]" for number in statement.citations)


def _framed(drafted: Sequence[Statement], spoken: Sequence[Statement], brief: Brief) -> tuple[Statement, ...]:
    """The draft with its plain words replaced: lines before its quotes, the model's, every quote, lines after."""
    by_id = {citation.id: citation for citation in brief.citations}
    quoting = [
        n for n, line in enumerate(drafted) if any(by_id[i].quote in line.text for i in line.citations)
    ]
    first, last = (quoting[0], quoting[-1]) if quoting else (len(drafted), len(drafted))
    head = [line for line in drafted[:first] if not _plain(line, brief)]
    said = "\n".join(statement.text for statement in spoken)
    quotes = [quotation(citation) for citation in brief.citations if f"「{citation.quote}」" not in said]
    return (*head, *spoken, *quotes, *drafted[last + 1 :])


def _plain(line: Statement, brief: Brief) -> bool:
    """Whether the line only retells a clause, which the model's sentences now do."""
    records = [brief.record(citation) for citation in brief.citations if citation.id in line.citations]
    return "「" in line.text or any(record and record.gist == line.text for record in records)
