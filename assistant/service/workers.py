"""Several processes behind one address: each answers under `/v1`, one of them also holds the conversations of the page.

The page's framework keeps a conversation in the memory of one process. So the worker that holds a lock in the shared
folder serves the page on a socket there, and the others hand requests for the page on to it. Where it dies, the next
worker that needs the page takes the lock.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import uvicorn
from fastapi import FastAPI
from filelock import FileLock, Timeout
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.service.problems import problem, refusal

_OURS = ("/v1", "/desk", "/healthz", "/readyz", "/metrics", "/openapi.json")
_HELD = "/desk/intake"  # holds proposals in memory, as the page does conversations
_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer"}
GRACE = 5  # seconds that open streams get when the processes are told to stop
STARTING = 60  # seconds that a worker may take before it counts as hung
_TRIES = 50  # to reach the page while its worker starts or another takes over
_PAUSE = 0.1  # seconds between them


class _Inner(uvicorn.Server):
    """A server within another one's loop: signals are for the outer."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class OnePage:
    """The whole app for what is served anywhere; for the page, the app where it is held, else the way there."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._socket = folder / "page.sock"
        self._lock = FileLock(folder / "page.lock")
        self._client = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(self._socket)), base_url="http://page", timeout=None
        )
        self._serving: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        anywhere = scope["type"] != "http" or (
            scope["path"].startswith(_OURS) and not scope["path"].startswith(_HELD)
        )
        if anywhere or self._held():
            await self._app(scope, receive, send)
            return
        for _ in range(_TRIES):
            try:
                reply = await self._client.send(self._onward(scope, receive), stream=True)
            except httpx.ConnectError:  # nobody listens there, so nothing was read of the body yet
                if self._held():
                    await self._app(scope, receive, send)
                    return
                await asyncio.sleep(_PAUSE)
                continue
            await _returned(reply)(scope, receive, send)
            return
        await refusal(problem(503, "网页正在换到另一个进程，请刷新"))(scope, receive, send)

    def _held(self) -> bool:
        """Whether this process holds the page; the first to ask while nobody does will."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        self._socket.unlink(missing_ok=True)
        config = uvicorn.Config(
            self._app, uds=str(self._socket), lifespan="off", log_config=None, access_log=False
        )
        self._serving = asyncio.get_running_loop().create_task(_Inner(config).serve())
        return True

    def _onward(self, scope: Scope, receive: Receive) -> httpx.Request:
        query = scope["query_string"]
        path = scope.get("raw_path") or scope["path"].encode()
        headers = [(name, value) for name, value in scope["headers"] if name not in _HOP]
        body = Request(scope, receive).stream() if scope["method"] not in ("GET", "HEAD") else None
        url = httpx.URL("http://page", raw_path=path + (b"?" + query if query else b""))
        return self._client.build_request(scope["method"], url, headers=headers, content=body)


def _returned(reply: httpx.Response) -> StreamingResponse:
    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in reply.aiter_raw():
                yield piece
        finally:
            await reply.aclose()

    response = StreamingResponse(body(), reply.status_code)
    response.raw_headers = [(name, value) for name, value in reply.headers.raw if name.lower() not in _HOP]
    return response


def serve_with(made: Callable[[], FastAPI], host: str, port: int, workers: int) -> None:
    """Run `workers` processes of the app that `made` makes in each of them, until told to stop."""
    from uvicorn.supervisors import Multiprocess

    with TemporaryDirectory(prefix="policy-assistant-") as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared  # read where a worker imports the library
        config = _config(partial(_worker, made, Path(shared)), host, port, workers)
        Multiprocess(config, sockets=[config.bind_socket()]).run()


def _worker(made: Callable[[], FastAPI], shared: Path) -> ASGIApp:
    return OnePage(made(), shared)


def _config(made: Callable[[], ASGIApp], host: str, port: int, workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        made,
        host=host,
        port=port,
        factory=True,
        workers=workers,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=STARTING,
    )
