"""Digests: what is known, point by point and each with its source, of documents whose issued text is not at hand.

A digest's canonical text is written here from its data file, one line a point; it never passes for the original.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge_base.documents import Clause, ClauseKind, Document, Metadata, Provision
from knowledge_base.errors import SourceFault
from knowledge_base.lexicon import aspects_read
from knowledge_base.normalisation import searchable
from knowledge_base.validity import Validity

_COMPILATION = "事实汇编"  # the kind of a digest, as the data has it


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read. Only an `official` address is shown to people."""

    name: str
    address: str
    official: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A sentence of a document that names or rests on another: `phrase` stands in that clause."""

    document_id: str
    clause: str
    phrase: str
    target: str

    def named_in(self, text: str) -> bool:
        """Whether a `searchable` text has the phrase."""
        return _searched(self.phrase) in text

    @property
    def provision(self) -> int:
        """The number of the provision that the sentence belongs to."""
        return int(self.clause.partition(".")[0])


@cache
def _searched(phrase: str) -> str:
    return searchable(phrase)


@dataclass(frozen=True)
class Digest:
    """The document with what lies behind it: point number → sources, facts and the aspects that it states, what is not
    known, who leans on it.

    `counterparts`: a clause of the text that leans on it, with a point that says the same of this document.
    """

    document: Document
    sources: Mapping[int, tuple[Source, ...]]
    facts: Mapping[int, str]
    states: Mapping[int, frozenset[str]]
    unknown: tuple[str, ...]
    confidence: str
    links: tuple[Link, ...]
    counterparts: tuple[tuple[str, int], ...]

    @property
    def compiled(self) -> bool:
        """Whether it gathers facts of no one text: there is no original to send anybody to."""
        return self.document.metadata.kind == _COMPILATION


def load_digest(path: Path, leaning: Document) -> Digest:
    """Read one data file; its links are checked against `leaning`, the text whose sentences rest on it.

    Raises `SourceFault` where a point has no source, a line break, an unknown aspect, or a link's phrase is not in its
    sentence.
    """
    try:
        row = tomllib.loads(path.read_text("utf-8"))
        if row["id"] != path.stem:
            raise ValueError(f"id 应为 {path.stem}")
        named = {int(s["id"]): Source(s["name"], s["address"], bool(s["official"])) for s in row["sources"]}
        points = list(enumerate(row["points"], 1))
        sources = {number: tuple(named[i] for i in point["sources"]) for number, point in points}
        facts = {number: str(point["fact"]) for number, point in points}
        states = {number: frozenset(aspects_read(point["states"])) for number, point in points}
        document = _document(row)
        links = tuple(Link(leaning.id, x["clause"], x["phrase"], document.id) for x in row["links"])
        for link in links:
            if link.phrase not in leaning.quote(leaning.clause(link.clause)):
                raise ValueError(f"“{link.phrase}”不在 {link.clause} 里")
        at = {fact: number for number, fact in facts.items()}
        counterparts = tuple((x["clause"], at[x["fact"]]) for x in row.get("counterparts", ()))
        for clause, _ in counterparts:
            leaning.clause(clause)
        if not all(sources.values()):
            raise ValueError("每一点都要有来源")
    except (KeyError, ValueError, TypeError) as error:
        raise SourceFault(f"摘要 {path.name} 不合格式：{error}") from error
    return Digest(
        document, sources, facts, states, tuple(row["unknown"]), row["confidence"], links, counterparts
    )


def _document(row: Mapping[str, Any]) -> Document:
    metadata = Metadata(
        title=row["title"],
        number=row["number"],
        issuers=tuple(row["issuers"]),
        signed=row.get("signed"),
        kind=row["kind"],
        status=row["status"],
        official_address=row["official_url"],
        aliases=tuple(row["aliases"]),
    )
    validity = Validity(
        row.get("effective"), row.get("ended"), row.get("replaced_by"), tuple(row.get("replaces", ()))
    )
    front = [("title", f"《{metadata.title}》摘要")]
    issued = "　".join([*filter(None, [metadata.number, "、".join(metadata.issuers)])])
    front += [("metadata", line) for line in (issued, metadata.status) if line]
    lines = [(0, kind, text) for kind, text in front]
    lines += [(number, "sentence", point["text"]) for number, point in enumerate(row["points"], 1)]
    if bad := next((text for _, _, text in lines if "\n" in text or text != text.strip()), None):
        raise ValueError(f"一点只能是一行：{bad[:20]}")
    text, provisions = _laid_out(row["id"], lines)
    return Document(
        row["id"], text, metadata, (), provisions, text_kind="digest", level=row["level"], validity=validity
    )


def _laid_out(document_id: str, lines: list[tuple[int, str, str]]) -> tuple[str, tuple[Provision, ...]]:
    """One line a clause, one provision a point; number 0 holds the title and what is said of the document."""
    clauses: dict[int, list[Clause]] = {}
    at = 0
    for number, kind, line in lines:
        own = clauses.setdefault(number, [])
        end = at + len(line) + 1
        own.append(_clause(document_id, number, len(own) + 1, kind, at, end))  # type: ignore[arg-type]
        at = end
    provisions = tuple(
        Provision(
            document_id,
            number,
            f"第{number}点" if number else "",
            "",
            "",
            own[0].start,
            own[-1].end,
            tuple(own),
        )
        for number, own in clauses.items()
    )
    return "".join(f"{line}\n" for _, _, line in lines), provisions


def _clause(document_id: str, provision: int, number: int, kind: ClauseKind, start: int, end: int) -> Clause:
    return Clause(document_id, provision, number, kind, 0, start, end - 1, end)
