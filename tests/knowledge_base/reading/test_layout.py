"""Which lines are joined, and which are left: what may be a paragraph of its own stays one."""

from __future__ import annotations

import pytest

from knowledge_base.reading.layout import Line, Page
from knowledge_base.reading.layout import flow as flow_pages

MARGIN, PAGE = 70.0, 595.0


def flow(pages: list[list[Line]]) -> str:
    return flow_pages([Page(lines, PAGE) for lines in pages])


def page(*rows: str, top: float = 80.0) -> list[Line]:
    """Rows of 14-point type; 　　 at the head of one is its indent."""
    lines = []
    for number, row in enumerate(rows):
        text = row.lstrip("　")
        left = MARGIN + 14.0 * (len(row) - len(text))
        lines.append(
            Line(text, left, left + sum(7.0 if c.isascii() else 14.0 for c in text), top + 22 * number, 14.0)
        )
    return lines


FULL = "鼓励知识产权服务机构参与高校院所创新全过程发挥产学研用协同效应着"
FULL_STOP = FULL[:-1] + "。"


def test_a_sentence_that_runs_over_the_margin_is_joined() -> None:
    assert flow([page(FULL, "力突破关键技术。")]) == FULL + "力突破关键技术。"


def test_a_sentence_goes_on_over_a_page() -> None:
    pages = [page(FULL, FULL), page("力突破关键技术。")]
    assert flow(pages) == FULL * 2 + "力突破关键技术。"


def test_a_short_line_ends_its_paragraph() -> None:
    assert flow([page(FULL, "贵州省知识产权局", "贵州省版权局")]).split("\n") == [
        FULL + "贵州省知识产权局",
        "贵州省版权局",
    ]


@pytest.mark.parametrize(
    "opening",
    ["第三条　为了", "（三）推动", "(三)推动", "三、措施", "3．申请", "3.申请", "①提交", "附件：名单"],
)
def test_headings_and_numbers_begin_anew(opening: str) -> None:
    assert flow([page(FULL, opening)]).split("\n") == [FULL, opening]


@pytest.mark.parametrize("stop", ["。", "；", "：", "！", "？", "。”"])
def test_a_stop_at_the_margin_ends_the_paragraph_where_nothing_is_indented(stop: str) -> None:
    line = FULL[: -len(stop)] + stop
    assert flow([page(line, "力突破关键技术。")]).split("\n") == [line, "力突破关键技术。"]


def test_where_paragraphs_are_indented_only_an_indent_begins_one() -> None:
    rows = [f"　　{name}{FULL[:-5]}" for name in ("（一）", "（二）", "（三）")]
    text = flow([page(*rows, "第十二条规定的情形。" + FULL[:22] + "。", "也包括在内。", "　　下一段。")])
    assert text.split("\n")[-2:] == [
        f"（三）{FULL[:-5]}第十二条规定的情形。{FULL[:22]}。也包括在内。",
        "下一段。",
    ]


def test_what_follows_the_addressees_is_not_joined_to_them() -> None:
    line = FULL[:-1] + "："
    assert flow([page(line, "现将意见印发给你们。")]).split("\n") == [line, "现将意见印发给你们。"]


def test_latin_words_keep_their_blank_and_numbers_have_none() -> None:
    assert flow([page(FULL[:-3] + "(ISO", "56005)标准。")]).endswith("(ISO 56005)标准。")
    assert flow([page(FULL[:-1] + "20", "30年。")]).endswith("2030年。")


def test_a_long_word_that_went_to_the_next_line_does_not_end_the_paragraph() -> None:
    assert flow([page(FULL, FULL[:-8], "29490-2023/ISO56005标准。")]).split("\n") == [
        FULL + FULL[:-8] + "29490-2023/ISO56005标准。"
    ]


def test_a_centred_title_of_two_lines_is_one() -> None:
    upper = Line("关于加快推动知识产权服务业", 145.0, 145.0 + 13 * 22, 80.0, 22.0)
    lower = Line("高质量发展的若干意见", 178.0, 178.0 + 10 * 22, 110.0, 22.0)
    body = page(FULL, FULL, FULL, top=150.0)
    assert flow([[upper, lower, *body]]).split("\n")[0] == "关于加快推动知识产权服务业高质量发展的若干意见"


@pytest.mark.parametrize(
    "number", ["3", "— 3 —", "-3-", "第 3 页", "第3页 共9页", "第3页，共9页", "3 / 9", "iv"]
)
def test_page_numbers_go(number: str) -> None:
    pages = [
        page(f"{FULL_STOP}", "甲。", number),
        page("乙。", "丙。", number.replace("3", "4").replace("iv", "v")),
    ]
    assert flow(pages).split("\n") == [FULL_STOP, "甲。", "乙。", "丙。"]


def test_running_heads_go_and_repeated_lines_of_the_text_stay() -> None:
    pages = [
        page(
            "贵州省人民政府公报2023年第" + n + "期",
            "甲。",
            "正文" + n + "。",
            "责任单位不变。",
            "乙" + n + "。",
            "末" + n + "。",
        )
        for n in "一二三"
    ]
    pages = [
        [
            Line(line.text.replace("一", "1").replace("二", "2").replace("三", "3"), *_place(line))
            for line in p
        ]
        for p in pages
    ]
    text = flow(pages)
    assert "公报" not in text
    assert text.count("责任单位不变。") == 3


def _place(line: Line) -> tuple[float, float, float, float]:
    return line.left, line.right, line.top, line.size


def test_what_heads_pages_of_its_own_stays() -> None:
    pages = [
        page(f"附件{n}", f"名单{name}。", "正文。", f"完{name}。", f"末{name}。")
        for n, name in enumerate("甲乙丙", 1)
    ]
    assert flow(pages).split("\n")[::5] == ["附件1", "附件2", "附件3"]


def test_a_title_that_the_running_heads_repeat_stays() -> None:
    title = "贵州省知识产权局关于知识产权服务业的意见"
    large = Line(title, 90.0, 90.0 + 22 * len(title), 60.0, 22.0)
    small = [Line(title, 200.0, 200.0 + 9 * len(title), 40.0, 9.0)]
    pages = [
        [large, *page(FULL_STOP, FULL_STOP)],
        *([*small, *page(FULL_STOP, f"末{n}。")] for n in "甲乙丙"),
    ]
    assert flow(pages).count(title) == 1
    assert flow(pages).startswith(title)


def test_a_number_alone_on_a_single_page_is_text() -> None:
    assert flow([page("2023", "年度报告")]).split("\n") == ["2023", "年度报告"]


def test_a_list_of_names_is_no_running_text() -> None:
    names = ["贵阳东方知识产权代理有限公司", "遵义红城知识产权服务有限公司", "毕节乌江专利商标事务所"]
    assert flow([page(*names)]).split("\n") == names


def test_nothing_gives_nothing() -> None:
    assert flow([]) == ""
    assert flow([[Line("  ", 0.0, 1.0, 0.0, 1.0)]]) == ""
