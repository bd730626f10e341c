"""Conversations that a person's own browser keeps: what was asked, never what was answered.

Taken up again, the questions are answered anew: the same ones by the same texts, and by newer texts where there are.
Nothing of them stays on the server.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from assistant.contract import HISTORY_TURNS, QUESTION_LIMIT, Answer, Persona, Question
from assistant.desk.render import turn_html
from assistant.pipeline import Assistant

KEPT = 20  # conversations
SIZE = 60_000  # characters of all together; the browser sends them with some requests, and bodies are limited
NAME = 24  # characters of a name
UNNAMED = "新对话"


class Shown(NamedTuple):
    """A finished turn, with its HTML as it was shown: the version that it cites may be gone later."""

    number: int
    question: Question
    answer: Answer
    html: str


Turns = list[Shown]


class Said(BaseModel):
    """One question, and the answer's number by which an opinion of it is kept."""

    question: Annotated[str, Field(min_length=1, max_length=QUESTION_LIMIT)]
    trace: Annotated[str, Field(pattern=r"^[0-9a-f]{0,32}$")] = ""


class Conversation(BaseModel):
    """A named conversation; `id` is known to this browser alone."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    name: Annotated[str, Field(min_length=1, max_length=NAME)]
    persona: Persona | None = None
    said: Annotated[list[Said], Field(max_length=HISTORY_TURNS)]


class Kept(BaseModel):
    """Everything that the browser keeps, newest first; `open` is the conversation on the page, empty for none."""

    open: str = ""
    conversations: list[Conversation] = []

    @classmethod
    def read(cls, stored: Any) -> Kept:
        """What a browser hands in; nothing where it is none of ours."""
        try:
            return cls.model_validate(stored)
        except ValidationError:
            return cls()

    def stored(self) -> dict[str, Any]:
        """What the browser is given to keep: the newest conversations that fit."""
        kept: list[Conversation] = []
        size = 0
        for conversation in self.conversations[:KEPT]:
            size += sum(len(said.question) for said in conversation.said)
            if size > SIZE and kept:
                break
            kept.append(conversation)
        return self.model_copy(update={"conversations": kept}).model_dump(mode="json")

    def find(self, name: str) -> Conversation | None:
        """The conversation with this id."""
        return next((conversation for conversation in self.conversations if conversation.id == name), None)

    def choices(self) -> list[tuple[str, str]]:
        """Names and ids, newest first."""
        return [(conversation.name, conversation.id) for conversation in self.conversations]

    def with_turns(self, turns: Sequence[Shown]) -> Kept:
        """With the conversation on the page as it stands now, moved to the front; named by its first question."""
        if not turns:
            return self
        known = self.find(self.open)
        said = [Said(question=t.question.question, trace=t.answer.trace_id) for t in turns][-HISTORY_TURNS:]
        fresh = Conversation(
            id=known.id if known else secrets.token_hex(8),
            name=known.name if known else turns[0].question.question[:NAME].strip() or UNNAMED,
            persona=turns[-1].question.persona,
            said=said,
        )
        others = [conversation for conversation in self.conversations if conversation is not known]
        return Kept(open=fresh.id, conversations=[fresh, *others])

    def renamed(self, name: str) -> Kept:
        """The conversation on the page under another name; an empty one changes nothing."""
        wanted = name.strip()[:NAME]
        changed = [
            conversation.model_copy(update={"name": wanted})
            if wanted and conversation.id == self.open
            else conversation
            for conversation in self.conversations
        ]
        return Kept(open=self.open, conversations=changed)

    def without_open(self) -> Kept:
        """Without the conversation on the page."""
        return Kept(conversations=[c for c in self.conversations if c.id != self.open])


def taken_up(assistant: Assistant, conversation: Conversation) -> Turns:
    """The turns of a kept conversation, answered anew; nothing of it is recorded a second time."""
    turns: Turns = []
    for number, said in enumerate(conversation.said, 1):
        history = [{"question": t.question.question, "answer": t.answer.text} for t in turns]
        question = Question.model_validate(
            {"question": said.question, "persona": conversation.persona, "history": history}
        )
        pieces = Assistant.stream(assistant, question)  # past the recording, where there is one
        answer = next(piece for piece in pieces if isinstance(piece, Answer))
        answer = answer.model_copy(update={"draft": False, "trace_id": said.trace or answer.trace_id})
        html = turn_html(number, said.question, answer, assistant.knowledge_base)
        turns.append(Shown(number, question, answer, html))
    return turns
