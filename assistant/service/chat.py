"""The OpenAI-compatible door: `POST /v1/chat/completions` and `GET /v1/models`, over the same answers.

The model's name says who asks: `policy-assistant`, or that with `-enterprise`, `-agency`, `-hotline`. What cannot be
carried in the protocol's own fields stands whole in `annotations[].citation` and in `answer`.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, ValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from assistant.contract import Answer, Citation, Persona, Question
from assistant.live import Current
from assistant.service.problems import RESPONSES, problem

MODEL = "policy-assistant"
MODELS: dict[str, Persona | None] = {MODEL: None} | {f"{MODEL}-{who}": who for who in get_args(Persona)}
_MARKER = re.compile(r"\[(\d+)\]")
_LOG = logging.getLogger(__name__)


class TextPart(BaseModel):
    """A piece of a message; pictures and sound are not read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation; what a `system` message orders is passed over."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """Whether a last chunk with `usage` is wanted."""

    include_usage: bool = False


class Request(BaseModel):
    """What is read of a request; temperature and the like change nothing here."""

    model: str = MODEL
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool = False
    stream_options: StreamOptions | None = None


def chat_router(assistant: Current) -> APIRouter:
    """Routes `/chat/completions` and `/models`."""
    router = APIRouter(tags=["openai"], responses=RESPONSES)

    @router.get("/models")
    def models() -> dict[str, Any]:
        """One model for each kind of asker."""
        made = {"object": "model", "created": 0, "owned_by": MODEL}
        return {"object": "list", "data": [{"id": name, **made} for name in MODELS]}

    @router.post("/chat/completions", response_model=None)
    async def completions(request: Request) -> Response:
        """One answer to the last user message, the ones before it being its history."""
        question = _question(request)
        if request.stream:
            return EventSourceResponse(
                iterate_in_threadpool(_chunks(assistant, question, request)),
                headers={"cache-control": "no-store"},
                sep="\n",
            )
        answer = await run_in_threadpool(lambda: assistant().answer(question))
        message = {"role": "assistant", "content": content(answer), "annotations": annotated(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return JSONResponse(
            {
                **_frame(answer.trace_id, request.model, "chat.completion"),
                "choices": [choice],
                "usage": _USAGE,
                "answer": answer.model_dump(mode="json"),
            }
        )

    return router


def content(answer: Answer) -> str:
    """The text with its markers, what the reader must see first before it, and the places behind it."""
    pieces = [*answer.notices, *_approved(answer), answer.text]
    if answer.citations:
        places = [
            f"[{c.id}] 《{c.document_title}》{_number(c)}{c.provision}{c.heading}" for c in answer.citations
        ]
        pieces.append("\n".join(["依据：", *places, f"回执：{answer.receipt}"]))
    return "\n\n".join(pieces)


def annotated(answer: Answer) -> list[dict[str, Any]]:
    """One `url_citation` a citation, in its order, at its first marker in `content`, with the whole object beside it."""
    text = content(answer)
    first: dict[int, tuple[int, int]] = {}
    for marker in _MARKER.finditer(text):
        first.setdefault(int(marker[1]), marker.span())
    found = []
    for citation in answer.citations:
        start, end = first[citation.id]
        place = {
            "start_index": start,
            "end_index": end,
            "url": f"/v1/documents/{citation.document_id}/provisions/{citation.number}",
            "title": f"《{citation.document_title}》{citation.provision}{citation.heading}",
        }
        whole = citation.model_dump(mode="json")
        found.append({"type": "url_citation", "url_citation": place, "citation": whole})
    return found


def _question(request: Request) -> Question:
    persona = MODELS.get(request.model, ...)
    if persona is ...:
        raise HTTPException(404, f"没有这个模型：可用 {'、'.join(MODELS)}")
    asked = [(message.role, message.text) for message in request.messages]
    last = max((n for n, (role, _) in enumerate(asked) if role == "user"), default=None)
    if last is None:
        raise HTTPException(422, "messages 里要有一条 role 为 user 的消息")
    turns: list[dict[str, str | None]] = []
    for role, text in asked[:last]:
        if role == "user":
            turns.append({"question": text, "answer": None})
        elif role == "assistant" and turns:
            turns[-1]["answer"] = text
    try:
        return Question.model_validate({"question": asked[last][1], "history": turns, "persona": persona})
    except ValidationError as error:
        raise RequestValidationError(
            [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        ) from error


def _chunks(assistant: Current, question: Question, request: Request) -> Iterator[ServerSentEvent]:
    """A line of the proven text a chunk; the annotations come with the last one, when every marker is known."""
    try:
        answer = assistant().answer(question)
    except Exception as error:  # noqa: BLE001  a door: the headers are out, so the problem goes as an event
        found = problem(500)
        _LOG.error("%s %s", found.trace_id, type(error).__name__, exc_info=error)
        told = {"message": found.title, "type": found.type, "code": found.status}
        yield _event({"error": {**told, "trace_id": found.trace_id}})
        return
    frame = _frame(answer.trace_id, request.model, "chat.completion.chunk")
    yield _event({**frame, "choices": [_delta({"role": "assistant", "content": ""})]})
    for line in content(answer).splitlines(keepends=True):
        yield _event({**frame, "choices": [_delta({"content": line})]})
    last = _delta({"annotations": annotated(answer)}, "stop")
    yield _event({**frame, "choices": [last], "answer": answer.model_dump(mode="json")})
    if request.stream_options and request.stream_options.include_usage:
        yield _event({**frame, "choices": [], "usage": _USAGE})
    yield ServerSentEvent("[DONE]")


_USAGE = {
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "total_tokens": 0,
}  # no model wrote it: nothing to pay for


def _event(piece: Mapping[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(piece, ensure_ascii=False))


def _frame(trace_id: str, model: str, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{trace_id}", "object": kind, "created": int(time.time()), "model": model}


def _delta(delta: Mapping[str, Any], finished: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finished, "logprobs": None}


def _approved(answer: Answer) -> list[str]:
    """The approved answer, without markers: the numbers in the text are those of `citations`."""
    if answer.approved is None:
        return []
    quotes = [f"> 「{citation.quote}」" for citation in answer.approved.citations]
    return ["\n\n".join([f"【经审核】{answer.approved.text}", *quotes])]


def _number(citation: Citation) -> str:
    return f"（{citation.document_number}）" if citation.document_number else ""
