"""Personal data is masked wherever it stands; what everybody may know is not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.redaction import redacted

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
AROUND = st.sampled_from(
    ["", "你好，", "我的号码是", "请查 ", "（", "电话:", "，谢谢", "）怎么办？", " 能办吗", "。"]
)


def _check_character(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


@st.composite
def identities(draw: st.DrawFn) -> str:
    area = draw(st.integers(110101, 659004))
    day = draw(st.dates(min_value=date(1930, 1, 1)))
    body = f"{area}{day:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + _check_character(body)


@st.composite
def cards(draw: st.DrawFn) -> str:
    body = "62" + draw(st.text("0123456789", min_size=13, max_size=16))
    for last in "0123456789":
        digits = [int(digit) for digit in reversed(body + last)]
        doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
        if (sum(digits[::2]) + doubled) % 10 == 0:
            return body + last
    raise AssertionError("one of ten digits checks")


mobiles = st.builds(
    lambda head, tail, gap: f"1{head}{gap}{tail[:4]}{gap}{tail[4:]}",
    st.integers(30, 99),
    st.text("0123456789", min_size=8, max_size=8),
    st.sampled_from(["", "-", " "]),
)
landlines = st.builds(
    lambda area, gap, head, tail: f"{area}{gap}{head}{tail}",
    st.sampled_from(["0851", "010", "0859", "021"]),
    st.sampled_from(["-", "", " "]),
    st.integers(2, 8),
    st.text("0123456789", min_size=7, max_size=7),
)
mails = st.builds(
    lambda name, host: f"{name}@{host}",
    st.from_regex(r"[a-z][a-z0-9_.]{2,10}[a-z0-9]", fullmatch=True),
    st.sampled_from(["qq.com", "163.com", "mail.gov.cn"]),
)


@given(before=AROUND, after=AROUND, personal=st.one_of(identities(), cards(), mobiles, landlines, mails))
def test_no_personal_number_is_left(before: str, after: str, personal: str) -> None:
    masked = redacted(before + personal + after)
    assert personal not in masked
    assert not any(character.isdecimal() for character in masked)
    assert masked.startswith(before[:2])
    assert "〔" in masked


@given(text=st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = redacted(text)
    assert redacted(once) == once


@given(st.lists(st.sampled_from(["12315", "96567", "12345", "12330", "110", "96315", "12348"]), min_size=1))
def test_numbers_that_everybody_may_call_stay(numbers: list[str]) -> None:
    text = "，".join(f"打{number}有人接吗" for number in numbers)
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我叫张三丰，想问子女入学", "我叫〔姓名〕，想问子女入学"),
        ("我叫李明想问下补贴", "我叫〔姓名〕想问下补贴"),
        ("我叫欧阳娜娜", "我叫〔姓名〕"),
        ("你好我叫阿依古丽·买买提，在贵阳", "你好我叫〔姓名〕，在贵阳"),
        ("我叫Zhang Wei，外籍", "我叫〔姓名〕，外籍"),
        ("我是王强，专利代理师", "我是〔姓名〕，专利代理师"),
        ("我是老刘的同事", "我是〔姓名〕的同事"),
        ("我是王先生", "我是〔姓名〕先生"),
        ("我姓赵，做商标的", "我姓〔姓名〕，做商标的"),
        ("姓名：孙悟空 电话：86801234", "姓名：〔姓名〕 电话：〔电话〕"),
        ("联系人李晓华，座机0851-86801234转802", "联系人〔姓名〕，座机〔电话〕"),
        ("身份证52010219900307001x能查吗", "身份证〔身份证号〕能查吗"),
        ("身份证５２０１０２１９９００３０７００１Ｘ", "身份证〔身份证号〕"),
        ("卡号6222 0212 3456 7890 128", "卡号〔银行卡号〕"),
        ("卡号 6222021234567890128", "卡号 〔银行卡号〕"),
        ("编号 6222021234567890127", "编号 〔号码〕"),
        ("手机+86 138-0000-1234", "手机〔电话〕"),
        ("手机一三八零零零零一二三四", "手机〔号码〕"),
        ("微信号: zhang_san88 加我", "微信号: 〔账号〕 加我"),
        ("邮箱 zhang.san@qq.com", "邮箱 〔邮箱〕"),
    ],
)
def test_what_is_personal_is_masked(text: str, masked: str) -> None:
    assert redacted(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "我是企业，想申报高企",
        "我是高校老师，专利怎么转化",
        "我是代理所的，怎么评优",
        "我是一家小公司，能享受什么",
        "我是外地来的，能办绿卡吗",
        "我是安全员，能算人才吗",
        "我是应届生，能考代理师吗",
        "姓名怎么填",
        "我的名字叫什么不重要",
        "黔知办发〔2023〕11号是什么",
        "国知发运字〔2022〕47号",
        "GB/T 29490-2023和ISO 56005-2020",
        "2023年11月6日发的，2023-11-16公布的",
        "索引号000014349",
        "打400-888-1234行吗",
        "20230101以后的专利",
        "到2030年、2035年",
        "第十二条和(十六)",
        "注册资本1000000元",
    ],
)
def test_what_is_nobodys_is_left_alone(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("name", ["fit.jsonl", "report.jsonl", "documents.jsonl"])
def test_questions_about_the_texts_are_left_alone(root: Path, name: str) -> None:
    lines = (root / "eval" / "sets" / name).read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    assert [question for question in questions if redacted(question) != question] == []
