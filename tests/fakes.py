"""Small real implementations of the seams, for tests that are about something else."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from knowledge_base.embedding import Matrix
from knowledge_base.normalisation import bigrams, searchable


class HashingEmbedder:
    """Character bigrams hashed into 64 buckets: texts with words in common are near each other."""

    def __init__(self, space: str = "hashing/64") -> None:
        self.space = space

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts)

    @staticmethod
    def _embed(texts: Sequence[str]) -> Matrix:
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            rows[row, 0] = 0.1
            for gram in bigrams(searchable(text)):
                rows[row, zlib.crc32(gram.encode()) % 64] += 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
