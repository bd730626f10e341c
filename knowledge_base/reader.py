"""A question, with what was asked and shown before it → which clause answers it, whether any does, which aspects it asks for.

An encoder that was trained for this (`eval/fit_reader.py`, docs/adr/0010): multilingual-e5-small, trained on from the bank
and the reviewed conversations, run by `onnxruntime`. It reads a turn and what came before it as one text, and so tells what
the fixed vectors of `embedding.py` cannot: which words of it matter here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.errors import SourceFault
from knowledge_base.ranking import Vector, softmax

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

ENCODER, TOKENIZER, HEADS, MIXTURE = "encoder.onnx", "tokenizer.json", "heads.npz", "mixture.json"
SCALE = 20.0  # length of the vectors that the heads read
LONGEST = 120  # characters of a turn that are read
ASKED = 100  # characters of what was asked before it, from the end
SHOWN = 40  # characters of the sentence shown to that
THREADS = 2  # of one reading
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
    """Opens the encoder and its tokenizer when it is first asked; then raises `SourceFault` where one is damaged."""

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
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            return Tokenizer.from_file(str(self._folder / TOKENIZER))
        except Exception as error:  # the library raises nothing more special
            raise SourceFault(
                f"阅读器 {self._folder.name}/{TOKENIZER} 读不出：请重新安装 policy-assistant（{error}）"
            ) from error

    @cached_property
    def _encoder(self) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        # threads that wait for the next reading in a spin take the processor from whatever else there is to do
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            return onnxruntime.InferenceSession(
                str(self._folder / ENCODER), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # a class of its own for each kind of damage, none public
            raise SourceFault(
                f"阅读器 {self._folder.name}/{ENCODER} 读不出：请重新安装 policy-assistant（{type(error).__name__}）"
            ) from error

    def _read(self, turn: str, past: Past = NOTHING) -> Reading:
        """Of `searchable` texts."""
        tokens = np.array([self._tokenizer.encode(as_read(turn, past)).ids], dtype=np.int64)
        (rows,) = self._encoder.run(None, {"tokens": tokens})
        vector = SCALE * rows[0] / np.linalg.norm(rows[0])
        clauses, status, asked = (weights @ vector + bias for weights, bias in self._heads)
        return Reading(softmax(clauses), softmax(status), 1 / (1 + np.exp(-asked)))


def as_read(turn: str, past: Past = NOTHING) -> str:
    """A turn and what came before it as one text; of a long past what was asked last."""
    own = turn[:LONGEST] or " "
    shown = f" : {past.shown[:SHOWN]}" if past.shown else ""
    return f"{past.asked[-ASKED:]}{shown} >> {own}" if past.asked else own
