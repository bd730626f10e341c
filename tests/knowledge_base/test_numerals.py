"""Chinese numerals, and the ways in which people name a provision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.numerals import find_references, parse_numeral, to_numeral


@given(st.integers(0, 99))
def test_a_numeral_survives_the_round_trip(number: int) -> None:
    assert parse_numeral(to_numeral(number)) == number == parse_numeral(str(number))


@given(st.integers(1, 99), st.sampled_from(["第{}条", "第{}项", "（{}）", "({})", "第({})条", "措施{}"]))
def test_a_provision_named_by_its_number_is_found(number: int, form: str) -> None:
    text = f"请问{form.format(to_numeral(number))}说什么"
    (reference,) = find_references(text)
    assert (reference.kind, reference.number) == ("provision", number)
    assert text[reference.start : reference.end] == form.format(to_numeral(number))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零八", 108),
        ("二〇二三", 2023),
        ("两千", 2000),
        ("17", 17),
    ],
)
def test_numerals_are_read_as_they_are_said(text: str, number: int) -> None:
    assert parse_numeral(text) == number


@pytest.mark.parametrize("text", ["", "甲", "十a", "第一", "1.5", "-3"])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a numeral"):
        parse_numeral(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第十二条和第十三条", [("provision", 12), ("provision", 13)]),
        ("第12条", [("provision", 12)]),
        ("(十六)讲什么", [("provision", 16)]),
        ("（三）", [("provision", 3)]),
        ("第八条措施", [("provision", 8)]),
        ("第四部分有哪些", [("part", 4)]),
        ("第二章", [("part", 2)]),
        ("measure 12", [("provision", 12)]),
        ("what does Article 5 say", [("provision", 5)]),
    ],
)
def test_references_are_found_in_order(text: str, found: list[tuple[str, int]]) -> None:
    assert [(r.kind, r.number) for r in find_references(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "2023年11月6日",
        "96567",
        "十五个部门",
        "一条龙服务",
        "国发〔2022〕2号文件",
        "保障措施一共列了哪几条",
        "措施一样吗",
        "",
    ],
)
def test_other_numbers_are_no_references(text: str) -> None:
    assert find_references(text) == []
