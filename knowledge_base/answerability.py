"""A turn and a sentence → whether the sentence answers the turn, read as one text (answer sentence selection, Yu et al. 2014).

An encoder of its own (`eval/fit_answerability.py`, docs/adr/0012): what a text leaves open has to be read in its words.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge_base.documents import Document
from knowledge_base.encoder import Encoder
from knowledge_base.errors import SourceFault
from knowledge_base.normalisation import searchable
from knowledge_base.reader import SCALE, Past, as_read

HEAD = "head.npz"
# characters that are read of each; of a turn the last, for what is asked stands at the end
TURN, ASKED, NAME, SENTENCE = 60, 60, 16, 90
KEPT = 4096  # readings


class Answerability:
    """Its encoder is opened with the first reading, and then told where it is damaged."""

    def __init__(self, folder: Path) -> None:
        """Raises `SourceFault` where the head is damaged."""
        self._encoder = Encoder(folder)
        try:
            with np.load(folder / HEAD, allow_pickle=False) as arrays:
                self._weight = arrays["weight"].astype(np.float32).ravel()
                self._bias = float(arrays["bias"])
        except (OSError, KeyError, ValueError, TypeError) as error:
            raise SourceFault(f"{folder.name}/{HEAD} 读不出（{error}）") from error
        self.log_odds = lru_cache(KEPT)(self._log_odds)

    def _log_odds(self, turn: str, past: Past, name: str, sentence: str) -> float:
        """Of a `searchable` turn and a sentence of the document with that name."""
        vector = self._encoder.vector(as_paired(turn, past, name, sentence))
        return float(SCALE * vector @ self._weight + self._bias)


def as_paired(turn: str, past: Past, name: str, sentence: str) -> str:
    """A turn with what was asked before it, and a sentence of the document with that name, as one text."""
    asked = as_read(turn[-TURN:], Past(past.asked[-ASKED:]))
    return f"{asked} << {name[:NAME]}: {searchable(sentence)[:SENTENCE]}"


def name_of(document: Document) -> str:
    """What people call a document, else its number, else its title."""
    metadata = document.metadata
    return next(filter(None, [*metadata.aliases, metadata.number]), metadata.title)
