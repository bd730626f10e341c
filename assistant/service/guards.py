"""What stands before the routes: a limit on bodies, and headers that keep the page to this host."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.service.problems import problem, refusal

BODY_LIMIT = 256 * 1024  # bytes; a question with twenty turns of history takes about 60 KB

# The page's own framework needs inline scripts and styles; nothing on any other host is ever needed.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


UPLOADS = "/desk/intake/files"  # where whole documents are handed in
UPLOAD_LIMIT = 64 * 1024 * 1024  # bytes of one


class BodyLimit:
    """Reads a body whole, up to the limit, before anything parses it; answers 413 beyond it."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        limit = UPLOAD_LIMIT if scope["path"] == UPLOADS else self._limit
        messages = await self._read(scope, receive, limit)
        if messages is None:
            detail = f"正文最多 {limit // 1024} KB，请分开发送"
            await refusal(problem(413, detail), {"connection": "close"})(scope, receive, send)
            return
        replayed = iter(messages)

        async def replay() -> Message:
            message = next(replayed, None)
            return await receive() if message is None else message

        await self._app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive, limit: int) -> list[Message] | None:
        """The messages that make up the body; None where it is too large."""
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            return None
        messages: list[Message] = []
        size = 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > limit:
                return None
            if message["type"] != "http.request" or not message.get("more_body", False):
                return messages


class OwnHostOnly:
    """Adds the headers that forbid a browser to fetch anything from, or send anything to, another host."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
