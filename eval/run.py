"""Runs a set of cases through the assistant and writes what came of it; behind `policy-assistant eval`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.wiring import embedder_of, open_assistant
from eval.datasets import Case, EvaluationError, read_cases
from eval.metrics import Record, summarise
from knowledge_base.indexing import Progress
from knowledge_base.sources import folder_sources, packaged_sources

__all__ = ["EvaluationError", "evaluate_file", "run_cases"]


def evaluate_file(
    questions: Path,
    corpus: Path | None,
    report: Path | None,
    bars: Sequence[str],
    baselines: bool,
    settings: Settings,
    progress: Callable[[], Progress],
    as_of: date | None = None,
) -> list[str]:
    """Evaluate, print the metrics, write the report; returns the bars that were missed, in words."""
    limits = [_bar(bar) for bar in bars]
    cases = read_cases(questions)
    with tempfile.TemporaryDirectory(prefix="policy-assistant-eval-") as temporary:
        home = Path(temporary) if corpus else settings.home
        sources = folder_sources(corpus) if corpus else packaged_sources()
        own = settings.model_copy(update={"home": home})
        assistant = open_assistant(own, progress(), lambda: sources, today=lambda: as_of or date.today())
        records = run_cases(assistant, cases)
        metrics = summarise(records, sources.documents)
        compared: dict[str, dict[str, float]] = {}
        if baselines:
            from eval.baselines import compare

            compared = compare(cases, sources, embedder_of(own), settings.home / "embedding-cache")
    print(json.dumps(metrics, ensure_ascii=False, indent=1))
    for name, values in compared.items():
        print(json.dumps({name: values}, ensure_ascii=False))
    if report:
        from eval.report import write_report

        write_report(
            report, questions, assistant.knowledge_base.version, records, metrics, compared, sources.documents
        )
    return [f"{name} 为 {metrics[name]}，低于 {limit}" for name, limit in limits if metrics[name] < limit]


def _bar(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    from eval.metrics import summarise as names

    known = names([_EMPTY], {})
    try:
        limit = float(value)
    except ValueError:
        raise EvaluationError(f"--fail-under {text!r} 应为 指标=数值") from None
    if name not in known:
        raise EvaluationError(f"没有指标 {name!r}：可用 {'、'.join(known)}")
    return name, limit


_EMPTY = Record(Case(id="", question="?"), None, (), 0.0)


def run_cases(assistant: Assistant, cases: Sequence[Case], progress: Progress | None = None) -> list[Record]:
    """One record a case, in order; a case that fails is kept with its error. Without `progress` a bar tells how far it is."""
    from tqdm import tqdm

    assistant.answer(Case(id="warm", question="知识产权").asked())
    if progress is None:
        return [_run(assistant, case) for case in tqdm(cases, desc="评测", file=sys.stderr, leave=False)]
    records = []
    for number, case in enumerate(cases, 1):
        records.append(_run(assistant, case))
        progress("评测", number, len(cases))
    return records


def _run(assistant: Assistant, case: Case) -> Record:
    begun = time.perf_counter()
    try:
        answer = assistant.answer(case.asked())
    except ValueError as error:
        return Record(case, None, (), (time.perf_counter() - begun) * 1000, str(error))
    ranking = tuple(map(str, answer.ranking))
    if case.points or case.needs:
        ranking = answer.ranked_provisions
    elif case.document_ids:
        ranking = answer.ranked_documents
    return Record(case, answer, ranking, (time.perf_counter() - begun) * 1000)
