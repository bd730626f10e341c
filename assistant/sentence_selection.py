"""Which sentences of a text that nobody has read clause by clause answer a question: a linear model over runs of them.

Whole sentences: a shorter span comes closer to the reference answers (`eval/fit_sentences.py`), but can leave out whose
term, or which exception, its figures speak of.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base import Clause, Document
from knowledge_base.lexicon import patterns
from knowledge_base.normalisation import bigrams, searchable
from knowledge_base.sources import DATA

WEIGHTS = DATA / "ranker" / "sentences.json"
SENTENCES_AT_MOST = 5
LENGTH_AT_MOST = 320  # characters of an answer of more than one sentence
BEFORE, AFTER = (
    1,
    3,
)  # sentences looked at around those that speak: an answer often follows the one that is alike
FEATURES = (
    "covered",
    "before_covered",
    "after_covered",
    "first_covered",
    "holds_best",
    "length",
    "length_squared",
    "brief_length",
    "brief_length_squared",
    "full_length",
    "full_length_squared",
    "open_length",
    "sentences",
    "full_sentences",
    "brief_with_figures",
    "within_passage",
    "covered_by_length",
    "covered_per_length",
    "brief_new",
    "brief_before_covered",
    "after_announcement",
)


@dataclass(frozen=True)
class SentenceWeights:
    """Mean, deviation and weight of each of `FEATURES`."""

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    weight: NDArray[np.float32]

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """How well runs of sentences answer, shape (n, len(FEATURES)) → (n,)."""
        return np.asarray((features - self.mean) / self.deviation @ self.weight, dtype=np.float32)


@cache
def read_weights(path: Path = WEIGHTS) -> SentenceWeights:
    """The fitted weights, by the names of the features."""
    stored = json.loads(path.read_text("utf-8"))["weights"]
    rows = [[stored[name][of] for name in FEATURES] for of in ("mean", "deviation", "weight")]
    return SentenceWeights(*np.array(rows, dtype=np.float32))


def answering_sentences(question: str, document: Document, spoken: Sequence[Clause]) -> tuple[Clause, ...]:
    """The sentences among and around those that speak that answer a `searchable` question best, in order of the text.

    With them goes the sentence that has most of the question's words, what it is about, and the items that one announces.
    """
    found = list(candidates(question, document, spoken))
    if not found:
        return ()
    features = np.array([values for _, values in found], dtype=np.float32)
    picked = found[int(read_weights().scores(features).argmax())][0]
    alike = max(found, key=lambda run: (-len(run[0]), run[1][0]))[0]
    chosen = {*picked, *alike}
    for clause in document.provision(spoken[0].provision).clauses:
        last = max(chosen, key=lambda clause: clause.number)
        announced = document.quote(last).endswith(("：", ":")) or last.kind == "item"
        if clause.number == last.number + 1 and clause.kind == "item" and announced:
            chosen.add(clause)
    return tuple(sorted(chosen, key=lambda clause: clause.number))


def candidates(
    question: str, document: Document, spoken: Sequence[Clause]
) -> Iterator[tuple[tuple[Clause, ...], tuple[float, ...]]]:
    """Every run of sentences that may be the answer, with its `FEATURES`."""
    clauses = document.provision(spoken[0].provision).clauses
    numbers = [clause.number for clause in spoken]
    near = clauses[max(min(numbers) - 1 - BEFORE, 0) : max(numbers) + AFTER]
    near = tuple(clause for clause in near if clause.kind in ("sentence", "item"))
    reading = _Reading(question, document, near, frozenset(spoken))
    for first in range(len(near)):
        for last in range(first, min(first + SENTENCES_AT_MOST, len(near))):
            if last > first and near[last].quote_end - near[first].start > LENGTH_AT_MOST:
                break
            yield near[first : last + 1], reading.features(first, last)


class _Reading:
    """The sentences of one passage, read for one question."""

    def __init__(
        self, question: str, document: Document, sentences: Sequence[Clause], spoken: frozenset[Clause]
    ) -> None:
        self._sentences, self._spoken = sentences, spoken
        self._said = [document.quote(sentence).strip() for sentence in sentences]
        asked = frozenset(bigrams(question))
        self._shared = [asked & set(bigrams(searchable(said))) for said in self._said]
        known = Counter(word for shared in self._shared for word in shared)
        rarity = {word: math.log(1 + len(sentences) / (1 + known[word])) for word in asked}
        total = sum(rarity.values()) or 1.0
        self._weight = {word: value / total for word, value in rarity.items()}
        self._covered = [self._share(shared) for shared in self._shared]
        words = patterns("wanted")
        self._brief, self._full, self._open = (
            float(bool(words[name].search(question))) for name in ("brief", "full", "open")
        )

    def features(self, first: int, last: int) -> tuple[float, ...]:
        """The values of `FEATURES` for the sentences from `first` to `last`."""
        said = "".join(self._said[first : last + 1])
        covered = self._share(frozenset().union(*self._shared[first : last + 1]))
        before = self._covered[first - 1] if first else 0.0
        after = self._covered[last + 1] if last + 1 < len(self._covered) else 0.0
        length, several = math.log(max(len(said), 2)), float(last - first)
        brief, full = self._brief, self._full
        return (
            covered,
            before,
            after,
            self._covered[first],
            float(max(self._covered[first : last + 1]) == max(self._covered)),
            length,
            length**2,
            brief * length,
            brief * length**2,
            full * length,
            full * length**2,
            self._open * length,
            several,
            full * several,
            brief * bool(patterns("wanted")["figures"].search(said)),
            float(self._spoken.issuperset(self._sentences[first : last + 1])),
            covered * length,
            covered / length,
            brief * (1 - covered),
            brief * before,
            float(first > 0 and self._said[first - 1].endswith(("：", ":"))),
        )

    def _share(self, words: frozenset[str]) -> float:
        """Share of the question's words, by how rare they are here."""
        return sum(self._weight[word] for word in words)
