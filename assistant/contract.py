"""The public shapes: what goes in, what comes out, the same through every door."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from knowledge_base.documents import Level, TextKind
from knowledge_base.normalisation import clean
from knowledge_base.records import Strength
from knowledge_base.validity import State

QUESTION_LIMIT = 2000  # characters after trimming
HISTORY_TURNS = 20  # turns used, oldest dropped first

Persona = Literal["enterprise", "agency", "hotline"]
Status = Literal["answered", "not_specified", "out_of_scope", "clarify", "chitchat"]


def _cleaned(value: object) -> object:
    return clean(value).strip() if isinstance(value, str) else value


def _recent(value: object) -> object:
    return value[-HISTORY_TURNS:] if isinstance(value, list) else value


Text = Annotated[str, BeforeValidator(_cleaned), StringConstraints(min_length=1, max_length=QUESTION_LIMIT)]


class Turn(BaseModel):
    """An earlier turn of the conversation; the answer may be missing."""

    model_config = ConfigDict(frozen=True)
    question: Annotated[str, BeforeValidator(_cleaned)]
    answer: Annotated[str | None, BeforeValidator(_cleaned)] = None


class Question(BaseModel):
    """What a person asks. Control characters are dropped, then 1–2,000 characters must remain."""

    model_config = ConfigDict(frozen=True)
    question: Text
    history: Annotated[tuple[Turn, ...], BeforeValidator(_recent)] = ()
    persona: Persona | None = None
    as_of: date | None = None


class Statement(BaseModel):
    """One sentence or list item, the ids of the citations it rests on, and how strongly those are worded."""

    model_config = ConfigDict(frozen=True)
    text: str
    citations: tuple[int, ...]
    strength: Strength = "statement"


class Related(BaseModel):
    """A document that the cited sentence names or rests on, and whether it is in force on the day."""

    model_config = ConfigDict(frozen=True)
    document_id: str
    title: str
    number: str
    phrase: str
    state: State


class Citation(BaseModel):
    """An exact span of a canonical text: `canonical[start:end] == quote`, in code points.

    `sources`: of a digest's point, the texts it was read in, for people to look up.
    """

    model_config = ConfigDict(frozen=True)
    id: int
    document_id: str
    document_title: str
    document_number: str
    provision: str
    number: int
    heading: str
    part: str
    quote: str
    start: int
    end: int
    text_kind: TextKind
    level: Level
    in_force: bool
    strength: Strength
    why: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    sources: tuple[str, ...] = ()


class Contact(BaseModel):
    """Somebody whom the cited text names to ask."""

    model_config = ConfigDict(frozen=True)
    name: str
    number: str
    citation: int


class Part(BaseModel):
    """One of several questions asked at once, with its own status and the ids of its citations."""

    model_config = ConfigDict(frozen=True)
    question: str
    status: Status
    citations: tuple[int, ...] = ()
    unspecified: tuple[str, ...] = ()


class Approved(BaseModel):
    """An answer to this very question that one person wrote and another approved, with the sentences it rests on."""

    model_config = ConfigDict(frozen=True)
    text: str
    citations: tuple[Citation, ...]
    approved: date


class Answer(BaseModel):
    """A verified answer; see the laws in `assistant.grounding`.

    `draft`: whether another version follows in the same stream; never true of an answer that is kept.
    `parts`: one an asked question, where several were asked at once; empty for a single one.

    `ranking`: provisions of the opinion; `ranked_provisions`: of all documents, `document#number`.
    """

    model_config = ConfigDict(frozen=True)
    status: Status
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    parts: tuple[Part, ...] = ()
    notices: tuple[str, ...] = ()
    understood_as: str | None = None
    unspecified: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    follow_ups: tuple[str, ...] = ()
    receipt: str = ""
    writer: str = "extractive"
    draft: bool = False
    knowledge_base: str = ""
    trace_id: str = ""
    elapsed_ms: float = Field(default=0.0, ge=0.0)
    confidence: float = Field(default=0.0, ge=0.0, le=1.0)
    ranking: tuple[int, ...] = ()
    ranked_documents: tuple[str, ...] = ()
    ranked_provisions: tuple[str, ...] = ()
    approved: Approved | None = None

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Of each question that was asked."""
        return tuple(part.status for part in self.parts) or (self.status,)
