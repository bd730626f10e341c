"""Fits which two provisions stand for the sides of a comparison: `python -m eval.fit_comparisons`.

Softmax over all pairs of provisions, on the comparisons of the fit split that name two sides or texts. Scored by folds. Writes
`pair` in `thresholds.json`. Needs torch (extra `dev`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from assistant.comparison import looked_up, paired
from assistant.pairing import Pair, PairWeights
from assistant.settings import read_settings
from assistant.understanding import understand
from assistant.wiring import open_assistant
from eval.datasets import Case, read_cases
from eval.lbfgs import minimum
from knowledge_base import KnowledgeBase
from knowledge_base.sources import DATA

SET = Path(__file__).parent / "sets" / "dialogue-fit.jsonl"
OUT = DATA / "ranker" / "thresholds.json"
FOLDS = 6
DECAY = 0.001


@dataclass(frozen=True)
class Comparison:
    """The pairs of one question, (pairs, weights), and the share of what it needs that each meets, (pairs,)."""

    values: torch.Tensor
    met: torch.Tensor


def main() -> None:
    """Fit, print the score of the folds, save."""
    base = open_assistant(read_settings(), lambda *_: None).knowledge_base
    cases = [case for case in read_cases(SET) if case.kind == "comparison" and not case.history]
    found = [comparison for case in cases if (comparison := _comparison(case, base))]
    met = 0.0
    for fold in range(FOLDS):
        weights = _fitted([one for at, one in enumerate(found) if at % FOLDS != fold])
        met += sum(float(one.met[torch.argmax(one.values @ weights)]) for one in found[fold::FOLDS])
    pair = PairWeights(*[round(float(weight), 2) for weight in _fitted(found)])
    stored = json.loads(OUT.read_text("utf-8"))
    stored["thresholds"]["pair"] = asdict(pair)
    stored["comparisons"] = {"questions": len(found), "met": round(met / len(found), 3)}
    OUT.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(stored["comparisons"] | asdict(pair)))


def _comparison(case: Case, base: KnowledgeBase) -> Comparison | None:
    inquiry = understand(case.question)
    if inquiry.form != "compare" or not any(case.needs):
        return None
    pairs = paired(inquiry, *looked_up(inquiry, base.retriever), base)
    if not pairs:
        return None
    met = torch.tensor([_met(pair, case.needs) for pair in pairs])
    return Comparison(torch.tensor([pair.values for pair in pairs]), met)


def _met(pair: Pair, needs: Sequence[Sequence[str]]) -> float:
    shown = {f"{hit.document_id}#{hit.provision.number}" for hit in pair.hits}
    asked = [need for need in needs if need]
    return sum(not shown.isdisjoint(need) for need in asked) / len(asked)


def _fitted(comparisons: Sequence[Comparison]) -> torch.Tensor:
    """Weights as in `PairWeights`, of comparisons that some pair meets wholly."""
    sought = [one for one in comparisons if (one.met == 1).any()]

    def loss(weights: torch.Tensor) -> torch.Tensor:
        lost = [
            torch.logsumexp(scores, 0) - torch.logsumexp(scores[one.met == 1], 0)
            for one in sought
            for scores in [one.values @ weights]
        ]
        return torch.stack(lost).mean() + DECAY * (weights**2).sum()

    return minimum(loss, sought[0].values.shape[1])


if __name__ == "__main__":
    main()
