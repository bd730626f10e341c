"""Fits `knowledge_base/data/support/limits.json` on the fit half of the claims: `python -m eval.fit_support`.

Among limits that let through the fewest false claims, those that keep the most true ones. The report half is only
counted. `--show` prints what the chosen limits get wrong in the fit half.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import asdict

from assistant.support import Limits
from eval.planting import Claim, Desk, open_desk, read_claims
from knowledge_base.sources import DATA, packaged_sources

DOCUMENT = "qianzhibanfa-2023-11"
OUT = DATA / "support" / "limits.json"
COVERAGE = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9]
GAP = [1, 2, 3, 4]
BOUND = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
PRICE = 5  # a false claim let through costs as much as this many true ones lost


def main() -> None:
    """Fit, count, save."""
    desk = open_desk(packaged_sources(), DOCUMENT)
    claims = read_claims(desk)
    lawful = {claim.id for claim in claims if not desk.faults(claim)}
    fit = [claim for claim in claims if claim.half == "fit"]
    grid = [Limits(*values) for values in itertools.product(COVERAGE, GAP, BOUND)]
    costs = [_cost(desk, fit, lawful, candidate) for candidate in grid]
    best = [limits for limits, cost in zip(grid, costs, strict=True) if cost == min(costs)]
    limits = max(best, key=lambda one: (one.coverage, -one.gap, one.bound))  # of equals the strictest
    result = {
        "fitted_on": "the fit half of eval/sets/support.jsonl with the faults planted by eval/planting.py",
        "limits": asdict(limits),
        **{
            half: _score(desk, [c for c in claims if c.half == half], lawful, limits)
            for half in ("fit", "report")
        },
    }
    OUT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if "--show" in sys.argv:
        for claim in fit:
            why = "；".join(desk.faults(claim)) or desk.unsupported(claim, limits)
            if bool(why) == claim.supported:
                print(claim.id, claim.clauses, claim.text, why, sep=" | ")


def _passed(desk: Desk, claims: Sequence[Claim], lawful: Set[str], limits: Limits) -> list[Claim]:
    return [claim for claim in claims if claim.id in lawful and not desk.unsupported(claim, limits)]


def _cost(desk: Desk, claims: Sequence[Claim], lawful: Set[str], limits: Limits) -> float:
    passed = _passed(desk, claims, lawful, limits)
    true = sum(claim.supported for claim in passed)
    return PRICE * (len(passed) - true) + sum(claim.supported for claim in claims) - true


def _score(desk: Desk, claims: Sequence[Claim], lawful: Set[str], limits: Limits) -> dict[str, object]:
    """Precision: the share of passed claims that are true; recall: the share of true claims that pass."""
    passed = _passed(desk, claims, lawful, limits)
    true = [claim for claim in passed if claim.supported]
    kinds = Counter(claim.kind for claim in claims)
    through = Counter(claim.kind for claim in passed)
    return {
        "claims": len(claims),
        "true": sum(claim.supported for claim in claims),
        "precision": round(len(true) / max(len(passed), 1), 4),
        "recall": round(len(true) / max(sum(claim.supported for claim in claims), 1), 4),
        "false_let_through": len(passed) - len(true),
        "false_let_through_by_the_laws_alone": sum(c.id in lawful and not c.supported for c in claims),
        "passed_by_kind": {kind: f"{through[kind]}/{kinds[kind]}" for kind in sorted(kinds)},
    }


if __name__ == "__main__":
    main()
