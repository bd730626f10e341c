"""Ranking without training: lexical, dense and bank scores brought to one scale and added; for any text.

The trained ranker knows the texts that it was fitted on; this serves the others, and every text where vectors come from
another embedding engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.documents import Document
from knowledge_base.findings import Finding, Hit, SpokenClause
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.normalisation import bigrams, searchable
from knowledge_base.passages import Passage, embedded_rows
from knowledge_base.question_bank import BankQuestion
from knowledge_base.ranking import Vector, min_max, softmax
from knowledge_base.romanisation import PinyinLexicon
from knowledge_base.vector_index import VectorIndex

NEIGHBOURS = 60  # bank questions looked at
DENSE_DEPTH = 1500  # passages taken from the vector index where the corpus is larger than that
# Shares of the untrained fusion beside the passage's own BM25; chosen on half of 356 questions over policy texts.
DOCUMENT_SHARE = 0.3  # the whole document's BM25
LEAD_SHARE = 0.2  # BM25 of its title and first sentences
DENSE_SHARE = 0.5  # the cosine
RUNS_SHARE = 0.5  # long runs of characters in common, among the best `RUNS_DEPTH` documents
BANK_SHARE = 1.5  # nearest bank question, where there is a bank but no ranker for these vectors
RUNS_DEPTH = 20
CLOSEST = 5  # passages and known questions compared where texts stand beside the ranker's
COSINE_SPREAD = 5.0  # e5 cosines of related texts lie within 0.2 of each other, coverage between 0 and 1
TIE_SHARE = 0.01  # of the passage's own cosine: decides between passages of one document
UNTRAINED_SHARPNESS = 8.0  # turns fused scores into shares; only their order is meant


@dataclass(frozen=True)
class Indexes:
    """What one version holds for searching; row i of `passages` is row i of both passage indexes.

    `bank_places`: the bank in the space learnt from it, one row a question; None where there is no ranker.
    """

    passages: Sequence[Passage]
    lexical: LexicalIndex
    lexical_documents: LexicalIndex
    lexical_leads: LexicalIndex
    vectors: VectorIndex
    bank: Sequence[BankQuestion]
    lexical_bank: LexicalIndex | None
    document_ids: Sequence[str]
    pinyin: PinyinLexicon
    bank_places: Vector | None = None


class UntrainedFusion:
    """Finds passages of one version's indexes, and tells how close they come to a question."""

    def __init__(self, documents: Mapping[str, Document], indexes: Indexes) -> None:
        self._documents = documents
        self._indexes = indexes
        position = {document_id: row for row, document_id in enumerate(indexes.document_ids)}
        self._owners = np.array([position[p.document_id] for p in indexes.passages], dtype=np.int64)
        self._embedded = np.array(embedded_rows(indexes.passages), dtype=np.int64)
        self._texts: dict[int, str] = {}

    def find(self, question: str, embedding: Vector, k: int) -> Finding:
        """At most k provisions for a `searchable` question; their scores tell only the order."""
        lexical = self._indexes.lexical.scores(question)
        dense = self.dense(embedding)
        by_document = DOCUMENT_SHARE * min_max(self._indexes.lexical_documents.scores(question))
        by_document = by_document + LEAD_SHARE * min_max(self._indexes.lexical_leads.scores(question))
        by_document = by_document + DENSE_SHARE * min_max(self._best_of_each_document(dense))
        best = self._best_of_each_document(min_max(lexical)) + by_document
        by_document = by_document + RUNS_SHARE * min_max(self._runs(question, best))
        fused = min_max(lexical) + by_document[self._owners] + TIE_SHARE * min_max(dense)
        fused = fused + BANK_SHARE * self._bank(embedding)
        return Finding(self._fused_hits(fused, lexical, dense, k), float(lexical.any()), 0.0, 0.0)

    def _best_of_each_document(self, scores: Vector) -> Vector:
        best = np.full(len(self._indexes.document_ids), scores.min(initial=0.0), dtype=np.float32)
        np.maximum.at(best, self._owners, scores)
        return best

    def _runs(self, question: str, scores: Vector) -> Vector:
        """Sum of length**1.5 over the runs that question and document share: order and names count."""
        runs = np.zeros(len(scores), dtype=np.float32)
        for row in np.argsort(-scores, kind="stable")[:RUNS_DEPTH]:
            text = self._texts.get(int(row))
            if text is None:
                text = searchable(self._documents[self._indexes.document_ids[int(row)]].text)
                self._texts[int(row)] = text
            runs[row] = sum(len(run) ** 1.5 for run in common_runs(question, text))
        return runs

    def _bank(self, embedding: Vector) -> Vector:
        """Cosine of the nearest bank question tied to each passage, scaled; zeros without a bank."""
        scores = np.zeros(len(self._indexes.passages), dtype=np.float32)
        neighbours = self._indexes.vectors.search("bank", embedding, NEIGHBOURS)
        nearest: dict[tuple[str, str], float] = {}
        for row, cosine in neighbours:
            for key in self._indexes.bank[row].clauses:
                nearest.setdefault((self._indexes.bank[row].document_id, key), cosine)
        for row, passage in enumerate(self._indexes.passages):
            keys = (f"{passage.provision}.{n}" for n in range(passage.first, passage.last + 1))
            scores[row] = max((nearest.get((passage.document_id, key), 0.0) for key in keys), default=0.0)
        return min_max(scores)

    def _fused_hits(self, fused: Vector, lexical: Vector, dense: Vector, k: int) -> tuple[Hit, ...]:
        shares = softmax(UNTRAINED_SHARPNESS * fused)
        hits: dict[tuple[str, int], Hit] = {}
        for row in np.argsort(-fused, kind="stable"):
            passage = self._indexes.passages[int(row)]
            key = (passage.document_id, passage.provision)
            if key in hits:
                continue
            if len(hits) == k:
                break
            provision = self._documents[key[0]].provision(key[1])
            clauses = provision.clauses[passage.first - 1 : passage.last]
            hits[key] = Hit(
                key[0],
                provision,
                tuple(SpokenClause(clause, float(shares[row])) for clause in clauses),
                float(fused[row]),
                float(shares[row]),
                {"lexical": float(lexical[row]), "dense": float(dense[row])},
            )
        return tuple(hits.values())

    def closest(
        self, asked: set[str], rows: NDArray[np.int64], lexical: Vector, dense: Vector
    ) -> list[float]:
        best = {*rows[np.argsort(-lexical[rows])[:CLOSEST]], *rows[np.argsort(-dense[rows])[:CLOSEST]]}
        return [closeness(asked, self._indexes.passages[int(row)].text, float(dense[row])) for row in best]

    def dense(self, embedding: Vector) -> Vector:
        """The cosine of every passage; of those that have no vector, or lie far, that of the last one found."""
        total = len(self._indexes.passages)
        found = self._indexes.vectors.search("passages", embedding, min(total, DENSE_DEPTH))
        floor = found[-1][1] if found else 0.0
        scores = np.full(total, floor, dtype=np.float32)
        for row, cosine in found:
            scores[self._embedded[row]] = cosine
        return scores


def closeness(asked: set[str], text: str, cosine: float) -> float:
    """How much of the question a text covers, and how near it lies: both count alike over their usual spread."""
    covered = len(asked & set(bigrams(searchable(text)))) / max(len(asked), 1)
    return covered + COSINE_SPREAD * cosine


def common_runs(question: str, text: str, least: int = 2) -> list[str]:
    """Longest runs of at least `least` characters of the question that the text has too, left to right."""
    found: list[str] = []
    begin = 0
    while begin < len(question):
        end = begin
        while end < len(question) and question[begin : end + 1] in text:
            end += 1
        if end - begin >= least:
            found.append(question[begin:end])
        begin = max(end, begin + 1)
    return found
