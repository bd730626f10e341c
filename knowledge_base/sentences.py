"""A text's sentences, as offsets that tile it."""

from __future__ import annotations

import re
from collections.abc import Iterator

SENTENCE_END = "。；;！？!?"  # signs
_CLOSERS = '”’」』）)》】]"'
_BRACKETS = dict(zip("“‘「『（(《【", "”’」』）)》】", strict=True))


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Tile `[start, end)` with sentences; a stop inside brackets or quotation marks does not end one."""
    expected: list[str] = []
    begin = i = start
    while i < end:
        c = text[i]
        if c in _BRACKETS:
            expected.append(_BRACKETS[c])
        elif expected and c == expected[-1]:
            expected.pop()
        elif c in SENTENCE_END and (not expected or len(expected) > 3):
            while i + 1 < end and (text[i + 1] in _CLOSERS or text[i + 1].isspace()):
                i += 1
            yield begin, i + 1
            begin, expected = i + 1, []
        i += 1
    if begin < end:
        if expected and begin == start and any(c in text[begin:end] for c in "。；"):
            yield from _split_unbalanced(text, begin, end)
        else:
            yield begin, end


def _split_unbalanced(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """An unclosed bracket would swallow the paragraph: fall back to the stops alone."""
    begin = start
    for match in re.finditer(r"[。；;！？!?][”’」』）)》】\]\"\s]*", text[start:end]):
        yield begin, start + match.end()
        begin = start + match.end()
    if begin < end:
        yield begin, end
