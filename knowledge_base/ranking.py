"""From scores to a ranking: scaling, untrained fusion, and the trained ranker whose weights are plain arrays.

The ranker is linear throughout. Its inputs for a question are the embedding, hashed character n-grams,
lexical and dense scores of each clause, and the bank questions nearest to it; `eval/fit_ranker.py` makes
the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.aspects import AspectReader
from knowledge_base.errors import SourceFault
from knowledge_base.hashing import ngram_buckets

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
STRANGERS = 0.7  # about the cosine of unrelated texts in e5
NEIGHBOUR_SHARPNESS = 25.0  # of the softmax over cosines of bank questions


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

    `neighbours`: (bank row, cosine), best first. `bank_lexical`: BM25 of every bank row.
    """

    question: str
    embedding: Vector
    lexical: Vector
    lexical_group: Vector
    dense: Vector
    neighbours: Sequence[tuple[int, float]]
    bank_lexical: Vector


@dataclass(frozen=True)
class Ranked:
    """Probabilities over the clauses that speak (shape (n,), sum 1), over `SILENCE_KINDS` (sum 1), and of each aspect."""

    clauses: Vector
    status: Vector
    features: NDArray[np.float32]
    asked: Vector


@dataclass(frozen=True)
class Weights:
    """Arrays of the ranker, for vectors of one `space`; `clauses` names their columns (`document#3.2`).

    The linear part tells `unit_of` each clause: the clause itself in a text that is read clause by clause, the whole
    document in a digest, whose points have too few questions each. `group_of`: its provision, or the digest. `kind_of`: the row of `fusion` that weighs it.
    """

    space: str
    clauses: tuple[str, ...]
    unit_of: NDArray[np.int64]
    group_of: NDArray[np.int64]
    kind_of: NDArray[np.int64]
    query_adapter: NDArray[np.float32]
    query_mean: Vector
    clause_targets: NDArray[np.float32]
    linear_embedding: NDArray[np.float32]
    linear_ngrams: NDArray[np.float32]
    linear_bias: Vector
    status_embedding: NDArray[np.float32]
    status_ngrams: NDArray[np.float32]
    status_bias: Vector
    fusion: NDArray[np.float32]
    status_fusion: NDArray[np.float32]
    status_fusion_bias: Vector

    @cached_property
    def group_of_unit(self) -> NDArray[np.int64]:
        """The group that each unit of the linear part belongs to."""
        groups = np.zeros(int(self.unit_of.max()) + 1, dtype=np.int64)
        groups[self.unit_of] = self.group_of
        return groups

    @classmethod
    def read(cls, path: Path) -> Weights:
        """Read an `.npz` file. Raises `SourceFault` where an array is missing."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                values = {name: arrays[name] for name in cls.__dataclass_fields__}
        except (OSError, KeyError, ValueError) as error:
            raise SourceFault(f"排序权重 {path.name} 读不出（{error}）") from error
        names = tuple(str(name) for name in values.pop("clauses"))
        space = str(values.pop("space"))
        plain = {
            name: array.astype(np.float32) if array.dtype == np.float16 else array
            for name, array in values.items()
        }
        return cls(space=space, clauses=names, **plain)


class BankTies:
    """Which clauses the rows of a question bank are tied to, and whether they are answered."""

    def __init__(self, ties: Iterable[Sequence[int]], kinds: Iterable[int], clauses: int) -> None:
        self.ties = [tuple(tie) for tie in ties]
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
        return softmax(NEIGHBOUR_SHARPNESS * cosines) if len(cosines) else cosines


def left_open_features(aspects: AspectReader, question: str, asked: Vector, clauses: Vector) -> Vector:
    """How sure a ranking is, and how far its loudest clauses leave open what is asked, shape (m,)."""
    top = np.sort(clauses)[::-1]
    sure = np.array([top[0], top[:3].sum()], dtype=np.float32)
    return np.concatenate([sure, aspects.left_open(question, asked, clauses)])


class TrainedRanker:
    """Scores clauses by a linear fusion of `FEATURES`, and tells a silent text from one that answers."""

    def __init__(self, weights: Weights, ties: BankTies, aspects: AspectReader) -> None:
        self.weights = weights
        self.ties = ties
        self.aspects = aspects

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
            float(known[digest].max() - known[~digest].max()) * 5.0,
        )

    def status_features(self, evidence: Evidence, features: NDArray[np.float32]) -> Vector:
        """What tells an answered question from a silent one whatever speaks loudest, shape (m,)."""
        w = self.weights
        buckets = ngram_buckets(evidence.question)
        linear = evidence.embedding @ w.status_embedding + w.status_bias
        linear = linear + w.status_ngrams[buckets].sum(axis=0) / np.sqrt(len(buckets))
        cosines = self._nearest_by_status(evidence.neighbours)
        rest = (
            float(evidence.dense.max()),
            float(evidence.lexical.max()) / 20.0,
            float(features[:, FEATURES.index("bank_nearest")].max()),
            float(evidence.bank_lexical.max()) / 20.0,
        )
        return np.concatenate(
            [linear, softmax(linear), self.ties.status_votes(evidence.neighbours), cosines, rest]
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
        left_open = left_open_features(self.aspects, evidence.question, asked, clauses)
        status_features = np.concatenate([self.status_features(evidence, features), left_open])
        logits = status_features @ self.weights.status_fusion + self.weights.status_fusion_bias
        return Ranked(clauses, softmax(logits), features, asked)
