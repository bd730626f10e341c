"""Canonical text → parts, provisions and clauses, for any Chinese official text; pure, offsets kept.

A text is cut at the finest marker that it uses throughout: articles (第…条), measures ((一)), parts
(一、), numbered points (1.), Markdown headings, or, where it has none of these, paragraphs. What does
not fit (a number missing, repeated or out of order) is reported as a `Complaint` and left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge_base.documents import (
    Clause,
    ClauseKind,
    Complaint,
    Document,
    Level,
    Part,
    Provision,
    TextKind,
)
from knowledge_base.metadata import classify_front_lines, read_metadata
from knowledge_base.numerals import NUMERAL, parse_numeral
from knowledge_base.sentences import SENTENCE_END, split_sentences

_ARTICLE = re.compile(
    rf"[#*\s]*(?P<label>第(?P<number>{NUMERAL}|\d{{1,4}})条(?:之{NUMERAL})?)\**(?P<gap>[ \t　]*)"
)
_CHAPTER = re.compile(rf"[#*\s]*(?P<label>第(?P<number>{NUMERAL}|\d{{1,4}})[编章节])(?:[ \t　]+|$)")
_PART = re.compile(rf"[#*\s]*(?P<label>(?P<number>{NUMERAL})、)")
_MEASURE = re.compile(rf"[#*\s]*(?P<label>[（(](?P<number>{NUMERAL})[)）])")
_POINT = re.compile(r"[#*\s]*(?P<label>(?P<number>\d{1,3})(?:[.．](?!\d)|、))")
_SUBPOINT = re.compile(r"\s*(?:[（(]\d{1,3}[)）]|[①-⑳]|[-*+•]\s)")
_MARKDOWN = re.compile(r"(?P<label>#{1,6})\s+\S")
_ATTACHMENT = re.compile(rf"[#*\s]*(?P<label>附\s?[件录](?:{NUMERAL}|\d+)?)(?:\s*[:：].*|\s*)$")
# 第十二条 at a line's head is a cross-reference where it goes on like one.
_REFERENCE_GOES_ON = re.compile(r"第|规定|所列|所称|的|、|和|至|或|及|，|,|中|以")
HEADING_LIMIT = 40  # characters; the longest heading of the statutes at hand has 31
_SCHEMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("article", _ARTICLE),
    ("measure", _MEASURE),
    ("part", _PART),
    ("point", _POINT),
    ("markdown", _MARKDOWN),
)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int  # exclusive, line break included
    text: str  # without line break


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line that opens a provision or a part."""

    line: _Line
    label: str
    number: int
    opens: str  # "provision" | "part" | "attachment"


def parse(document_id: str, text: str, text_kind: TextKind = "original", level: Level = "省") -> Document:
    """Cut `text` into parts, provisions and clauses; metadata is read from the front matter."""
    lines = list(_lines(text))
    scheme = _scheme(lines)
    marks = list(_marks(lines, scheme))
    complaints = list(_numbering_complaints(marks, scheme))
    if not marks:
        marks = list(_paragraph_marks(lines))
        if text.strip():
            complaints.append(Complaint("没有条款编号，按段落切分", 0))
    parts = _parts(text, marks)
    provisions = _provisions(document_id, text, marks, lines)
    front = text[: provisions[0].end] if provisions and provisions[0].number == 0 else ""
    metadata = read_metadata(front, text)
    return Document(document_id, text, metadata, parts, provisions, tuple(complaints), text_kind, level)


def _lines(text: str) -> Iterator[_Line]:
    for match in re.finditer(r"[^\n]*\n|[^\n]+$", text):
        yield _Line(match.start(), match.end(), match.group().rstrip("\r\n"))


def _scheme(lines: list[_Line]) -> str:
    articles = [m for line in lines if (m := _ARTICLE.match(line.text)) and _is_article(m, line)]
    if len(articles) >= 2:
        return "article"
    for name, pattern in _SCHEMES[1:]:
        if sum(1 for line in lines if pattern.match(line.text)) >= 2:
            return name
    return "paragraph"


def _is_article(match: re.Match[str], line: _Line) -> bool:
    rest = line.text[match.end() :]
    return bool(match["gap"]) or not rest or not _REFERENCE_GOES_ON.match(rest)


def _marks(lines: list[_Line], scheme: str) -> Iterator[_Mark]:
    opened = False
    for line in lines:
        if attachment := _ATTACHMENT.match(line.text):
            if opened:
                yield _Mark(line, attachment["label"].replace(" ", ""), 0, "attachment")
            continue
        if chapter := _CHAPTER.match(line.text):
            yield _Mark(line, chapter["label"], parse_numeral(chapter["number"]), "part")
            continue
        if scheme == "measure" and (part := _PART.match(line.text)):
            opened = True
            yield _Mark(line, part["label"], parse_numeral(part["number"]), "part")
            continue
        pattern = dict(_SCHEMES).get(scheme)
        match = pattern.match(line.text) if pattern else None
        if match is None or (scheme == "article" and not _is_article(match, line)):
            continue
        opened = True
        number = 0 if scheme == "markdown" else parse_numeral(match["number"])
        yield _Mark(line, "" if scheme == "markdown" else match["label"], number, "provision")


def _paragraph_marks(lines: list[_Line]) -> Iterator[_Mark]:
    for number, line in enumerate((line for line in lines if line.text.strip()), 1):
        yield _Mark(line, f"第{number}段", number, "provision")


def _numbering_complaints(marks: list[_Mark], scheme: str) -> Iterator[Complaint]:
    """Parts count from one; measures count on or start again with each part; 之一 follows its article."""
    last = {"provision": 0, "part": 0, "attachment": 0}
    units: dict[str, int] = {}
    for mark in marks:
        if mark.opens == "attachment":
            last = dict.fromkeys(last, 0)
            units = {}
            continue
        if scheme == "markdown" and mark.opens == "provision":
            continue
        if mark.opens == "part":
            unit = mark.label[-1]
            expected = {units.get(unit, 0) + 1} | ({1} if unit == "节" else set())
            units[unit] = mark.number
            restart = scheme in ("measure", "point")
        else:
            inserted = "之" in mark.label
            expected = {last["provision"]} if inserted else {last["provision"] + 1}
            if restarts_allowed := last.get("restart", 0):
                expected |= {restarts_allowed}
            last["provision"], restart = mark.number, False
        if mark.number not in expected:
            yield Complaint(f"编号不连续：{mark.label} 之前应为 {min(expected)}", mark.line.start)
        last["restart"] = int(restart)


def _parts(text: str, marks: list[_Mark]) -> tuple[Part, ...]:
    openings = [mark for mark in marks if mark.opens != "provision"]
    ends = [*(mark.line.start for mark in openings[1:]), len(text)][: len(openings)]
    return tuple(
        Part(mark.label, _after_label(mark), mark.line.start, end)
        for mark, end in zip(openings, ends, strict=True)
    )


def _after_label(mark: _Mark) -> str:
    text = mark.line.text.strip().lstrip("#").strip()
    return text.removeprefix(mark.label).lstrip(":：").strip(" \t　*")


def _provisions(document_id: str, text: str, marks: list[_Mark], lines: list[_Line]) -> tuple[Provision, ...]:
    """Each provision begins at its own mark, or at the part headings that stand right before it."""
    openings: list[tuple[int, _Mark, str]] = []
    pending: int | None = None
    part = ""
    for mark in marks:
        if mark.opens == "part":
            part = f"{mark.label}{_after_label(mark)}"
            pending = mark.line.start if pending is None else pending
            continue
        if mark.opens == "attachment":
            part = mark.label
        openings.append((mark.line.start if pending is None else pending, mark, part))
        pending = None
    starts = [start for start, _, _ in openings] + [len(text)]
    provisions: list[Provision] = []
    if starts[0] > 0:
        clauses = _front_clauses(document_id, text, starts[0])
        provisions.append(Provision(document_id, 0, "", "", "", 0, starts[0], clauses))
    for number, ((start, mark, part), end) in enumerate(zip(openings, starts[1:], strict=True), 1):
        own = [line for line in lines if start <= line.start < end]
        heading, clauses = _body_clauses(document_id, number, text, mark, own)
        provisions.append(Provision(document_id, number, mark.label, heading, part, start, end, clauses))
    return tuple(provisions)


def _front_clauses(document_id: str, text: str, end: int) -> tuple[Clause, ...]:
    spans: list[tuple[ClauseKind, int, int]] = []
    for kind, start, stop in classify_front_lines(text, end):
        if kind == "sentence":
            spans += [("sentence", a, b) for a, b in split_sentences(text, start, stop)]
        else:
            spans.append((kind, start, stop))
    return _tile(document_id, 0, text, [(kind, 0, a, b) for kind, a, b in spans])


def _body_clauses(
    document_id: str, number: int, text: str, mark: _Mark, lines: list[_Line]
) -> tuple[str, tuple[Clause, ...]]:
    heading = ""
    paragraph = 0
    spans: list[tuple[ClauseKind, int, int, int]] = []
    for line in lines:
        if not line.text.strip():
            continue
        if line.start < mark.line.start:
            spans.append(("part", 0, line.start, line.end))
            continue
        sentences = list(split_sentences(text, line.start, line.end))
        if line is mark.line:
            heading = _run_in_heading(text, mark, sentences)
            if heading:
                begin, stop = sentences.pop(0)
                spans.append(("heading", 0, begin, stop))
                if not sentences:
                    continue
        item = line is not mark.line and _is_item(line, mark)
        paragraph += 0 if item else 1
        kind: ClauseKind = "item" if item else "sentence"
        spans += [(kind, max(paragraph, 1), a, b) for a, b in sentences]
    return heading, _tile(document_id, number, text, spans, lines[0].start, lines[-1].end)


def _is_item(line: _Line, mark: _Mark) -> bool:
    patterns = [_SUBPOINT, _POINT, _MEASURE]
    return any(pattern.match(line.text) for pattern in patterns)


def _run_in_heading(text: str, mark: _Mark, sentences: list[tuple[int, int]]) -> str:
    """The heading that a provision carries, on its own line or run in before its first sentence; else ''."""
    if mark.label.startswith("第") and mark.label.endswith("条"):
        bracket = re.match(r"[#*\s]*\S+?条(?:之\S)?\**\s*【(.+?)】", mark.line.text)
        return bracket[1] if bracket else ""
    first = text[sentences[0][0] : sentences[0][1]].strip()
    alone = len(sentences) == 1
    rest = _after_label(_Mark(_Line(0, 0, first), mark.label, mark.number, mark.opens))
    if len(rest) > HEADING_LIMIT or (alone and rest.endswith(tuple(SENTENCE_END))):
        return ""
    if alone or (rest.endswith("。") and not re.search("[，,;；:：]", rest)):
        return rest.rstrip("。")
    return ""


def _tile(
    document_id: str,
    provision: int,
    text: str,
    spans: list[tuple[ClauseKind, int, int, int]],
    start: int = 0,
    end: int | None = None,
) -> tuple[Clause, ...]:
    """Close the gaps that blank lines leave: each clause reaches to the next one's start."""
    if not spans:
        spans = [("sentence", 1, start, end if end is not None else start)]
    begins = [start, *(span[2] for span in spans[1:])]
    ends = [*begins[1:], end if end is not None else spans[-1][3]]
    clauses = []
    for index, ((kind, paragraph, own, _), begin, stop) in enumerate(
        zip(spans, begins, ends, strict=True), 1
    ):
        del own
        quote_end = begin + len(text[begin:stop].rstrip())
        clauses.append(
            Clause(document_id, provision, index, kind, paragraph, begin, max(quote_end, begin), stop)
        )
    return tuple(clauses)
