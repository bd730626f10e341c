"""Evaluation questions: one JSON object a line, checked before anything is run."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.contract import Persona, Question, Turn

DAY = date(2026, 11, 23)  # as of which most of the sets were written
# The fit split: what is fitted may read these, and no others.
FIT_SETS = [
    Path(__file__).parent / "sets" / name
    for name in ("fit.jsonl", "documents-fit.jsonl", "dialogue-fit.jsonl")
]
# Of a question that is not to be answered, where statuses are fitted: an answer there misleads, a missing one sends the
# reader to the text.
SILENT_WEIGHT = 2.0


class EvaluationError(Exception):
    """The set or a bar cannot be used as given; the message says which line and why."""


class Case(BaseModel):
    """One question and what a right answer must, may and must not do.

    `measures` are provisions of the opinion, `points` those of any document (`document#number`), `document_ids` whole
    documents of another corpus. `needs`: one entry a sub-question, each with the points that answer it equally well, or
    empty where the texts do not say. `missing`: aspects that a decline has to name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    persona: Persona | None = None
    kind: str = ""
    history: tuple[Turn, ...] = ()
    question: str
    measures: tuple[int, ...] = ()
    acceptable: tuple[int, ...] = ()
    document_ids: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    missing: tuple[str, ...] = ()
    as_of: date | None = None
    must_quote: tuple[str, ...] = ()
    key_facts: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    answer: str | None = None
    expect: Literal["answer", "decline", "clarify", "greet"] = "answer"

    def asked(self) -> Question:
        """The question as a person would put it."""
        return Question(question=self.question, history=self.history, persona=self.persona, as_of=self.as_of)

    @property
    def relevant(self) -> tuple[str, ...]:
        """What the ranking has to find: names of points or of documents, or numbers of provisions."""
        needed = tuple(dict.fromkeys(name for need in self.needs for name in need))
        return self.points or needed or self.document_ids or tuple(str(number) for number in self.measures)


def read_cases(path: Path) -> list[Case]:
    """All cases of a file. Raises `EvaluationError` naming the line, or an id that occurs twice."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"读不了 {path}：{error}") from error
    cases: list[Case] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate(json.loads(line)))
        except (ValueError, ValidationError) as error:
            raise EvaluationError(
                f"{path.name} 第 {number} 行不合格式：{str(error).splitlines()[0]}"
            ) from error
    if not cases:
        raise EvaluationError(f"{path} 里没有问题")
    if len({case.id for case in cases}) < len(cases):
        raise EvaluationError(f"{path} 里有重复的 id")
    return cases
