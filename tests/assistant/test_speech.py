"""What a caller said without the noise, and what an operator can read out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.speech import READ_OUT_LIMIT, heard, read_out, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("12315投诉举报渠道", "幺二三幺五投诉举报渠道"),
        ("用好“96567”全省人才服务热线", "用好“九六五六七”全省人才服务热线"),
        ("到2030年", "到二零三零年"),
        ("2021—2035年", "二零二一—二零三五年"),
        ("2026年7月27日", "二零二六年七月二十七日"),
        ("2024-01-01", "二零二四年一月一日"),
        ("减按15%税率", "减按百分之十五税率"),
        ("黔知办发〔2023〕11号", "黔知办发〔二零二三〕十一号"),
        ("GB/T 29490-2023", "GB/T 二九四九零-二零二三"),
        ("55572家", "五万五千五百七十二家"),
        ("3987.1亿元", "三千九百八十七点一亿元"),
        ("10010人", "一万零一十人"),
        ("300万元", "三百万元"),
        ("105件", "一百零五件"),
        ("没有数字", "没有数字"),
    ],
)
def test_numbers_are_said_as_people_say_them(written: str, said: str) -> None:
    assert spoken(written) == said


@pytest.mark.parametrize(
    ("recognised", "meant"),
    [
        ("嗯那个我想问一下就是说我们公司的专利能不能拿去银行贷款", "我们公司的专利能不能拿去银行贷款"),
        ("喂你好你好 我我我就是想问一下 孩子上学 有没有照顾啊", "孩子上学有没有照顾"),
        ("金额是多少", "金额是多少"),
        ("哪个部门管", "哪个部门管"),
        ("嗯嗯那个呃", ""),
        ("", ""),
    ],
)
def test_fillers_go_and_words_stay(recognised: str, meant: str) -> None:
    assert heard(recognised) == meant


@given(st.text(max_size=300))
def test_any_text_can_be_heard_and_read(text: str) -> None:
    assert len(heard(text)) <= len(text) + 1
    assert len(read_out(text)) <= READ_OUT_LIMIT
    assert not re.search("[0-9]", spoken(text))


def test_a_line_is_cut_only_where_a_sentence_ends() -> None:
    first, rest = "这是第一句，它说完了一件事。", "后面这一句要长得多，" * 6
    assert read_out(first + rest) == first
    assert read_out(rest) == ""


@pytest.mark.parametrize("limiting", ["但有一个条件", "除外的情形另说", "不得转让", "以原文为准"])
def test_what_takes_something_back_is_never_cut_off(limiting: str) -> None:
    assert read_out("可以申请这一项。" + limiting + "，还要说很久很久" * 6) == ""
