"""Answers written by one person and approved by another, pinned to the sentences they rest on.

A pin remembers the fingerprint of its sentence and the state in force of its document. As soon as either is another
one in the knowledge base that serves, the approved answer is suspended: it is computed at every showing, never stored.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa

from assistant.contract import Approved, Citation, Question, Statement
from assistant.grounding import check_citation, check_statement
from assistant.journal import now
from assistant.standing import state_of
from assistant.storage import approvals, writing
from assistant.writing import strength_of
from knowledge_base import Clause, Document, KnowledgeBase
from knowledge_base.normalisation import clean, searchable
from knowledge_base.validity import State

Standing = Literal["draft", "approved", "suspended", "withdrawn"]
TEXT_LIMIT = 2000  # characters of an approved answer
_FRAME = re.compile(r"[\W_]+|^(?:请问|您好|你好|麻烦问一下|问一下)+|[吗呢啊呀吧嘛]+$")


class ReviewFault(Exception):
    """What a reviewer asked for cannot be done; the message is one line: what is wrong, and the mend."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A sentence as it stood when the answer was drafted."""

    document_id: str
    clause: str
    quote: str
    fingerprint: str
    state: State


@dataclass(frozen=True, slots=True)
class Approval:
    """A written answer with the ways of asking it answers, whoever wrote it and whoever approved it."""

    number: int
    questions: tuple[str, ...]
    text: str
    pins: tuple[Pin, ...]
    drafted_by: str
    drafted_at: str
    approved_by: str | None
    approved_at: str | None
    withdrawn_at: str | None

    def answers(self, question: str) -> bool:
        """Whether this is one of its questions, but for greetings, final particles and punctuation."""
        return _bare(question) in {_bare(known) for known in self.questions}


def changed(approval: Approval, base: KnowledgeBase, day: date) -> tuple[Pin, ...]:
    """The pins whose sentence or whose document's state is no longer what it was."""
    return tuple(pin for pin in approval.pins if _found(pin, base, day) is None)


def standing(approval: Approval, base: KnowledgeBase, day: date) -> Standing:
    """Whether it may be shown: only `approved` may."""
    if approval.withdrawn_at:
        return "withdrawn"
    if not approval.approved_at:
        return "draft"
    return "suspended" if changed(approval, base, day) else "approved"


def shown(approval: Approval, base: KnowledgeBase, day: date) -> Approved:
    """The answer as people see it, with its sentences where they stand now; only of one that is `approved`."""
    assert approval.approved_at
    citations = _citations(approval.pins, base, day)
    return Approved(
        text=approval.text, citations=citations, approved=date.fromisoformat(approval.approved_at[:10])
    )


def pinned(places: Sequence[tuple[str, str]], base: KnowledgeBase, day: date) -> tuple[Pin, ...]:
    """Pins on these sentences, (document id, clause key), as they stand. Raises `ReviewFault` where there is none."""
    pins = []
    for document_id, key in dict.fromkeys(places):
        try:
            document = base.documents[document_id]
            quote = document.quote(document.clause(key))
        except (KeyError, ValueError) as error:
            raise ReviewFault(f"没有 {document_id} 的 {key}：请重新选择依据的句子") from error
        pins.append(Pin(document_id, key, quote, fingerprint(quote), state_of(document, day)))
    return tuple(pins)


def fingerprint(quote: str) -> str:
    """Names a sentence by its exact characters."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()


class Approvals:
    """The written answers, in the journal's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def draft(
        self,
        questions: Sequence[str],
        text: str,
        places: Sequence[tuple[str, str]],
        author: str,
        base: KnowledgeBase,
        day: date,
    ) -> int:
        """Keep a written answer for somebody else to approve; gives its number.

        Raises `ReviewFault` where it has no sentence to rest on or breaks a law that every answer keeps.
        """
        asked = [clean(question).strip() for question in questions if clean(question).strip()]
        said, pins = clean(text).strip(), pinned(places, base, day)
        if not asked or not said or not pins or not _name(author):
            raise ReviewFault("请写明问题、回答、署名，并至少选一句依据")
        if len(said) > TEXT_LIMIT:
            raise ReviewFault(f"回答至多 {TEXT_LIMIT} 字，现为 {len(said)} 字")
        citations = _citations(pins, base, day)
        statement = Statement(text=said, citations=tuple(c.id for c in citations))
        if faults := check_statement(statement, citations, base.documents, "\n".join(asked)):
            raise ReviewFault(
                "；".join(dict.fromkeys(fault.detail for fault in faults)) + "：请改写，或补选依据"
            )
        row = {
            "question": "\n".join(asked),
            "text": said,
            "pins": [asdict(pin) for pin in pins],
            "drafted_by": author.strip(),
            "drafted_at": now(),
        }
        with writing(self._engine) as connection:
            number: int = connection.execute(
                sa.insert(approvals).values(row).returning(approvals.c.number)
            ).scalar_one()
        return number

    def approve(self, number: int, approver: str, base: KnowledgeBase, day: date) -> None:
        """Let it be shown. Raises `ReviewFault` where the author approves, or a sentence has changed meanwhile."""
        with writing(self._engine) as connection:
            found = _one(connection, number)
            if not _name(approver):
                raise ReviewFault("请写明审核人的姓名")
            if _name(approver) == _name(found.drafted_by):
                raise ReviewFault("起草人不能审核自己的回答：请换一位审核人")
            if standing(found, base, day) != "draft":
                raise ReviewFault("这条回答已经审核过或撤回了：请刷新")
            if changed(found, base, day):
                raise ReviewFault("所依据的句子已经变动：请撤回，重新起草")
            connection.execute(
                sa.update(approvals)
                .where(approvals.c.number == number)
                .values(approved_by=approver.strip(), approved_at=now())
            )

    def withdraw(self, number: int) -> None:
        """Show it no more. Raises `ReviewFault` where there is none."""
        with writing(self._engine) as connection:
            _one(connection, number)
            connection.execute(
                sa.update(approvals).where(approvals.c.number == number).values(withdrawn_at=now())
            )

    def all(self) -> list[Approval]:
        """Every one, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(approvals).order_by(approvals.c.number.desc())).mappings()
            return [_of(row) for row in rows]

    def shown_for(self, question: Question, base: KnowledgeBase, day: date) -> Approved | None:
        """The newest approved answer to this very question; None within a conversation, where words mean more."""
        if question.history:
            return None
        for approval in self.all():
            if approval.answers(question.question) and standing(approval, base, day) == "approved":
                return shown(approval, base, day)
        return None


def _one(connection: sa.Connection, number: int) -> Approval:
    found = connection.execute(sa.select(approvals).where(approvals.c.number == number)).mappings().first()
    if found is None:
        raise ReviewFault(f"没有第 {number} 号回答：请刷新")
    return _of(found)


def _of(row: Mapping[Any, Any]) -> Approval:
    return Approval(
        row["number"],
        tuple(row["question"].split("\n")),
        row["text"],
        tuple(Pin(**pin) for pin in row["pins"]),
        row["drafted_by"],
        row["drafted_at"],
        row["approved_by"],
        row["approved_at"],
        row["withdrawn_at"],
    )


def _name(person: str) -> str:
    """Two spellings of one name are one person: width, case and blanks do not tell people apart."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", clean(person))).casefold()


def _bare(question: str) -> str:
    plain = searchable(question)
    while (shorter := _FRAME.sub("", plain)) != plain:
        plain = shorter
    return plain


def _found(pin: Pin, base: KnowledgeBase, day: date) -> tuple[Document, Clause] | None:
    """Where the pinned sentence stands now: at its place, or moved within its document; None where it changed."""
    document = base.documents.get(pin.document_id)
    if document is None or state_of(document, day) != pin.state:
        return None
    same = [c for c in document.clauses if fingerprint(document.quote(c)) == pin.fingerprint]
    at_its_place = [clause for clause in same if clause.key == pin.clause]
    return (document, (at_its_place or same)[0]) if same else None


def _citations(pins: Sequence[Pin], base: KnowledgeBase, day: date) -> tuple[Citation, ...]:
    citations: list[Citation] = []
    for pin in pins:
        found = _found(pin, base, day)
        assert found is not None
        document, clause = found
        provision = document.provision(clause.provision)
        citation = Citation(
            id=len(citations) + 1,
            document_id=document.id,
            document_title=document.metadata.title,
            document_number=document.metadata.number,
            provision=provision.label,
            number=provision.number,
            heading=provision.heading,
            part=provision.part,
            quote=document.quote(clause),
            start=clause.start,
            end=clause.quote_end,
            text_kind=document.text_kind,
            level=document.level,
            in_force=state_of(document, day) == "in_force",
            strength=strength_of(base.record(document.id, clause.key)),
        )
        assert not check_citation(citation, base.documents)
        citations.append(citation)
    return tuple(citations)
