"""Answers as files that can be filed: Markdown, DOCX and PDF, each citation whole and checked once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.export.markdown import as_markdown
from assistant.export.pdf import as_pdf
from assistant.export.sheet import Exchange, Sheet, sheet
from assistant.export.typeface import FontMissing
from assistant.export.word import as_word

__all__ = ["FORMATS", "Exchange", "FontMissing", "Format", "Sheet", "sheet", "written"]

Format = Literal["md", "docx", "pdf"]


@dataclass(frozen=True, slots=True)
class _Writer:
    media_type: str
    write: Callable[[Sheet], bytes]


FORMATS: dict[Format, _Writer] = {
    "md": _Writer("text/markdown; charset=utf-8", as_markdown),
    "docx": _Writer("application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_word),
    "pdf": _Writer("application/pdf", as_pdf),
}


def written(content: Sheet, form: Format) -> bytes:
    """The file. Raises `FontMissing` where a PDF is asked for and no Chinese typeface is at hand."""
    return FORMATS[form].write(content)
