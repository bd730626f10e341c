"""The whole path, from a question to a proven answer: understand → retrieve → judge → write → ground."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

from assistant.consultant import Consultant
from assistant.consultation import Consultation, status_of
from assistant.contract import Answer, Citation, Contact, Part, Question, Statement, Status
from assistant.grounding import check_citation, check_statement
from assistant.orders import repeatable
from assistant.rendering import in_script_of, rendered
from assistant.selection import Support
from assistant.standing import notices, related, state_of
from assistant.thresholds import Thresholds
from assistant.writing import AnswerWriter, Brief, quotation, strength_of
from knowledge_base import Document, KnowledgeBase
from knowledge_base.digests import Source
from knowledge_base.normalisation import searchable
from knowledge_base.untrained_fusion import common_runs

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

REVISED: tuple[Status, ...] = ("answered", "not_specified")  # what a second writer may put in other words
_RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: it is read out by telephone
DAYS = 8  # as of which questions are remembered at once


@dataclass(frozen=True)
class Written:
    """One asked question with what was written of it."""

    consultation: Consultation
    brief: Brief
    statements: tuple[Statement, ...]

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Channels that the cited clauses name."""
        return _contacts(self.brief)

    @property
    def asked(self) -> str:
        """The question as it is repeated."""
        return repeatable(self.consultation.inquiry.asked)

    @property
    def summary(self) -> Part:
        """What the answer says of this question alone."""
        verdict = self.consultation.verdict
        cited = tuple(citation.id for citation in self.brief.citations)
        return Part(question=self.asked, status=verdict.status, citations=cited, unspecified=verdict.missing)

    def text(self, headed: bool) -> str:
        """Markdown; under the question where several were asked."""
        said = rendered(self.brief, self.statements, self.contacts)
        return f"**{self.asked}**\n\n{said}" if headed else said


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

    def warmed(self) -> Assistant:
        """The same, with all that the first question would wait for opened: encoders, weights, indexes."""
        self.knowledge_base.retriever.warm()
        self._consultant(self.today()).consult("政策")
        return self

    @cached_property
    def _consultant(self) -> Callable[[date], Consultant]:
        return lru_cache(DAYS)(partial(Consultant, self.knowledge_base, self.thresholds))

    def stream(self, question: Question) -> Iterator[Citation | Statement | Answer]:
        """Citations, then each statement once it has passed the laws, the whole answer last.

        With a reviser that answer comes twice: as a `draft` at once, and as it stays, in the reviser's words where every
        one of them has passed.
        """
        begun = time.perf_counter()
        past = tuple(turn.question for turn in question.history)
        day = question.as_of or self.today()
        consultations = self._consultant(day).consult(question.question, past)
        written: list[Written] = []
        for consultation in consultations:
            shown = _cited(written)
            citations = self._citations(consultation, day, shown)
            yield from (citation for citation in citations if citation.id > len(shown))
            brief = Brief(
                consultation.inquiry, consultation.verdict, question, citations, self.knowledge_base
            )
            statements: list[Statement] = []
            for statement in self.writer.write(brief) if citations else ():
                if not self._faults(statement, citations, question):
                    statements.append(in_script_of(consultation.inquiry, statement))
                    yield statements[-1]
            if citations and not statements:  # nothing that was written stands: the bare quotes always do
                statements = [quotation(citation) for citation in citations]
                yield from statements
            written.append(Written(consultation, brief, tuple(statements)))
        answer = self._compose(question, written, begun)
        if self.reviser is None or answer.status not in REVISED:
            yield answer
            return
        yield answer.model_copy(update={"draft": True})
        revised = [self._revised(part, self.reviser) for part in written]
        yield self._compose(question, revised, begun, self.reviser.name if revised != written else None)

    def _revised(self, part: Written, reviser: AnswerWriter) -> Written:
        """The part in the reviser's words; as it is where one of them breaks a law, or there are none."""
        citations, asked = part.brief.citations, part.brief.asked
        statements = tuple(reviser.write(part.brief)) if citations else ()
        if not statements or any(self._faults(statement, citations, asked) for statement in statements):
            return part
        inquiry = part.consultation.inquiry
        return replace(part, statements=tuple(in_script_of(inquiry, statement) for statement in statements))

    def _faults(
        self, statement: Statement, citations: Sequence[Citation], question: Question
    ) -> list[object]:
        return [*check_statement(statement, citations, self.knowledge_base.documents, question.question)]

    def _citations(
        self, consultation: Consultation, day: date, shown: Sequence[Citation]
    ) -> tuple[Citation, ...]:
        """One citation a clause, in order of the supports, numbered after those shown; one that breaks a law is dropped.

        A clause that was shown keeps its number.
        """
        citations: list[Citation] = []
        known = {(citation.document_id, citation.start): citation for citation in shown}
        fresh = len(shown)
        for support in consultation.verdict.shown:
            digest = self.knowledge_base.digests.get(support.document.id)
            sources = digest.sources.get(support.provision.number, ()) if digest else ()
            for clause in support.clauses:
                if (support.document.id, clause.start) in known:
                    citations.append(known[support.document.id, clause.start])
                    continue
                record = self.knowledge_base.record(support.document.id, clause.key)
                citation = Citation(
                    id=fresh + 1,
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
                    why=_why(consultation.looked_up, support, support.document.quote(clause)),
                    related=related(self.knowledge_base, support.document.id, clause.key, day),
                    sources=_shown(support.document, sources),
                )
                if not check_citation(citation, self.knowledge_base.documents):
                    citations.append(citation)
                    fresh += 1
        return tuple(citations)

    def _compose(
        self, question: Question, written: Sequence[Written], begun: float, writer: str | None = None
    ) -> Answer:
        citations = _cited(written)
        text = "\n\n".join(part.text(len(written) > 1) for part in written)
        verdicts = [part.consultation.verdict for part in written]
        last = written[-1].consultation
        consultations = [part.consultation for part in written]
        ranked = _ranked(sorted(consultations, key=lambda one: one.stated))  # what is asked comes first
        principal = self.knowledge_base.principal
        contacts = {contact.number: contact for part in reversed(written) for contact in part.contacts}
        return Answer(
            status=status_of(consultations),
            text=text,
            statements=tuple(statement for part in written for statement in part.statements),
            citations=tuple(citations),
            parts=tuple(part.summary for part in written) if len(written) > 1 else (),
            notices=notices(citations, self.knowledge_base, question.as_of or self.today()),
            understood_as=last.understood_as if len(written) == 1 else None,
            unspecified=tuple(dict.fromkeys(name for verdict in verdicts for name in verdict.missing)),
            contacts=tuple(reversed(contacts.values())),
            follow_ups=last.verdict.alternatives,
            receipt=receipt(text, citations, self.knowledge_base.version),
            writer=writer or self.writer.name,
            knowledge_base=self.knowledge_base.version,
            trace_id=secrets.token_hex(8),
            elapsed_ms=round((time.perf_counter() - begun) * 1000, 2),
            confidence=round(min(verdict.confidence for verdict in verdicts), 4),
            ranking=tuple(number for name, number in ranked if principal is None or name == principal.id),
            ranked_provisions=tuple(f"{name}#{number}" for name, number in ranked),
            ranked_documents=tuple(dict.fromkeys(name for name, _ in ranked)),
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


def _cited(written: Sequence[Written]) -> list[Citation]:
    """What all parts cite, once each, in order of their numbers."""
    return list({c.id: c for part in written for c in part.brief.citations}.values())


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


def _ranked(consultations: Sequence[Consultation]) -> list[tuple[str, int]]:
    """Provisions in order of belief, those answered from first."""
    used = [place for consultation in consultations for place in consultation.places]
    hits = (hit for consultation in consultations for hit in consultation.finding.hits)
    return list(dict.fromkeys([*used, *((hit.document_id, hit.provision.number) for hit in hits)]))


def _shown(document: Document, sources: Sequence[Source]) -> tuple[str, ...]:
    """Official addresses; where there is none, the document's number and issuers, by which it can be asked for."""
    official = [source.address for source in sources if source.official and source.address]
    metadata = document.metadata
    issued = " ".join(filter(None, [metadata.number, "、".join(metadata.issuers)]))
    if not official and metadata.official_address:
        official = [f"{issued} {metadata.official_address}".strip()]
    return tuple(dict.fromkeys(official)) or ((issued,) if issued and sources else ())
