"""A file or address → a proposed text, what it changes, and a new version that serves once it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge_base.added import AddedText, Change, changes, id_of, merged, recognise
from knowledge_base.candidates import learnt
from knowledge_base.documents import Document, Level
from knowledge_base.embedding import Embedder
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.indexing import KnowledgeBase, Progress
from knowledge_base.reading import Reading, read
from knowledge_base.sources import Sources, with_added
from knowledge_base.versions import build_version, changing, open_version, serving_sources, switch

Accept = Callable[
    [KnowledgeBase], Sequence[str]
]  # what speaks against letting a version serve; empty: nothing


@dataclass(frozen=True)
class Proposal:
    """A text as it was read, with the document it is or replaces, and what it changes there."""

    reading: Reading
    text: AddedText
    document: Document
    known: Document | None
    same: bool
    changes: tuple[Change, ...]


class Refused(KnowledgeBaseError):
    """The new version stays aside; the message says what fell short."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What a new text touches: its provisions, the sentences that name it, and the questions tied to it."""

    document_id: str
    provisions: int
    named_by: tuple[str, ...]
    questions: int


def files_of(places: Iterable[str]) -> Iterator[str]:
    """Folders as the files in them, by name; files and addresses as they are."""
    for place in places:
        path = Path(place)
        if "://" not in place and path.is_dir():
            yield from (str(file) for file in sorted(path.rglob("*")) if file.is_file())
        else:
            yield place


def propose(
    place: str,
    sources: Sources,
    level: Level = "国家",
    effective: date | None = None,
    ended: date | None = None,
) -> Proposal:
    """Read a place and say what it would be. Raises `ReadingFault` where it cannot be read."""
    reading = read(place)
    metadata = reading.metadata
    text = AddedText(
        id_of(metadata.title),
        reading.text,
        metadata.title,
        metadata.number,
        metadata.issuers,
        level,
        metadata.signed,
        effective,
        ended,
        reading.source,
        reading.fingerprint,
    )
    known, same = recognise(text, sources.documents)
    if known:
        text = replace(text, id=known.id)
    document = text.document()
    found = changes(known, document) if known and not same else []
    return Proposal(reading, text, document, known, same, tuple(found))


def add(
    home: Path,
    packaged: Sources,
    texts: Sequence[AddedText],
    embedder: Embedder,
    progress: Progress,
    accept: Accept,
) -> KnowledgeBase:
    """Build a version with these texts and let it serve, unless `accept` speaks against it.

    Raises `Refused` then, and `KnowledgeBaseError` where another change is under way; what served goes on serving.
    """
    with changing(home):
        served = serving_sources(home, packaged)
        whole = with_added(packaged, merged(served.added, texts))
        sources = learnt(whole, served.candidates).sources
        folder = build_version(home, sources, embedder, progress)
        knowledge_base = open_version(folder, sources, embedder)
        if faults := accept(knowledge_base):
            raise Refused(f"新版本 {folder.name} 没有启用：{'；'.join(faults)}")
        switch(home, folder.name)
    return knowledge_base


def impact(sources: Sources, text: AddedText) -> Impact:
    """What this text touches among the sources without it."""
    named = [
        f"{document.id} {clause.key}"
        for document in sources.documents.values()
        if document.id != text.id
        for clause in document.clauses
        if f"《{text.title}》" in document.quote(clause)
        or (text.number and text.number in document.quote(clause))
    ]
    questions = sum(question.document_id == text.id for question in sources.bank)
    provisions = sum(1 for provision in text.document().provisions if provision.number)
    return Impact(text.id, provisions, tuple(named), questions)
