"""Whether the sentence found for a turn after others answers it: where the finding leaves that in doubt, both are read once more, together.

A question that stands alone gains next to nothing by it (docs/adr/0012).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.follow_ups import log_odds, logistic
from knowledge_base import Finding
from knowledge_base.reader import Past
from knowledge_base.retrieval import HybridRetriever

IN_DOUBT = (
    0.1  # probability that the texts answer, from which on, and as far from 1, a sentence is read again
)
_NOTHING_ELSE = 1e-9


@dataclass(frozen=True, slots=True)
class SecondReading:
    """Of the logistic regression on the log odds of what was `found` and of what was `read`; fitted by `eval/fit_second_reading.py`."""

    constant: float
    found: float
    read: float

    def answered(self, found: float, read: float) -> float:
        """The probability that the texts answer."""
        return logistic(self.constant + self.found * found + self.read * read)


def in_doubt(finding: Finding) -> bool:
    """Whether reading again could change anything."""
    return bool(finding.hits) and IN_DOUBT < finding.answered < 1 - IN_DOUBT


def read_again(
    finding: Finding, turn: str, past: Past, retriever: HybridRetriever, weights: SecondReading
) -> Finding:
    """The finding, with the turn and the loudest sentence of its first provision read together where it is in doubt.

    How silence is divided between the texts and what lies outside them stays as it was.
    """
    if not in_doubt(finding):
        return finding
    first = finding.hits[0]
    read = retriever.answers(turn, first.document_id, first.clauses[0].clause.key, past)
    if read is None:
        return finding
    answered = weights.answered(log_odds(finding.answered), read)
    silent = (1 - answered) / max(finding.not_specified + finding.out_of_scope, _NOTHING_ELSE)
    return replace(
        finding,
        answered=answered,
        not_specified=silent * finding.not_specified,
        out_of_scope=silent * finding.out_of_scope,
    )
