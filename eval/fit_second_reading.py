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
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.consultant import Consultant
from assistant.follow_ups import log_odds, merged
from assistant.second_reading import SecondReading, in_doubt
from assistant.settings import read_settings
from assistant.thresholds import read_thresholds
from assistant.understanding import understand
from assistant.wiring import open_assistant
from eval.datasets import DAY, SILENT_WEIGHT, read_cases
from eval.lbfgs import minimum
from knowledge_base.sources import DATA

SETS = [Path(__file__).parent / "sets" / name for name in ("fit.jsonl", "dialogue-fit.jsonl")]
OUT = DATA / "ranker" / "thresholds.json"
FOLDS = 6
DECAY = 0.001


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
    base = open_assistant(read_settings(), lambda *_: None).knowledge_base
    consultant = Consultant(base, read_thresholds(), DAY)
    limits = consultant.thresholds
    for case in (case for path in SETS for case in read_cases(path) if case.expect in ("answer", "decline")):
        before = consultant.before(tuple(turn.question for turn in case.history))
        inquiry = understand(case.question)
        if before is None or not before.verdict.supports or inquiry.speech_act or inquiry.pointing.manner:
            continue
        findings, scene = consultant.scene(inquiry, before)
        finding = merged(findings, scene, limits.follow, limits.follow_answered)
        if not in_doubt(finding):
            continue
        first = finding.hits[0]
        read = base.retriever.answers(
            inquiry.own, first.document_id, first.clauses[0].clause.key, before.past
        )
        if read is not None:
            values = torch.tensor([1.0, log_odds(finding.answered), read])
            conversation = case.id.rpartition(".")[0] or case.id
            yield Doubt(conversation, values, case.expect == "answer")


def _told(doubts: Sequence[Doubt]) -> float:
    """Share that is told right by weights fitted without their conversations."""
    conversations = sorted({doubt.conversation for doubt in doubts})
    told = 0
    for fold in range(FOLDS):
        held = set(conversations[fold::FOLDS])
        weights = _fitted([doubt for doubt in doubts if doubt.conversation not in held])
        for doubt in (doubt for doubt in doubts if doubt.conversation in held):
            told += (weights.answered(*doubt.values[1:].tolist()) > 0.5) == doubt.answered
    return told / len(doubts)


def _fitted(doubts: Sequence[Doubt]) -> SecondReading:
    values = torch.stack([doubt.values for doubt in doubts])
    answered = torch.tensor([float(doubt.answered) for doubt in doubts])
    share = torch.where(answered > 0, 1.0, SILENT_WEIGHT)
    share /= share.sum()

    def loss(weights: torch.Tensor) -> torch.Tensor:
        lost = binary_cross_entropy_with_logits(values @ weights, answered, reduction="none")
        return (lost * share).sum() + DECAY * (weights[1:] ** 2).sum()

    return SecondReading(*[round(float(weight), 2) for weight in minimum(loss, values.shape[1])])


if __name__ == "__main__":
    main()
