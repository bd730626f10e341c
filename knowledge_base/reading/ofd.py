"""OFD (GB/T 33190), the fixed-layout format of Chinese agencies: a zip of XML, read here.

The one library at hand, easyofd, draws pages as pictures and brings PyMuPDF, whose licence (AGPL) this
project cannot take on. Text alone needs little of the standard: the pages of each document in order, on
each page the text objects with their boundary, matrix and character steps, and the templates beneath,
which hold the running heads.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from knowledge_base.reading.archive import open_archive, read_entry
from knowledge_base.reading.extract import Extract, Properties, count_characters
from knowledge_base.reading.faults import ReadingFault
from knowledge_base.reading.layout import Page, flow
from knowledge_base.reading.ocr import MEND
from knowledge_base.reading.ofd_text import BROKEN, children, name_of, numbers, rows

_SPARSE = 20  # characters a page, as for PDF
_A4 = 210.0  # mm, where a page states no box of its own


def read_ofd(data: bytes) -> Extract:
    """The paragraphs of an OFD file. Raises `ReadingFault` where it is broken or holds only pictures."""
    archive = open_archive(data)
    root = _xml(archive, "OFD.xml")
    pages: list[Page] = []
    drawn = 0
    for body in children(root, "DocBody"):
        for page, templates in _pages(archive, _text(body, "DocRoot")):
            pages.append(Page(rows([page, *templates]), _width(page)))
            drawn += sum(1 for element in page.iter() if name_of(element) in ("ImageObject", "PathObject"))
    characters = sum(count_characters(line.text) for page in pages for line in page.lines)
    if not pages:
        raise ReadingFault(BROKEN.format("没有页面"))
    if characters < _SPARSE * len(pages) / 2 and drawn:
        raise ReadingFault(f"OFD 没有文字层，只有图，需要文字识别：请用 OFD 阅读器导出图片，{MEND}")
    title = next((_text(info, "Title") for body in root.iter() for info in children(body, "DocInfo")), "")
    return Extract(flow(pages), characters, len(pages), Properties(title=title))


def _pages(archive: ZipFile, root_name: str) -> Iterator[tuple[Any, list[Any]]]:
    """Each page of a document with the templates that it lies on."""
    base = root_name.lstrip("/")
    document = _xml(archive, base)
    templates = {
        template.get("ID", ""): template.get("BaseLoc", "")
        for common in children(document, "CommonData")
        for template in children(common, "TemplatePage")
    }
    for listing in children(document, "Pages"):
        for entry in children(listing, "Page"):
            page = _xml(archive, _location(base, entry.get("BaseLoc", "")))
            used = [
                templates[use.get("TemplateID", "")]
                for use in children(page, "Template")
                if use.get("TemplateID") in templates
            ]
            yield page, [_xml(archive, _location(base, name)) for name in used if name]


def _width(page: Any) -> float:
    boxes = [_text(area, "PhysicalBox") for area in children(page, "Area")]
    return numbers(boxes[0], 4)[2] or _A4 if boxes else _A4


def _xml(archive: ZipFile, name: str) -> Any:
    from lxml import etree

    names = {entry.lower(): entry for entry in archive.namelist()}
    data = read_entry(archive, names.get(name.lower(), name))
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ReadingFault(BROKEN.format(f"{name} 不是合格的 XML")) from error


def _location(base: str, name: str) -> str:
    """An absolute place counts from the archive's root, any other from the file that names it."""
    if name.startswith("/"):
        return name.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), name))


def _text(element: Any, name: str) -> str:
    return next(((child.text or "").strip() for child in children(element, name)), "")
