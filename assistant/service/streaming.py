"""An answer as server-sent events: what `Assistant.stream` yields, one event each, in the same order."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

from sse_starlette import ServerSentEvent
from starlette.concurrency import iterate_in_threadpool

from assistant.contract import Answer, Citation, Question, Statement
from assistant.pipeline import Assistant
from assistant.service.problems import problem

_LOG = logging.getLogger(__name__)
_READING = '{"stage":"reading","text":"正在查阅文件"}'
_REVISING = '{"stage":"revising","text":"正在换成更好懂的说法"}'
_WRITING = '{"stage":"writing","text":"正在写回答"}'


def events(assistant: Assistant, question: Question) -> AsyncIterator[ServerSentEvent]:
    """`status`, `citation`…, `delta`…, and `answer` last; or `error` where it breaks off.

    A `delta` is a whole statement that has passed the laws, so nothing shown is ever taken back. Where a language model
    is configured, `draft` holds the whole extractive answer while that one writes; `answer` takes its place.
    """
    return iterate_in_threadpool(_events(assistant, question))


def _events(assistant: Assistant, question: Question) -> Iterator[ServerSentEvent]:
    yield ServerSentEvent(_READING, event="status")
    writing = False
    try:
        for piece in assistant.stream(question):
            if isinstance(piece, Statement) and not writing:
                writing = True
                yield ServerSentEvent(_WRITING, event="status")
            yield ServerSentEvent(piece.model_dump_json(), event=_name(piece))
            if isinstance(piece, Answer) and piece.draft:
                yield ServerSentEvent(_REVISING, event="status")
    except Exception as error:  # noqa: BLE001  a door: the headers are out, so the problem goes as an event
        found = problem(500)
        _LOG.error("%s %s", found.trace_id, type(error).__name__, exc_info=error)
        yield ServerSentEvent(found.model_dump_json(exclude_none=True), event="error")


def _name(piece: object) -> str:
    if isinstance(piece, Citation):
        return "citation"
    if isinstance(piece, Answer):
        return "draft" if piece.draft else "answer"
    return "delta"
