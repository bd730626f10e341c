"""The fitted numbers by which an answer is decided; read from beside the weights that they were fitted with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assistant.contrast import ContrastWeights
from assistant.follow_ups import FollowBelief, FollowWeights
from assistant.pairing import PairWeights
from assistant.second_reading import SecondReading
from knowledge_base.sources import DATA


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Fitted on the fit split by `eval/fit_thresholds.py`; probabilities and ratios, 0..1."""

    answered: float
    out_of_scope: float
    aspect_asked: float
    aspect_named: float
    aspect_answered: float
    aspect_stated: float
    provision_ratio: float
    provision_ratio_all: float
    clause_ratio: float
    unranked_answered: float
    new_subject: float
    stands_alone: float
    story_ratio: float
    linked_ratio: float
    follow: FollowWeights
    follow_answered: FollowBelief
    pair: PairWeights
    second_reading: SecondReading
    second_reading_alone: SecondReading
    contrast: ContrastWeights


def read_thresholds(path: Path = DATA / "ranker" / "thresholds.json") -> Thresholds:
    """The fitted values, stored beside the weights that they were fitted with."""
    values = json.loads(path.read_text("utf-8"))["thresholds"]
    fitted = {
        "follow": FollowWeights(**values["follow"]),
        "follow_answered": FollowBelief(**values["follow_answered"]),
        "pair": PairWeights(**values["pair"]),
        "second_reading": SecondReading(**values["second_reading"]),
        "second_reading_alone": SecondReading(**values["second_reading_alone"]),
        "contrast": ContrastWeights(**values["contrast"]),
    }
    return Thresholds(**{**values, **fitted})
