"""The whole of the texts as one looks at it from afar: the principal text's structure, whom and what its sentences
are about, when each document applies, and which sentence leans on which document. Counts are of sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from assistant.library import Entry, Tie, shelf
from knowledge_base import Clause, ClauseRecord, Document, KnowledgeBase, Provision, Strength, stronger
from knowledge_base.lexicon import support_kinds


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its reading."""

    clause: Clause
    quote: str
    record: ClauseRecord


@dataclass(frozen=True, slots=True)
class Measure:
    """A provision and its sentences; headings are not among them."""

    provision: Provision
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of the text with its measures."""

    label: str
    measures: tuple[Measure, ...]

    @property
    def size(self) -> int:
        """How many sentences it holds."""
        return sum(len(measure.sentences) for measure in self.measures)


@dataclass(frozen=True, slots=True)
class Grid:
    """Measures by columns; a cell holds the sentences that belong to both, and is absent where there is none."""

    rows: tuple[Provision, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[int, str], tuple[Sentence, ...]]

    @property
    def most(self) -> int:
        """Sentences of the fullest cell."""
        return max((len(cell) for cell in self.cells.values()), default=0)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """When a document applies, as far as it is known; `signed` stands in where no day of effect is known."""

    entry: Entry
    begins: date | None
    ends: date | None
    begins_with: str


@dataclass(frozen=True, slots=True)
class Bond:
    """All sentences of one provision that lean on one document."""

    provision: Provision
    target: Document
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Panorama:
    """Everything that the pictures show."""

    document: Document
    day: date
    branches: tuple[Branch, ...]
    groups: Grid
    kinds: Grid
    lifetimes: tuple[Lifetime, ...]
    bonds: tuple[Bond, ...]
    entries: Mapping[str, Entry]


def panorama(knowledge_base: KnowledgeBase, day: date) -> Panorama | None:
    """The view on a day; None where no text has been read clause by clause."""
    document = knowledge_base.principal
    if document is None:
        return None
    records = knowledge_base.records[document.id]
    measures = [_measure(document, provision, records) for provision in document.provisions]
    numbered = [measure for measure in measures if measure.provision.number]
    branches = tuple(
        Branch(label, tuple(found)) for label, found in groupby(numbered, key=lambda m: m.provision.part)
    )
    entries = shelf(knowledge_base, day)
    kinds = support_kinds()
    return Panorama(
        document,
        day,
        branches,
        _grid(numbered, lambda sentence: sentence.record.groups),
        _grid(numbered, lambda sentence: _kinds(sentence, kinds), tuple(kinds)),
        tuple(_lifetime(entry) for entry in entries.values()),
        _bonds(entries[document.id].uses),
        entries,
    )


def _measure(document: Document, provision: Provision, records: Mapping[str, ClauseRecord]) -> Measure:
    sentences = tuple(
        Sentence(clause, document.quote(clause), records[clause.key])
        for clause in provision.clauses
        if clause.kind in ("sentence", "item")
    )
    return Measure(provision, sentences)


def _kinds(sentence: Sentence, kinds: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence is about a kind where it orders or offers something and one of the kind's words stands in it."""
    if not sentence.record.acts or sentence.record.strength == "statement":
        return []
    return [name for name, words in kinds.items() if any(word in sentence.quote for word in words)]


def _grid(
    measures: Sequence[Measure],
    columns_of: Callable[[Sentence], Iterable[str]],
    columns: tuple[str, ...] | None = None,
) -> Grid:
    """Columns in the order given, else the fullest first; measures and columns without a sentence are left out."""
    cells: dict[tuple[int, str], tuple[Sentence, ...]] = {}
    totals: dict[str, int] = dict.fromkeys(columns or (), 0)
    for measure in measures:
        for sentence in measure.sentences:
            for column in columns_of(sentence):
                key = (measure.provision.number, column)
                cells[key] = (*cells.get(key, ()), sentence)
                totals[column] = totals.get(column, 0) + 1
    filled = [column for column, total in totals.items() if total]
    ordered = filled if columns else sorted(filled, key=lambda column: -totals[column])
    rows = {number for number, _ in cells}
    kept = tuple(measure.provision for measure in measures if measure.provision.number in rows)
    return Grid(kept, tuple(ordered), cells)


def strongest(sentences: Sequence[Sentence]) -> Strength:
    """How strongly the strongest of these sentences is worded."""
    found: Strength = "statement"
    for sentence in sentences:
        if stronger(sentence.record.strength, found):
            found = sentence.record.strength
    return found


def _lifetime(entry: Entry) -> Lifetime:
    validity, signed = entry.document.validity, entry.document.metadata.signed
    if validity.effective:
        return Lifetime(entry, validity.effective, validity.ended, "施行")
    return Lifetime(entry, signed, validity.ended, "成文" if signed else "")


def _bonds(ties: Sequence[Tie]) -> tuple[Bond, ...]:
    found: dict[tuple[int, str], list[Tie]] = {}
    for tie in ties:
        found.setdefault((tie.provision.number, tie.target.id), []).append(tie)
    return tuple(Bond(group[0].provision, group[0].target, tuple(group)) for group in found.values())
