"""Which aspects (金额, 期限, 条件 …) a question asks for, and which a sentence states or leaves open.

Words that can only mean one aspect stand in the lexicon. What people say besides is learnt: linear on the embedding and
hashed n-grams, one weight column an aspect; `eval/fit_ranker.py` makes the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.digests import Digest
from knowledge_base.documents import Clause, Document
from knowledge_base.errors import SourceFault
from knowledge_base.hashing import ngram_buckets
from knowledge_base.lexicon import aspects, patterns
from knowledge_base.records import ClauseRecord

Weights = NDArray[np.float32]
LOUDEST = 4  # clauses that are asked what they leave open


@dataclass(frozen=True, slots=True)
class Told:
    """The aspects that a sentence states, and those that it leaves open."""

    states: frozenset[str] = frozenset()
    leaves_open: frozenset[str] = frozenset()


def told_in(
    document: Document,
    clause: Clause,
    records: Mapping[str, Mapping[str, ClauseRecord]],
    digests: Mapping[str, Digest],
) -> Told:
    """What a sentence tells: as it was read, else as far as its words go. A point of a digest leaves open all the rest."""
    digest = digests.get(document.id)
    stated = digest.states.get(clause.provision) if digest else None
    if stated is not None:
        return Told(stated, frozenset(aspects()) - stated)
    return told_by(document.quote(clause), records.get(document.id, {}).get(clause.key))


def told_by(sentence: str, record: ClauseRecord | None) -> Told:
    """What a sentence can be telling, by its reading where it has one.

    It leaves open what its reading says, and all that it has none of the words for.
    """
    worded = frozenset(name for name, cue in patterns("cues").items() if cue.search(sentence))
    states = frozenset(record.states) if record else worded
    unworded = frozenset(patterns("cues")) - worded - states
    return Told(states, unworded | frozenset(record.leaves_open) if record else unworded)


@dataclass(frozen=True)
class AspectReader:
    """Reads the asked aspects off a question, and how far clauses leave them open.

    Of `names` a: weights (dimensions, a), (buckets, a), (a,); of each clause in the ranker's order what it states and
    leaves open, both (clauses, a), 0 or 1.
    """

    names: tuple[str, ...]
    embedding: Weights
    ngrams: Weights
    bias: Weights
    states: Weights
    leaves_open: Weights

    @classmethod
    def read(cls, path: Path) -> AspectReader:
        """Read an `.npz` file. Raises `SourceFault` where an array is missing."""
        arrays = ("embedding", "ngrams", "bias", "states", "leaves_open")
        try:
            with np.load(path, allow_pickle=False) as file:
                names = tuple(str(name) for name in file["names"])
                return cls(names, *(file[name].astype(np.float32) for name in arrays))
        except (OSError, KeyError, ValueError) as error:
            raise SourceFault(f"{path.name} 读不出（{error}）") from error

    def asked(self, question: str, vector: Weights) -> Weights:
        """The probability of each aspect, for a `searchable` question and its embedding."""
        buckets = ngram_buckets(question)
        logits = np.einsum("d,da->a", vector, self.embedding) + self.bias
        logits = logits + self.ngrams[buckets].sum(axis=0) / np.sqrt(len(buckets))
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)

    def left_open(self, question: str, asked: Weights, shares: Weights) -> Weights:
        """How far the loudest clauses leave open, and state, what is asked: as learnt, as worded; shape (11,)."""
        loudest = np.argsort(-shares)[:LOUDEST]
        weights = shares[loudest] / max(float(shares[loudest].sum()), 1e-9)
        leaves_open = np.einsum("c,ca->a", weights, self.leaves_open[loudest])
        states = np.einsum("c,ca->a", weights, self.states[loudest])
        worded = np.array([bool(words.search(question)) for words in aspects().values()], dtype=np.float32)
        features: list[float] = []
        for wanted in (asked, worded):
            left, told = wanted * leaves_open, wanted * states
            features += [left.max(), told.max(), wanted.max(), left.sum(), told.sum()]
        features.append(np.log((asked * leaves_open).max() + 1e-3))
        return np.array(features, dtype=np.float32)
