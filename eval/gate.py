"""Whether a knowledge-base version may serve: the report split against the bars in `eval/sets/bars.json`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from assistant.pipeline import Assistant
from assistant.thresholds import read_thresholds
from assistant.writing import ExtractiveWriter
from eval.datasets import read_cases
from eval.metrics import summarise
from eval.run import run_cases
from knowledge_base import KnowledgeBase
from knowledge_base.indexing import Progress
from knowledge_base.sources import packaged_sources

SETS = Path(__file__).parent / "sets"
REPORTED = ("report.jsonl", "documents.jsonl", "dialogue.jsonl")
SHOWN = {
    "hit@1": "首条即中",
    "hit@3": "前三条有",
    "status_accuracy": "答与不答判对",
    "citation_recall": "依据齐全",
}
MUST_BE_ZERO = ("unverifiable_quotes", "foreign_numbers", "forbidden_strings", "failed")


def bars() -> dict[str, float]:
    """Metric → the least that it may be on the report split."""
    read: dict[str, float] = json.loads((SETS / "bars.json").read_text("utf-8"))
    return read


def cases_about(document_id: str) -> int:
    """How many cases of the reported sets rest on a document; a bare number is a measure of the opinion."""
    cases = [case for name in REPORTED for case in read_cases(SETS / name)]
    principal = next(iter(packaged_sources().records))
    named = ([name if "#" in name else f"{principal}#{name}" for name in case.relevant] for case in cases)
    return sum(any(name.startswith(f"{document_id}#") for name in names) for names in named)


def scores(base: KnowledgeBase, progress: Progress) -> list[str]:
    """How a version does on each reported set: a line for people."""
    assistant = Assistant(base, ExtractiveWriter(), read_thresholds(), date.today)
    lines = []
    for name in REPORTED:
        cases = read_cases(SETS / name)
        metrics = summarise(run_cases(assistant, cases, _named(progress, name)), base.documents)
        shown = [f"{label} {metrics[key]:.1%}" for key, label in SHOWN.items()]
        wrong = sum(metrics[key] for key in MUST_BE_ZERO)
        lines.append(f"{name}（{len(cases)} 题）：{'，'.join(shown)}，无据或越界的内容 {wrong:.0f} 处")
    return lines


def _named(progress: Progress, name: str) -> Progress:
    return lambda stage, done, total: progress(f"{stage} {name}", done, total)


def shortfalls(base: KnowledgeBase, today: date | None = None, progress: Progress | None = None) -> list[str]:
    """What falls short, in words; empty where the version may serve."""
    assistant = Assistant(base, ExtractiveWriter(), read_thresholds(), lambda: today or date.today())
    metrics = summarise(run_cases(assistant, read_cases(SETS / "report.jsonl"), progress), base.documents)
    found = [f"{name} 为 {metrics[name]}，低于 {bar}" for name, bar in bars().items() if metrics[name] < bar]
    return found + [f"{name} 为 {metrics[name]}，应为 0" for name in MUST_BE_ZERO if metrics[name]]
