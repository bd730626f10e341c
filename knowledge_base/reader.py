"""A question, with what was asked before it → which clause answers it, whether any does, which aspects it asks for.

An encoder that was trained for this (`eval/fit_reader.py`, docs/adr/0010): the lower half of multilingual-e5-small, trained on
from the bank and the reviewed conversations, in the engine of the bundled embedding. It reads a turn and what came before it
as one text, and so tells what the fixed vectors of `embedding.py` cannot: which words of it matter here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.embedding import open_engine
from knowledge_base.errors import SourceFault
from knowledge_base.ranking import Vector, softmax

ENCODER, HEADS, MIXTURE = "encoder.bin", "heads.npz", "mixture.json"
SCALE = 20.0  # length of the vectors that the heads read
LONGEST = 120  # characters of a turn, and of what came before it, that are read
BETWEEN = " >> "  # what came before and the turn
KEPT = 4096  # readings: the turns of a conversation are read again with each answer


@dataclass(frozen=True, slots=True)
class Reading:
    """Probabilities over the clauses (sum 1), over `ranking.SILENCE_KINDS` (sum 1), and of each aspect."""

    clauses: Vector
    status: Vector
    asked: Vector


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
    """Opens the engine when it is first asked; then raises `SourceFault` where the encoder is damaged."""

    def __init__(self, folder: Path) -> None:
        """Raises `SourceFault` where the heads are damaged."""
        self._folder = folder
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

    @cached_property
    def _engine(self) -> Any:
        try:
            return open_engine(self._folder / ENCODER)
        except (RuntimeError, OSError) as error:
            raise SourceFault(f"阅读器 {self._folder.name}/{ENCODER} 读不出（{error}）") from error

    def _read(self, turn: str, subject: str = "") -> Reading:
        """Of `searchable` texts."""
        vector = SCALE * np.asarray(self._engine.query(as_read(turn, subject)), dtype=np.float32)
        clauses, status, asked = (weights @ vector + bias for weights, bias in self._heads)
        return Reading(softmax(clauses), softmax(status), 1 / (1 + np.exp(-asked)))


def as_read(turn: str, subject: str = "") -> str:
    """A turn and what was asked before it as one text; of a long past its end."""
    own = turn[:LONGEST] or " "
    return f"{subject[-LONGEST:]}{BETWEEN}{own}" if subject else own
