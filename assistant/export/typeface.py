"""The Chinese typeface of the PDF: the one that was installed with the project, else the system's."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

FAMILIES = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC")
PACKAGE = "manimgx_fonts_cjk"  # Noto Sans CJK as published, under the Open Font License


class FontMissing(Exception):
    """No Chinese typeface; the message is one line for the person, with the mend."""


@cache
def typefaces() -> tuple[str, Fonts]:
    """The family to set text in, and where the engine finds it. Raises `FontMissing`."""
    import typst

    own = package_folder()
    for system, folders in ((False, [own] if own else []), (True, [])):
        if system or folders:
            fonts = typst.Fonts(
                include_system_fonts=system, include_embedded_fonts=False, font_paths=list(folders)
            )
            family = next((name for name in FAMILIES if name in fonts.families()), None)
            if family:
                return family, fonts
    raise FontMissing(
        "没有找到中文字体，PDF 无法导出：请安装 fonts-noto-cjk（运行 make browser），或改用 DOCX、Markdown"
    )


def package_folder() -> Path | None:
    """Where the installed typeface lies."""
    found = find_spec(PACKAGE)
    return Path(found.origin).parent if found and found.origin else None
