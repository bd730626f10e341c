"""Laws of the parser on generated official texts, and on anything at all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge_base.numerals import to_numeral
from knowledge_base.sentences import split_sentences
from knowledge_base.structure import parse
from tests.laws.tiling import assert_tiles

PHRASES = st.text("知识产权服务业企业人才培训标准质量信用", min_size=2, max_size=9)
SENTENCES = st.builds(
    lambda first, second, stop: f"{first}，{second}{stop}", PHRASES, PHRASES, st.sampled_from("。；！？")
)
BODIES = st.lists(SENTENCES, min_size=1, max_size=3).map("".join)
TITLES = st.sampled_from(
    [
        "",
        "关于加快发展的若干意见\n",
        "某省人民政府办公厅\n关于印发某办法的通知\n各市人民政府:\n2023年11月6日\n",
        "索 引 号: | 000014349/2023-1 | 是否有效: | |\n",
    ]
)
ATTACHMENTS = st.sampled_from(["", "附件1：清单\n甲类机构名录。\n", "附件\n乙类机构名录。\n"])


@dataclass(frozen=True)
class Written:
    """A text with the labels of its provisions and parts, as they were written into it."""

    text: str
    labels: tuple[str, ...]
    headings: tuple[str, ...]
    parts: tuple[str, ...] = ()


@st.composite
def measures(draw: st.DrawFn, numbers: tuple[int, ...] | None = None) -> Written:
    """Parts 一、 with measures (一) or （一）, the heading run in or on its own line."""
    if numbers is None:
        numbers = tuple(range(1, draw(st.integers(2, 12)) + 1))
    lines, labels, headings, parts = [], [], [], []
    for position, number in enumerate(numbers):
        if position == 0 or draw(st.integers(0, 3)) == 0:
            part = f"{to_numeral(len(parts) + 1)}、"
            parts.append(part)
            lines.append(f"{part}{draw(PHRASES)}")
        left, right = draw(st.sampled_from(["()", "（）"]))
        label, heading, body = f"{left}{to_numeral(number)}{right}", draw(PHRASES), draw(BODIES)
        labels.append(label)
        headings.append(heading)
        lines += [f"{label}{heading}。{body}"] if draw(st.booleans()) else [f"{label}{heading}", body]
    return _text(draw, lines, Written("", tuple(labels), tuple(headings), tuple(parts)))


@st.composite
def articles(draw: st.DrawFn, numbers: tuple[int, ...] | None = None) -> Written:
    """Chapters 第…章 with articles 第…条, list items, and lines that begin with a reference to an article."""
    if numbers is None:
        numbers = tuple(range(1, draw(st.integers(2, 15)) + 1))
    lines, labels, parts = [], [], []
    for position, number in enumerate(numbers):
        if position == 0 or draw(st.integers(0, 4)) == 0:
            part = f"第{to_numeral(len(parts) + 1)}章"
            parts.append(part)
            lines.append(f"{part} {draw(PHRASES)}")
        label = f"第{to_numeral(number)}条"
        labels.append(label)
        lines.append(f"{label}{draw(st.sampled_from([' ', '　', '']))}企业{draw(BODIES)}")
        if draw(st.booleans()):
            lines += [f"（一）{draw(SENTENCES)}", f"（二）{draw(SENTENCES)}"]
        if draw(st.booleans()):
            lines.append(f"{label}规定的情形，{draw(BODIES)}")
    return _text(draw, lines, Written("", tuple(labels), ("",) * len(labels), tuple(parts)))


@st.composite
def points(draw: st.DrawFn, numbers: tuple[int, ...] | None = None) -> Written:
    if numbers is None:
        numbers = tuple(range(1, draw(st.integers(2, 8)) + 1))
    labels = tuple(f"{number}{draw(st.sampled_from(['.', '．', '、']))}" for number in numbers)
    headings = tuple(draw(PHRASES) for _ in labels)
    lines = [f"{label}{heading}。{draw(BODIES)}" for label, heading in zip(labels, headings, strict=True)]
    return _text(draw, lines, Written("", labels, headings))


@st.composite
def markdown(draw: st.DrawFn) -> Written:
    """Headings may repeat; each opens a provision of its own."""
    headings = tuple(draw(st.lists(PHRASES | st.just("总则"), min_size=2, max_size=6)))
    lines = [line for heading in headings for line in (f"## {heading}", draw(BODIES))]
    return _text(draw, lines, Written("", ("",) * len(headings), headings), title="", attachment="")


def _text(
    draw: st.DrawFn,
    lines: list[str],
    written: Written,
    title: str | None = None,
    attachment: str | None = None,
) -> Written:
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    spaced = [line + "\n" * draw(st.sampled_from([1, 1, 1, 2, 3])) for line in lines]
    title = draw(TITLES) if title is None else title
    attachment = draw(ATTACHMENTS) if attachment is None else attachment
    text = title + "".join(spaced) + attachment
    if draw(st.booleans()):
        text = text.rstrip("\n")
    labels, headings = written.labels, written.headings
    if attachment:
        labels += (attachment.splitlines()[0].partition("：")[0],)
        headings += ("",)
    return Written(text.replace("\n", newline), labels, headings, written.parts)


OFFICIAL_TEXTS = measures() | articles() | points() | markdown()
FRAGMENTS = "第一条 第二条之一 第百条 第三章 （一） (二) 1. 2、 附件1： 附录 2023年13月45日 黔知办发〔2023〕11号 文号:| 规定的 各市: |"
MARKERS = st.lists(
    st.sampled_from(
        [
            *"一二十百零〇两、。；！「」“”（）《》【】[]#*-.\n\r\t\0\u3000\u200b ①８",
            *FRAGMENTS.split(),
            "\r\n",
        ]
    ),
    max_size=60,
).map("".join)


@given(OFFICIAL_TEXTS)
def test_the_pieces_of_an_official_text_tile_it(written: Written) -> None:
    assert_tiles(parse("某文", written.text), written.text)


@given(OFFICIAL_TEXTS)
def test_every_provision_is_found_under_the_label_it_was_written_with(written: Written) -> None:
    document = parse("某文", written.text)
    found = [p for p in document.provisions if p.number]
    assert tuple(p.label for p in found) == written.labels
    assert document.complaints == ()


@given(measures() | points() | markdown())
def test_a_heading_is_the_same_run_in_or_on_its_own_line(written: Written) -> None:
    found = [p.heading for p in parse("某文", written.text).provisions if p.number and p.label[:1] != "附"]
    assert tuple(found) == written.headings[: len(found)]


@given(measures() | articles())
def test_parts_are_found_in_order(written: Written) -> None:
    labels = [part.label for part in parse("某文", written.text).parts if part.label[:1] != "附"]
    assert tuple(labels) == written.parts


@st.composite
def broken(draw: st.DrawFn) -> tuple[Written, tuple[int, ...]]:
    """A numbering with one number missing, repeated, or two changed about."""
    count = draw(st.integers(4, 10))
    at = draw(st.integers(1, count - 2))
    whole = tuple(range(1, count + 1))
    numbers = draw(
        st.sampled_from(
            [
                whole[:at] + whole[at + 1 :],
                whole[: at + 1] + whole[at:],
                (*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]),
            ]
        )
    )
    scheme = draw(st.sampled_from([articles, points]))
    return draw(scheme(numbers)), numbers


@given(broken())
def test_a_break_in_the_numbering_is_reported_and_left_as_it_is(
    case: tuple[Written, tuple[int, ...]],
) -> None:
    written, _ = case
    document = parse("某文", written.text)
    assert any("编号不连续" in complaint.message for complaint in document.complaints)
    assert tuple(p.label for p in document.provisions if p.number) == written.labels
    assert_tiles(document, written.text)


def test_a_break_among_measures_is_reported_where_it_stands() -> None:
    text = "一、总则\n(一)甲事。做甲。\n(二)乙事。做乙。\n(四)丁事。做丁。\n"
    (complaint,) = parse("某文", text).complaints
    assert text[complaint.start :].startswith("(四)")
    assert "3" in complaint.message


@settings(max_examples=200)
@given(st.text(st.characters(), max_size=200) | MARKERS)
@example("")
@example("\0")
@example("\n\n\n")
@example("\ufeff一、甲\n二、乙")
@example("第" + "九" * 500 + "条\n第二条 乙")
@example("第" + "9" * 300 + "条\n第二条 乙")
def test_no_text_makes_the_parser_fail(text: str) -> None:
    assert_tiles(parse("某文", text), text)


def test_a_number_too_long_to_be_one_does_not_make_the_parser_fail() -> None:
    text = "第" + "1" * 5000 + "条 甲。\n第二条 乙。\n"
    assert_tiles(parse("某文", text), text)


@settings(max_examples=200)
@given(st.text(st.characters(), max_size=120) | MARKERS | BODIES, st.data())
def test_sentences_tile_any_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = list(split_sentences(text, start, end))
    assert "".join(text[a:b] for a, b in spans) == text[start:end]
    assert all(a < b for a, b in spans)
    assert [a for a, _ in spans[1:]] == [b for _, b in spans[:-1]]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙。", ["甲。", "乙。"]),
        ("甲;乙；丙", ["甲;", "乙；", "丙"]),
        ("他说“甲。乙。”丙。", ["他说“甲。乙。”丙。"]),
        ("（甲。乙）丙。丁", ["（甲。乙）丙。", "丁"]),
        ("甲？！乙", ["甲？", "！", "乙"]),
        ("甲。”\n乙。", ["甲。”\n", "乙。"]),
        ("（没有关上的括号。乙。丙。", ["（没有关上的括号。", "乙。", "丙。"]),
        ("3.5万元、GB/T 29490-2023标准。乙", ["3.5万元、GB/T 29490-2023标准。", "乙"]),
    ],
)
def test_a_stop_ends_a_sentence_outside_brackets_only(text: str, sentences: list[str]) -> None:
    assert [text[a:b] for a, b in split_sentences(text, 0, len(text))] == sentences
