"""The parser on the real opinion, on the traps of official texts, and on real statutes."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from knowledge_base import Document
from knowledge_base.structure import parse
from tests.laws.tiling import assert_tiles

LABELS = [
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
    "十六",
    "十七",
    "十八",
]
HEADINGS = [
    "指导思想",
    "发展目标",
    "推动知识产权服务业与产业融合发展",
    "推动知识产权服务业支撑创新发展",
    "推动知识产权服务业助力对外开放",
    "提升知识产权代理服务质量",
    "提高知识产权法律服务水平",
    "加强知识产权运营服务能力",
    "提高知识产权信息服务效能",
    "推进知识产权服务业优化升级",
    "推动知识产权服务业区域协调发展",
    "加强知识产权服务业人才队伍建设",
    "加强知识产权服务业行业文化建设",
    "促进知识产权服务机构自治",
    "加强组织领导",
    "强化政策支持",
    "强化政府监管",
    "加强社会监督",
]


def labels(text: str) -> list[str]:
    """Labels of the provisions of a text, front matter left out."""
    return [p.label for p in parse("某文", text).provisions if p.number]


def test_the_opinion_is_tiled_by_its_pieces(opinion: Document) -> None:
    assert_tiles(opinion, opinion.text)
    assert opinion.complaints == ()


def test_the_opinion_has_eighteen_measures_after_its_front_matter(opinion: Document) -> None:
    assert [p.label for p in opinion.provisions] == ["", *(f"({label})" for label in LABELS)]
    assert [p.heading for p in opinion.provisions] == ["", *HEADINGS]


def test_sixteen_headings_run_into_their_body_and_two_stand_alone(opinion: Document) -> None:
    headings = [clause for clause in opinion.clauses if clause.kind == "heading"]
    run_in = [c for c in headings if opinion.text[c.end - 1] != "\n"]
    assert (len(headings), len(run_in)) == (18, 16)
    assert all(opinion.quote(c).endswith("。") for c in run_in)


def test_the_opinion_has_four_parts(opinion: Document) -> None:
    assert [(p.label, p.heading) for p in opinion.parts] == [
        ("一、", "总体要求"),
        ("二、", "强化知识产权服务业高质量供给"),
        ("三、", "夯实知识产权服务业高质量发展基础"),
        ("四、", "保障措施"),
    ]
    members = [
        [p.number for p in opinion.provisions if part.start <= p.start < part.end] for part in opinion.parts
    ]
    assert members == [[1, 2], list(range(3, 10)), list(range(10, 15)), list(range(15, 19))]
    assert {p.part for p in opinion.provisions if 3 <= p.number <= 9} == {"二、强化知识产权服务业高质量供给"}


def test_what_the_opinion_says_of_itself(opinion: Document) -> None:
    says = opinion.metadata
    assert says.title == "关于加快推动知识产权服务业高质量发展的若干意见"
    assert says.number == "黔知办发〔2023〕11号"
    assert (says.signed, says.published) == (date(2023, 11, 6), date(2023, 11, 16))
    assert says.fields["索引号"] == "000014349/2023-3645961"
    assert says.fields["信息分类"] == "省局文件"


@pytest.mark.parametrize("name", ["是否有效", "发布机构"])
def test_a_blank_field_stays_blank(opinion: Document, name: str) -> None:
    assert opinion.metadata.fields[name] == ""


def test_fifteen_departments_issued_the_opinion(opinion: Document) -> None:
    issuers = opinion.metadata.issuers
    assert (len(issuers), len(set(issuers))) == (15, 15)
    assert (issuers[0], issuers[-1]) == ("贵州省知识产权局", "国家金融监督管理总局贵州监管局")


def test_the_opinion_is_addressed_to_offices_and_not_to_places(opinion: Document) -> None:
    addressees = opinion.metadata.addressees
    assert addressees[0] == "各市、自治州知识产权局"
    assert addressees[-2:] == ("国家金融监督管理总局各监管分局", "各有关单位")
    assert len(addressees) == 16


@pytest.mark.parametrize(
    "line",
    [
        "第十二条规定的情形除外。",
        "第十二条、第十三条的规定适用于代理机构。",
        "第十二条第二款所列行为，由原机关处理。",
        "第十二条所称服务机构，包括代理机构。",
        "第十二条和第十三条的罚款，上缴国库。",
        "第十二条的期限届满后，可以续展。",
        "依照第十二条、第十三条处理的，不再处罚。",
        "本意见第(三)项、第(四)项同样适用。",
        "根据前款第(一)项，服务机构备案。",
        "违反第十二条第一款的，责令改正。",
    ],
)
def test_a_reference_to_an_article_opens_no_article(line: str) -> None:
    text = f"某条例\n第一条 为了规范服务，制定本条例。\n{line}\n第二条 本条例自公布之日起施行。\n"
    document = parse("某条例", text)
    assert [p.label for p in document.provisions if p.number] == ["第一条", "第二条"]
    assert document.complaints == ()
    assert line in text[document.provision(1).start : document.provision(1).end]


@pytest.mark.parametrize(
    "line",
    [
        "各地要落实本意见第(三)项的要求。",
        "见上文(二)所述办法。",
        "（注：(一)至(三)由各市州负责。）",
    ],
)
def test_a_reference_to_a_measure_opens_no_measure(line: str) -> None:
    text = f"某意见\n一、总体要求\n(一)甲事。做甲。\n{line}\n(二)乙事。做乙。\n"
    assert labels(text) == ["(一)", "(二)"]


def test_an_article_keeps_the_body_that_stands_on_its_own_line() -> None:
    document = parse(
        "某法", "第一条 为了保护权利，制定本法。\n第二条本法适用于机构。\n第三条\n机构依法设立。\n"
    )
    bodies = [document.text[p.start : p.end].strip() for p in document.provisions]
    assert bodies == ["第一条 为了保护权利，制定本法。", "第二条本法适用于机构。", "第三条\n机构依法设立。"]


def test_titles_that_repeat_are_all_kept() -> None:
    document = parse("某文", "## 总则\n甲。\n\n## 总则\n乙。\n\n## 附则\n丙。\n")
    assert [p.heading for p in document.provisions] == ["总则", "总则", "附则"]
    measures = parse("某意见", "一、甲\n(一)加强领导。做甲。\n二、乙\n(二)加强领导。做乙。\n")
    assert [p.heading for p in measures.provisions] == ["加强领导", "加强领导"]


def test_an_inserted_article_stands_beside_the_one_it_follows() -> None:
    document = parse(
        "某法", "第一条 甲。\n第二条 乙。\n第二条之一 新增甲。\n第二条之二 新增乙。\n第三条 丙。\n"
    )
    assert [p.label for p in document.provisions] == [
        "第一条",
        "第二条",
        "第二条之一",
        "第二条之二",
        "第三条",
    ]
    assert document.complaints == ()


def test_list_items_belong_to_their_article() -> None:
    text = "第一条 有下列情形之一的，处以警告：\n（一）无资质代理的；\n（二）恶意申请的。\n第二条 本法自公布之日起施行。\n"
    first = parse("某法", text).provision(1)
    assert [c.kind for c in first.clauses] == ["sentence", "item", "item"]


def test_an_attachment_opens_a_provision_and_a_mention_of_one_does_not() -> None:
    text = (
        "某意见\n(一)甲事。按附件1办理。\n(二)乙事。做乙。\n附件1：机构名录\n甲机构。\n附件2：表格\n乙表。\n"
    )
    assert labels(text) == ["(一)", "(二)", "附件1", "附件2"]
    assert [p.heading for p in parse("t", text).provisions[-2:]] == ["机构名录", "表格"]


def test_an_attachment_counts_its_parts_from_one_again() -> None:
    text = (
        "某意见\n一、甲\n(一)甲事。做甲。\n二、乙\n(二)乙事。做乙。\n附件1：分工\n一、丙\n(一)丙事。做丙。\n"
    )
    assert parse("某意见", text).complaints == ()


def test_measures_may_start_again_with_each_part() -> None:
    text = "某意见\n一、甲\n(一)甲事。做甲。\n(二)乙事。做乙。\n二、乙\n(一)丙事。做丙。\n"
    assert parse("某意见", text).complaints == ()


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("第一条 甲。\n第二条 乙。\n第四条 丁。\n", "第四条"),
        ("第一条 甲。\n第二条 乙。\n第二条 乙。\n", "第二条"),
        ("一、甲\n(一)甲。\n三、丙\n(二)丙。\n", "三、"),
        ("第一章 总则\n第一条 甲。\n第三章 罚则\n第二条 乙。\n", "第三章"),
        ("1. 甲。\n2. 乙。\n5. 戊。\n", "5."),
    ],
)
def test_a_break_in_the_numbering_is_named_with_its_place(text: str, reported: str) -> None:
    document = parse("某文", text)
    assert [reported in complaint.message for complaint in document.complaints] == [True]
    assert text[document.complaints[0].start :].startswith(reported)


def test_a_text_without_numbering_is_cut_by_paragraphs_and_says_so() -> None:
    document = parse("某批复", "你院来函收悉。\n\n经研究，答复如下。\n")
    assert [p.label for p in document.provisions] == ["第1段", "第2段"]
    assert len(document.complaints) == 1


def test_real_statutes_are_tiled_and_nearly_all_parse_without_a_complaint(
    statutes: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    clean = 0
    for path in statutes:
        text = path.read_bytes().decode("utf-8")
        document = parse(path.stem, text)
        assert_tiles(document, text)
        clean += not document.complaints
    with capsys.disabled():
        sys.stdout.write(f"\n{clean} of {len(statutes)} statutes parse without a complaint\n")
    assert clean * 98 >= len(statutes) * 90
