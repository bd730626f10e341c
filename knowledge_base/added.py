"""Texts that people add, kept whole inside each version, so that any version can be opened again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from knowledge_base.documents import Document, Level
from knowledge_base.errors import SourceFault
from knowledge_base.structure import parse
from knowledge_base.validity import Validity

FILE = "added.jsonl"
ID_LIMIT = 40  # characters of a title that become an id
_DAYS = ("signed", "effective", "ended")


@dataclass(frozen=True, slots=True)
class AddedText:
    """A canonical text with the metadata that a person confirmed, and the file or address it came from."""

    id: str
    text: str
    title: str
    number: str
    issuers: tuple[str, ...]
    level: Level
    signed: date | None
    effective: date | None
    ended: date | None
    source: str
    source_fingerprint: str

    def document(self) -> Document:
        """The text with its structure."""
        parsed = parse(self.id, self.text)
        metadata = replace(
            parsed.metadata, title=self.title, number=self.number, issuers=self.issuers, signed=self.signed
        )
        return replace(
            parsed, metadata=metadata, level=self.level, validity=Validity(self.effective, self.ended)
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What a newer text does to a provision of the one before; a side that has none is empty."""

    label: str
    kind: Literal["added", "removed", "changed"]
    before: str
    after: str


def id_of(title: str) -> str:
    """A name for a new document: its title without marks."""
    return re.sub(r"\W+", "-", title).strip("-")[:ID_LIMIT] or "text"


def fingerprint(text: str) -> str:
    """Names a text by its characters, blanks apart: two copies of one text give the same."""
    return hashlib.sha256(re.sub(r"\s+", "", text).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def recognise(proposed: AddedText, documents: Mapping[str, Document]) -> tuple[Document | None, bool]:
    """The document that this text is, or is another version of, and whether the texts are the same."""
    for document in documents.values():
        if fingerprint(document.text) == fingerprint(proposed.text):
            return document, True
    for document in documents.values():
        metadata = document.metadata
        same_number = bool(proposed.number) and proposed.number == metadata.number
        if document.text_kind == "original" and (same_number or metadata.title == proposed.title):
            return document, False
    return None, False


def changes(before: Document, after: Document) -> list[Change]:
    """Difference by provision, in order of the newer text, removed ones last; provisions are matched by label."""
    old, new = _by_label(before), _by_label(after)
    found = []
    for label, text in new.items():
        if label not in old:
            found.append(Change(label, "added", "", text))
        elif fingerprint(old[label]) != fingerprint(text):
            found.append(Change(label, "changed", old[label], text))
    return found + [Change(label, "removed", text, "") for label, text in old.items() if label not in new]


def _by_label(document: Document) -> dict[str, str]:
    found: dict[str, str] = {}
    for provision in document.provisions:
        text = document.text[provision.start : provision.end].strip()
        label = provision.label or provision.heading or "文首"
        key, again = label, 2
        while key in found:
            key, again = f"{label}（{again}）", again + 1
        found[key] = text
    return found


def write_added(folder: Path, texts: Iterable[AddedText]) -> None:
    """Write the texts of a version into its folder."""
    lines = (json.dumps(asdict(text), ensure_ascii=False, default=str) for text in texts)
    (folder / FILE).write_text("".join(f"{line}\n" for line in lines), "utf-8")


def read_added(folder: Path) -> tuple[AddedText, ...]:
    """The texts of a version, none where it has none. Raises `SourceFault` where the file is damaged."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        return tuple(_row(json.loads(line)) for line in path.read_text("utf-8").splitlines())
    except (ValueError, KeyError, TypeError) as error:
        raise SourceFault(
            f"版本 {folder.name} 的新增文件清单损坏：请运行 policy-assistant kb rollback"
        ) from error


def _row(row: dict[str, Any]) -> AddedText:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in _DAYS}
    return AddedText(**{**row, **days, "issuers": tuple(row["issuers"])})


def merged(existing: Sequence[AddedText], new: Iterable[AddedText]) -> tuple[AddedText, ...]:
    """A newer text takes the place of the one with its id."""
    texts = {text.id: text for text in existing}
    texts |= {text.id: text for text in new}
    return tuple(texts.values())
