"""A question, with what was asked and shown before it → which clause answers it, whether any does, which aspects it asks for.

An encoder that was trained for this (`eval/fit_reader.py`, docs/adr/0010): multilingual-e5-small, trained on from the bank
and the reviewed conversations. It reads a turn and what came before it as one text, and so tells what
the fixed vectors of `embedding.py` cannot: which words of it matter here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge_base.encoder import Encoder
from knowledge_base.errors import SourceFault
from knowledge_base.ranking import Vector, softmax

HEADS, MIXTURE = "heads.npz", "mixture.json"
SCALE = 20.0  # length of the vectors that the heads read
LONGEST = 120  # characters of a turn that are read
ASKED = 100  # characters of what was asked before it, from the end
SHOWN = 40  # characters of the sentence shown to that
KEPT = 4096  # readings: the turns of a conversation are read again with each answer


@dataclass(frozen=True, slots=True)
class Reading:
    """Probabilities over the clauses (sum 1), over `ranking.SILENCE_KINDS` (sum 1), and of each aspect."""

    clauses: Vector
    status: Vector
    asked: Vector


@dataclass(frozen=True, slots=True)
class Past:
    """What a turn comes after: what was `asked`, as one text, and the sentence that was `shown` to that."""

    asked: str = ""
    shown: str = ""


NOTHING = Past()


@dataclass(frozen=True, slots=True)
class Mixture:
    """A linear opinion pool (Stone 1961) of what was found otherwise with a reading: the reading's shares, 0 to 1; fitted by `eval/fit_mixture.py`."""

    clauses: float
    status: float

    def joined(self, clauses: Vector, status: Vector, reading: Reading) -> tuple[Vector, Vector]:
        """Probabilities over the clauses and over `ranking.SILENCE_KINDS`."""
        return (
            clauses + self.clauses * (reading.clauses - clauses),
            status + self.status * (reading.status - status),
        )


class Reader:
    """Its encoder is opened with the first reading, and then told where it is damaged."""

    def __init__(self, folder: Path) -> None:
        """Raises `SourceFault` where the heads are damaged."""
        self._encoder = Encoder(folder)
        try:
            with np.load(folder / HEADS, allow_pickle=False) as arrays:
                self.clauses = tuple(map(str, arrays["of"]))
                self.aspects = tuple(map(str, arrays["aspects"]))
                self._heads = [
                    (arrays[f"{head}.weight"].astype(np.float32), arrays[f"{head}.bias"].astype(np.float32))
                    for head in ("clauses", "status", "aspects")
                ]
        except (OSError, KeyError, ValueError) as error:
            raise SourceFault(f"阅读器 {folder.name}/{HEADS} 读不出（{error}）") from error
        try:
            self.mixture = Mixture(**json.loads((folder / MIXTURE).read_text("utf-8"))["mixture"])
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise SourceFault(f"阅读器 {folder.name}/{MIXTURE} 读不出（{error}）") from error
        self.read = lru_cache(KEPT)(self._read)

    def _read(self, turn: str, past: Past = NOTHING) -> Reading:
        """Of `searchable` texts."""
        vector = SCALE * self._encoder.vector(as_read(turn, past))
        clauses, status, asked = (weights @ vector + bias for weights, bias in self._heads)
        return Reading(softmax(clauses), softmax(status), 1 / (1 + np.exp(-asked)))


def as_read(turn: str, past: Past = NOTHING) -> str:
    """A turn and what came before it as one text; of a long past what was asked last."""
    own = turn[:LONGEST] or " "
    shown = f" : {past.shown[:SHOWN]}" if past.shown else ""
    return f"{past.asked[-ASKED:]}{shown} >> {own}" if past.asked else own
