"""The shelf: every document with its state on a day, what came before and after it, and the sentences that tie
documents together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.standing import chinese_day, named, state_of
from knowledge_base import Clause, Document, KnowledgeBase, Provision
from knowledge_base.digests import Digest
from knowledge_base.documents import Level, TextKind
from knowledge_base.normalisation import simplified
from knowledge_base.validity import State

PASSAGES = 3  # places shown of one document that a search finds
AROUND = 24  # characters shown on each side of a found word


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `[start, end)` of a canonical text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tie:
    """A sentence that names or rests on another document: `phrase` stands in `clause`."""

    document: Document
    provision: Provision
    clause: Clause
    phrase: str
    target: Document

    @property
    def quote(self) -> str:
        """The sentence, exactly."""
        return self.document.quote(self.clause)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it stands on a day; `used_by`: sentences of others that rest on it, `uses`: its own."""

    document: Document
    day: date
    state: State
    successor: Document | None
    predecessors: tuple[Document, ...]
    used_by: tuple[Tie, ...]
    uses: tuple[Tie, ...]
    digest: Digest | None

    def uses_of(self, provision: int) -> tuple[Tie, ...]:
        """The documents that one provision rests on."""
        return tuple(tie for tie in self.uses if tie.provision.number == provision)


@dataclass(frozen=True, slots=True)
class Passage:
    """A provision in which every searched word stands, and where the first of them stands."""

    provision: Provision
    shown: Span
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with the passages that a search found in it, and how many more there are."""

    entry: Entry
    passages: tuple[Passage, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for; an empty value means that it does not matter."""

    words: tuple[str, ...] = ()
    kind: TextKind | None = None
    level: Level | None = None
    state: State | None = None


def shelf(knowledge_base: KnowledgeBase, day: date) -> dict[str, Entry]:
    """Document id → its entry, in the order of the knowledge base."""
    documents = knowledge_base.documents
    ties = list(_ties(knowledge_base))
    before: dict[str, dict[str, Document]] = {}
    for document in documents.values():
        for earlier in document.validity.replaces:
            before.setdefault(document.id, {})[earlier] = documents[earlier]
        if document.validity.replaced_by:
            before.setdefault(document.validity.replaced_by, {})[document.id] = document
    return {
        document.id: Entry(
            document,
            day,
            state_of(document, day),
            _successor(document, documents),
            tuple(before.get(document.id, {}).values()),
            tuple(tie for tie in ties if tie.target.id == document.id),
            tuple(tie for tie in ties if tie.document.id == document.id),
            knowledge_base.digests.get(document.id),
        )
        for document in documents.values()
    }


def _ties(knowledge_base: KnowledgeBase) -> Iterator[Tie]:
    """All links in order of the sentences that they start from."""
    found = []
    for link in knowledge_base.links:
        document = knowledge_base.documents[link.document_id]
        clause = document.clause(link.clause)
        provision = document.provision(clause.provision)
        found.append(Tie(document, provision, clause, link.phrase, knowledge_base.documents[link.target]))
    return iter(sorted(found, key=lambda tie: (tie.document.id, tie.clause.start)))


def _successor(document: Document, documents: Mapping[str, Document]) -> Document | None:
    """What replaces it, whichever of the two texts says so."""
    if document.validity.replaced_by:
        return documents[document.validity.replaced_by]
    return next((other for other in documents.values() if document.id in other.validity.replaces), None)


def search(entries: Sequence[Entry], wanted: Wanted) -> list[Found]:
    """The entries that fit; those whose title or number has every word first, then those whose text has them."""
    named: list[Found] = []
    inside: list[Found] = []
    for entry in entries:
        document = entry.document
        if wanted.kind not in (None, document.text_kind) or wanted.level not in (None, document.level):
            continue
        if wanted.state not in (None, entry.state):
            continue
        found = tuple(_passages(document, wanted.words)) if wanted.words else ()
        kept = Found(entry, found[:PASSAGES], max(0, len(found) - PASSAGES))
        metadata = document.metadata
        name = _folded("\n".join((metadata.title, metadata.number, *metadata.aliases, *metadata.issuers)))
        if all(_folded(word) in name for word in wanted.words):
            named.append(kept)
        elif found:
            inside.append(kept)
    return named + inside


def _passages(document: Document, words: Sequence[str]) -> Iterator[Passage]:
    """Provisions that hold every word, with the neighbourhood of the first one found."""
    for provision in document.provisions:
        marks = occurrences(document, words, provision)
        text = _folded(document.text[provision.start : provision.end])
        if marks and all(_folded(word) in text for word in words):
            begin = max(provision.start, marks[0].start - AROUND)
            end = min(provision.end, marks[0].end + 2 * AROUND)
            shown = Span(begin, begin + len(document.text[begin:end].rstrip()))
            yield Passage(provision, shown, tuple(mark for mark in marks if mark.end <= shown.end))


def occurrences(document: Document, words: Sequence[str], provision: Provision) -> tuple[Span, ...]:
    """Where the words stand in a provision, left to right, none within another; width, case and script apart."""
    text = _folded(document.text[provision.start : provision.end])
    taken: list[Span] = []
    for word in sorted({_folded(word) for word in words if word.strip()}, key=len, reverse=True):
        at = text.find(word)
        while at >= 0:
            span = Span(provision.start + at, provision.start + at + len(word))
            if not any(span.start < other.end and other.start < span.end for other in taken):
                taken.append(span)
            at = text.find(word, at + len(word))
    return tuple(sorted(taken, key=lambda span: span.start))


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """Width, case and script folded, one character for one, so that places stay places."""
    plain = simplified(text)
    return "".join(
        folded if len(folded := unicodedata.normalize("NFKC", character).lower()) == 1 else character
        for character in (plain if len(plain) == len(text) else text)
    )


def standing_line(entry: Entry) -> str:
    """Whether the text is in force on the entry's day, since or until when, and what stands before or after it."""
    validity = entry.document.validity
    if entry.state == "ended":
        since = f"自{chinese_day(validity.ended)}起不再有效" if validity.ended else "已不再有效"
        return f"{since}，接续的是{named(entry.successor)}。" if entry.successor else f"{since}。"
    if entry.state == "not_yet":
        begins = f"自{chinese_day(validity.effective)}起施行。" if validity.effective else "尚未施行。"
        until = [other for other in entry.predecessors if state_of(other, entry.day) == "in_force"]
        return begins + "".join(f"在此之前适用{named(other)}。" for other in until)
    said = f"自{chinese_day(validity.effective)}起施行" if validity.effective else "施行日期未查明"
    if validity.ended:
        after = f"，接续的是{named(entry.successor)}" if entry.successor else ""
        return f"{said}，至{chinese_day(validity.ended)}前有效{after}。"
    if entry.successor:
        return f"{said}；后来有{named(entry.successor)}，没有查到它明文废止本文件。"
    return f"{said}，没有查到失效的记载。"
