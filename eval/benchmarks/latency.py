"""A warm answer against LangChain's EnsembleRetriever alone, same questions, embedder and machine: `make bench`.

Prints p50 and p95 in milliseconds of both, and the ratio of the medians. The alternative only retrieves;
the assistant retrieves, judges, writes and verifies.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from assistant.settings import read_settings
from assistant.wiring import embedder_of, open_assistant
from eval.baselines import ensemble_over
from eval.datasets import Case, read_cases
from knowledge_base.sources import packaged_sources

SET = Path(__file__).parents[1] / "sets" / "report.jsonl"


def main() -> None:
    """Measure and print one JSON object."""
    settings = read_settings()
    sources = packaged_sources()
    assistant = open_assistant(settings, lambda *_: None, lambda: sources)
    search = ensemble_over(sources, embedder_of(settings), settings.home / "embedding-cache")
    cases = [case for case in read_cases(SET) if not case.history]
    ours = _timed(cases, lambda case: assistant.answer(case.asked()))
    theirs = _timed(cases, lambda case: search(case.question))
    print(
        json.dumps(
            {
                "questions": len(cases),
                "assistant_ms": {"p50": _percentile(ours, 50), "p95": _percentile(ours, 95)},
                "langchain_ensemble_ms": {"p50": _percentile(theirs, 50), "p95": _percentile(theirs, 95)},
                "ratio_of_medians": round(_percentile(theirs, 50) / _percentile(ours, 50), 2),
            },
            indent=1,
        )
    )


def _timed(cases: Sequence[Case], run: Callable[[Case], object]) -> list[float]:
    run(cases[0])
    times = []
    for case in cases:
        begun = time.perf_counter()
        run(case)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _percentile(times: Sequence[float], share: float) -> float:
    return round(float(np.percentile(times, share)), 2)


if __name__ == "__main__":
    main()
