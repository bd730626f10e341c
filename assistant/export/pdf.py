"""A sheet as a tagged PDF with its typeface embedded. Words reach the typesetter as data and are never read as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from assistant.export.sheet import Sheet
from assistant.export.typeface import typefaces

_TEMPLATE = Path(__file__).with_name("sheet.typ")


def as_pdf(content: Sheet) -> bytes:
    """A4 pages. Raises `FontMissing`."""
    import typst

    family, fonts = typefaces()
    data = json.dumps({**asdict(content), "day": content.day.isoformat()}, ensure_ascii=False)
    inputs = {"sheet": data, "family": family}
    whole: bytes = typst.compile(str(_TEMPLATE), font_paths=fonts, sys_inputs=inputs)
    return whole
