"""A sheet as Markdown: whatever a person or a text wrote stays words, however much it looks like markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.export.sheet import Line, Reference, Sheet, Turn

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!$&])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def as_markdown(content: Sheet) -> bytes:
    """UTF-8, one blank line between blocks."""
    blocks = [f"# {content.title}", _plain(content.head)]
    for turn in content.turns:
        blocks += _turn(turn)
    blocks += ["---", _plain(content.foot)]
    return ("\n\n".join(blocks) + "\n").encode("utf-8")


def _turn(turn: Turn) -> Iterator[str]:
    yield f"## {_one_line(turn.question) or '回答'}"
    if turn.understood:
        yield f"接着上文理解为：{_plain(turn.understood)}"
    if turn.status:
        yield f"**{turn.status}**"
    yield from (f"> 注意：{_plain(notice)}" for notice in turn.notices)
    yield from _answer(turn)
    if turn.unspecified:
        yield f"**文件未规定**：{_plain('、'.join(turn.unspecified))}"
    if turn.contacts:
        yield f"**咨询**：{_plain('；'.join(turn.contacts))}"
    if turn.references:
        yield "### 依据"
        yield from (_reference(reference) for reference in turn.references)
        yield _plain(turn.checked)
    if turn.colophon:
        yield _plain(turn.colophon)


def _answer(turn: Turn) -> Iterator[str]:
    """Paragraphs, and list items that follow one another as one block."""
    items: list[str] = []
    for line in turn.lines:
        if line.item:
            items.append(f"- {_line(line)}")
            continue
        if items:
            yield "\n".join(items)
            items = []
        yield _line(line)
    if items:
        yield "\n".join(items)


def _line(line: Line) -> str:
    return "".join(
        f"**{_one_line(run.text)}**" if run.bold else f" {run.text}" if run.marker else _one_line(run.text)
        for run in line.runs
    )


def _reference(reference: Reference) -> str:
    quote = "\n".join(f"   > {_plain(line)}" for line in reference.quote.split("\n"))
    facts = [f"   - {name}：{_one_line(value)}" for name, value in reference.facts]
    if reference.fault:
        facts.append(f"   - **不能作为依据**：{_one_line(reference.fault)}")
    head = f"[{reference.marker}] {_one_line(reference.title)} {_one_line(reference.place)}"
    return "\n\n".join([head, quote, "\n".join(facts)])


def _plain(text: str) -> str:
    """Every character that Markdown or HTML could read as markup, escaped."""
    return "\n".join(_LIST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", line)) for line in text.split("\n"))


def _one_line(text: str) -> str:
    return _plain(" ".join(text.split("\n")))
