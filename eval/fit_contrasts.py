"""Fits which turns state one side and ask for the other: `python -m eval.fit_contrasts`.

A logistic regression on the turns of the fit split that are cut in two and that the texts have two sides for
(`assistant/contrast.py`): comparisons and several questions in one against all others. Scored by folds. Writes `contrast` in
`thresholds.json`. Needs torch (extra `dev`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.consultant import Consultant
from assistant.contrast import ContrastWeights, said_of
from assistant.decomposition import pieces
from assistant.settings import read_settings
from assistant.thresholds import read_thresholds
from assistant.two_sides import BOTH_MEANT, both_sides, cut_of, dictated, found_of
from assistant.understanding import understand
from assistant.wiring import open_assistant
from eval.datasets import DAY, FIT_SETS, Case, read_cases
from eval.lbfgs import minimum
from knowledge_base.sources import DATA

OUT = DATA / "ranker" / "thresholds.json"
TWO_SIDED = ("comparison", "multi_part")
FOLDS = 6
DECAY = 0.001
APART_WEIGHT = 2.0  # of a turn that asks one thing: an answer to its setting is one that nobody asked for


@dataclass(frozen=True)
class Contrast:
    """A turn cut in two, the numbers that `ContrastWeights` weigh, and whether both sides are meant."""

    values: torch.Tensor
    meant: bool


def main() -> None:
    """Fit, print the scores of the folds, save."""
    cases = [case for path in FIT_SETS for case in read_cases(path) if not case.history]
    found = list(_contrasts(cases))
    told: list[tuple[bool, bool]] = []
    for fold in range(FOLDS):
        weights = _fitted([one for at, one in enumerate(found) if at % FOLDS != fold])
        told += [
            (one.meant, weights.probability(tuple(one.values.tolist())) > BOTH_MEANT)
            for one in found[fold::FOLDS]
        ]
    stored = json.loads(OUT.read_text("utf-8"))
    stored["thresholds"]["contrast"] = asdict(_fitted(found))
    stored["contrasts"] = {
        "two sides": sum(meant for meant, _ in told),
        "taken apart": sum(meant and taken for meant, taken in told),
        "others": sum(not meant for meant, _ in told),
        "of these taken apart": sum(taken and not meant for meant, taken in told),
    }
    OUT.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps([stored["contrasts"], stored["thresholds"]["contrast"]], indent=1))


def _contrasts(cases: Sequence[Case]) -> Iterator[Contrast]:
    base = open_assistant(read_settings(), lambda *_: None).knowledge_base
    consultant = Consultant(base, read_thresholds(), DAY)
    for case in cases:
        whole = understand(case.question)
        cut = None if len(pieces(case.question)) > 1 or dictated(whole) else cut_of(whole)
        if cut and (both := both_sides(cut, (), consultant.one)):
            values = torch.tensor([*said_of(cut, base.documents), *found_of(*both)])
            yield Contrast(values, case.kind in TWO_SIDED)


def _fitted(contrasts: Sequence[Contrast]) -> ContrastWeights:
    values = torch.stack([one.values for one in contrasts])
    meant = torch.tensor([float(one.meant) for one in contrasts])
    counts = torch.where(meant > 0, 1.0, APART_WEIGHT)

    def loss(weights: torch.Tensor) -> torch.Tensor:
        lost = binary_cross_entropy_with_logits(values @ weights, meant, weight=counts)
        return lost + DECAY * (weights[1:] ** 2).sum()

    return ContrastWeights(*[round(float(weight), 2) for weight in minimum(loss, values.shape[1])])


if __name__ == "__main__":
    main()
