"""How well the words of a question are known where it would be answered from.

A question that takes something for granted, or asks for a detail, that no text has looks like any other question on the
subject, but for the words that carry it: neither the sentences of the provision nor the questions known to be answered
by it have them, while questions known to go unanswered there may.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bank_space import STRANGERS
from knowledge_base.lexical_index import Postings

Vector = NDArray[np.float32]
Rows = NDArray[np.int64]
ANSWERED, NOT_SPECIFIED = 0, 1  # positions in `ranking.SILENCE_KINDS`
KINDS = 3
LEXICAL_SCALE = 20.0  # BM25 of two questions that say the same in other words
LENGTH_SCALE = 20.0  # bigrams of a long question


class Familiarity:
    """What the bank knows of each group of clauses (a provision, or a digest): rows answered there, rows that were not.

    `groups`: of each clause column. `ties`: the columns that answer a bank row. `near`: those that an unanswered row comes
    closest to. `kinds`: of each bank row, as in `ranking.SILENCE_KINDS`.
    """

    def __init__(
        self, groups: Rows, ties: Sequence[Sequence[int]], near: Sequence[Sequence[int]], kinds: Rows
    ) -> None:
        self._groups = groups
        self._kinds = kinds
        count = int(groups.max()) + 1
        self._answered = _members(groups, ties, count)
        self._unanswered = _members(groups, near, count)

    def features(
        self,
        group: int,
        bank: Postings,
        text: Postings,
        bank_lexical: Vector,
        neighbours: Sequence[tuple[int, float]],
    ) -> Vector:
        """Numbers for a question that `group` would answer, shape (13,).

        `bank`, `text`: where its words stand, in rows of the bank and in clause columns.
        """
        answered, unanswered = self._answered[group], self._unanswered[group]
        rarity = np.log1p(len(self._kinds) / (1 + np.bincount(bank.words, minlength=bank.count)))
        in_text = text.holding(self._groups[text.rows] == group)
        in_answered = bank.holding(_mask(answered, len(self._kinds))[bank.rows])
        in_unanswered = bank.holding(_mask(unanswered, len(self._kinds))[bank.rows])
        anywhere = bank.holding(self._kinds[bank.rows] == ANSWERED)
        strange = ~(in_text | in_answered)
        shares = [
            (rarity * words).sum() / max(float(rarity.sum()), 1e-9)
            for words in (strange, ~in_text, strange & in_unanswered, ~anywhere)
        ]
        rarest = float((rarity * strange).max(initial=0.0))
        loudest = [_highest(bank_lexical[self._kinds == kind]) for kind in range(KINDS)]
        here = [_highest(bank_lexical[rows]) for rows in (answered, unanswered)]
        near = [_nearest(neighbours, rows) for rows in (answered, unanswered)]
        lexical = [score / LEXICAL_SCALE for score in (*loudest, *here)]
        return np.array([*shares, rarest, *lexical, *near, bank.count / LENGTH_SCALE], dtype=np.float32)


def _members(groups: Rows, ties: Sequence[Sequence[int]], count: int) -> list[Rows]:
    rows: list[set[int]] = [set() for _ in range(count)]
    for row, tie in enumerate(ties):
        for column in tie:
            rows[int(groups[column])].add(row)
    return [np.array(sorted(members), dtype=np.int64) for members in rows]


def _mask(rows: Rows, count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, dtype=np.bool_)
    mask[rows] = True
    return mask


def _highest(scores: Vector) -> float:
    return float(scores.max(initial=0.0))


def _nearest(neighbours: Sequence[tuple[int, float]], rows: Rows) -> float:
    members = set(rows.tolist())
    return max((cosine for row, cosine in neighbours if row in members), default=STRANGERS)
