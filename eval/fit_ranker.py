"""Makes `knowledge_base/data/ranker/weights.npz` and `scores.json` from the question bank: `python -m eval.fit_ranker`.

Every writer's batch is scored by models that never saw it (batches in `GROUPS` groups, one left out at a time); the
fusion is fitted on those scores, and they are what `scores.json` reports. The weights that are kept are then trained on the
whole bank. With `--keep-fusion` only that last step is taken, for a bank that has grown by little: fusion,
aspects and scores stay those of the last whole run. Needs torch (extra `dev`); nothing at run time does.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval import bank_space
from eval.aspect_lessons import fit, save
from eval.ranker_lessons import GROUPS, Bank, read_bank
from eval.ranker_training import fit_adapter, fit_fusion, fit_linear, fit_status
from knowledge_base.aspects import AspectReader
from knowledge_base.embedding import BundledEmbedder, Matrix
from knowledge_base.indexing import bank_ties
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.ranking import (
    FEATURES,
    SILENCE_KINDS,
    Evidence,
    TrainedRanker,
    fused,
    softmax,
    sum_by,
)
from knowledge_base.sources import DATA, packaged_sources
from knowledge_base.untrained_fusion import NEIGHBOURS
from knowledge_base.vector_index import nearest_rows
from knowledge_base.weights import Weights

FOLDER = DATA / "ranker"
WEIGHTS = "weights.npz"
SEED = 20231106


def main() -> None:
    """Train, report, save."""
    torch.manual_seed(SEED)
    bank = read_bank(packaged_sources())
    everything = np.ones(len(bank.entries), dtype=bool)
    if "--keep-fusion" in sys.argv[1:]:
        with np.load(FOLDER / WEIGHTS) as kept:
            fused_by = kept["fusion"], kept["status_fusion"], kept["status_fusion_bias"]
        _save(FOLDER / WEIGHTS, _train(bank, everything), *fused_by)
        return
    held_out = _held_out(bank)
    features = _features(bank, held_out)
    answered = bank.status == 0
    fusion = fit_fusion(features[answered], bank.targets[answered], bank.kind_of)
    shares = softmax(fused(features, fusion, bank.kind_of))
    status_features = _status_features(bank, held_out, features, shares)
    status_fusion, status_bias = fit_status(status_features, bank.status)
    probabilities = softmax(status_features @ status_fusion + status_bias)
    scores = _scores(bank, shares, probabilities)
    weights = _train(bank, everything)
    FOLDER.mkdir(parents=True, exist_ok=True)
    _save(FOLDER / WEIGHTS, weights, fusion, status_fusion, status_bias)
    save(_aspects(bank, everything), FOLDER / "aspects.npz")
    (FOLDER / "scores.json").write_text(json.dumps(scores, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(scores, ensure_ascii=False, indent=1))


@dataclass(frozen=True)
class HeldOut:
    """The questions of one group, with a ranker and a bank that never saw them."""

    rows: NDArray[np.int64]
    ranker: TrainedRanker
    places: Matrix
    bank_lexical: LexicalIndex


def _held_out(bank: Bank) -> list[HeldOut]:
    folds = []
    for fold in range(GROUPS):
        rest = bank.folds != fold
        rows = np.flatnonzero(~rest)
        questions = [bank.questions[i] for i in np.flatnonzero(rest)]
        ranker = _ranker(bank, rest)
        places = ranker.weights.bank_space.places(questions, bank.embeddings[rest])
        folds.append(HeldOut(rows, ranker, places, LexicalIndex.build(questions)))
        print(f"group {fold}: {len(rows)} questions", flush=True)
    return folds


def _features(bank: Bank, folds: list[HeldOut]) -> Matrix:
    """What speaks for each clause, shape (n, c, len(FEATURES)), by models and a bank without the question's fold."""
    features = np.zeros((*bank.targets.shape, len(FEATURES)), dtype=np.float32)
    for fold in folds:
        for row in fold.rows:
            features[row] = fold.ranker.features(_evidence(bank, int(row), fold))
    return features


def _status_features(bank: Bank, folds: list[HeldOut], features: Matrix, shares: Matrix) -> Matrix:
    """What tells whether the texts answer, by the same models and the fitted ranking."""
    found: dict[int, Matrix] = {}
    for fold in folds:
        for row in map(int, fold.rows):
            evidence = _evidence(bank, row, fold)
            asked = fold.ranker.aspects.asked(evidence.question, evidence.embedding)
            found[row] = fold.ranker.status_features(evidence, features[row], asked, shares[row])
    return np.stack([found[row] for row in range(len(bank.entries))])


def _ranker(bank: Bank, rows: NDArray[np.bool_]) -> TrainedRanker:
    kept = tuple(question for question, keep in zip(bank.entries, rows, strict=True) if keep)
    return TrainedRanker(_train(bank, rows), bank_ties(kept, bank.clauses), _aspects(bank, rows))


def _aspects(bank: Bank, rows: NDArray[np.bool_]) -> AspectReader:
    return fit(bank.lessons.only(rows).and_also(bank.phrased), bank.told)


def _evidence(bank: Bank, row: int, fold: HeldOut) -> Evidence:
    question, embedding = bank.questions[row], bank.embeddings[row]
    place = fold.ranker.weights.bank_space.place(question, embedding)
    lexical = bank.lexical.scores(question)
    return Evidence(
        question,
        embedding,
        lexical,
        sum_by(bank.group_of, lexical),
        bank.clause_vectors @ embedding,
        nearest_rows(fold.places, place, NEIGHBOURS),
        fold.bank_lexical.scores(question),
        fold.bank_lexical.postings(question),
        bank.lexical.postings(question),
    )


def _train(bank: Bank, rows: NDArray[np.bool_]) -> Weights:
    """Linear and adapter weights on these rows; the fusion's stay zero until it is fitted."""
    answered = rows & (bank.status == 0)
    members = np.eye(int(bank.unit_of.max()) + 1, dtype=np.float32)[bank.unit_of]
    linear = fit_linear(bank, answered, bank.targets @ members)
    onehot = np.eye(len(SILENCE_KINDS), dtype=np.float32)[bank.status]
    status = fit_linear(bank, rows, onehot)
    adapter, mean, clause_targets = fit_adapter(bank, answered)
    space = bank_space.learn(bank, rows)
    kinds = len(SILENCE_KINDS)
    return Weights(
        BundledEmbedder.space,
        bank.clauses,
        bank.unit_of,
        bank.group_of,
        bank.kind_of,
        adapter,
        mean,
        space.embedding,
        space.ngrams,
        space.bias,
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


def _scores(bank: Bank, shares: Matrix, probabilities: Matrix) -> dict[str, object]:
    answered = bank.status == 0
    owners = bank.provision_of
    by_provision = np.zeros((len(shares), int(owners.max()) + 1), dtype=np.float32)
    truth = np.zeros_like(by_provision)
    for column, owner in enumerate(owners):
        by_provision[:, owner] += shares[:, column]
        truth[:, owner] += bank.targets[:, column]
    order = np.argsort(-by_provision, axis=1)
    right = np.take_along_axis(truth > 0, order, axis=1)
    clause_right = np.take_along_axis(bank.targets > 0, np.argsort(-shares, axis=1), axis=1)
    silent = probabilities[:, 0]
    table = {}
    for batch, name in enumerate(bank.batch_names):
        mine = answered & (bank.batches == batch)
        table[name] = {
            "questions": int((bank.batches == batch).sum()),
            "hit@1": _mean(right[mine, 0]),
            "hit@3": _mean(right[mine, :3].any(axis=1)),
            "clause hit@1": _mean(clause_right[mine, 0]),
            "clause hit@3": _mean(clause_right[mine, :3].any(axis=1)),
            "answered or not": _mean(((silent > 0.5) == answered)[bank.batches == batch]),
        }
    return {
        "split": f"writer batches in {GROUPS} groups, one left out at a time",
        "questions": len(bank.entries),
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
