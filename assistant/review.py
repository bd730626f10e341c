"""What reviewers look at: questions that were not answered, hardly answered or turned down, grouped by likeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from assistant.approvals import ReviewFault
from assistant.contract import Persona
from assistant.journal import Journal, Kept, now
from assistant.redaction import redacted
from assistant.storage import rulings, writing
from knowledge_base import Document, KnowledgeBase
from knowledge_base.candidates import Candidate, proposed
from knowledge_base.normalisation import bigrams, clean, searchable

Reason = Literal["unanswered", "uncertain", "refused"]
LOW_CONFIDENCE = 0.9  # below it 72% of the report split's answers are right, above it 96%
ALIKE = 0.5  # Jaccard of character bigrams from which two questions are one case
ALIKE_IN_PLACE = 0.2  # the same where both were led to the same provision
LOOKED_AT = 2000  # answers, the latest


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The key that opens the reviewers' desk, empty where it stays closed, and the folder that keeps candidates."""

    key: str
    home: Path


@dataclass(frozen=True)
class Case:
    """Questions of one kind, the latest first, and why they need a person."""

    members: tuple[Kept, ...]

    @cached_property
    def question(self) -> str:
        """How it is asked most often; of those, latest."""
        return Counter(kept.question for kept in self.members).most_common(1)[0][0]

    @cached_property
    def lead(self) -> Kept:
        """The latest answer to that question."""
        return next(kept for kept in self.members if kept.question == self.question)

    @cached_property
    def reasons(self) -> dict[Reason, int]:
        """How many of its answers have each reason, the most frequent first."""
        return dict(Counter(reason for kept in self.members for reason in reasons(kept)).most_common())

    @cached_property
    def wordings(self) -> dict[str, tuple[Kept, ...]]:
        """Its ways of asking, the most frequent first, each with its answers."""
        counted = Counter(kept.question for kept in self.members).most_common()
        return {text: tuple(k for k in self.members if k.question == text) for text, _ in counted}

    @property
    def persona(self) -> Persona | None:
        """Who asks it most."""
        return Counter(kept.persona for kept in self.members).most_common(1)[0][0]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person set as the right sentences of a question, and when."""

    question: str
    document_id: str
    clauses: tuple[str, ...]
    reviewer: str
    at: str


def reasons(kept: Kept) -> tuple[Reason, ...]:
    """Why an answer needs a person; none for most."""
    found: list[Reason] = ["refused"] if kept.refused else []
    if {"not_specified", "out_of_scope"} & set(kept.answer.statuses):
        found.append("unanswered")
    if kept.status not in ("chitchat", "clarify") and kept.answer.confidence < LOW_CONFIDENCE:
        found.append("uncertain")
    return tuple(found)


def cases(answers: Sequence[Kept], ruled: Sequence[Ruling]) -> list[Case]:
    """Groups of alike questions, the largest first; what was ruled on is gone until it goes wrong again."""
    settled: dict[str, str] = {searchable(ruling.question): ruling.at for ruling in ruled}
    groups: list[tuple[frozenset[str], str, list[Kept]]] = []
    for kept in answers:
        if not reasons(kept) or kept.at <= settled.get(searchable(kept.question), ""):
            continue
        grams, place = _grams(kept.question), _place(kept)
        scored = [(_likeness(grams, place, known, where), group) for known, where, group in groups]
        likeness, group = max(scored, key=lambda pair: pair[0], default=(0.0, []))
        if likeness > 0:
            group.append(kept)
        else:
            groups.append((grams, place, [kept]))
    found = [Case(tuple(members)) for _, _, members in groups]
    return sorted(found, key=lambda case: -sum(case.reasons.values()))


def rule(
    journal: Journal,
    questions: Sequence[str],
    persona: Persona | None,
    places: Sequence[tuple[str, str]],
    silent: bool,
    reviewer: str,
    base: KnowledgeBase,
) -> list[Candidate]:
    """Keep what a person set as right; gives the candidates that the next version learns from.

    Raises `ReviewFault` where it names no sentence, several documents, or a text that no question can be learnt for.
    """
    document, clauses = _one_document(places, base)
    asked = [redacted(clean(question).strip()) for question in questions if clean(question).strip()]
    if not asked or not reviewer.strip():
        raise ReviewFault("请至少选一种问法，并写明审核人的姓名")
    if document.id not in base.records and document.id not in base.digests:
        raise ReviewFault("新增的文件还不能从问题里学：请改选收录的文件，或起草审定回答")
    settled = {
        "at": now(),
        "persona": persona,
        "document_id": document.id,
        "clauses": list(clauses),
        "reviewer": reviewer.strip(),
    }
    with writing(journal.engine) as connection:
        connection.execute(sa.insert(rulings), [{**settled, "question": question} for question in asked])
    return [proposed(question, persona, document, clauses, silent, reviewer.strip()) for question in asked]


def ruled(journal: Journal) -> list[Ruling]:
    """All rulings, oldest first."""
    with journal.engine.connect() as connection:
        rows: Iterable[Mapping[Any, Any]] = (
            connection.execute(sa.select(rulings).order_by(rulings.c.number)).mappings().all()
        )
    return [
        Ruling(row["question"], row["document_id"], tuple(row["clauses"]), row["reviewer"], row["at"])
        for row in rows
    ]


def case_of(journal: Journal, trace_id: str) -> Case | None:
    """The open case that an answer belongs to."""
    found = cases(journal.latest(LOOKED_AT), ruled(journal))
    return next((case for case in found if any(kept.trace_id == trace_id for kept in case.members)), None)


def _one_document(places: Sequence[tuple[str, str]], base: KnowledgeBase) -> tuple[Document, tuple[str, ...]]:
    named = {document_id for document_id, _ in places}
    if len(named) != 1:
        raise ReviewFault("请选同一份文件里的一句或几句")
    document = base.documents.get(next(iter(named)))
    try:
        if document is None:
            raise KeyError(next(iter(named)))
        clauses = tuple(dict.fromkeys(document.clause(key).key for _, key in places))
    except (KeyError, ValueError) as error:
        raise ReviewFault("所选的句子不在正在服务的版本里：请重新搜索") from error
    return document, clauses


def _grams(question: str) -> frozenset[str]:
    return frozenset(bigrams(searchable(question)))


def _place(kept: Kept) -> str:
    return next(iter(kept.answer.ranked_provisions), "")


def _likeness(grams: frozenset[str], place: str, known: frozenset[str], where: str) -> float:
    """How alike, where alike enough; else 0."""
    union = len(grams | known)
    alike = len(grams & known) / union if union else 1.0
    least = ALIKE_IN_PLACE if place and place == where else ALIKE
    return alike if alike >= least else 0.0
