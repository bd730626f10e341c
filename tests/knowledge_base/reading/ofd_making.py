"""Builds OFD packages after GB/T 33190-2016, in the ways in which converters place characters."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZipFile

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 4.9  # mm, 14 points
LEFT, RIGHT, TOP, STEP, ROWS = 28.0, 182.0, 40.0, 10.0, 22
HEAD = "贵州省知识产权局文件"


def by_line(lines: Sequence[str]) -> bytes:
    """A text object a row, steps written in short (`g 20 4.9`): what office suites export."""
    return package([[_row(row, x, y) for row, x, y in page] for page in _pages(lines)])


def by_character(lines: Sequence[str]) -> bytes:
    """A text object a character, scaled by its matrix, in no order: what print drivers make of PDF."""
    pages = []
    for page in _pages(lines):
        objects = [
            _object(character, position, y, matrix=True)
            for row, x, y in page
            for character, position in _placed(row, x)
            if character != " "
        ]
        pages.append(objects[::-1])
    return package(pages)


def with_template(lines: Sequence[str]) -> bytes:
    """Absolute places, a template with the running head, page numbers, several runs in one object."""
    pages = []
    for number, page in enumerate(_pages(lines), 1):
        objects = [_two_runs(row, x, y) for row, x, y in page]
        pages.append([*objects, _row(f"— {number} —", 100, 280)])
    return package(pages, template=_row(HEAD, 80, 20), absolute=True)


def by_page(lines: Sequence[str]) -> bytes:
    """One run for a whole page, with steps back and down at each row's end."""
    pages = []
    for page in _pages(lines):
        across, down = [], []
        placed = [(position, y) for row, x, y in page for _, position in _placed(row, x)]
        for (x, y), (next_x, next_y) in pairwise(placed):
            across.append(f"{next_x - x:.4f}")
            down.append(f"{next_y - y:.4f}")
        text = _xml("".join(row for row, _, _ in page))
        deltas = f'DeltaX="{" ".join(across)}" DeltaY="{" ".join(down)}"'
        pages.append(
            [
                _text_object(
                    placed[0][0], TOP, f'<ofd:TextCode X="0" Y="{SIZE}" {deltas}>{text}</ofd:TextCode>'
                )
            ]
        )
    return package(pages)


def package(
    pages: Sequence[Sequence[str]], template: str = "", absolute: bool = False, title: str = "若干意见"
) -> bytes:
    """The zip of a document whose pages hold these objects."""
    base = "/Doc_0/" if absolute else ""
    listing = "".join(
        f'<ofd:Page ID="{10 + number}" BaseLoc="{base}Pages/Page_{number}/Content.xml"/>'
        for number in range(len(pages))
    )
    used = '<ofd:Template TemplateID="5" ZOrder="Background"/>' if template else ""
    common = (
        f'<ofd:TemplatePage ID="5" Name="head" BaseLoc="{base}Tpls/Tpl_0/Content.xml"/>' if template else ""
    )
    entries = {
        "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>'
        f"<ofd:Title>{title}</ofd:Title></ofd:DocInfo><ofd:DocRoot>{'/' if absolute else ''}Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        f"{common}</ofd:CommonData><ofd:Pages>{listing}</ofd:Pages></ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="仿宋"/></ofd:Fonts></ofd:Res>',
    }
    for number, objects in enumerate(pages):
        entries[f"Doc_0/Pages/Page_{number}/Content.xml"] = _page("".join(objects), used)
    if template:
        entries["Doc_0/Tpls/Tpl_0/Content.xml"] = _page(template, "")
    return zipped(entries)


def zipped(entries: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def picture() -> str:
    return '<ofd:ImageObject ID="77" Boundary="0 0 210 297" CTM="210 0 0 297 0 0" ResourceID="9"/>'


def _page(objects: str, used: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page {NAMESPACE}><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>'
        f'{used}<ofd:Content><ofd:Layer ID="7" Type="Body"><ofd:PageBlock ID="8">{objects}</ofd:PageBlock></ofd:Layer></ofd:Content></ofd:Page>'
    )


def _pages(lines: Sequence[str]) -> Iterator[list[tuple[str, float, float]]]:
    rows = [row for line in lines for row in _rows(line)]
    for start in range(0, len(rows), ROWS):
        yield [(row, x, TOP + STEP * index) for index, (row, x) in enumerate(rows[start : start + ROWS])]


def _rows(line: str) -> Iterator[tuple[str, float]]:
    row, x, width = "", LEFT + 2 * SIZE, 0.0
    for character in line:
        if x + width + _width(character) > RIGHT:
            yield row, x
            row, x, width = "", LEFT, 0.0
        row += character
        width += _width(character)
    yield row, x


def _width(character: str) -> float:
    return SIZE / 2 if character.isascii() else SIZE


def _placed(row: str, x: float) -> Iterator[tuple[str, float]]:
    for character in row:
        yield character, x
        x += _width(character)


def _row(row: str, x: float, y: float) -> str:
    steps: list[str] = []
    for character in row[:-1]:
        step = f"{_width(character):g}"
        if len(steps) >= 3 and steps[-3] == "g" and steps[-1] == step:
            steps[-2] = str(int(steps[-2]) + 1)
        else:
            steps += ["g", "1", step]
    return _text_object(
        x, y, f'<ofd:TextCode X="0" Y="{SIZE}" DeltaX="{" ".join(steps)}">{_xml(row)}</ofd:TextCode>'
    )


def _two_runs(row: str, x: float, y: float) -> str:
    half = len(row) // 2
    begin = sum(_width(character) for character in row[:half])
    runs = [(row[:half], 0.0), (row[half:], begin)]
    codes = "".join(
        f'<ofd:TextCode X="{offset}" Y="{SIZE}" DeltaX="{" ".join(f"{_width(c):g}" for c in run[:-1])}">{_xml(run)}</ofd:TextCode>'
        for run, offset in runs
        if run
    )
    return _text_object(x, y, codes)


def _object(character: str, x: float, y: float, matrix: bool) -> str:
    return _text_object(
        x,
        y,
        f'<ofd:TextCode X="0" Y="0.97">{_xml(character)}</ofd:TextCode>',
        f'CTM="{SIZE} 0 0 {SIZE} 0 0" Size="1"',
    )


def _text_object(x: float, y: float, codes: str, form: str = f'Size="{SIZE}"') -> str:
    return f'<ofd:TextObject ID="20" Boundary="{x} {y} 154 6" Font="3" {form}>{codes}</ofd:TextObject>'


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
