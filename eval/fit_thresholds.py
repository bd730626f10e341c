"""Fits `knowledge_base/data/ranker/thresholds.json` on the fit split: `python -m eval.fit_thresholds`.

Coordinate search over a grid; the objective is the mean of status accuracy, citation F1 and quote coverage, and of these
over the sets. Of status, a question that is not to be answered counts twice (`SILENT_WEIGHT`).
The report split is never read. `aspect_asked` and `aspect_named` are not fitted here: the objective hardly knows the first (0.7253 at
0.5, 0.7258 at 0.7, 0.7264 without) and nothing of the second. They were chosen on the fit split, in trials that are not kept: 0.7 is where open
aspects lose nothing and answered questions the least; from 0.3 on, the aspect that a decline of batches x and y names where no word
does is right in 85 of 98.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property

from assistant.consultant import Consultant
from assistant.consultation import Consultation, status_of
from assistant.settings import read_settings
from assistant.thresholds import Thresholds, read_thresholds
from assistant.wiring import open_assistant
from eval.datasets import DAY, FIT_SETS, SILENT_WEIGHT, Case, read_cases
from eval.metrics import MET_BY
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.retrieval import HybridRetriever
from knowledge_base.sources import DATA

OUT = DATA / "ranker" / "thresholds.json"
GRID = {
    "answered": [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75],
    "out_of_scope": [0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8],
    "aspect_answered": [0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1.01],
    "aspect_stated": [0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6],
    "provision_ratio": [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7],
    "provision_ratio_all": [0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4],
    "new_subject": [0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    "stands_alone": [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01],
    "story_ratio": [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    "clause_ratio": [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5],
}
# `linked_ratio` stays as it is: the objective hardly knows it, and lower a document that merely does not say that it lacks
# what is asked (办绿卡要交哪些材料) would answer for the sentence that leaves it open.
PLATEAU = 0.003  # of the objective, about a question: among values that good the middle one generalises best


@dataclass(frozen=True)
class Recalled:
    """A retriever that finds everything once: candidates differ only in what is made of it."""

    of: HybridRetriever

    @cached_property
    def consult(self) -> Callable[..., Finding]:
        """As `HybridRetriever.consult`."""
        return cache(self.of.consult)

    @cached_property
    def search(self) -> Callable[..., Finding]:
        """As `HybridRetriever.search`."""
        return cache(self.of.search)

    @cached_property
    def answers(self) -> Callable[..., float | None]:
        """As `HybridRetriever.answers`."""
        return cache(self.of.answers)


def main() -> None:
    """Fit, print, save."""
    base = open_assistant(read_settings(), lambda *_: None).knowledge_base
    base = replace(base, retriever=Recalled(base.retriever))  # type: ignore[arg-type]  # all that is used
    sets = [list(read_cases(path)) for path in FIT_SETS]
    limits = read_thresholds()
    for name, values in GRID.items():
        candidates = [replace(limits, **{name: value}) for value in values]  # type: ignore[arg-type]  # no `follow`
        scores = [_objective(base, sets, candidate) for candidate in candidates]
        good = [c for c, score in zip(candidates, scores, strict=True) if score >= max(scores) - PLATEAU]
        limits = good[len(good) // 2]
    result = {
        **json.loads(OUT.read_text("utf-8")),
        "fitted_on": f"{', '.join(path.name for path in FIT_SETS)} in eval/sets, {sum(map(len, sets))} questions",
        "objective": round(_objective(base, sets, limits), 4),
        "thresholds": asdict(limits),
    }
    OUT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _objective(base: KnowledgeBase, sets: Sequence[Sequence[Case]], limits: Thresholds) -> float:
    """The mean over the sets: each stands for a way of asking, however many questions it has."""
    consultant = Consultant(base, limits, DAY)
    return sum(_score(consultant, cases) for cases in sets) / len(sets)


def _score(consultant: Consultant, cases: Sequence[Case]) -> float:
    citation = quote = status = weights = 0.0
    asked = quoted = 0
    for case in cases:
        found = consultant.consult(case.question, tuple(turn.question for turn in case.history))
        met = status_of(found) in MET_BY[case.expect]
        weight = 1 if case.expect == "answer" else SILENT_WEIGHT
        status += weight * met
        weights += weight
        if case.expect == "answer":
            asked += 1
            citation += _citation_f1(case, found)
            if case.must_quote:
                quoted += 1
                quote += _quote_coverage(case, found)
    return (status / weights + citation / max(asked, 1) + quote / max(quoted, 1)) / 3


def _citation_f1(case: Case, found: Sequence[Consultation]) -> float:
    """Measures are told by their number, points of digests by their document too."""
    places = [place for consultation in found for place in consultation.places]
    named = bool(case.points or case.needs)
    cited = {f"{document}#{number}" if named else str(number) for document, number in places}
    needs = [set(need) for need in case.needs if need] or [{name} for name in case.relevant]
    precision = len(cited & {*case.relevant, *map(str, case.acceptable)}) / max(len(cited), 1)
    recall = sum(not cited.isdisjoint(need) for need in needs) / max(len(needs), 1)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _quote_coverage(case: Case, found: Sequence[Consultation]) -> float:
    supports = [support for consultation in found for support in consultation.verdict.supports]
    quotes = "\n".join(s.document.quote(clause) for s in supports for clause in s.clauses)
    return sum(text in quotes for text in case.must_quote) / len(case.must_quote)


if __name__ == "__main__":
    main()
