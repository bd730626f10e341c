"""The assistant of the doors: every answer it gives is in the journal before it leaves, whichever door asks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import sqlalchemy as sa

from assistant.approvals import Approvals
from assistant.contract import Answer, Citation, Question, Statement
from assistant.journal import Journal
from assistant.live import Current
from assistant.pipeline import Assistant

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RecordingAssistant(Assistant):
    """An `Assistant` that puts an approved answer to the question beside its own and keeps what it says."""

    journal: Journal
    noticed: Callable[[Answer], object] = lambda answer: None

    def stream(self, question: Question) -> Iterator[Citation | Statement | Answer]:
        """The same pieces; an answer leaves once it is on disk. A journal that fails costs nobody an answer."""
        for piece in super().stream(question):
            if not isinstance(piece, Answer):
                yield piece
                continue
            answer = piece
            day = question.as_of or self.today()
            try:
                approved = Approvals(self.journal.engine).shown_for(question, self.knowledge_base, day)
                answer = piece.model_copy(update={"approved": approved})
                self.journal.record(question, answer, day)
            except sa.exc.SQLAlchemyError as error:
                _LOG.error("%s 没有记下：%s", answer.trace_id, type(error).__name__)
            self.noticed(answer)
            yield answer


def recording(
    current: Current, journal: Journal, noticed: Callable[[Answer], object] = lambda answer: None
) -> Current:
    """The same assistant, whichever version serves, with its answers kept and `noticed`."""
    kept: dict[str, RecordingAssistant] = {}

    def recorded() -> Assistant:
        plain = current()
        known = kept.get("last")
        if known is None or known.knowledge_base is not plain.knowledge_base:
            values = {field.name: getattr(plain, field.name) for field in fields(plain)}
            known = kept["last"] = RecordingAssistant(**values, journal=journal, noticed=noticed)
        return known

    return recorded
