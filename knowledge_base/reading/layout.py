"""Lines on pages → paragraphs: running heads and page numbers dropped, lines joined that the layout broke.

Joining is conservative: what may be a paragraph of its own stays one. A line goes on in the next one only
where it reaches the right margin, does not end a sentence, and the next one neither begins with a heading
or number nor is indented.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from statistics import median

from knowledge_base.numerals import NUMERAL

_STOPS = tuple("。；！？;!?")
_LEADS_IN = ("：", ":", "|")  # what follows is a list, the text after the addressees, or the next row
_CLOSERS = "”’」』）)》】"
_OPENS_BLOCK = re.compile(
    rf"(?:第(?:{NUMERAL}|\d{{1,4}})[编章节条]|{NUMERAL}、|[（(](?:{NUMERAL}|\d{{1,3}})[)）]|\d{{1,3}}(?:[.．](?!\d)|、)|[①-⑳]|"
    rf"附\s?[件录]|抄送|主题词|[-*+•·]\s)"
)
_PAGE_NUMBER = re.compile(
    r"[—–―\-－·\s]*(?:\d{1,4}|[IVXivx]{1,5})[—–―\-－·\s]*|第?\s*\d{1,4}\s*页?\s*[/／]\s*(?:共\s*)?\d{1,4}\s*页?|第\s*\d{1,4}\s*页\s*[,，]?\s*(?:共\s*\d{1,4}\s*页)?"
)
_EDGE = 2  # lines at the head and foot of a page that may be running ones
_REPEATED = 0.6  # of the pages; odd and even pages may differ in their heads, and then each has half
_INDENTED = 0.6  # of the lines that open with a number: the others are references that a line begins with
_MARGIN = 0.78  # of the page: running text reaches further; a list of names does not, and stays a list
_REACH = 2.6  # characters: justified text ends short of the margin by punctuation or an unbroken word


@dataclass(frozen=True, slots=True)
class Line:
    """A line on a page: x to the right, y downwards, any one unit; `size` is the height of a character."""

    text: str
    left: float
    right: float
    top: float
    size: float


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in reading order, and how wide the page is."""

    lines: list[Line]
    width: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where running text stands on the pages of a document."""

    left: float
    right: float
    size: float
    indents: bool  # paragraphs begin indented, so a line that does not begins none


def flow(pages: Sequence[Page]) -> str:
    """The text of all pages, a paragraph a line."""
    lines = [
        line
        for page in _without_running([page.lines for page in pages])
        for line in page
        if line.text.strip()
    ]
    if not lines:
        return ""
    frame = _frame(lines, median(page.width for page in pages))
    paragraphs = [lines[0].text.strip()]
    for before, line in pairwise(lines):
        text = line.text.strip()
        if _goes_on(before, line, frame):
            paragraphs[-1] += _seam(paragraphs[-1], text) + text
        else:
            paragraphs.append(text)
    return "\n".join(paragraphs)


def _without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without page numbers and without the heads and feet that they share."""
    shared: Counter[tuple[str, int]] = Counter()
    for page in pages:
        shared.update({_pattern(page[index]) for index in _edges(page)})
    most = max(2.0, _REPEATED * len(pages) / (2 if len(pages) >= 6 else 1))
    kept: list[list[Line]] = []
    for page in pages:
        dropped: set[int] = set()
        for index in _edges(page):
            text = page[index].text.strip()
            bare = text.isdecimal() and len(pages) == 1
            # 附件1, 附件2 … may head the pages too.
            repeated = shared[_pattern(page[index])] >= most and not _OPENS_BLOCK.match(text)
            if repeated or (_PAGE_NUMBER.fullmatch(text) and not bare):
                dropped.add(index)
        kept.append([line for index, line in enumerate(page) if index not in dropped])
    return kept


def _edges(page: Sequence[Line]) -> list[int]:
    filled = sorted((i for i, line in enumerate(page) if line.text.strip()), key=lambda i: page[i].top)
    return filled if len(filled) <= 2 * _EDGE else [*filled[:_EDGE], *filled[-_EDGE:]]


def _pattern(line: Line) -> tuple[str, int]:
    """Running heads differ from page to page in numbers and blanks alone; the title that they repeat is larger."""
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", line.text)), round(line.size)


def _frame(lines: Sequence[Line], width: float) -> _Frame:
    size = median(line.size for line in lines)
    long = [line for line in lines if abs(line.size - size) < size / 4] or list(lines)
    right = sorted(line.right for line in long)[ceil(0.95 * (len(long) - 1))]
    full = [line for line in long if line.right >= right - _REACH * size]
    left = min((line.left for line in full), default=min(line.left for line in long))
    opening = [line for line in long if _OPENS_BLOCK.match(line.text.strip())]
    indented = [line for line in opening if line.left > left + size]
    indents = len(indented) >= 3 and len(indented) >= _INDENTED * len(opening)
    return _Frame(left, max(right, _MARGIN * width), size, indents)


def _goes_on(before: Line, line: Line, frame: _Frame) -> bool:
    if _is_title(before, frame) and _is_title(line, frame):
        return abs(before.size - line.size) < 0.1 * line.size and 0 < line.top - before.top < 2.5 * line.size
    if _is_centred(before, frame) and _is_centred(line, frame):
        return False
    reach = max(_REACH, _unbreakable(line.text.strip()) + 1) * frame.size
    if before.right < frame.right - reach or line.left > frame.left + frame.size:
        return False
    ending = before.text.rstrip().rstrip(_CLOSERS)
    if ending.endswith(_LEADS_IN):
        return False
    # Where every paragraph begins indented, neither a stop at the margin nor a number at a line's head parts two.
    parted = ending.endswith(_STOPS), _OPENS_BLOCK.match(line.text.strip()) is not None
    return not all(parted) if frame.indents else not any(parted)


def _unbreakable(text: str) -> float:
    """How wide, in characters, the piece is that had to go to the next line whole: a Latin word or a number."""
    match = re.match(r"[!-~]+", text)
    return len(match[0]) * 0.6 if match else 1.0


def _is_centred(line: Line, frame: _Frame) -> bool:
    before, after = line.left - frame.left, frame.right - line.right
    return before > frame.size and after > frame.size / 2 and abs(before - after) < 2 * frame.size


def _is_title(line: Line, frame: _Frame) -> bool:
    return line.size > 1.15 * frame.size and not _OPENS_BLOCK.match(line.text.strip())


def _seam(before: str, after: str) -> str:
    """Latin words are parted by a blank that the end of the line swallowed; Chinese ones by nothing."""
    latin = before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii() and after[:1].isalnum()
    return " " if latin and not (before[-1].isdigit() and after[0].isdigit()) else ""
