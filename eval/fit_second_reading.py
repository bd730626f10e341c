"""Fits how far a second reading is believed: `python -m eval.fit_second_reading`.

Where a turn after others leaves in doubt whether the texts answer, it is read together with the sentence found for it
(`assistant/second_reading.py`). A logistic regression on the log odds of both, on the turns of the fit split, which neither was
taught; silence counts `SILENT_WEIGHT` times. Scored by folds of whole conversations. Writes `second_reading` in
`thresholds.json`. Needs torch (extra `dev`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import torch

from assistant.follow_ups import log_odds, merged
from assistant.second_reading import SecondReading, in_doubt
from assistant.settings import read_settings
from assistant.thresholds import read_thresholds
from assistant.wiring import open_assistant
from eval.fit_follow_ups import OUT, fitted_belief, folds_of, turns_of


@dataclass(frozen=True)
class Doubt:
    """A turn of which it is in doubt whether the texts answer: constant, log odds found and read, (3,)."""

    conversation: str
    values: torch.Tensor
    answered: bool


def main() -> None:
    """Fit, print the scores of the folds, save."""
    doubts = list(_doubts())
    stored = json.loads(OUT.read_text("utf-8"))
    stored["thresholds"]["second_reading"] = asdict(_fitted(doubts))
    stored["second_reading"] = {
        "in doubt": len(doubts),
        "answered or not": round(_told(doubts), 3),
        "without": round(sum(bool(d.values[1] > 0) == d.answered for d in doubts) / len(doubts), 3),
    }
    OUT.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps([stored["second_reading"], stored["thresholds"]["second_reading"]], indent=1))


def _doubts() -> Iterator[Doubt]:
    base, limits = open_assistant(read_settings(), lambda *_: None).knowledge_base, read_thresholds()
    for turn in turns_of(base):
        finding = merged(turn.findings, turn.scene, limits.follow, limits.follow_answered)
        if not in_doubt(finding):
            continue
        first = finding.hits[0]
        read = base.retriever.answers(turn.own, first.document_id, first.clauses[0].clause.key, turn.past)
        if read is not None:
            values = torch.tensor([1.0, log_odds(finding.answered), read])
            yield Doubt(turn.conversation, values, turn.answered)


def _told(doubts: Sequence[Doubt]) -> float:
    """Share that is told right by weights fitted without their conversations."""
    told = 0
    for held in folds_of(doubt.conversation for doubt in doubts):
        weights = _fitted([doubt for doubt in doubts if doubt.conversation not in held])
        for doubt in (doubt for doubt in doubts if doubt.conversation in held):
            told += (weights.answered(*doubt.values[1:].tolist()) > 0.5) == doubt.answered
    return told / len(doubts)


def _fitted(doubts: Sequence[Doubt]) -> SecondReading:
    values = torch.stack([doubt.values for doubt in doubts])
    weights = fitted_belief(values, [doubt.answered for doubt in doubts])
    return SecondReading(*[round(float(weight), 2) for weight in weights])


if __name__ == "__main__":
    main()
