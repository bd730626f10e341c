"""Fits how far a second reading is believed: `python -m eval.fit_second_reading`.

Where it is in doubt whether the texts answer, a turn is read together with the sentence found for it
(`assistant/second_reading.py`). Two logistic regressions on the log odds of both, on the turns of the fit split, which neither was
taught: of turns after others, where silence counts `SILENT_WEIGHT` times, and of questions that stand alone, where it counts once: what
is made of those is fitted by `eval/fit_thresholds.py`. Scored by folds of whole conversations. Writes `second_reading` and
`second_reading_alone` in `thresholds.json`. Needs torch (extra `dev`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import torch

from assistant.consultant import Consultant
from assistant.follow_ups import log_odds, merged
from assistant.second_reading import SecondReading, in_doubt
from assistant.settings import read_settings
from assistant.thresholds import Thresholds, read_thresholds
from assistant.understanding import Inquiry
from assistant.wiring import open_assistant
from eval.datasets import DAY, FIT_SETS, SILENT_WEIGHT, read_cases
from eval.fit_follow_ups import OUT, fitted_belief, folds_of, turns_of
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.reader import NOTHING, Past

AS_FOUND = SecondReading(0.0, 1.0, 0.0, 0.0)
COMPARED = "compare"  # a form: two findings
ORDERED = "injection"  # a kind: what is left of an order says nothing of the texts


@dataclass(frozen=True)
class Doubt:
    """A turn of which it is in doubt whether the texts answer: constant, log odds found and read, whether it is polar, (4,)."""

    conversation: str
    values: torch.Tensor
    answered: bool


def main() -> None:
    """Fit, print the scores of the folds, save."""
    base, limits = open_assistant(read_settings(), lambda *_: None).knowledge_base, read_thresholds()
    stored = json.loads(OUT.read_text("utf-8"))
    for name, doubts, silent_weight in (
        ("second_reading", list(_of_follow_ups(base, limits)), SILENT_WEIGHT),
        ("second_reading_alone", list(_alone(base, limits)), 1.0),
    ):
        stored["thresholds"][name] = asdict(_fitted(doubts, silent_weight))
        stored[name] = {
            "in doubt": len(doubts),
            "answered or not": round(_told(doubts, silent_weight), 3),
            "without": round(sum(bool(d.values[1] > 0) == d.answered for d in doubts) / len(doubts), 3),
        }
        print(json.dumps([stored[name], stored["thresholds"][name]], indent=1))
    OUT.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _of_follow_ups(base: KnowledgeBase, limits: Thresholds) -> Iterator[Doubt]:
    for turn in turns_of(base):
        finding = merged(turn.findings, turn.scene, limits.follow, limits.follow_answered)
        if (values := _read(base, turn.inquiry, finding, turn.past)) is not None:
            yield Doubt(turn.conversation, values, turn.answered)


def _alone(base: KnowledgeBase, limits: Thresholds) -> Iterator[Doubt]:
    """Questions that are looked up as one."""
    consultant = Consultant(base, replace(limits, second_reading_alone=AS_FOUND), DAY)
    for case in (case for path in FIT_SETS for case in read_cases(path) if case.kind != ORDERED):
        found = () if case.history else consultant.consult(case.question)
        if len(found) != 1 or found[0].verdict.denied or found[0].inquiry.form == COMPARED:
            continue
        if (values := _read(base, found[0].inquiry, found[0].finding, NOTHING)) is not None:
            yield Doubt(case.id, values, case.expect == "answer")


def _read(base: KnowledgeBase, inquiry: Inquiry, finding: Finding, past: Past) -> torch.Tensor | None:
    """What a doubt is weighed by; nothing where there is none, or nothing to read."""
    if not in_doubt(finding, past):
        return None
    first = finding.hits[0]
    read = base.retriever.answers(inquiry.own, first.document_id, first.clauses[0].clause.key, past)
    if read is None:
        return None
    return torch.tensor([1.0, log_odds(finding.answered), read, float(inquiry.form == "polar")])


def _told(doubts: Sequence[Doubt], silent_weight: float) -> float:
    """Share that is told right by weights fitted without their conversations."""
    told = 0
    for held in folds_of(doubt.conversation for doubt in doubts):
        weights = _fitted([doubt for doubt in doubts if doubt.conversation not in held], silent_weight)
        for doubt in (doubt for doubt in doubts if doubt.conversation in held):
            found, read, polar = doubt.values[1:].tolist()
            told += (weights.answered(found, read, bool(polar)) > 0.5) == doubt.answered
    return told / len(doubts)


def _fitted(doubts: Sequence[Doubt], silent_weight: float) -> SecondReading:
    values = torch.stack([doubt.values for doubt in doubts])
    weights = fitted_belief(values, [doubt.answered for doubt in doubts], silent_weight)
    return SecondReading(*[round(float(weight), 2) for weight in weights])


if __name__ == "__main__":
    main()
