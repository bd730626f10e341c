"""Word .docx: paragraphs and tables in the order of the body, with the automatic numbers that people cite.

python-docx opens the package; the body is walked here, because its `paragraph.text` leaves out what stands
in content controls and tracked insertions.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any
from zipfile import ZipFile

from knowledge_base.reading.archive import check_entries, open_archive, read_entry
from knowledge_base.reading.extract import Extract, Properties, count_characters
from knowledge_base.reading.faults import ReadingFault, damaged
from knowledge_base.reading.numbering import Numbering
from knowledge_base.reading.ocr import MEND

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT_BOX = f"{_W}txbxContent"
# Deleted and moved-away text, field codes, and the second copy of a drawing for old readers.
_SKIPPED = {
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}instrText",
    f"{_W}pPr",
    f"{_W}rPr",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_CONTAINERS = {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}smartTag"}
_SIGNS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_BROKEN = "文件损坏，Word 文档打不开：请重新下载，或用 Word、WPS 打开后另存一份"
_TEXT_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_TEXT = re.compile(rb"<w:t(?:\s[^>]*)?>([^<]*)</w:t>")


def read_docx(data: bytes) -> Extract:
    """The body of a Word document. Raises `ReadingFault` where it is broken, locked or a bomb."""
    archive = open_archive(data)
    check_entries(archive)
    document = _open(data)
    with damaged(_BROKEN):
        title = (document.core_properties.title or "").strip()
    parts = {part.partname: part for part in document.part.package.iter_parts()}
    numbering = Numbering(_root(parts, "/word/numbering.xml"), _root(parts, "/word/styles.xml"))
    lines = list(_blocks(document.element.body, numbering))
    notes = [name for name in ("word/footnotes.xml", "word/endnotes.xml") if _has_notes(archive, name)]
    if not any(lines) and any(name.startswith("word/media/") for name in archive.namelist()):
        raise ReadingFault(f"Word 文档里只有图片，没有文字，需要文字识别：请导出图片，{MEND}")
    warnings = ("脚注和尾注没有收入正文，请对照原件",) if notes else ()
    return Extract("\n".join(lines), _characters(archive), 1, Properties(title=title), warnings)


def _open(data: bytes) -> Any:
    from docx import Document
    from docx.opc.exceptions import OpcError

    with damaged(_BROKEN):
        try:
            return Document(io.BytesIO(data))
        except OpcError as error:
            raise ReadingFault(_BROKEN) from error


def _root(parts: dict[str, Any], name: str) -> Any | None:
    from lxml import etree

    part = parts.get(name)
    if part is None:
        return None
    if hasattr(part, "element"):
        return part.element
    with damaged(_BROKEN):
        return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))


def _blocks(parent: Any, numbering: Numbering) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, numbering)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, numbering)
        elif child.tag in _CONTAINERS:
            yield from _blocks(child, numbering)


def _paragraph(paragraph: Any, numbering: Numbering) -> Iterator[str]:
    text = "".join(_runs(paragraph))
    label = numbering.label(paragraph) if text.strip() else ""
    yield from (line.strip() for line in f"{label}{text.lstrip()}".split("\n") if line.strip())
    # Text boxes hang on a paragraph but are none of its sentences: 公文 keep their head and seal in them.
    for box in paragraph.iter(_TEXT_BOX):
        if _hangs_on(box, paragraph):
            yield from _blocks(box, numbering)


def _hangs_on(box: Any, paragraph: Any) -> bool:
    """Whether the box is shown and is not one within another box of the same paragraph."""
    between = takewhile(lambda ancestor: ancestor is not paragraph, box.iterancestors())
    return not any(ancestor.tag in _SKIPPED or ancestor.tag == _TEXT_BOX for ancestor in between)


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _SKIPPED and child.tag != _TEXT_BOX:
            yield from _runs(child)


def _table(table: Any, numbering: Numbering) -> Iterator[str]:
    """A line a row, cells parted by `|`; a row of one cell is layout, and gives its paragraphs."""
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue  # of a table within a cell, read with that cell
        cells = [
            list(_blocks(cell, numbering))
            for cell in row.iter(f"{_W}tc")
            if next(cell.iterancestors(f"{_W}tr")) is row
        ]
        if len(cells) == 1:
            yield from cells[0]
        elif any(cells):
            yield " | ".join(" ".join(lines) for lines in cells) + " |"


def _has_notes(archive: ZipFile, name: str) -> bool:
    return name in archive.namelist() and bool(_TEXT.search(read_entry(archive, name)))


def _characters(archive: ZipFile) -> int:
    """What the file holds: the body, heads, feet and notes."""
    parts = [name for name in archive.namelist() if _TEXT_PARTS.fullmatch(name)]
    texts = (text for name in parts for text in _TEXT.findall(read_entry(archive, name)))
    return sum(count_characters(text.decode("utf-8", "replace")) for text in texts)
