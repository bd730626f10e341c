"""What a reader of one format hands on: text as the file has it, and what the file says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file states outside its text: meta tags, document properties. Empty where it is silent."""

    title: str = ""
    source: str = ""
    published: date | None = None
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of one file before it is made canonical; `characters_in` counts what the file holds, blanks left out."""

    text: str
    characters_in: int
    pages: int = 1
    properties: Properties = field(default_factory=Properties)
    warnings: tuple[str, ...] = ()


def count_characters(text: str) -> int:
    """Characters without blanks: layout differs from format to format, the words do not."""
    return len(re.sub(r"\s+", "", text))
