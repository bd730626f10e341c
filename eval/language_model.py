"""What a real model writes and what verification makes of it: `python -m eval.language_model --out DIR`.

Without `--base-url` a small local model is fetched and served; it is far too weak to answer from, so it makes the very
errors that verification must catch. Writes `report.json`, and `let-through.jsonl`: each sentence that passed, beside
the words that it cites, for a person to read.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from assistant.contract import Question, Statement
from assistant.endpoint import Access, Endpoint
from assistant.llm_writer import LanguageModelWriter, Revision
from assistant.pipeline import REVISED, Assistant
from assistant.settings import read_settings
from assistant.support import read_limits
from assistant.wiring import open_assistant
from assistant.writing import Brief, ExtractiveWriter
from eval.datasets import Case, read_cases
from eval.local_model import NoLocalModel, local_model

SET = Path(__file__).parent / "sets" / "fit.jsonl"
PATIENCE = 600.0  # seconds; what is measured is what the model writes, not how soon


class Recording:
    """The language-model writer, with what became of each of its sentences written down."""

    def __init__(self, writer: LanguageModelWriter) -> None:
        self.name = writer.name
        self.rows: list[dict[str, Any]] = []
        self.through: list[dict[str, Any]] = []
        self._writer = writer

    def write(self, brief: Brief) -> Iterator[Statement]:
        """See `AnswerWriter`."""
        begun = time.perf_counter()
        revision = self._writer.revise(brief)
        self.rows.append(_row(brief.asked, revision, time.perf_counter() - begun))
        by_id = {citation.id: citation for citation in brief.citations}
        for statement in revision.spoken:
            cited = [
                {"provision": by_id[n].provision, "strength": by_id[n].strength, "quote": by_id[n].quote}
                for n in statement.citations
            ]
            self.through.append(
                {"question": brief.asked.question, "text": statement.text, "cited": cited, "false": None}
            )
        yield from revision.statements


def main() -> None:
    """Ask, count, write."""
    options = _options()
    served = nullcontext((options.base_url, options.model)) if options.base_url else local_model()
    assistant = open_assistant(read_settings(), lambda *_: None)
    try:
        with served as (address, model):
            access = Access(address, model, SecretStr(options.api_key), PATIENCE, 600, options.temperature)
            writer = LanguageModelWriter(Endpoint(access), ExtractiveWriter(), read_limits(), PATIENCE)
            recording = Recording(writer)
            _ask(replace(assistant, reviser=recording), options.questions, options.read, recording)
    except NoLocalModel as error:
        sys.exit(f"错误：{error}")
    report = _report(recording)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _write_lines(options.out / "questions.jsonl", recording.rows)
    _write_lines(options.out / "let-through.jsonl", recording.through)
    print(json.dumps(report, ensure_ascii=False, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.language_model")
    parser.add_argument("--out", type=Path, default=Path("var/llm"))
    parser.add_argument("--questions", type=int, default=30, help="questions asked at least")
    parser.add_argument("--read", type=int, default=60, help="sentences let through that are wanted")
    parser.add_argument("--temperature", type=float, default=0.0, help="above 0 the model errs more")
    parser.add_argument("--base-url", default="")
    parser.add_argument("--model", default="")
    parser.add_argument("--api-key", default="none")
    return parser.parse_args()


def _ask(assistant: Assistant, questions: int, wanted: int, recording: Recording) -> None:
    """Questions spread over the set until both counts are reached or the set is at its end."""
    for case in _spread(assistant, questions):
        if len(recording.rows) >= questions and len(recording.through) >= wanted:
            return
        answer = assistant.answer(case.asked())
        print(len(recording.rows), len(recording.through), answer.writer, case.question, file=sys.stderr)


def _spread(assistant: Assistant, questions: int) -> list[Case]:
    """Cases that the model is asked about, every n-th first, so that the first thirty come from the whole set."""
    plain = replace(assistant, reviser=None)
    cases = [case for case in read_cases(SET) if plain.answer(case.asked()).status in REVISED]
    step = max(len(cases) // questions, 1)
    return [case for offset in range(step) for case in cases[offset::step]]


def _row(asked: Question, revision: Revision, seconds: float) -> dict[str, Any]:
    return {
        "question": asked.question,
        "outcome": revision.outcome,
        "let_through": [statement.text for statement in revision.spoken],
        "sent_back": [f"{r.text}（{r.reason}）" for r in revision.sent_back],
        "dropped": [f"{r.text}（{r.reason}）" for r in revision.dropped],
        "seconds": round(seconds, 1),
    }


def _report(recording: Recording) -> dict[str, Any]:
    asked = [row for row in recording.rows if row["outcome"] != "script"]
    seconds = [row["seconds"] for row in asked]
    return {
        "model": recording.name,
        "questions": len(asked),
        "let_through": sum(len(row["let_through"]) for row in asked),
        "sent_back": sum(len(row["sent_back"]) for row in asked),
        "dropped": sum(len(row["dropped"]) for row in asked),
        "outcomes": dict(Counter(row["outcome"] for row in asked)),
        "seconds_median": round(statistics.median(seconds), 1) if seconds else None,
        "seconds_most": max(seconds, default=None),
    }


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
