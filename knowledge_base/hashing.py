"""Questions as hashed character n-grams: the sparse half of what the linear models look at."""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

NGRAM_BUCKETS = 16384
_WORD = re.compile("[a-z]+")


def word_buckets(text: str) -> NDArray[np.int64]:
    """Hash buckets of the Latin words of a `searchable` text and of their pairs, sorted, without repeats."""
    words = _WORD.findall(text)
    grams = [*words, *map(" ".join, pairwise(words))]
    return np.array(sorted({zlib.crc32(f"word {g}".encode()) % NGRAM_BUCKETS for g in grams}), dtype=np.int64)


def ngram_buckets(question: str, place: str = "") -> NDArray[np.int64]:
    """Hash buckets of a `searchable` question's character 1–3-grams, sorted, without repeats.

    `place` keeps those of one text apart from those of another.
    """
    framed = f"^{question}$"
    grams = (framed[i : i + n] for n in (1, 2, 3) for i in range(len(framed) - n + 1))
    return np.array(sorted({zlib.crc32((place + g).encode()) % NGRAM_BUCKETS for g in grams}), dtype=np.int64)
