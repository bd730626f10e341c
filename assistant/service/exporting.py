"""Answers as files: `POST /v1/export/{md,docx,pdf}`."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from assistant.contract import HISTORY_TURNS, QUESTION_LIMIT, Answer
from assistant.export import FORMATS, Exchange, FontMissing, Format, sheet, written
from assistant.live import Current
from assistant.service.problems import RESPONSES
from knowledge_base.normalisation import clean

Asked = Annotated[
    str,
    BeforeValidator(lambda value: clean(value).strip() if isinstance(value, str) else value),
    StringConstraints(max_length=QUESTION_LIMIT),
]


class ExportedTurn(BaseModel):
    """An answer as it was given, and the question where it is known."""

    question: Asked = ""
    answer: Answer


class ExportRequest(BaseModel):
    """An answer or a whole conversation, oldest first; `as_of`: the day for which states are told, today if left out."""

    turns: Annotated[list[ExportedTurn], Field(min_length=1, max_length=HISTORY_TURNS)]
    as_of: date | None = None


def exporting_router(assistant: Current) -> APIRouter:
    """The route that gives a file to keep."""
    router = APIRouter(tags=["answers"], responses=RESPONSES)

    @router.post("/export/{form}", response_class=Response)
    def export(form: Format, request: ExportRequest) -> Response:
        """The file, every citation checked once more against the texts; 503 where a PDF has no Chinese typeface."""
        current = assistant()
        exchanges = [Exchange(turn.question, turn.answer) for turn in request.turns]
        content = sheet(exchanges, current.knowledge_base, request.as_of or current.today())
        try:
            body = written(content, form)
        except FontMissing as error:
            raise HTTPException(503, str(error)) from error
        name = f"{content.title}-{content.day.isoformat()}.{form}"
        disposition = f"attachment; filename=\"sheet.{form}\"; filename*=UTF-8''{quote(name)}"
        return Response(
            body,
            media_type=FORMATS[form].media_type,
            headers={"content-disposition": disposition, "cache-control": "no-store"},
        )

    return router
