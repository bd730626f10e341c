"""The whole path, from a question to a proven answer: understand → retrieve → judge → write → ground."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.contract import Answer, Citation, Contact, Question, Statement, Status
from assistant.grounding import check_citation, check_statement
from assistant.judgement import Support, Thresholds, Verdict, judge, leans_on_history
from assistant.messages import has_message, message
from assistant.standing import notices, related, state_of
from assistant.understanding import Inquiry, understand
from assistant.writing import AnswerWriter, Brief, heading_of, quotation, strength_of
from knowledge_base import Document, Finding, KnowledgeBase
from knowledge_base.digests import Source
from knowledge_base.normalisation import searchable
from knowledge_base.retrieval import common_runs

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

REVISED: tuple[Status, ...] = ("answered", "not_specified")  # what a second writer may put in other words
DEPTH = 10  # provisions ranked for one question
_RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: it is read out by telephone
_EMPTY = Finding((), 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Assistant:
    """Answers questions from one knowledge-base version. Holds no state of a conversation; safe in threads."""

    knowledge_base: KnowledgeBase
    writer: AnswerWriter
    thresholds: Thresholds
    today: Callable[[], date] = date.today
    reviser: AnswerWriter | None = None

    def answer(self, question: Question) -> Answer:
        """The verified answer; the same question, history, persona, day and version give the same one."""
        *_, answer = self.stream(question)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question) -> Iterator[Citation | Statement | Answer]:
        """Citations, then each statement once it has passed the laws, the whole answer last.

        With a reviser that answer comes twice: as a `draft` at once, and as it stays, in the reviser's words where every
        one of them has passed.
        """
        begun = time.perf_counter()
        inquiry = understand(question)
        finding, looked_up = self._retrieve(inquiry)
        verdict = judge(inquiry, finding, self.knowledge_base, self.thresholds)
        day = question.as_of or self.today()
        citations = self._citations(looked_up, verdict, day)
        yield from citations
        brief = Brief(inquiry, verdict, question, citations, self.knowledge_base)
        statements: list[Statement] = []
        for statement in self.writer.write(brief) if citations else ():
            if not self._faults(statement, citations, question):
                statements.append(statement)
                yield statement
        if citations and not statements:  # nothing that was written stands: the bare quotes always do
            statements = [quotation(citation) for citation in citations]
            yield from statements
        answer = self._compose(question, brief, finding, looked_up, statements, begun)
        if self.reviser is None or answer.status not in REVISED:
            yield answer
            return
        yield answer.model_copy(update={"draft": True})
        revised = list(self.reviser.write(brief))
        if any(self._faults(statement, citations, question) for statement in revised):
            revised = []
        yield self._compose(question, brief, finding, looked_up, revised or statements, begun, bool(revised))

    def _retrieve(self, inquiry: Inquiry) -> tuple[Finding, str]:
        """The finding, and the text that was looked up: the turn alone, or with the subject before it."""
        if inquiry.speech_act or inquiry.empty:
            return _EMPTY, inquiry.own
        consult = self.knowledge_base.retriever.consult
        own = consult(inquiry.own, DEPTH)
        if inquiry.with_history and leans_on_history(inquiry, own, self.thresholds):
            return consult(inquiry.with_history, DEPTH), inquiry.with_history
        return own, inquiry.own

    def _faults(
        self, statement: Statement, citations: Sequence[Citation], question: Question
    ) -> list[object]:
        return [*check_statement(statement, citations, self.knowledge_base.documents, question.question)]

    def _citations(self, looked_up: str, verdict: Verdict, day: date) -> tuple[Citation, ...]:
        """One citation a clause, in order of the supports; one that breaks a law is dropped."""
        citations: list[Citation] = []
        for support in verdict.supports:
            digest = self.knowledge_base.digests.get(support.document.id)
            sources = digest.sources.get(support.provision.number, ()) if digest else ()
            for clause in support.clauses:
                record = self.knowledge_base.record(support.document.id, clause.key)
                citation = Citation(
                    id=len(citations) + 1,
                    document_id=support.document.id,
                    document_title=support.document.metadata.title,
                    document_number=support.document.metadata.number,
                    provision=support.provision.label,
                    number=support.provision.number,
                    heading=support.provision.heading,
                    part=support.provision.part,
                    quote=support.document.quote(clause),
                    start=clause.start,
                    end=clause.quote_end,
                    text_kind=support.document.text_kind,
                    level=support.document.level,
                    in_force=state_of(support.document, day) == "in_force",
                    strength=strength_of(record),
                    why=_why(looked_up, support, support.document.quote(clause)),
                    related=related(self.knowledge_base, support.document.id, clause.key, day),
                    sources=_shown(support.document, sources),
                )
                if not check_citation(citation, self.knowledge_base.documents):
                    citations.append(citation)
        return tuple(citations)

    def _compose(
        self,
        question: Question,
        brief: Brief,
        finding: Finding,
        looked_up: str,
        statements: Sequence[Statement],
        begun: float,
        revised: bool = False,
    ) -> Answer:
        verdict, citations = brief.verdict, brief.citations
        contacts = _contacts(brief)
        text = _rendered(brief, statements, contacts)
        return Answer(
            status=verdict.status,
            text=text,
            statements=tuple(statements),
            citations=tuple(citations),
            notices=notices(citations, self.knowledge_base, question.as_of or self.today()),
            understood_as=_understood_as(brief.inquiry, question, looked_up),
            unspecified=verdict.missing,
            contacts=contacts,
            follow_ups=verdict.alternatives,
            receipt=receipt(text, citations, self.knowledge_base.version),
            writer=self.reviser.name if revised and self.reviser else self.writer.name,
            knowledge_base=self.knowledge_base.version,
            trace_id=secrets.token_hex(8),
            elapsed_ms=round((time.perf_counter() - begun) * 1000, 2),
            confidence=round(verdict.confidence, 4),
            ranking=_ranking(verdict, finding, self.knowledge_base),
            ranked_provisions=_ranked_provisions(verdict, finding),
            ranked_documents=tuple(dict.fromkeys(hit.document_id for hit in finding.hits)),
        )

    def as_runnable(self) -> Runnable[dict[str, object], dict[str, object]]:
        """The assistant as LangChain's `Runnable`: a question object in, an answer object out."""
        from langchain_core.runnables import RunnableLambda

        def run(value: dict[str, object]) -> dict[str, object]:
            return self.answer(Question.model_validate(value)).model_dump(mode="json")

        return RunnableLambda(run)


def receipt(text: str, citations: Sequence[Citation], version: str) -> str:
    """`K7Q4-2M9X`: forty bits over the answer, its quotes and the version; the same answer gives the same code."""
    content = "\x1f".join([version, text, *(f"{c.document_id}:{c.start}:{c.quote}" for c in citations)])
    value = int.from_bytes(hashlib.sha256(content.encode("utf-8", "replace")).digest()[:5], "big")
    code = "".join(_RECEIPT_ALPHABET[value >> (5 * i) & 31] for i in range(8))
    return f"{code[:4]}-{code[4:]}"


def _understood_as(inquiry: Inquiry, question: Question, looked_up: str) -> str | None:
    """Null where the turn was read alone."""
    if looked_up != inquiry.with_history:
        return None
    return f"{inquiry.earlier}；{question.question}"


def _why(looked_up: str, support: Support, quote: str) -> tuple[str, ...]:
    """The words that question and quote share, and the known question that led here."""
    shared = _common_words(looked_up, searchable(quote))
    reasons = [f"命中原文用词：{'、'.join(shared)}"] if shared else []
    reasons += [f"相近问法：{question}" for question in support.neighbours]
    return tuple(reasons)


def _common_words(question: str, quote: str, most: int = 3) -> list[str]:
    """Runs of at least two characters that both texts have, longest first."""
    runs = (run.strip(" ,。?？") for run in common_runs(question, quote))
    words = dict.fromkeys(run for run in runs if len(run) > 1)
    return sorted(words, key=lambda word: -len(word))[:most]


def _contacts(brief: Brief) -> tuple[Contact, ...]:
    """Channels that the cited clauses themselves name."""
    contacts: dict[str, Contact] = {}
    for citation in brief.citations:
        record = brief.record(citation)
        for channel in record.channels if record else ():
            contact = Contact(name=channel.name, number=channel.number, citation=citation.id)
            contacts.setdefault(channel.number, contact)
    return tuple(contacts.values())


def _rendered(brief: Brief, statements: Sequence[Statement], contacts: Sequence[Contact]) -> str:
    """Markdown with a marker on every statement; fixed sentences where nothing is cited."""
    status = brief.verdict.status
    if not statements:
        return _fixed(brief.inquiry, status)
    lines: list[str] = []
    shown: set[str] = set()
    by_id = {citation.id: citation for citation in brief.citations}
    main = brief.knowledge_base.principal
    headings = {
        (s.document.id, s.provision.number): heading_of(s, main is None or s.document is main)
        for s in brief.verdict.supports
    }
    for statement in statements:
        first = by_id[statement.citations[0]]
        heading = headings[first.document_id, first.number]
        told = "「" in statement.text
        if told and heading not in shown and first.number:
            lines.append(f"**{heading}**")
            shown.add(heading)
        markers = "".join(f" [{number}]" for number in statement.citations)
        lines.append(f"- {statement.text}{markers}" if told else f"{statement.text}{markers}")
    lines += [
        f"{message('contact', name=contact.name, number=contact.number)} [{contact.citation}]"
        for contact in contacts
    ]
    return "\n\n".join(lines).replace("\n\n- ", "\n- ")


def _fixed(inquiry: Inquiry, status: str) -> str:
    name = inquiry.speech_act if status == "chitchat" and inquiry.speech_act else status
    english = f"{name}_en"
    if inquiry.script == "english" and has_message(english):
        return message(english)
    return message(name)


def _ranking(verdict: Verdict, finding: Finding, knowledge_base: KnowledgeBase) -> tuple[int, ...]:
    """Provisions in order of belief, those answered from first: of the text that bare numbers mean, where there is one."""
    principal = knowledge_base.principal
    ranked = _ranked(verdict, finding)
    return tuple(number for name, number in ranked if principal is None or name == principal.id)


def _ranked_provisions(verdict: Verdict, finding: Finding) -> tuple[str, ...]:
    return tuple(f"{name}#{number}" for name, number in _ranked(verdict, finding))


def _ranked(verdict: Verdict, finding: Finding) -> list[tuple[str, int]]:
    used = [(support.document.id, support.provision.number) for support in verdict.supports]
    return list(dict.fromkeys([*used, *((hit.document_id, hit.provision.number) for hit in finding.hits)]))


def _shown(document: Document, sources: Sequence[Source]) -> tuple[str, ...]:
    """Official addresses; where there is none, the document's number and issuers, by which it can be asked for."""
    official = [source.address for source in sources if source.official and source.address]
    metadata = document.metadata
    issued = " ".join(filter(None, [metadata.number, "、".join(metadata.issuers)]))
    if not official and metadata.official_address:
        official = [f"{issued} {metadata.official_address}".strip()]
    return tuple(dict.fromkeys(official)) or ((issued,) if issued and sources else ())
