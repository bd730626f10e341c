"""Whether the sentence found answers the turn: where the finding leaves that in doubt, both are read once more, together (docs/adr/0012)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.follow_ups import log_odds, logistic
from assistant.understanding import Inquiry
from knowledge_base import Finding
from knowledge_base.normalisation import searchable
from knowledge_base.reader import Past
from knowledge_base.retrieval import HybridRetriever

# Probabilities that the texts answer, between which a sentence is read again. On the fit split nothing is gained above: of 1,291 questions
# that stand alone and are found with more than 0.98 six are silent, and reading turns none of them.
ALONE_IN_DOUBT, IN_DOUBT = (0.2, 0.9), (0.1, 0.9)
SETTLED = 0.99  # what a reviewer, or the bank, has tied word for word
_NOTHING_ELSE = 1e-9
_ENDS = "?？。"


@dataclass(frozen=True, slots=True)
class SecondReading:
    """Of the logistic regression on the log odds of what was `found` and of what was `read`; fitted by `eval/fit_second_reading.py`.

    `polar`: yes or no is asked for, as likely of what no text says as of what one does.
    """

    constant: float
    found: float
    read: float
    polar: float

    def answered(self, found: float, read: float, polar: bool) -> float:
        """The probability that the texts answer."""
        return logistic(self.constant + self.found * found + self.read * read + self.polar * polar)


def in_doubt(finding: Finding, past: Past) -> bool:
    """Whether reading again could change anything."""
    least, most = IN_DOUBT if past.asked else ALONE_IN_DOUBT
    return bool(finding.hits) and least < finding.answered < most


def read_again(
    finding: Finding, inquiry: Inquiry, past: Past, retriever: HybridRetriever, weights: SecondReading
) -> Finding:
    """The finding, with the turn and the loudest sentence of its first provision read together where it is in doubt.

    What the bank has word for word is answered where it stands alone, however strange it reads. How silence is divided between
    the texts and what lies outside them stays as it was.
    """
    first = finding.hits[0] if finding.hits else None
    if first and inquiry.own.rstrip(_ENDS) in (searchable(known).rstrip(_ENDS) for known in first.neighbours):
        # the bank has it word for word, with that provision: somebody has settled it
        return finding if past.asked else _with(finding, max(finding.answered, SETTLED))
    if first is None or not in_doubt(finding, past):
        return finding
    read = retriever.answers(inquiry.own, first.document_id, first.clauses[0].clause.key, past)
    if read is None:
        return finding
    return _with(finding, weights.answered(log_odds(finding.answered), read, inquiry.form == "polar"))


def _with(finding: Finding, answered: float) -> Finding:
    silent = (1 - answered) / max(finding.not_specified + finding.out_of_scope, _NOTHING_ELSE)
    return replace(
        finding,
        answered=answered,
        not_specified=silent * finding.not_specified,
        out_of_scope=silent * finding.out_of_scope,
    )
