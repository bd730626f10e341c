"""Learns the space in which questions of the bank with the same answer lie close together (`knowledge_base/bank_space.py`).

Neighbourhood component analysis (Goldberger et al. 2004): each question of a part is drawn to those tied to one of its sentences
and pushed from a sample of the others. Those that no text answers are drawn, less, to those of their kind. Needs torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import dropout, embedding_bag, normalize

from eval.ranker_lessons import Bank
from knowledge_base.bank_space import SHARPNESS, BankSpace
from knowledge_base.hashing import NGRAM_BUCKETS, ngram_buckets

DIMENSIONS = 256
EPOCHS, RATE, DECAY, DROPPED = 20, 1.5e-3, 1e-2, 0.2
PART, SAMPLE = 512, 3072  # questions that are drawn at once, and that they are drawn to or pushed from
SILENT = 0.3  # weight of a question that no text answers
SCALE = 4.0  # centred e5 rows are about 0.5 long
_FAR = -1e4


@dataclass(frozen=True)
class _Map:
    embedding: torch.Tensor
    ngrams: torch.Tensor
    bias: torch.Tensor

    def __call__(self, vectors: torch.Tensor, buckets: Sequence[NDArray[np.int64]]) -> torch.Tensor:
        lengths = torch.tensor([len(found) for found in buckets])
        bag = embedding_bag(
            torch.from_numpy(np.concatenate(buckets)),
            self.ngrams,
            torch.cumsum(lengths, 0) - lengths,
            mode="sum",
            per_sample_weights=torch.repeat_interleave(lengths.float().rsqrt(), lengths),
        )
        return vectors @ self.embedding + self.bias + bag


def learn(bank: Bank, rows: NDArray[np.bool_]) -> BankSpace:
    """The space, from these rows of the bank alone."""
    picked = np.flatnonzero(rows)
    mean = bank.embeddings[picked].mean(axis=0)
    vectors = torch.from_numpy((bank.embeddings[picked] - mean) * SCALE)
    buckets = [ngram_buckets(bank.questions[row]) for row in picked]
    targets, status = torch.from_numpy(bank.targets[picked]), torch.from_numpy(bank.status[picked])
    into = _Map(
        (torch.randn(vectors.shape[1], DIMENSIONS) * 0.03).requires_grad_(),
        (torch.randn(NGRAM_BUCKETS, DIMENSIONS) * 0.03).requires_grad_(),
        torch.zeros(DIMENSIONS, requires_grad=True),
    )
    optimizer = torch.optim.AdamW([into.embedding, into.ngrams, into.bias], lr=RATE, weight_decay=DECAY)
    parts = len(vectors) // PART + 1
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * parts)
    for _ in range(EPOCHS):
        for part in torch.tensor_split(torch.randperm(len(vectors)), parts):
            sample = torch.randperm(len(vectors))[:SAMPLE]
            here, there = (
                normalize(dropout(into(vectors[of], [buckets[i] for i in of]), DROPPED), dim=1)
                for of in (part, sample)
            )
            optimizer.zero_grad()
            alike = targets[part] @ targets[sample].T > 0
            alike |= (status[part] > 0)[:, None] & (status[part][:, None] == status[sample])
            _drawing(here @ there.T, alike, part[:, None] == sample, status[part]).backward()  # type: ignore[no-untyped-call]  # torch
            optimizer.step()
            schedule.step()
    embedding = (into.embedding.detach() * SCALE).numpy()
    bias = into.bias.detach().numpy() - mean @ embedding
    return BankSpace(embedding, into.ngrams.detach().numpy(), bias.astype(np.float32))


def _drawing(
    cosines: torch.Tensor, alike: torch.Tensor, itself: torch.Tensor, status: torch.Tensor
) -> torch.Tensor:
    """What is to be made small: the surprise, for each question, that its neighbour is one of those like it."""
    logits = (SHARPNESS * cosines).masked_fill(itself, _FAR)
    alike = alike & ~itself
    known = alike.any(dim=1)
    surprise = torch.logsumexp(logits, dim=1) - torch.logsumexp(logits.masked_fill(~alike, _FAR), dim=1)
    weight = torch.where(status == 0, 1.0, SILENT)
    return (surprise * weight)[known].sum() / weight[known].sum()
