"""What Prometheus reads at `/metrics`: counts and times, never a word that anybody typed.

With several workers the library keeps each one's numbers in a folder that `PROMETHEUS_MULTIPROC_DIR` names, and any
worker answers for all.
"""

from __future__ import annotations

import os
import time
from typing import Any

from fastapi import FastAPI, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.contract import Answer
from assistant.journal import Rating
from assistant.live import Current

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 40.0)
_OURS = ("/v1", "/healthz", "/readyz", "/metrics")


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        kept: dict[str, Any] = {"registry": self.registry, "namespace": "policy_assistant"}
        self.requests = Counter("requests", "HTTP requests", ["route", "status"], **kept)
        self.seconds = Histogram(
            "request_seconds", "Seconds until a reply had left whole", ["route"], buckets=_BUCKETS, **kept
        )
        self.answers = Counter("answers", "Answers given, through any door", ["status", "writer"], **kept)
        self.feedback = Counter("feedback", "Opinions kept", ["rating"], **kept)
        self.left_alone = Gauge(
            "llm_left_alone",
            "1 while the language model's endpoint is not asked because it failed",
            multiprocess_mode="mostrecent",
            **kept,
        )

    def answered(self, answer: Answer) -> None:
        """Count an answer; a draft is not one."""
        if not answer.draft:
            self.answers.labels(answer.status, answer.writer).inc()

    def rated(self, rating: Rating) -> None:
        """Count an opinion that is on disk."""
        self.feedback.labels(rating).inc()

    def served(self, route: str, status: int, seconds: float) -> None:
        """Count a reply that has left."""
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' format, of all workers where there are several."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)


class Measured:
    """Times every request; addresses that are not ours count as one, so that nobody can make numbers without end."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._metrics.served(_route(scope), status, time.perf_counter() - begun)


def _route(scope: Scope) -> str:
    if not scope["path"].startswith(_OURS):
        return "page"
    values = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    if "route" not in scope or "{rest}" in values.values():
        return "none"
    return "/".join(values.get(part, part) for part in scope["path"].split("/"))


def add_metrics(app: FastAPI, metrics: Metrics, assistant: Current) -> None:
    """The route `/metrics`, and the stop-watch before all routes."""
    app.add_middleware(Measured, metrics=metrics)

    @app.get("/metrics", tags=["health"], response_class=Response)
    def exposed() -> Response:
        """Counts and times for Prometheus."""
        metrics.left_alone.set(getattr(assistant().reviser, "left_alone", False))
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)
