"""A real HTTP server that speaks the chat-completions protocol, whole or streamed, and commits faults on command."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

PIECE = 3  # characters of one chunk
PATIENCE = 60  # seconds for the server to start
Body = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What the server does with one request: `text` in chunks of `pause` seconds, or a fault.

    `status`: an HTTP error. `late`: no byte until the client gives up. `breaks`: the connection ends in the middle.
    `pings`: comments for ever instead of words. `raw`: a body that is no stream of chunks.
    """

    text: str = ""
    status: int = 200
    late: bool = False
    breaks: bool = False
    pings: bool = False
    pause: float = 0.0
    raw: str = ""


@dataclass
class Script:
    """The replies to come: `rounds[0]` to first requests, `rounds[1]` to those that send sentences back."""

    rounds: Callable[[Body], Reply] | list[Reply] = field(default_factory=lambda: [Reply()])
    requests: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gate: threading.Event | None = None

    def reply(self, body: Body) -> Reply:
        if callable(self.rounds):
            return self.rounds(body)
        sent_back = any(message["role"] == "assistant" for message in body["messages"])
        return self.rounds[min(int(sent_back), len(self.rounds) - 1)]

    @property
    def sent(self) -> str:
        """Everything that ever arrived, as one text."""
        return json.dumps(self.requests, ensure_ascii=False)


def application(script: Script) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        body = json.loads(await request.body())
        script.requests.append(body)
        script.headers.append(dict(request.headers))
        if script.gate is not None:
            await asyncio.to_thread(script.gate.wait, PATIENCE)
        reply = script.reply(body)
        if reply.late:
            while not await request.is_disconnected():
                await asyncio.sleep(0.02)
        if reply.status != 200:
            error = {"error": {"message": "scripted", "type": "scripted", "code": None}}
            return JSONResponse(error, reply.status, {"retry-after": "3600"})
        if reply.raw:
            return Response(reply.raw, media_type="text/event-stream")
        if not body.get("stream"):
            return JSONResponse(_whole(body["model"], reply.text))
        return StreamingResponse(_stream(request, body["model"], reply), media_type="text/event-stream")

    return app


def _whole(model: str, text: str) -> Body:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {**_head(model, "chat.completion"), "choices": [choice], "usage": usage}


async def _stream(request: Request, model: str, reply: Reply) -> AsyncIterator[str]:
    yield _chunk(model, {"role": "assistant", "content": ""}, None)
    while reply.pings and not await request.is_disconnected():
        yield ": ping\n\n"
        await asyncio.sleep(0.02)
    for at in range(0, len(reply.text), PIECE):
        if reply.breaks and at > len(reply.text) / 2:
            raise ConnectionResetError("scripted")
        yield _chunk(model, {"content": reply.text[at : at + PIECE]}, None)
        if reply.pause:
            await asyncio.sleep(reply.pause)
            if await request.is_disconnected():
                return
    yield _chunk(model, {}, "stop")
    yield "data: [DONE]\n\n"


def _chunk(model: str, delta: Body, finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {**_head(model, "chat.completion.chunk"), "choices": [choice]}
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _head(model: str, kind: str) -> Body:
    return {"id": "chatcmpl-scripted", "object": kind, "created": 0, "model": model}


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """`http://127.0.0.1:PORT/v1` while the server is up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(application(script), host="127.0.0.1", port=port, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("the scripted endpoint did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.force_exit = server.should_exit = True
        thread.join(timeout=10)
