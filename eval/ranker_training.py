"""How each part of the ranker is fitted: linear models, the adapter to clauses, and the two fusions. Needs torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy, log_softmax

from eval.ranker_lessons import Bank
from knowledge_base.embedding import Matrix
from knowledge_base.hashing import NGRAM_BUCKETS, ngram_buckets
from knowledge_base.ranking import SILENCE_KINDS

EPOCHS, RATE, DECAY = 60, 0.01, 3e-4
ADAPTER_EPOCHS, ADAPTER_RATE, ADAPTER_TEMPERATURE = 40, 1e-3, 12.0


@dataclass(frozen=True)
class Linear:
    """Weights of a linear model on the embedding and hashed n-grams."""

    embedding: Matrix
    ngrams: Matrix
    bias: NDArray[np.float32]


def fit_linear(bank: Bank, rows: NDArray[np.bool_], targets: Matrix) -> Linear:
    """Soft-label softmax regression on the centred embedding and n-gram buckets; centring ends in the bias."""
    picked = np.flatnonzero(rows)
    mean = bank.embeddings[picked].mean(axis=0)
    scale = 8.0  # centred e5 rows are about 0.5 long: brings them to the size of the n-gram part
    x = torch.from_numpy((bank.embeddings[picked] - mean) * scale)
    buckets = [ngram_buckets(bank.questions[i]) for i in picked]
    flat = torch.from_numpy(np.concatenate(buckets))
    lengths = torch.tensor([len(b) for b in buckets])
    offsets = torch.cumsum(lengths, 0) - lengths
    weights = torch.repeat_interleave(lengths.rsqrt(), lengths)
    y = torch.from_numpy(targets[picked])
    dense = torch.zeros(x.shape[1], y.shape[1], requires_grad=True)
    bias = torch.zeros(y.shape[1], requires_grad=True)
    table = torch.zeros(NGRAM_BUCKETS, y.shape[1], requires_grad=True)
    optimizer = torch.optim.Adam([dense, bias, table], lr=RATE)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        bag = torch.nn.functional.embedding_bag(flat, table, offsets, mode="sum", per_sample_weights=weights)
        loss = cross_entropy(x @ dense + bag + bias, y)
        penalty = dense.square().sum() + table.square().sum()
        (loss + DECAY * penalty).backward()  # type: ignore[no-untyped-call]  # torch
        optimizer.step()
    w = (dense.detach() * scale).numpy()
    return Linear(w, table.detach().numpy(), (bias.detach().numpy() - mean @ w).astype(np.float32))


def fit_adapter(bank: Bank, rows: NDArray[np.bool_]) -> tuple[Matrix, NDArray[np.float32], Matrix]:
    """Two matrices started at the identity that bring a question to its sentence.

    Other sentences of the right measures are left out of the negatives: they are no mistake.
    """
    picked = np.flatnonzero(rows)
    mean = bank.embeddings[picked].mean(axis=0)
    x = torch.from_numpy(bank.embeddings[picked] - mean)
    z = torch.from_numpy(bank.clause_vectors - bank.clause_vectors.mean(axis=0))
    y = torch.from_numpy(bank.targets[picked])
    owners = torch.from_numpy(bank.provision_of)
    right = torch.zeros(len(picked), int(owners.max()) + 1).index_add_(1, owners, y)
    masked = (right[:, owners] > 0) & (y == 0)
    a = torch.eye(x.shape[1], requires_grad=True)
    b = torch.eye(x.shape[1], requires_grad=True)
    optimizer = torch.optim.Adam([a, b], lr=ADAPTER_RATE)
    for _ in range(ADAPTER_EPOCHS):
        for part in torch.split(torch.randperm(len(picked)), 256):
            optimizer.zero_grad()
            logits = ADAPTER_TEMPERATURE * (x[part] @ a.T) @ (z @ b.T).T
            logits = logits.masked_fill(masked[part], -1e4)
            loss = -(y[part] * log_softmax(logits, dim=1)).sum(dim=1).mean()
            loss.backward()  # type: ignore[no-untyped-call]  # torch
            optimizer.step()
    return a.detach().numpy(), mean, (z @ b.T).detach().numpy()


def fit_fusion(features: Matrix, targets: Matrix, kind_of: NDArray[np.int64]) -> Matrix:
    """Weights of `FEATURES` and a constant, one row for each kind of clause, by softmax regression over the clauses."""
    x, y = torch.from_numpy(features), torch.from_numpy(targets)
    kinds = torch.from_numpy(kind_of)
    w = torch.cat([torch.ones(2, x.shape[2]), torch.zeros(2, 1)], dim=1).requires_grad_()
    optimizer = torch.optim.LBFGS([w], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        own = w[kinds]
        logits = (x * own[:, :-1]).sum(dim=2) + own[:, -1]
        loss = cross_entropy(logits, y) + 1e-4 * w.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]  # torch
    return w.detach().numpy()


def fit_status(features: Matrix, status: NDArray[np.int64]) -> tuple[Matrix, NDArray[np.float32]]:
    """Weights (features, kinds) and constants of a logistic regression on the standardised features."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-6
    x = torch.from_numpy((features - mean) / deviation)
    y = torch.from_numpy(status)
    w = torch.zeros(x.shape[1], len(SILENCE_KINDS), requires_grad=True)
    bias = torch.zeros(len(SILENCE_KINDS), requires_grad=True)
    optimizer = torch.optim.LBFGS([w, bias], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = cross_entropy(x @ w + bias, y) + 1e-3 * w.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]  # torch
    plain = w.detach().numpy() / deviation[:, None]
    return plain.astype(np.float32), (bias.detach().numpy() - mean @ plain).astype(np.float32)
