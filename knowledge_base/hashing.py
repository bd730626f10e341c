"""Questions as hashed character n-grams: the sparse half of what the linear models look at."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

NGRAM_BUCKETS = 16384


def ngram_buckets(question: str) -> NDArray[np.int64]:
    """Hash buckets of a `searchable` question's character 1–3-grams, sorted, without repeats."""
    framed = f"^{question}$"
    grams = (framed[i : i + n] for n in (1, 2, 3) for i in range(len(framed) - n + 1))
    return np.array(sorted({zlib.crc32(g.encode()) % NGRAM_BUCKETS for g in grams}), dtype=np.int64)
