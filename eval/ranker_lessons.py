"""The question bank in numbers: what the ranker is taught from, and which writers are left out together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eval.aspect_lessons import Lessons, of_bank, of_phrasings, of_turns
from knowledge_base.aspects import Told, told_in
from knowledge_base.embedding import BundledEmbedder, KnownVectors, Matrix
from knowledge_base.indexing import KNOWN_VECTORS, silence_kind
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.normalisation import searchable
from knowledge_base.question_bank import BankQuestion
from knowledge_base.ranking import SILENCE_KINDS
from knowledge_base.sources import Sources, all_passages, pinyin_lexicon

FIRST_TIE, OTHER_TIE = 1.0, 0.6  # weight of the sentence that answers best, and of the others
GROUPS = 8  # of writer batches, of about the same size; one is left out at a time


@dataclass(frozen=True)
class Bank:
    """The bank in numbers: n questions, c clauses."""

    questions: list[str]
    entries: tuple[BankQuestion, ...]
    embeddings: Matrix
    targets: Matrix  # (n, c), rows of answered questions sum to 1
    status: NDArray[np.int64]
    batches: NDArray[np.int64]
    batch_names: list[str]
    folds: NDArray[np.int64]
    clauses: tuple[str, ...]
    unit_of: NDArray[np.int64]
    group_of: NDArray[np.int64]
    provision_of: NDArray[np.int64]
    kind_of: NDArray[np.int64]  # 0: a clause of a text read clause by clause, 1: a digest's
    clause_vectors: Matrix
    lexical: LexicalIndex
    told: list[Told]  # by each clause
    sources: Sources
    known: KnownVectors

    @cached_property
    def lessons(self) -> Lessons:
        """What each question teaches of the aspects that are asked for."""
        return of_bank(self.sources, self.known)

    @cached_property
    def phrased(self) -> Lessons:
        """What phrasings and the turns of conversations do."""
        return of_phrasings(self.sources, self.known).and_also(of_turns(self.sources, self.known))


def read_bank(sources: Sources) -> Bank:
    """Every question with its vector, its ties and its group."""
    read = [sources.documents[name] for name in (*sources.records, *sources.digests)]
    known = KnownVectors.read([KNOWN_VECTORS], BundledEmbedder())
    places = [(document, clause) for document in read for clause in document.clauses]
    where = {(row.document_id, row.provision, row.first): row for row in all_passages(sources)}
    rows = [where[document.id, clause.provision, clause.number] for document, clause in places]
    clauses = tuple(f"{document.id}#{clause.key}" for document, clause in places)
    column = {name: index for index, name in enumerate(clauses)}
    pinyin = pinyin_lexicon(sources)
    questions = [pinyin.read(searchable(question.question)) for question in sources.bank]
    targets = shares_of([[f"{q.document_id}#{key}" for key in q.clauses] for q in sources.bank], column)
    names = list(dict.fromkeys(question.batch for question in sources.bank))
    batches = np.array([names.index(question.batch) for question in sources.bank])
    return Bank(
        questions,
        sources.bank,
        known.queries(questions),
        targets,
        np.array([SILENCE_KINDS.index(silence_kind(question)) for question in sources.bank]),
        batches,
        names,
        _groups(batches)[batches],
        clauses,
        _numbered((d.id, c.key) if d.id in sources.records else d.id for d, c in places),
        _numbered((d.id, c.provision) if d.id in sources.records else d.id for d, c in places),
        _numbered((d.id, c.provision) for d, c in places),
        np.array([int(d.id in sources.digests) for d, _ in places], dtype=np.int64),
        known.passages([row.text for row in rows]),
        LexicalIndex.build([row.text for row in rows]),
        [told_in(d, c, sources.records, sources.digests) for d, c in places],
        sources,
        known,
    )


def shares_of(ties: Sequence[Sequence[str]], column: Mapping[str, int]) -> Matrix:
    """Ties of n examples, best first, as shares of the clauses: (n, c), rows sum to 1, or to 0 where nothing is tied."""
    shares = np.zeros((len(ties), len(column)), dtype=np.float32)
    for row, names in enumerate(ties):
        for rank, name in enumerate(names):
            shares[row, column[name]] = OTHER_TIE if rank else FIRST_TIE
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
    return shares


def _groups(batches: NDArray[np.int64]) -> NDArray[np.int64]:
    """The group of each batch: the largest first, each into the group that is smallest so far."""
    sizes = np.bincount(batches)
    group, filled = np.zeros(len(sizes), dtype=np.int64), np.zeros(GROUPS, dtype=np.int64)
    for batch in np.argsort(-sizes, kind="stable"):
        group[batch] = filled.argmin()
        filled[group[batch]] += sizes[batch]
    return group


def _numbered(names: Iterable[Hashable]) -> NDArray[np.int64]:
    """0, 1, 2 … in order of first appearance."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)
