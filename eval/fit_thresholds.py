"""Fits `knowledge_base/data/ranker/thresholds.json` on the fit split: `python -m eval.fit_thresholds`.

Coordinate search over a grid; the objective is the mean of status accuracy, citation F1 and quote coverage.
The report split is never read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from assistant.judgement import Thresholds, Verdict, judge, leans_on_history, read_thresholds
from assistant.pipeline import DEPTH, Assistant
from assistant.settings import read_settings
from assistant.understanding import Inquiry, understand
from assistant.wiring import open_assistant
from eval.datasets import Case, read_cases
from eval.metrics import MET_BY
from knowledge_base import Finding
from knowledge_base.sources import DATA

SETS = [Path(__file__).parent / "sets" / name for name in ("fit.jsonl", "documents-fit.jsonl")]
OUT = DATA / "ranker" / "thresholds.json"
GRID = {
    "answered": [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75],
    "out_of_scope": [0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8],
    "aspect_answered": [0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99],
    "provision_ratio": [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7],
    "provision_ratio_all": [0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4],
    "new_subject": [0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    "stands_alone": [0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    "clause_ratio": [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5],
}
ROUNDS = 3
PLATEAU = (
    0.002  # of the objective, less than one question: among values that good the middle one generalises best
)


@dataclass(frozen=True)
class Prepared:
    """A case as the judge sees it, retrieved once."""

    case: Case
    inquiry: Inquiry
    own: Finding
    with_history: Finding | None

    def finding(self, limits: Thresholds) -> Finding:
        """What the pipeline would look at under these limits."""
        if self.with_history and leans_on_history(self.inquiry, self.own, limits):
            return self.with_history
        return self.own


def main() -> None:
    """Fit, print, save."""
    assistant = open_assistant(read_settings(), lambda *_: None)
    prepared = [_prepare(assistant, case) for path in SETS for case in read_cases(path)]
    limits = read_thresholds()
    for _ in range(ROUNDS):
        for name, values in GRID.items():
            candidates = [replace(limits, **{name: value}) for value in values]
            scores = [_objective(assistant, prepared, candidate) for candidate in candidates]
            good = [c for c, score in zip(candidates, scores, strict=True) if score >= max(scores) - PLATEAU]
            limits = good[len(good) // 2]
    result = {
        "fitted_on": f"{' and '.join(path.name for path in SETS)} in eval/sets, {len(prepared)} questions",
        "objective": round(_objective(assistant, prepared, limits), 4),
        "thresholds": asdict(limits),
    }
    OUT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _prepare(assistant: Assistant, case: Case) -> Prepared:
    inquiry = understand(case.asked())
    consult = assistant.knowledge_base.retriever.consult
    earlier = consult(inquiry.with_history, DEPTH) if inquiry.with_history else None
    return Prepared(case, inquiry, consult(inquiry.own, DEPTH), earlier)


def _objective(assistant: Assistant, prepared: Sequence[Prepared], limits: Thresholds) -> float:
    status = citation = quote = 0.0
    asked = quoted = 0
    for item in prepared:
        verdict = judge(item.inquiry, item.finding(limits), assistant.knowledge_base, limits)
        status += verdict.status in MET_BY[item.case.expect]
        if item.case.expect == "answer":
            asked += 1
            citation += _citation_f1(item.case, verdict)
            if item.case.must_quote:
                quoted += 1
                quote += _quote_coverage(item.case, verdict)
    return (status / len(prepared) + citation / max(asked, 1) + quote / max(quoted, 1)) / 3


def _citation_f1(case: Case, verdict: Verdict) -> float:
    """Measures are told by their number, points of digests by their document too."""
    cited = {
        f"{support.document.id}#{support.provision.number}" if case.points else str(support.provision.number)
        for support in verdict.supports
    }
    precision = len(cited & {*case.relevant, *map(str, case.acceptable)}) / max(len(cited), 1)
    recall = len(cited & set(case.relevant)) / max(len(case.relevant), 1)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _quote_coverage(case: Case, verdict: Verdict) -> float:
    quotes = "\n".join(s.document.quote(clause) for s in verdict.supports for clause in s.clauses)
    return sum(text in quotes for text in case.must_quote) / len(case.must_quote)


if __name__ == "__main__":
    main()
