"""A turn's stretches → what is asked, without orders to the assistant and what they dictate; learnt from written messages.

Each stretch is judged by its character n-grams and those of its neighbours with a linear model (`eval/fit_orders.py`). Nothing
is cut from a turn in which no stretch is surely an order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.hashing import NGRAM_BUCKETS, ngram_buckets, word_buckets
from knowledge_base.lexicon import patterns
from knowledge_base.normalisation import searchable
from knowledge_base.sources import DATA

FOLDER = DATA / "orders"
KINDS = ("question", "order", "packing")
OWN, BEFORE, AFTER = "", "<", ">"  # where the n-grams stand that are counted apart
# of the n-grams before, its own, those after, and its Latin words: what stands around a stretch tells less than it does
SHARES = (0.5, 1.0, 0.5, 1.0)
SPACED_AT_LEAST = 5  # single characters with spaces between: written so to slip past a reader

_MARK = r",。;!?\n:、<>\[\]{}()【】|"
_STRETCH = re.compile(rf"(?:(?!\. )[^{_MARK}])+(?:[{_MARK}\"”」』]+|\. |$)?|[{_MARK}]+")
# where a question begins after words in another script, or after an order in English
_SEAM = re.compile(
    r"(?<=[a-z0-9'\-.]) +(?=[\u4e00-\u9fff])|,? ?(?:\b(?:so|but|now|anyway|also|then),? )(?=(?:what|how|which|who|when|where|is|are|does|do|can|tell)\b)"
)
_STOP = re.compile(r"(?<=[\u4e00-\u9fffa-z])\.(?=[\u4e00-\u9fff])")  # typed on a Latin keyboard
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff](?: |$|[^\w]))")

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Limits:
    """How sure a stretch has to be an order for a turn to hold one (`alarm`), and then to be left out: any stretch, one
    that asks something, and one that is but packing."""

    alarm: float
    order: float
    asking: float
    packing: float


def without_orders(text: str) -> tuple[str, bool]:
    """A `searchable` text without orders, and whether there were any."""
    parts = stretches(text)
    return kept(parts, probabilities(parts), limits()) or (text, False)


def repeatable(typed: str) -> str:
    """A question as an answer may repeat it: as it was typed where each stretch is a question, else those that are."""
    parts = stretches(searchable(typed))
    asked = probabilities(parts).argmax(axis=1) == KINDS.index("question")
    if asked.all():
        return typed
    return "".join(part for part, is_asked in zip(parts, asked, strict=True) if is_asked).strip(" ,") or "…"


def kept(parts: Sequence[str], shares: Matrix, limits: Limits) -> tuple[str, bool] | None:
    """What is left of a turn's stretches, probabilities of `KINDS` a row; None where none is surely an order."""
    if not len(parts) or shares[:, 1].max() < limits.alarm:
        return None
    asks = patterns("asking")["still_asks"]
    left: list[str] = []
    for stretch, (_, order, packing) in zip(parts, shares, strict=True):
        said = stretch.strip(f' "“”「」『』{_MARK}'.replace("\\", ""))
        bound = limits.asking if asks.search(said) else limits.order
        if said and order < bound and packing < limits.packing:
            left.append(said + ("。" if set("。!?;") & set(stretch) else ", "))
    return "".join(left).strip(" ,。"), True


def stretches(text: str) -> list[str]:
    """A `searchable` text cut at its marks, marks kept; together they are the text, single characters closed up."""
    if len(_SPACED.findall(text)) >= SPACED_AT_LEAST:
        text = _SPACED.sub("", text)
    return _STRETCH.findall(_SEAM.sub("; ", _STOP.sub("。", text)))


def buckets(parts: Sequence[str]) -> list[list[NDArray[np.int64]]]:
    """For each stretch the hashed n-grams of itself, of the one before and of the one after, and its Latin words."""
    framed = ["", *(part.strip() for part in parts), ""]
    places = enumerate((BEFORE, OWN, AFTER))
    by_place = [[ngram_buckets(part, place) for part in framed[at : at + len(parts)]] for at, place in places]
    by_place.append([word_buckets(part) for part in parts])
    return [list(row) for row in zip(*by_place, strict=True)]


def probabilities(parts: Sequence[str]) -> Matrix:
    """Of `KINDS`, one row a stretch, sum 1."""
    table, bias = _weights()
    logits = np.array(
        [
            bias
            + sum(
                share * table[found].sum(axis=0) / np.sqrt(max(len(found), 1))
                for share, found in zip(SHARES, places, strict=True)
            )
            for places in buckets(parts)
        ],
        dtype=np.float32,
    ).reshape(-1, len(KINDS))
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


@cache
def limits() -> Limits:
    """As fitted."""
    return Limits(**json.loads((FOLDER / "limits.json").read_text("utf-8"))["limits"])


@cache
def _weights() -> tuple[Matrix, Matrix]:
    with np.load(FOLDER / "weights.npz") as arrays:
        table, bias = arrays["table"].astype(np.float32), arrays["bias"].astype(np.float32)
    if table.shape != (NGRAM_BUCKETS, len(KINDS)):
        raise ValueError(f"{FOLDER / 'weights.npz'} has shape {table.shape}: run python -m eval.fit_orders")
    return table, bias
