"""Asking, searching and verifying: the routes that call the assistant. Plain functions run in worker threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, StringConstraints
from sse_starlette import EventSourceResponse

from assistant.contract import Answer, Question, Text
from assistant.live import Current
from assistant.service.problems import RESPONSES
from assistant.service.streaming import events
from assistant.verification import VERIFY_LIMIT, VerifiedSentence, verify
from knowledge_base import Document, Hit
from knowledge_base.normalisation import clean

MOST_HITS = 50  # provisions of one search

Claim = Annotated[
    str,
    StringConstraints(min_length=1, max_length=VERIFY_LIMIT),
    BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value),
]


class VerifyRequest(BaseModel):
    """A text to put to the laws: a poster, a promise, another program's answer."""

    text: Claim


class SpokenShape(BaseModel):
    """A clause that speaks to the query: `canonical[start:end] == text`."""

    start: int
    end: int
    text: str
    probability: float


class HitShape(BaseModel):
    """A ranked provision, what spoke for it and what its score rests on."""

    document_id: str
    document_title: str
    number: int
    provision: str
    heading: str
    part: str
    start: int
    end: int
    score: float
    probability: float
    scores: Mapping[str, float]
    clauses: list[SpokenShape]
    neighbours: tuple[str, ...]


class SearchResult(BaseModel):
    """Provisions, best first, without an answer."""

    query: str
    knowledge_base: str
    hits: list[HitShape]


def asking_router(assistant: Current) -> APIRouter:
    """Routes `/ask`, `/ask/stream`, `/search` and `/verify` over the current assistant."""
    router = APIRouter(tags=["answers"], responses=RESPONSES)

    @router.post("/ask")
    def ask(question: Question) -> Answer:
        """One verified answer."""
        return assistant().answer(question)

    @router.post("/ask/stream", response_class=EventSourceResponse)
    async def ask_stream(question: Question) -> EventSourceResponse:
        """The same answer as events: `status`, `citation`, `delta`, `draft` if a model revises it, and `answer` last."""
        return EventSourceResponse(events(assistant(), question), headers={"cache-control": "no-store"})

    @router.get("/search")
    def search(q: Text, k: Annotated[int, Query(ge=1, le=MOST_HITS)] = 10) -> SearchResult:
        """The ranking that answers are written from."""
        knowledge_base = assistant().knowledge_base
        hits = knowledge_base.retriever.retrieve(q, k)
        shown = [_hit(hit, knowledge_base.documents[hit.document_id]) for hit in hits]
        return SearchResult(query=q, knowledge_base=knowledge_base.version, hits=shown)

    @router.post("/verify")
    def verification(claim: VerifyRequest) -> list[VerifiedSentence]:
        """What becomes of each sentence; offsets count the text without control characters."""
        return verify(claim.text, assistant().knowledge_base)

    return router


def _hit(hit: Hit, document: Document) -> HitShape:
    provision = hit.provision
    return HitShape(
        document_id=hit.document_id,
        document_title=document.metadata.title,
        number=provision.number,
        provision=provision.label,
        heading=provision.heading,
        part=provision.part,
        start=provision.start,
        end=provision.end,
        score=hit.score,
        probability=hit.probability,
        scores=hit.scores,
        clauses=[
            SpokenShape(
                start=spoken.clause.start,
                end=spoken.clause.quote_end,
                text=document.quote(spoken.clause),
                probability=spoken.probability,
            )
            for spoken in hit.clauses
        ],
        neighbours=hit.neighbours,
    )
