"""What was answered and what people thought of it: on disk before the reply, personal data masked before it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from assistant.contract import Answer, Citation, Persona, Question, Status
from assistant.redaction import redacted
from assistant.storage import answers, feedback, writing
from knowledge_base.normalisation import clean

Rating = Literal["up", "down"]
COMMENT_LIMIT = 1000  # characters
_OF_OUR_TEXTS = ("citations", "contacts")  # of an answer: the documents' own words, never a person's


class UnknownTrace(Exception):
    """No answer with this trace id was kept."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person thought of an answer."""

    rating: Rating
    comment: str
    at: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given, with what was said of it; `masked`: words of the person's were taken out."""

    number: int
    trace_id: str
    at: str
    day: date
    persona: Persona | None
    question: str
    masked: bool
    answer: Answer
    opinions: tuple[Opinion, ...] = ()

    @property
    def status(self) -> Status:
        """The answer's status."""
        return self.answer.status

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The answer's citations, the same objects in the same order as every door showed them."""
        return self.answer.citations

    @property
    def refused(self) -> bool:
        """Whether the last word on it was a no."""
        return bool(self.opinions) and self.opinions[-1].rating == "down"


class Journal:
    """Safe in threads; several processes may write to one database at once."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def record(self, question: Question, answer: Answer, day: date) -> None:
        """Keep an answer that is about to be given."""
        personal = any(redacted(text) != text for text in _said(question))
        found = answer.model_dump(mode="json")
        row = {
            "trace_id": answer.trace_id,
            "at": now(),
            "day": (question.as_of or day).isoformat(),
            "persona": question.persona,
            "question": redacted(question.question) if personal else question.question,
            "status": answer.status,
            "receipt": answer.receipt,
            "knowledge_base": answer.knowledge_base,
            "confidence": answer.confidence,
            "draft": answer.draft,
            "masked": personal,
            "answer": _without_personal_data(found) if personal else found,
        }
        with writing(self.engine) as connection:
            connection.execute(sa.insert(answers).values(row))

    def rate(self, trace_id: str, rating: Rating, comment: str = "") -> None:
        """Keep an opinion; later ones stand beside earlier ones. Raises `UnknownTrace`."""
        said = redacted(clean(comment).strip())
        with writing(self.engine) as connection:
            known = connection.scalar(sa.select(answers.c.number).where(answers.c.trace_id == trace_id))
            if known is None:
                raise UnknownTrace(trace_id)
            connection.execute(
                sa.insert(feedback).values(trace_id=trace_id, at=now(), rating=rating, comment=said)
            )

    def given(self, receipt: str) -> list[Kept]:
        """The answers with this receipt, latest first."""
        return self._kept(sa.select(answers).where(answers.c.receipt == receipt))

    def traced(self, trace_id: str) -> Kept | None:
        """The answer with this trace id."""
        return next(iter(self._kept(sa.select(answers).where(answers.c.trace_id == trace_id))), None)

    def latest(self, most: int) -> list[Kept]:
        """The last answers given, latest first; a draft that was revised is not one of them."""
        rated = sa.select(feedback.c.trace_id)
        counted = sa.or_(sa.not_(answers.c.draft), answers.c.trace_id.in_(rated))
        return self._kept(sa.select(answers).where(counted).limit(most))

    def _kept(self, wanted: sa.Select[Any]) -> list[Kept]:
        with self.engine.connect() as connection:
            rows = connection.execute(wanted.order_by(answers.c.number.desc())).mappings().all()
            opinions = _opinions(connection, [row["trace_id"] for row in rows])
        return [_of(row, opinions.get(row["trace_id"], ())) for row in rows]


def _said(question: Question) -> list[str]:
    return [question.question, *(turn.question for turn in question.history)]


def _without_personal_data(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The person's words may come back in an answer; those of our texts are theirs and stay."""
    return {name: value if name in _OF_OUR_TEXTS else _redacted(value) for name, value in answer.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, list):
        return [_redacted(part) for part in value]
    if isinstance(value, dict):
        return {name: _redacted(part) for name, part in value.items()}
    return value


def now() -> str:
    """This moment, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _opinions(connection: sa.Connection, traces: Iterable[str]) -> dict[str, tuple[Opinion, ...]]:
    found: dict[str, tuple[Opinion, ...]] = {}
    wanted = sa.select(feedback).where(feedback.c.trace_id.in_(list(traces))).order_by(feedback.c.number)
    for row in connection.execute(wanted).mappings():
        opinion = Opinion(row["rating"], row["comment"], row["at"])
        found[row["trace_id"]] = (*found.get(row["trace_id"], ()), opinion)
    return found


def _of(row: Mapping[Any, Any], opinions: tuple[Opinion, ...]) -> Kept:
    return Kept(
        row["number"],
        row["trace_id"],
        row["at"],
        date.fromisoformat(row["day"]),
        row["persona"],
        row["question"],
        row["masked"],
        Answer.model_validate(row["answer"]),
        opinions,
    )
