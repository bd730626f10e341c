"""A space learnt from the question bank, in which questions that the same sentence answers lie close together.

Neighbourhood component analysis (Goldberger et al. 2004) over a linear map of the embedding and of hashed character n-grams;
`eval/bank_space.py` learns it. The cosines of the embedding model alone follow how a question is put as much as what it asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.hashing import ngram_buckets

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
SHARPNESS = 14.0  # of the softmax over cosines, in learning and in voting
STRANGERS = 0.0  # about the cosine of unrelated questions


@dataclass(frozen=True)
class BankSpace:
    """The map: `embedding` (d, h), `ngrams` (buckets, h), `bias` (h,)."""

    embedding: Matrix
    ngrams: Matrix
    bias: Vector

    def place(self, question: str, embedding: Vector) -> Vector:
        """Where a `searchable` question with this embedding lies, shape (h,), length 1."""
        buckets = ngram_buckets(question)
        found = embedding @ self.embedding + self.bias
        found = found + self.ngrams[buckets].sum(axis=0) / np.sqrt(len(buckets))
        return np.asarray(found / np.linalg.norm(found), dtype=np.float32)

    def places(self, questions: Sequence[str], embeddings: Matrix) -> Matrix:
        """The same for many, shape (n, h)."""
        found = [self.place(*pair) for pair in zip(questions, embeddings, strict=True)]
        return np.stack(found) if found else np.zeros((0, len(self.bias)), dtype=np.float32)
