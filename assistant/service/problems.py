"""Every refusal as `application/problem+json` (RFC 9457): a stable `type`, a Chinese `title`, the field at fault."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from assistant.faults import first_fault

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:policy-assistant:problem:"
_LOG = logging.getLogger(__name__)

# status → (stable name of the type, title); one line for every status the service gives
_KINDS = {
    400: ("malformed-body", "请求正文不是合格的 JSON"),
    403: ("forbidden", "口令不对"),
    404: ("not-found", "没有这个地址或这份文件"),
    405: ("method-not-allowed", "这个地址不接受这种请求方法"),
    413: ("body-too-large", "请求正文太大"),
    422: ("invalid-request", "请求内容不合要求"),
    500: ("internal-error", "服务内部出错，请稍后再试"),
    503: ("not-ready", "服务尚未就绪，请稍后再试"),
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": title, "content": {MEDIA_TYPE: {}}}
    for status, (_, title) in _KINDS.items()
    if status in (400, 413, 422)
}


class Problem(BaseModel):
    """RFC 9457 with two members of our own: the `field` at fault and the `trace_id` to quote to the operator."""

    type: str
    title: str
    status: int
    detail: str = ""
    field: str | None = None
    trace_id: str


def problem(status: int, detail: str = "", field: str | None = None) -> Problem:
    """The problem of this HTTP status; a status without a kind of its own counts as 400 or 500."""
    name, title = _KINDS.get(status) or _KINDS[500 if status >= 500 else 400]
    return Problem(
        type=_TYPE + name,
        title=title,
        status=status,
        detail=detail,
        field=field,
        trace_id=secrets.token_hex(8),
    )


def refusal(found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as a response. Logged by its type and trace id only: a body may hold personal data."""
    _LOG.info("%s %s %s", found.trace_id, found.status, found.type)
    return JSONResponse(found.model_dump(exclude_none=True), found.status, headers, MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Make every error of the app leave as a problem, none as a traceback."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return refusal(_problem_of(error))

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        spoken = error.detail if not error.detail.isascii() else ""  # the framework's own words are English
        return refusal(problem(error.status_code, spoken), error.headers)

    @app.exception_handler(Exception)
    async def broken(_: Request, error: Exception) -> Response:
        found = problem(500)
        _LOG.error("%s %s", found.trace_id, type(error).__name__, exc_info=error)
        return refusal(found)


def _problem_of(error: RequestValidationError) -> Problem:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(400, f"第 {first['loc'][-1]} 个字符处读不下去")
    if first["loc"] == ("body",):
        return problem(422, "请求正文应为 JSON 对象，并注明 Content-Type: application/json", "body")
    where = first["loc"][1:]  # without "body", "query" or "path"
    return problem(422, first_fault([{**first, "loc": where}]), ".".join(str(part) for part in where))
