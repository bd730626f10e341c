"""What a hotline operator needs within a breath: a line to read out, the exact sentence, whom to pass the call to,
and what must not be promised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.contract import QUESTION_LIMIT, Answer, Question, Status
from assistant.messages import message
from assistant.pipeline import Assistant
from assistant.redaction import redacted
from assistant.speech import READ_OUT_LIMIT, heard, read_out
from assistant.standing import state_of
from knowledge_base import Clause, ClauseRecord, Document, KnowledgeBase, Provision, Strength
from knowledge_base.normalisation import bigrams, searchable
from knowledge_base.records import Channel
from knowledge_base.validity import State

CARDS = 6
SPOKEN_KINDS = ("sentence", "item")  # headings and letterheads answer nobody
_MASK = re.compile(
    "〔[^〔〕0-9]+〕"
)  # what stands in the place of personal data; 〔2023〕 is a document's year


@dataclass(frozen=True)
class Card:
    """One sentence, ready for the telephone. `shortened`: the line is no reading of the sentence but leads to it.

    `channels` are those that the sentence names, or, where `of_measure`, another sentence of the same measure.
    """

    document: Document
    provision: Provision
    clause: Clause
    line: str
    shortened: bool
    strength: Strength
    channels: tuple[Channel, ...]
    of_measure: bool
    leaves_open: tuple[str, ...]
    state: State

    @property
    def quote(self) -> str:
        """The exact sentence."""
        return self.document.quote(self.clause)


@dataclass(frozen=True)
class Found:
    """What a look-up shows: the first `cited` cards answer, the others are near.

    `heard` is what was asked, without fillers and personal data: fit to be kept in a list.
    """

    heard: str
    status: Status
    missing: tuple[str, ...]
    notices: tuple[str, ...]
    cards: tuple[Card, ...]
    cited: int = 0
    receipt: str = ""


def look_up(assistant: Assistant, text: str) -> Found:
    """Cards for whatever was typed or pasted: the cited sentences first, then those of the nearest provisions."""
    said = _MASK.sub("", redacted(heard(text)[:QUESTION_LIMIT])).strip()
    if not said:
        return Found("", "chitchat", (), (), ())
    question = Question(question=said, persona="hotline")
    answer = next(piece for piece in assistant.stream(question) if isinstance(piece, Answer))
    base, day = assistant.knowledge_base, assistant.today()
    cited = _unique(_cited(base, answer))
    near = {name: place for name, place in _unique(_near(base, said, answer)).items() if name not in cited}
    places = [*cited.values(), *near.values()][:CARDS]
    cards = [card(base, *place, state_of(place[0], day)) for place in places]
    return Found(
        said,
        answer.status,
        answer.unspecified,
        answer.notices,
        tuple(cards),
        len(cited),
        answer.receipt if answer.citations else "",
    )


def _unique(places: Iterable[tuple[Document, Clause]]) -> dict[tuple[str, str], tuple[Document, Clause]]:
    return {(document.id, clause.key): (document, clause) for document, clause in places}


def _cited(base: KnowledgeBase, answer: Answer) -> Iterator[tuple[Document, Clause]]:
    for citation in answer.citations:
        document = base.documents[citation.document_id]
        for clause in document.provision(citation.number).clauses:
            if (clause.start, clause.quote_end) == (citation.start, citation.end):
                yield document, clause


def _near(base: KnowledgeBase, said: str, answer: Answer) -> Iterator[tuple[Document, Clause]]:
    """Of each provision ranked for the same answer, the sentence that shares most words with what was said."""
    if answer.status not in ("answered", "not_specified", "clarify"):
        return  # nothing near is better than something to be read out by mistake
    asked = set(bigrams(searchable(said)))
    for name in answer.ranked_provisions:
        document_id, _, number = name.rpartition("#")
        document = base.documents[document_id]
        clauses = [
            c for c in document.provision(int(number)).clauses if c.provision and c.kind in SPOKEN_KINDS
        ]
        shared = {c: len(asked & set(bigrams(searchable(document.quote(c))))) for c in clauses}
        best = max(clauses, key=lambda clause: shared[clause], default=None)
        if best and shared[best]:
            yield document, best


def card(base: KnowledgeBase, document: Document, clause: Clause, state: State) -> Card:
    """The card of one sentence."""
    record = base.record(document.id, clause.key)
    provision = document.provision(clause.provision)
    line, shortened = _line(document, clause, record, state)
    own = record.channels if record else ()
    return Card(
        document,
        provision,
        clause,
        line,
        shortened,
        record.strength if record else "statement",
        own or _of_measure(base, document, provision),
        not own,
        _left_open(base, document, record),
        state,
    )


def _line(document: Document, clause: Clause, record: ClauseRecord | None, state: State) -> tuple[str, bool]:
    """The gist where a person reviewed one, else the sentence itself; never cut where the cut would promise more."""
    digest = document.text_kind == "digest"
    line = read_out(record.gist if record else document.quote(clause))
    if line and digest:
        line = message("read_digest", line=line)
    if line and state == "ended":
        line = message("read_ended", line=line)
    if line and state == "not_yet":
        line = message("read_not_yet", line=line)
    if line and len(line) <= READ_OUT_LIMIT:
        return line, False
    return message("read_long", kind="摘要" if digest else "原文"), True


def _of_measure(base: KnowledgeBase, document: Document, provision: Provision) -> tuple[Channel, ...]:
    records = (base.record(document.id, clause.key) for clause in provision.clauses)
    named = {channel.number: channel for record in records if record for channel in record.channels}
    return tuple(named.values())


def _left_open(base: KnowledgeBase, document: Document, record: ClauseRecord | None) -> tuple[str, ...]:
    if record:
        return record.leaves_open
    digest = base.digests.get(document.id)
    return digest.unknown if digest else ()
