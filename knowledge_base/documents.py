"""Frozen types of the texts: every piece is a span of one canonical text.

Offsets count Unicode code points; `end` is exclusive. Provisions tile their document and clauses
tile their provision, so nothing of a text can fall between two pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from knowledge_base.validity import Validity

ClauseKind = Literal[
    "sentence", "item", "heading", "part", "title", "metadata", "addressees", "signatories", "date"
]
TextKind = Literal["original", "digest"]
Level = Literal["国家", "省", "标准"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in a text that the parser does not vouch for, such as a break in the numbering."""

    message: str
    start: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part (一、…, 第X章, a Markdown heading); spans from its heading to the next part's."""

    label: str
    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, list item or heading. `[start, end)` tiles; `[start, quote_end)` leaves out trailing blanks."""

    document_id: str
    provision: int
    number: int
    kind: ClauseKind
    paragraph: int
    start: int
    quote_end: int
    end: int

    @property
    def key(self) -> str:
        """`3.2`: second clause of provision 3, unique within the document."""
        return f"{self.provision}.{self.number}"


@dataclass(frozen=True, slots=True)
class Provision:
    """A measure (三), an article 第…条, or the front matter (number 0)."""

    document_id: str
    number: int
    label: str
    heading: str
    part: str
    start: int
    end: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a text says of itself; an empty value means that the text is silent."""

    title: str
    number: str = ""
    issuers: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    signed: date | None = None
    published: date | None = None
    fields: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    status: str = ""
    official_address: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A canonical text with its structure; `text` never changes within a knowledge-base version."""

    id: str
    text: str
    metadata: Metadata
    parts: tuple[Part, ...]
    provisions: tuple[Provision, ...]
    complaints: tuple[Complaint, ...] = ()
    text_kind: TextKind = "original"
    level: Level = "省"
    validity: Validity = field(default_factory=Validity)

    def provision(self, number: int) -> Provision:
        """The provision with this ordinal. Raises `KeyError` where there is none."""
        if self.provisions and self.provisions[0].number <= number <= self.provisions[-1].number:
            return self.provisions[number - self.provisions[0].number]
        raise KeyError(number)

    def clause(self, key: str) -> Clause:
        """The clause with this key (`3.2`). Raises `KeyError` where there is none."""
        provision, _, number = key.partition(".")
        clauses = self.provision(int(provision)).clauses
        if not 1 <= int(number) <= len(clauses):
            raise KeyError(key)
        return clauses[int(number) - 1]

    def quote(self, clause: Clause) -> str:
        """The clause's exact characters, without trailing blanks."""
        return self.text[clause.start : clause.quote_end]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in order of the text."""
        return tuple(clause for provision in self.provisions for clause in provision.clauses)
