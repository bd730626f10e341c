"""Text objects of an OFD page (GB/T 33190, chapter 11) → lines with their places on the page, in millimetres."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from knowledge_base.reading.faults import ReadingFault
from knowledge_base.reading.layout import Line

BROKEN = "OFD 文件损坏，{}：请重新下载，或用 OFD 阅读器打开后另存一份"
_SAME_ROW = 0.5  # of a character's height
_GAP = 0.4  # of a character: type sets a narrower one between Chinese and figures
_WIDE = "\u2000"  # from here on characters are as wide as they are high


def rows(layers: Sequence[Any]) -> list[Line]:
    """The lines of a page and of the templates beneath it, in reading order.

    Runs on one base line make one line, parted by a blank where a gap parts them.
    """
    lines = [line for layer in layers for line in _objects(layer)]
    found: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.top, line.left)):
        last = found[-1] if found else None
        if last is None or abs(line.top - last.top) > _SAME_ROW * min(line.size, last.size):
            found.append(line)
            continue
        first, second = sorted((last, line), key=lambda piece: piece.left)
        gap = " " if second.left - first.right > _GAP * first.size else ""
        right = max(first.right, second.right)
        size = max(first.size, second.size)
        found[-1] = Line(f"{first.text}{gap}{second.text}", first.left, right, last.top, size)
    return found


def _objects(page: Any) -> Iterator[Line]:
    for element in page.iter():
        if name_of(element) == "TextObject" and element.get("Visible", "true") != "false":
            yield from _codes(element)


def _codes(text_object: Any) -> Iterator[Line]:
    """A text object's runs; `X` and `Y` that are left out go on from the run before."""
    box = numbers(text_object.get("Boundary", ""), 4)
    a, b, c, d, e, f = numbers(text_object.get("CTM", "1 0 0 1 0 0"), 6)
    size = numbers(text_object.get("Size", "0"), 1)[0]
    x = y = 0.0
    for code in children(text_object, "TextCode"):
        text = code.text or ""
        if not text.strip():
            continue
        x = numbers(code.get("X", str(x)), 1)[0]
        y = numbers(code.get("Y", str(y)), 1)[0]
        height = size * abs(d or b or 1)
        steps = _steps(code.get("DeltaX", "")), _steps(code.get("DeltaY", ""))
        for piece, begin, end, down in _pieces(text, *steps, size):
            left, top = box[0] + a * (x + begin) + c * (y + down) + e, box[1] + b * x + d * (y + down) + f
            yield Line(piece, left, left + a * (end - begin), top, height)


def _pieces(
    text: str, across: list[float], down: list[float], size: float
) -> Iterator[tuple[str, float, float, float]]:
    """A run's lines with their begin, end and depth: most have one, which a step back or down ends."""
    begin = x = y = 0.0
    piece = text[:1]
    for index, character in enumerate(text[1:]):
        width = size if piece[-1:] > _WIDE else size / 2
        step = across[index] if index < len(across) else width
        fall = down[index] if index < len(down) else 0.0
        if step < 0 or abs(fall) > _SAME_ROW * size:
            yield piece, begin, x + width, y
            piece, begin = "", x + step
        x += step
        y += fall
        piece += character
    yield piece, begin, x + (size if piece[-1:] > _WIDE else size / 2), y


def _steps(written: str) -> list[float]:
    """`g 3 4.2 2.1` → [4.2, 4.2, 4.2, 2.1]."""
    parts = written.split()
    steps: list[float] = []
    index = 0
    while index < len(parts):
        if parts[index] == "g" and index + 2 < len(parts):
            count, step = numbers(f"{parts[index + 1]} {parts[index + 2]}", 2)
            steps += [step] * min(int(count), 10_000)
            index += 3
        else:
            steps += numbers(parts[index], 1)
            index += 1
    return steps


def name_of(element: Any) -> str:
    """The tag without its namespace, which differs between the drafts that writers follow."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Any, name: str) -> list[Any]:
    """The children of that name, whatever their namespace."""
    return [child for child in element if name_of(child) == name]


def numbers(written: str, count: int) -> list[float]:
    """`count` numbers of a list; what is left out is 0. Raises `ReadingFault` for anything else."""
    try:
        found = [float(part) for part in re.split(r"[\s,]+", written.strip()) if part]
    except ValueError as error:
        raise ReadingFault(BROKEN.format("坐标不是数字")) from error
    return (found + [0.0] * count)[:count]
