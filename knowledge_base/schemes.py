"""What stands behind the sentences as data: conditions of schemes, who does what, and the answers a person can give of
themselves; every line tied to exact words of a text and checked on loading."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.documents import Document
from knowledge_base.errors import SourceFault
from knowledge_base.sources import DATA

FOLDER = DATA / "schemes"


@dataclass(frozen=True, slots=True)
class Division:
    """Who does what under a document that a clause rests on: `words` stand in that point of its digest."""

    clause: str
    document_id: str
    point: int
    words: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition in the words of a digest's point. Without `ask` the digest leaves it open, as `leaves` says."""

    point: int
    words: str
    ask: str = ""
    leaves: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a clause names by `phrase`, with the conditions of the document behind it; none where none is known."""

    document_id: str
    clause: str
    phrase: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer about oneself: the groups of the records that it means, or clauses with words of theirs."""

    label: str
    groups: tuple[str, ...] = ()
    ties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Schemes:
    """All of it. `choices` by what is asked: `who`, `size`, `field`, `need`."""

    divisions: tuple[Division, ...]
    schemes: tuple[Scheme, ...]
    choices: Mapping[str, tuple[Choice, ...]]


def load_schemes(principal: Document, documents: Mapping[str, Document], folder: Path = FOLDER) -> Schemes:
    """Everything that leans on `principal`; what belongs to digests that are not there is left out.

    Raises `SourceFault` where words do not stand where the data says.
    """
    divisions = tuple(
        Division(row["clause"], row["document"], row["point"], row["words"])
        for row in _read(folder, "divisions")["divisions"]
        if row["document"] in documents
    )
    schemes = tuple(
        Scheme(
            row["document"],
            row["clause"],
            row["phrase"],
            tuple(Condition(**condition) for condition in row["conditions"]),
        )
        for row in _read(folder, "conditions")["schemes"]
        if row["document"] in documents
    )
    choices = {
        asked: tuple(
            Choice(row["label"], tuple(row.get("groups", ())), tuple((c, w) for c, w in row.get("ties", ())))
            for row in rows
        )
        for asked, rows in _read(folder, "profiles").items()
    }
    for division in divisions:
        _check_point(documents[division.document_id], division.point, division.words)
    for scheme in schemes:
        _check_clause(principal, scheme.clause, scheme.phrase)
        for condition in scheme.conditions:
            _check_point(documents[scheme.document_id], condition.point, condition.words)
            if bool(condition.ask) == bool(condition.leaves):
                raise SourceFault(
                    f"{scheme.document_id} 第 {condition.point} 点：ask 和 leaves 要有且只有一个"
                )
    for rows in choices.values():
        for choice in rows:
            for clause, words in choice.ties:
                _check_clause(principal, clause, words)
    return Schemes(divisions, schemes, choices)


def _read(folder: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))


def _check_point(document: Document, point: int, words: str) -> None:
    try:
        provision = document.provision(point)
    except KeyError as error:
        raise SourceFault(f"{document.id} 没有第 {point} 点") from error
    if words not in document.text[provision.start : provision.end]:
        raise SourceFault(f"“{words}”不在 {document.id} 第 {point} 点里")


def _check_clause(document: Document, key: str, words: str) -> None:
    try:
        quote = document.quote(document.clause(key))
    except (KeyError, ValueError) as error:
        raise SourceFault(f"{document.id} 没有 {key}") from error
    if words not in quote:
        raise SourceFault(f"“{words}”不在 {document.id} 的 {key} 里")
