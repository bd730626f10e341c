"""The texts with their offsets: `/v1/documents` and what lies under it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from assistant.live import Current
from knowledge_base import Clause, Document, KnowledgeBase, Provision
from knowledge_base.documents import ClauseKind, Level, TextKind
from knowledge_base.validity import State


class ClauseShape(BaseModel):
    """`text` is `canonical[start:quote_end]`; `[start, end)` tiles the provision, trailing blanks included."""

    key: str
    number: int
    kind: ClauseKind
    paragraph: int
    start: int
    quote_end: int
    end: int
    text: str


class ProvisionOutline(BaseModel):
    """A provision's place; `number` 0 is the front matter."""

    number: int
    provision: str
    heading: str
    part: str
    start: int
    end: int


class ProvisionShape(ProvisionOutline):
    """A provision whole: `text` is `canonical[start:end]`."""

    document_id: str
    text: str
    clauses: list[ClauseShape]


class LinkShape(BaseModel):
    """A sentence of one document that names or rests on another: `phrase` stands in that clause."""

    document_id: str
    clause: str
    phrase: str
    target: str


class DocumentOutline(BaseModel):
    """What is known of a text; an empty value means that nothing is. `state` is that of today.

    `ended` is the first day on which it is no longer in force.
    """

    id: str
    title: str
    number: str
    issuers: tuple[str, ...]
    signed: date | None
    published: date | None
    text_kind: TextKind
    level: Level
    kind: str
    state: State
    effective: date | None
    ended: date | None
    replaced_by: str | None
    replaces: tuple[str, ...]
    official_address: str
    characters: int
    provisions: int


class DocumentShape(DocumentOutline):
    """A canonical text whole; offsets count its code points, ends exclusive."""

    text: str
    outline: list[ProvisionOutline]
    unknown: tuple[str, ...]
    links: list[LinkShape]


def texts_router(assistant: Current) -> APIRouter:
    """Routes under `/documents` that show the texts of the current version."""
    router = APIRouter(prefix="/documents", tags=["texts"])

    def found(knowledge_base: KnowledgeBase, document_id: str) -> Document:
        document = knowledge_base.documents.get(document_id)
        if document is None:
            raise HTTPException(404, "没有这份文件：GET /v1/documents 列出全部")
        return document

    @router.get("")
    def listing() -> list[DocumentOutline]:
        """All documents, without their texts."""
        current = assistant()
        documents = current.knowledge_base.documents.values()
        return [DocumentOutline(**_outline(document, current.today())) for document in documents]

    @router.get("/{document_id}")
    def document(document_id: str) -> DocumentShape:
        """One document with its canonical text and its provisions' places."""
        current = assistant()
        knowledge_base = current.knowledge_base
        shown = found(knowledge_base, document_id)
        outline = [ProvisionOutline(**_place(provision)) for provision in shown.provisions]
        digest = knowledge_base.digests.get(document_id)
        links = [
            LinkShape(**asdict(link))
            for link in knowledge_base.links
            if document_id in (link.document_id, link.target)
        ]
        return DocumentShape(
            **_outline(shown, current.today()),
            text=shown.text,
            outline=outline,
            unknown=digest.unknown if digest else (),
            links=links,
        )

    @router.get("/{document_id}/provisions/{number}")
    def provision(document_id: str, number: int) -> ProvisionShape:
        """One provision with its clauses."""
        shown = found(assistant().knowledge_base, document_id)
        try:
            wanted = shown.provision(number)
        except KeyError as error:
            last = shown.provisions[-1].number
            raise HTTPException(404, f"这份文件没有第 {number} 条，最后一条是第 {last} 条") from error
        return ProvisionShape(
            **_place(wanted),
            document_id=shown.id,
            text=shown.text[wanted.start : wanted.end],
            clauses=[_clause(shown, clause) for clause in wanted.clauses],
        )

    return router


def _outline(document: Document, day: date) -> dict[str, Any]:
    metadata = document.metadata
    return {
        "id": document.id,
        "title": metadata.title,
        "number": metadata.number,
        "issuers": metadata.issuers,
        "signed": metadata.signed,
        "published": metadata.published,
        "text_kind": document.text_kind,
        "level": document.level,
        "kind": metadata.kind,
        "state": document.validity.on(day),
        "effective": document.validity.effective,
        "ended": document.validity.ended,
        "replaced_by": document.validity.replaced_by,
        "replaces": document.validity.replaces,
        "official_address": metadata.official_address,
        "characters": len(document.text),
        "provisions": sum(1 for provision in document.provisions if provision.number),
    }


def _place(provision: Provision) -> dict[str, Any]:
    return {
        "number": provision.number,
        "provision": provision.label,
        "heading": provision.heading,
        "part": provision.part,
        "start": provision.start,
        "end": provision.end,
    }


def _clause(document: Document, clause: Clause) -> ClauseShape:
    return ClauseShape(
        key=clause.key,
        number=clause.number,
        kind=clause.kind,
        paragraph=clause.paragraph,
        start=clause.start,
        quote_end=clause.quote_end,
        end=clause.end,
        text=document.quote(clause),
    )
