"""From scores to a ranking: scaling, untrained fusion, and the trained ranker whose weights are plain arrays.

The ranker is linear throughout. Its inputs for a question are the embedding, hashed character n-grams,
lexical and dense scores of each clause, and the bank questions nearest to it; `eval/fit_ranker.py` makes
the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.aspects import AspectReader
from knowledge_base.bank_space import SHARPNESS, STRANGERS
from knowledge_base.familiarity import Familiarity
from knowledge_base.hashing import ngram_buckets
from knowledge_base.lexical_index import Postings
from knowledge_base.weights import Weights

Vector = NDArray[np.float32]

SILENCE_KINDS = ("answered", "not_specified", "out_of_scope")
FEATURES = (
    "lexical",
    "lexical_group",
    "dense",
    "adapted",
    "linear",
    "linear_group",
    "bank_nearest",
    "bank_votes",
    "bank_lexical",
    # the same for all clauses of digests, 0 for the others: whether the question is for a digest at all
    "gate_linear",
    "gate_lexical",
    "gate_dense",
    "gate_bank",
)


def min_max(scores: Vector) -> Vector:
    """Scale one question's scores to 0..1, shape (n,) → (n,), so that sources can be added.

    All zeros where every score is equal: such a source says nothing about order.
    """
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def softmax(logits: Vector) -> Vector:
    """Probabilities along the last axis, shape kept."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def unit(vector: Vector) -> Vector:
    """The vector at length 1."""
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def sum_by(groups: NDArray[np.int64], scores: Vector) -> Vector:
    """For each entry the sum over its group: how much of a measure, or of a digest, speaks."""
    sums = np.zeros(int(groups.max()) + 1, dtype=np.float32)
    np.add.at(sums, groups, scores)
    return np.asarray(sums[groups], dtype=np.float32)


def fused(
    features: NDArray[np.float32], fusion: NDArray[np.float32], kind_of: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Logits of the clauses, shape (..., clauses): features by the weights of each clause's kind, and its constant."""
    own = fusion[kind_of]
    return np.asarray((features * own[:, :-1]).sum(axis=-1) + own[:, -1], dtype=np.float32)


@dataclass(frozen=True)
class Evidence:
    """All that the ranker looks at for one question; n clauses in the ranker's order.

    `neighbours`: (bank row, cosine) in the space learnt from the bank, best first. `bank_lexical`: BM25 of every bank row.
    `bank_words`, `clause_words`: the bank rows, and the clauses, that hold each of the question's words.
    """

    question: str
    embedding: Vector
    lexical: Vector
    lexical_group: Vector
    dense: Vector
    neighbours: Sequence[tuple[int, float]]
    bank_lexical: Vector
    bank_words: Postings
    clause_words: Postings


@dataclass(frozen=True)
class Ranked:
    """Probabilities over the clauses that speak (shape (n,), sum 1), over `SILENCE_KINDS` (sum 1), and of each aspect."""

    clauses: Vector
    status: Vector
    features: NDArray[np.float32]
    asked: Vector


class BankTies:
    """Which clauses the rows of a question bank are tied to, which unanswered ones come near, and their kinds."""

    def __init__(
        self, ties: Iterable[Sequence[int]], near: Iterable[Sequence[int]], kinds: Iterable[int], clauses: int
    ) -> None:
        self.ties = [tuple(tie) for tie in ties]
        self.near = [tuple(tie) for tie in near]
        self.kinds = np.array(list(kinds), dtype=np.int64)
        self.clauses = clauses
        self.rows = np.array([row for row, tie in enumerate(self.ties) for _ in tie], dtype=np.int64)
        self.columns = np.array([column for tie in self.ties for column in tie], dtype=np.int64)

    def nearest(self, neighbours: Sequence[tuple[int, float]]) -> Vector:
        """Highest cosine among the neighbours tied to each clause; 0 where none is, shape (clauses,)."""
        best = np.zeros(self.clauses, dtype=np.float32)
        for row, cosine in neighbours:
            for column in self.ties[row]:
                best[column] = max(best[column], cosine)
        return best

    def votes(self, neighbours: Sequence[tuple[int, float]]) -> Vector:
        """Share of the neighbours' softmax weight that falls on each clause, shape (clauses,)."""
        votes = np.zeros(self.clauses, dtype=np.float32)
        for weight, (row, _) in zip(self._weights(neighbours), neighbours, strict=True):
            for column in self.ties[row]:
                votes[column] += weight / len(self.ties[row])
        return votes

    def status_votes(self, neighbours: Sequence[tuple[int, float]]) -> Vector:
        """Share of the neighbours' weight that falls on each of `SILENCE_KINDS`."""
        votes = np.zeros(len(SILENCE_KINDS), dtype=np.float32)
        for weight, (row, _) in zip(self._weights(neighbours), neighbours, strict=True):
            votes[self.kinds[row]] += weight
        return votes

    def lexical(self, scores: Vector) -> Vector:
        """Highest BM25 among the bank questions tied to each clause, shape (clauses,)."""
        best = np.zeros(self.clauses, dtype=np.float32)
        np.maximum.at(best, self.columns, scores[self.rows])
        return best

    @staticmethod
    def _weights(neighbours: Sequence[tuple[int, float]]) -> Vector:
        cosines = np.array([cosine for _, cosine in neighbours], dtype=np.float32)
        return softmax(SHARPNESS * cosines) if len(cosines) else cosines


class TrainedRanker:
    """Scores clauses by a linear fusion of `FEATURES`, and tells a silent text from one that answers."""

    def __init__(self, weights: Weights, ties: BankTies, aspects: AspectReader) -> None:
        self.weights = weights
        self.ties = ties
        self.aspects = aspects
        self.familiarity = Familiarity(weights.group_of, ties.ties, ties.near, ties.kinds)

    def features(self, evidence: Evidence) -> NDArray[np.float32]:
        """The fusion's inputs, shape (clauses, len(FEATURES)), each scaled within the question."""
        w = self.weights
        buckets = ngram_buckets(evidence.question)
        linear = evidence.embedding @ w.linear_embedding + w.linear_bias
        linear = linear + w.linear_ngrams[buckets].sum(axis=0) / np.sqrt(len(buckets))
        probabilities = softmax(linear)
        by_group = np.zeros(int(w.group_of.max()) + 1, dtype=np.float32)
        np.add.at(by_group, w.group_of_unit, probabilities)
        adapted = w.clause_targets @ (w.query_adapter @ (evidence.embedding - w.query_mean))
        nearest = self.ties.nearest(evidence.neighbours)
        gates = self._gates(evidence, by_group, nearest)
        columns = (
            min_max(evidence.lexical),
            min_max(evidence.lexical_group),
            min_max(evidence.dense),
            min_max(adapted),
            np.log(probabilities + 1e-4)[w.unit_of] / 5.0,
            np.log(by_group + 1e-3)[w.group_of] / 5.0,
            nearest,
            self.ties.votes(evidence.neighbours),
            min_max(self.ties.lexical(evidence.bank_lexical)),
            *(gate * w.kind_of for gate in gates),
        )
        return np.stack(columns, axis=1).astype(np.float32)

    def _gates(self, evidence: Evidence, by_group: Vector, nearest: Vector) -> tuple[float, ...]:
        """How much more each source believes in the digests than in the texts read clause by clause."""
        digest = self.weights.kind_of == 1
        if not digest.any():
            return (0.0,) * 4
        groups = np.zeros(len(by_group), dtype=np.bool_)
        groups[self.weights.group_of[digest]] = True
        odds = np.log(by_group[groups].sum() + 1e-3) - np.log(by_group[~groups].sum() + 1e-3)
        known = np.maximum(nearest, STRANGERS)
        return (
            float(odds) / 5.0,
            float(evidence.lexical[digest].max() - evidence.lexical[~digest].max()) / 20.0,
            float(evidence.dense[digest].max() - evidence.dense[~digest].max()) * 5.0,
            float(known[digest].max() - known[~digest].max()),
        )

    def status_features(
        self, evidence: Evidence, features: NDArray[np.float32], asked: Vector, clauses: Vector
    ) -> Vector:
        """What tells an answered question from a silent one, shape (m,): how it is put, what is known to be like it, and
        what speaks loudest: how sure that is, how far it leaves open what is asked, how familiar the words are there."""
        w = self.weights
        buckets = ngram_buckets(evidence.question)
        linear = evidence.embedding @ w.status_embedding + w.status_bias
        linear = linear + w.status_ngrams[buckets].sum(axis=0) / np.sqrt(len(buckets))
        by_group = np.bincount(w.group_of, weights=clauses)
        top = np.sort(clauses)[::-1]
        return np.concatenate(
            [
                linear,
                softmax(linear),
                self.ties.status_votes(evidence.neighbours),
                self._nearest_by_status(evidence.neighbours),
                [evidence.dense.max(), evidence.lexical.max() / 20.0],
                [features[:, FEATURES.index("bank_nearest")].max(), evidence.bank_lexical.max() / 20.0],
                [top[0], top[:3].sum()],
                self.aspects.left_open(evidence.question, asked, clauses),
                self.familiarity.features(
                    int(by_group.argmax()),
                    evidence.bank_words,
                    evidence.clause_words,
                    evidence.bank_lexical,
                    evidence.neighbours,
                ),
            ]
        ).astype(np.float32)

    def _nearest_by_status(self, neighbours: Sequence[tuple[int, float]]) -> Vector:
        best = np.full(len(SILENCE_KINDS), STRANGERS, dtype=np.float32)
        for row, cosine in neighbours:
            kind = self.ties.kinds[row]
            best[kind] = max(best[kind], cosine)
        return best

    def rank(self, evidence: Evidence) -> Ranked:
        """Probabilities over clauses and over the three ways in which the texts may meet the question."""
        features = self.features(evidence)
        clauses = softmax(fused(features, self.weights.fusion, self.weights.kind_of))
        asked = self.aspects.asked(evidence.question, evidence.embedding)
        status_features = self.status_features(evidence, features, asked, clauses)
        logits = status_features @ self.weights.status_fusion + self.weights.status_fusion_bias
        return Ranked(clauses, softmax(logits), features, asked)
