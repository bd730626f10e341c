"""The HTTP service: routes put together, `/healthz`, `/readyz`, and the process that serves them."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import Literal

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel
from starlette.routing import Match

from assistant.intake import Intake
from assistant.journal import Journal
from assistant.live import Current, Live
from assistant.pipeline import Assistant
from assistant.recording import recording
from assistant.review import Reviewing
from assistant.service.asking import asking_router
from assistant.service.chat import chat_router
from assistant.service.exporting import exporting_router
from assistant.service.guards import BodyLimit, OwnHostOnly
from assistant.service.metrics import Metrics, add_metrics
from assistant.service.opinions import opinions_router
from assistant.service.problems import handle_problems
from assistant.service.texts import texts_router
from assistant.settings import Settings
from assistant.terminal import Bar
from assistant.wiring import embedder_of, open_assistant, open_journal, reviser_of

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
GRACE = 5  # seconds that open streams get when the process is told to stop


class Health(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """The knowledge base is loaded and a search over it comes back with a text."""

    status: Literal["ready"] = "ready"
    knowledge_base: str
    documents: int


def create_app(
    assistant: Current,
    journal: Journal | None = None,
    reviewing: Reviewing | None = None,
    intake: Intake | None = None,
) -> FastAPI:
    """The service over the current assistant, without the page. Its `/docs` is left out: it would load from a CDN.

    Without a journal nothing is kept and no opinion is taken. `app.state` holds what the page needs besides: the
    assistant whose answers are kept, the journal, and what reviewers and those who add texts need.
    """
    metrics = Metrics()
    if journal is not None:
        assistant = recording(assistant, journal, metrics.answered)
    app = FastAPI(
        title="政策助手", version=version("policy-assistant"), docs_url=None, redoc_url=None, debug=False
    )
    app.add_middleware(BodyLimit)
    app.add_middleware(OwnHostOnly)
    handle_problems(app)
    app.include_router(asking_router(assistant), prefix="/v1")
    app.include_router(texts_router(assistant), prefix="/v1")
    app.include_router(exporting_router(assistant), prefix="/v1")
    app.include_router(chat_router(assistant), prefix="/v1")
    if journal is not None:
        app.include_router(opinions_router(journal, metrics), prefix="/v1")
    add_metrics(app, metrics, assistant)
    _add_health(app, assistant)
    _close(app)
    app.state.assistant, app.state.journal, app.state.reviewing = assistant, journal, reviewing
    app.state.intake = intake
    return app


def opened_app(settings: Settings, day: date | None) -> FastAPI:
    """Page and service as the settings want them; `day`: on which to judge what is in force, else today.

    Raises `KnowledgeBaseError` or `SettingFault` where something cannot be opened.
    """
    from assistant.desk.page import mount

    reviser, journal = reviser_of(settings), open_journal(settings)

    def opened() -> Assistant:
        return open_assistant(settings, Bar(), today=lambda: day or date.today(), reviser=reviser).warmed()

    assistant = Live(settings.home, opened)
    reviewing = Reviewing(settings.editor_key.get_secret_value(), settings.home)
    app = create_app(assistant, journal, reviewing, _intake(settings, journal, assistant))
    return mount(app, app.state.assistant)


def _intake(settings: Settings, journal: Journal, assistant: Current) -> Intake:
    from assistant.knowledge_cli import gated, scored, telling
    from knowledge_base.sources import packaged_sources

    return Intake(
        settings.home,
        packaged_sources,
        lambda: embedder_of(settings),
        gated,
        telling(journal),
        lambda progress: scored(assistant().knowledge_base, progress),
        settings.admin_key.get_secret_value(),
    )


def run(app: FastAPI, host: str, port: int) -> None:
    """Serve until told to stop. No access log: its addresses would hold questions."""
    uvicorn.run(
        app, host=host, port=port, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE
    )


def _add_health(app: FastAPI, assistant: Current) -> None:
    @app.get("/healthz", tags=["health"])
    async def healthz() -> Health:
        """Whether the process lives; touches nothing else."""
        return Health()

    @app.get("/readyz", tags=["health"])
    def readyz() -> Readiness:
        """Whether a question would be answered: searches for a title of the knowledge base."""
        base = assistant().knowledge_base
        titles = [document.metadata.title for document in base.documents.values()]
        if not titles or not base.retriever.retrieve(titles[0] or "政策", 1):
            raise HTTPException(503, "知识库是空的：请运行 policy-assistant kb rebuild")
        return Readiness(knowledge_base=base.version, documents=len(titles))


def _close(app: FastAPI) -> None:
    """Addresses under `/v1` that are none must not fall through to a page mounted at `/`."""

    async def unknown(request: Request) -> None:
        if any(route.matches(request.scope)[0] is Match.PARTIAL for route in described):
            raise HTTPException(405, "这个地址不接受这种请求方法：接口列在 /openapi.json")
        raise HTTPException(404, "没有这个地址：接口列在 /openapi.json")

    described = list(app.routes)
    for path in ("/v1", "/v1/{rest:path}"):
        app.add_api_route(path, unknown, methods=METHODS, include_in_schema=False)
