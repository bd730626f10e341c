"""What retrieval gives: provisions that speak to a question, and how surely the texts answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge_base.documents import Clause, Provision


@dataclass(frozen=True, slots=True)
class SpokenClause:
    """A clause that speaks to the question, with its probability among all clauses."""

    clause: Clause
    probability: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A provision with the clauses that spoke for it, best first."""

    document_id: str
    provision: Provision
    clauses: tuple[SpokenClause, ...]
    score: float
    probability: float
    scores: Mapping[str, float]
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Hits, and the probabilities that the texts answer, treat without answering, or do not treat the question.

    `aspects`: the probability of each aspect (金额, 期限 …) that the question asks for it; empty where none was learnt.
    """

    hits: tuple[Hit, ...]
    answered: float
    not_specified: float
    out_of_scope: float
    aspects: Mapping[str, float] = field(default_factory=dict)
