"""Makes `knowledge_base/data/ranker/weights.npz` and `scores.json` from the question bank: `python -m eval.fit_ranker`.

Every writer's batch is scored by models that never saw it (batches in `GROUPS` groups, one left out at a time); the
fusion is fitted on those scores, and they are what `scores.json` reports. The weights that are kept are then trained on the
whole bank. Needs torch (extra `dev`); nothing at run time does.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy, log_softmax

from eval.aspect_lessons import Lessons, fit, of_bank, of_phrasings, save
from knowledge_base.aspects import AspectReader, Told, told_by
from knowledge_base.embedding import BundledEmbedder, KnownVectors, Matrix
from knowledge_base.hashing import NGRAM_BUCKETS, ngram_buckets
from knowledge_base.indexing import bank_ties, silence_kind
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.normalisation import searchable
from knowledge_base.question_bank import BankQuestion
from knowledge_base.ranking import (
    FEATURES,
    SILENCE_KINDS,
    Evidence,
    TrainedRanker,
    fused,
    softmax,
    sum_by,
)
from knowledge_base.sources import DATA, Sources, all_passages, packaged_sources, pinyin_lexicon
from knowledge_base.untrained_fusion import NEIGHBOURS
from knowledge_base.weights import Weights

FOLDER = DATA / "ranker"
SEED = 20231106
EPOCHS, RATE, DECAY = 60, 0.01, 3e-4
ADAPTER_EPOCHS, ADAPTER_RATE, ADAPTER_TEMPERATURE = 40, 1e-3, 12.0
FIRST_TIE, OTHER_TIE = 1.0, 0.6  # weight of the sentence that answers best, and of the others
GROUPS = 8  # of writer batches, of about the same size; one is left out at a time


@dataclass(frozen=True)
class Data:
    """The bank in numbers: n questions, c clauses."""

    questions: list[str]
    bank: tuple[BankQuestion, ...]
    embeddings: Matrix
    targets: Matrix  # (n, c), rows of answered questions sum to 1
    status: NDArray[np.int64]
    batches: NDArray[np.int64]
    batch_names: list[str]
    folds: NDArray[np.int64]
    clauses: tuple[str, ...]
    unit_of: NDArray[np.int64]
    group_of: NDArray[np.int64]
    provision_of: NDArray[np.int64]
    kind_of: NDArray[np.int64]  # 0: a clause of a text read clause by clause, 1: a digest's
    clause_vectors: Matrix
    lexical: LexicalIndex
    told: list[Told]  # by each clause
    lessons: Lessons
    phrased: Lessons


@dataclass(frozen=True)
class Linear:
    """Weights of a linear model on the embedding and hashed n-grams."""

    embedding: Matrix
    ngrams: Matrix
    bias: NDArray[np.float32]


def main() -> None:
    """Train, report, save."""
    torch.manual_seed(SEED)
    data = _data(packaged_sources())
    held_out = _held_out(data)
    features = _features(data, held_out)
    answered = data.status == 0
    fusion = _fit_fusion(features[answered], data.targets[answered], data.kind_of)
    shares = softmax(fused(features, fusion, data.kind_of))
    status_features = _status_features(data, held_out, features, shares)
    status_fusion, status_bias = _fit_status(status_features, data.status)
    probabilities = softmax(status_features @ status_fusion + status_bias)
    scores = _scores(data, shares, probabilities)
    everything = np.ones(len(data.bank), dtype=bool)
    weights = _train(data, everything)
    FOLDER.mkdir(parents=True, exist_ok=True)
    _save(FOLDER / "weights.npz", weights, fusion, status_fusion, status_bias)
    save(_aspects(data, everything), FOLDER / "aspects.npz")
    (FOLDER / "scores.json").write_text(json.dumps(scores, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(scores, ensure_ascii=False, indent=1))


def _data(sources: Sources) -> Data:
    read = [sources.documents[name] for name in (*sources.records, *sources.digests)]
    known = KnownVectors.read([FOLDER / "vectors.npz"], BundledEmbedder())
    places = [(document, clause) for document in read for clause in document.clauses]
    where = {(row.document_id, row.provision, row.first): row for row in all_passages(sources)}
    rows = [where[document.id, clause.provision, clause.number] for document, clause in places]
    clauses = tuple(f"{document.id}#{clause.key}" for document, clause in places)
    column = {name: index for index, name in enumerate(clauses)}
    pinyin = pinyin_lexicon(sources)
    questions = [pinyin.read(searchable(question.question)) for question in sources.bank]
    targets = np.zeros((len(questions), len(clauses)), dtype=np.float32)
    for row, question in enumerate(sources.bank):
        for rank, key in enumerate(question.clauses):
            targets[row, column[f"{question.document_id}#{key}"]] = OTHER_TIE if rank else FIRST_TIE
    targets /= np.maximum(targets.sum(axis=1, keepdims=True), 1e-9)
    names = list(dict.fromkeys(question.batch for question in sources.bank))
    batches = np.array([names.index(question.batch) for question in sources.bank])
    return Data(
        questions,
        sources.bank,
        known.queries(questions),
        targets,
        np.array([SILENCE_KINDS.index(silence_kind(question)) for question in sources.bank]),
        batches,
        names,
        _groups(batches)[batches],
        clauses,
        _numbered((d.id, c.key) if d.id in sources.records else d.id for d, c in places),
        _numbered((d.id, c.provision) if d.id in sources.records else d.id for d, c in places),
        _numbered((d.id, c.provision) for d, c in places),
        np.array([int(d.id in sources.digests) for d, _ in places], dtype=np.int64),
        known.passages([row.text for row in rows]),
        LexicalIndex.build([row.text for row in rows]),
        [told_by(d.quote(c), sources.records.get(d.id, {}).get(c.key)) for d, c in places],
        of_bank(sources, known),
        of_phrasings(sources, known),
    )


def _groups(batches: NDArray[np.int64]) -> NDArray[np.int64]:
    """The group of each batch: the largest first, each into the group that is smallest so far."""
    sizes = np.bincount(batches)
    group, filled = np.zeros(len(sizes), dtype=np.int64), np.zeros(GROUPS, dtype=np.int64)
    for batch in np.argsort(-sizes, kind="stable"):
        group[batch] = filled.argmin()
        filled[group[batch]] += sizes[batch]
    return group


def _numbered(names: Iterable[Hashable]) -> NDArray[np.int64]:
    """0, 1, 2 … in order of first appearance."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


@dataclass(frozen=True)
class HeldOut:
    """The questions of one group, with a ranker and a bank that never saw them."""

    rows: NDArray[np.int64]
    ranker: TrainedRanker
    bank_vectors: Matrix
    bank_lexical: LexicalIndex


def _held_out(data: Data) -> list[HeldOut]:
    folds = []
    for fold in range(GROUPS):
        rest = data.folds != fold
        rows = np.flatnonzero(~rest)
        known = LexicalIndex.build([data.questions[i] for i in np.flatnonzero(rest)])
        folds.append(HeldOut(rows, _ranker(data, rest), data.embeddings[rest], known))
        print(f"group {fold}: {len(rows)} questions", flush=True)
    return folds


def _features(data: Data, folds: list[HeldOut]) -> Matrix:
    """What speaks for each clause, shape (n, c, len(FEATURES)), by models and a bank without the question's fold."""
    features = np.zeros((*data.targets.shape, len(FEATURES)), dtype=np.float32)
    for fold in folds:
        for row in fold.rows:
            features[row] = fold.ranker.features(_evidence(data, int(row), fold))
    return features


def _status_features(data: Data, folds: list[HeldOut], features: Matrix, shares: Matrix) -> Matrix:
    """What tells whether the texts answer, by the same models and the fitted ranking."""
    found: dict[int, Matrix] = {}
    for fold in folds:
        for row in map(int, fold.rows):
            evidence = _evidence(data, row, fold)
            asked = fold.ranker.aspects.asked(evidence.question, evidence.embedding)
            found[row] = fold.ranker.status_features(evidence, features[row], asked, shares[row])
    return np.stack([found[row] for row in range(len(data.bank))])


def _ranker(data: Data, rows: NDArray[np.bool_]) -> TrainedRanker:
    bank = tuple(question for question, kept in zip(data.bank, rows, strict=True) if kept)
    return TrainedRanker(_train(data, rows), bank_ties(bank, data.clauses), _aspects(data, rows))


def _aspects(data: Data, rows: NDArray[np.bool_]) -> AspectReader:
    return fit(data.lessons.only(rows).and_also(data.phrased), data.told)


def _evidence(data: Data, row: int, fold: HeldOut) -> Evidence:
    question, embedding = data.questions[row], data.embeddings[row]
    cosines = fold.bank_vectors @ embedding
    nearest = np.argsort(-cosines)[:NEIGHBOURS]
    lexical = data.lexical.scores(question)
    return Evidence(
        question,
        embedding,
        lexical,
        sum_by(data.group_of, lexical),
        data.clause_vectors @ embedding,
        [(int(i), float(cosines[i])) for i in nearest],
        fold.bank_lexical.scores(question),
        fold.bank_lexical.postings(question),
        data.lexical.postings(question),
    )


def _train(data: Data, rows: NDArray[np.bool_]) -> Weights:
    """Linear and adapter weights on these rows; the fusion's stay zero until it is fitted."""
    answered = rows & (data.status == 0)
    members = np.eye(int(data.unit_of.max()) + 1, dtype=np.float32)[data.unit_of]
    linear = _fit_linear(data, answered, data.targets @ members)
    onehot = np.eye(len(SILENCE_KINDS), dtype=np.float32)[data.status]
    status = _fit_linear(data, rows, onehot)
    adapter, mean, clause_targets = _fit_adapter(data, answered)
    kinds = len(SILENCE_KINDS)
    return Weights(
        BundledEmbedder.space,
        data.clauses,
        data.unit_of,
        data.group_of,
        data.kind_of,
        adapter,
        mean,
        clause_targets,
        linear.embedding,
        linear.ngrams,
        linear.bias,
        status.embedding,
        status.ngrams,
        status.bias,
        np.zeros((2, len(FEATURES) + 1), dtype=np.float32),
        np.zeros((0, kinds), dtype=np.float32),
        np.zeros(kinds, dtype=np.float32),
    )


def _fit_linear(data: Data, rows: NDArray[np.bool_], targets: Matrix) -> Linear:
    """Soft-label softmax regression on the centred embedding and n-gram buckets; centring ends in the bias."""
    picked = np.flatnonzero(rows)
    mean = data.embeddings[picked].mean(axis=0)
    scale = 8.0  # centred e5 rows are about 0.5 long: brings them to the size of the n-gram part
    x = torch.from_numpy((data.embeddings[picked] - mean) * scale)
    buckets = [ngram_buckets(data.questions[i]) for i in picked]
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


def _fit_adapter(data: Data, rows: NDArray[np.bool_]) -> tuple[Matrix, NDArray[np.float32], Matrix]:
    """Two matrices started at the identity that bring a question to its sentence.

    Other sentences of the right measures are left out of the negatives: they are no mistake.
    """
    picked = np.flatnonzero(rows)
    mean = data.embeddings[picked].mean(axis=0)
    x = torch.from_numpy(data.embeddings[picked] - mean)
    z = torch.from_numpy(data.clause_vectors - data.clause_vectors.mean(axis=0))
    y = torch.from_numpy(data.targets[picked])
    owners = torch.from_numpy(data.provision_of)
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


def _fit_fusion(features: Matrix, targets: Matrix, kind_of: NDArray[np.int64]) -> Matrix:
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


def _fit_status(features: Matrix, status: NDArray[np.int64]) -> tuple[Matrix, NDArray[np.float32]]:
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


def _scores(data: Data, shares: Matrix, probabilities: Matrix) -> dict[str, object]:
    answered = data.status == 0
    owners = data.provision_of
    by_provision = np.zeros((len(shares), int(owners.max()) + 1), dtype=np.float32)
    truth = np.zeros_like(by_provision)
    for column, owner in enumerate(owners):
        by_provision[:, owner] += shares[:, column]
        truth[:, owner] += data.targets[:, column]
    order = np.argsort(-by_provision, axis=1)
    right = np.take_along_axis(truth > 0, order, axis=1)
    clause_right = np.take_along_axis(data.targets > 0, np.argsort(-shares, axis=1), axis=1)
    silent = probabilities[:, 0]
    table = {}
    for batch, name in enumerate(data.batch_names):
        mine = answered & (data.batches == batch)
        table[name] = {
            "questions": int((data.batches == batch).sum()),
            "hit@1": _mean(right[mine, 0]),
            "hit@3": _mean(right[mine, :3].any(axis=1)),
            "clause hit@1": _mean(clause_right[mine, 0]),
            "clause hit@3": _mean(clause_right[mine, :3].any(axis=1)),
            "answered or not": _mean(((silent > 0.5) == answered)[data.batches == batch]),
        }
    return {
        "split": f"writer batches in {GROUPS} groups, one left out at a time",
        "questions": len(data.bank),
        "answered": int(answered.sum()),
        "hit@1": _mean(right[answered, 0]),
        "hit@3": _mean(right[answered, :3].any(axis=1)),
        "clause hit@1": _mean(clause_right[answered, 0]),
        "answered or not": _mean((silent > 0.5) == answered),
        "auc": _auc(silent, answered),
        "batches": table,
    }


def _mean(values: Any) -> float:
    return round(float(values.mean()), 4) if len(values) else 0.0


def _auc(scores: NDArray[np.float32], positive: NDArray[np.bool_]) -> float:
    from sklearn.metrics import roc_auc_score

    return round(float(roc_auc_score(positive, scores)), 4)


def _save(
    path: Path,
    weights: Weights,
    fusion: Matrix,
    status_fusion: Matrix,
    status_bias: NDArray[np.float32],
) -> None:
    """Half precision for the large arrays: 3 MB instead of 6, same ranking."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name in Weights.__dataclass_fields__:
        value = np.array(getattr(weights, name))
        large = value.dtype == np.float32 and value.size > 1000
        arrays[name] = value.astype(np.float16) if large else value
    arrays |= {
        "fusion": fusion,
        "status_fusion": status_fusion.astype(np.float32),
        "status_fusion_bias": status_bias,
    }
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # numpy types **kwds as bool


if __name__ == "__main__":
    main()
