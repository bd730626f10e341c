"""Reviewed everyday questions, each tied to the sentences that answer it: knowledge of words, not of answers."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.documents import Document
from knowledge_base.errors import SourceFault
from knowledge_base.lexicon import aspects_read
from knowledge_base.normalisation import bigrams, searchable

LIKENESS = 0.9  # Jaccard of character bigrams from which two questions count as one


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """`clauses` answer the question, best first; empty where the text is silent, `nearest` then says where it is nearest.

    `asks`: the aspects (金额, 期限, …) that have to be told for an answer; what people add at run time has not been read for them.
    """

    question: str
    document_id: str
    clauses: tuple[str, ...]
    nearest: tuple[str, ...]
    persona: str
    kind: str
    batch: str
    asks: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the document answers the question."""
        return bool(self.clauses)


def load_bank(path: Path, documents: Mapping[str, Document]) -> tuple[BankQuestion, ...]:
    """All questions of one JSON-lines file; raises `SourceFault` where a tie leads nowhere or an aspect is unknown."""
    questions = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            question = BankQuestion(
                row["question"],
                row["document_id"],
                tuple(row["clauses"]),
                tuple(row.get("nearest", ())),
                row["persona"],
                row["kind"],
                row["batch"],
                aspects_read(row["asks"]),
            )
            if not isinstance(question.question, str) or not question.question.strip():
                raise ValueError("没有问题")
            for key in (*question.clauses, *question.nearest):
                documents[question.document_id].clause(key)
        except (ValueError, KeyError, TypeError) as error:
            raise SourceFault(
                f"{path.name} 第 {number} 行：问题没有连到条文，或者所问方面不对（{error}）"
            ) from error
        questions.append(question)
    return tuple(questions)


def near_duplicates(questions: Sequence[str], likeness: float = LIKENESS) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) whose bigram sets overlap by at least `likeness`; later may repeat."""
    sets = [frozenset(bigrams(searchable(question))) for question in questions]
    postings: dict[str, list[int]] = defaultdict(list)
    for later, grams in enumerate(sets):
        shared: Counter[int] = Counter(earlier for gram in grams for earlier in postings[gram])
        for earlier, common in shared.items():
            union = len(grams) + len(sets[earlier]) - common
            if common / union >= likeness:
                yield earlier, later
        for gram in grams:
            postings[gram].append(later)


def batches(questions: Iterable[BankQuestion]) -> dict[str, int]:
    """Writer batch → number of questions, in order of first appearance."""
    return dict(Counter(question.batch for question in questions))
