"""Whether a knowledge-base version may serve: the report split against the bars in `eval/sets/bars.json`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from assistant.judgement import read_thresholds
from assistant.pipeline import Assistant
from assistant.writing import ExtractiveWriter
from eval.datasets import read_cases
from eval.metrics import summarise
from eval.run import run_cases
from knowledge_base import KnowledgeBase
from knowledge_base.indexing import Progress
from knowledge_base.sources import packaged_sources

SETS = Path(__file__).parent / "sets"
REPORTED = ("report.jsonl", "documents.jsonl", "dialogue.jsonl")
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


def shortfalls(base: KnowledgeBase, today: date | None = None, progress: Progress | None = None) -> list[str]:
    """What falls short, in words; empty where the version may serve."""
    assistant = Assistant(base, ExtractiveWriter(), read_thresholds(), lambda: today or date.today())
    metrics = summarise(run_cases(assistant, read_cases(SETS / "report.jsonl"), progress), base.documents)
    found = [f"{name} 为 {metrics[name]}，低于 {bar}" for name, bar in bars().items() if metrics[name] < bar]
    return found + [f"{name} 为 {metrics[name]}，应为 0" for name in MUST_BE_ZERO if metrics[name]]
