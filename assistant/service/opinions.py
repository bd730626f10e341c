"""`POST /v1/feedback`: 201 once the opinion is on disk."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, BeforeValidator, StringConstraints
from sqlalchemy.exc import SQLAlchemyError

from assistant.journal import COMMENT_LIMIT, Journal, Rating, UnknownTrace
from assistant.service.metrics import Metrics
from assistant.service.problems import RESPONSES
from knowledge_base.normalisation import clean

Comment = Annotated[
    str,
    BeforeValidator(lambda value: clean(value).strip() if isinstance(value, str) else value),
    StringConstraints(max_length=COMMENT_LIMIT),
]
TraceId = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,64}$")]


class Feedback(BaseModel):
    """What a person thought of the answer with this `trace_id`."""

    trace_id: TraceId
    rating: Rating
    comment: Comment = ""


class Kept(BaseModel):
    """The opinion is on disk."""

    trace_id: str
    rating: Rating


def opinions_router(journal: Journal, metrics: Metrics) -> APIRouter:
    """The route `/feedback`."""
    router = APIRouter(tags=["answers"], responses=RESPONSES)

    @router.post("/feedback", status_code=201)
    def feedback(said: Feedback) -> Kept:
        """Keep an opinion; personal data in the comment is masked."""
        try:
            journal.rate(said.trace_id, said.rating, said.comment)
        except UnknownTrace as error:
            raise HTTPException(404, "没有这个编号的回答：请用回答里的 trace_id") from error
        except SQLAlchemyError as error:
            raise HTTPException(503, "反馈这会儿存不下来，没有收下：请稍后再发一次") from error
        metrics.rated(said.rating)
        return Kept(trace_id=said.trace_id, rating=said.rating)

    return router
