"""A turn of a conversation → what answered the turns most like it: the bank's questions and the reviewed conversations.

A turn such as 多久给答复 means nothing alone. Its place in a space learnt for the purpose depends on the turn, on what was
spoken of before, and on both together, so that turns that the same sentence answers lie close together
(neighbourhood component analysis, as in `bank_space`; `eval/fit_precedents.py` learns it).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bank_space import BankSpace
from knowledge_base.errors import SourceFault
from knowledge_base.hashing import NGRAM_BUCKETS, ngram_buckets
from knowledge_base.ranking import BankTies, Vector, unit
from knowledge_base.vector_index import nearest_rows

NEIGHBOURS = 40
NEAREST_SHARE = 0.2  # of where the texts came nearest to a turn, beside what answered one
Matrix = NDArray[np.float32]
Buckets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Utterance:
    """A `searchable` turn and what was spoken of before it, each with its embedding; no subject for a first turn."""

    turn: str
    embedding: Vector
    subject: str = ""
    subject_embedding: Vector | None = None

    @property
    def vector(self) -> Vector:
        """Both together, the turn, the subject: three embeddings in a row."""
        if self.subject_embedding is None:
            return np.concatenate([self.embedding, self.embedding, np.zeros_like(self.embedding)])
        together = unit(self.embedding + self.subject_embedding)
        return np.concatenate([together, self.embedding, self.subject_embedding])

    @property
    def buckets(self) -> Buckets:
        """N-grams of both together, and of the turn apart from those."""
        together = f"{self.subject} {self.turn}" if self.subject else self.turn
        return np.concatenate([ngram_buckets(together), NGRAM_BUCKETS + ngram_buckets(self.turn)])


@dataclass(frozen=True)
class PrecedentWeights:
    """The learnt space, for vectors of one embedding `space`, and where the turns of the conversations lie in it, (n, h).

    `turns` names them: a fingerprint of what they were made from.
    """

    space: str
    map: BankSpace
    places: Matrix
    turns: str

    @classmethod
    def read(cls, path: Path) -> PrecedentWeights:
        """Read an `.npz` file. Raises `SourceFault` where an array is missing."""
        try:
            with np.load(path, allow_pickle=False) as file:
                embedding, ngrams, bias, places = (
                    file[name].astype(np.float32) for name in ("embedding", "ngrams", "bias", "places")
                )
                return cls(str(file["space"]), BankSpace(embedding, ngrams, bias), places, str(file["turns"]))
        except (OSError, KeyError, ValueError) as error:
            raise SourceFault(f"对话权重 {path.name} 读不出（{error}）") from error

    def place(self, utterance: Utterance) -> Vector:
        """Where an utterance lies, shape (h,), length 1."""
        return self.map.at(utterance.vector, utterance.buckets)


@dataclass(frozen=True)
class Precedents:
    """The turns that are known, with where they lie (n, h), which clauses answered them, and which came nearest to the others."""

    weights: PrecedentWeights
    places: Matrix
    answered: BankTies
    silent: BankTies

    def answers(self, utterance: Utterance) -> tuple[Vector, Vector]:
        """The share of each clause, and of each of `ranking.SILENCE_KINDS`, in what the turns most like it came to."""
        near = nearest_rows(self.places, self.weights.place(utterance), NEIGHBOURS)
        clauses = self.answered.votes(near) + NEAREST_SHARE * self.silent.votes(near)
        return clauses, self.answered.status_votes(near)
