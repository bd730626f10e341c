"""The laws of an answer against planted faults: each is caught, and what they were planted in passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from assistant.contract import Citation, Statement
from assistant.grounding import check_citation, check_statement, quotations
from knowledge_base import ClauseRecord, Document, Strength
from knowledge_base.sources import Sources
from tests.citing import cite

CLAUSES = ["0.3", "0.12", "2.2", "3.4", "4.5", "5.2", "8.2", "12.3", "12.4", "12.5", "16.3", "18.2"]
NATIONAL_TITLE = "关于加快推动知识产权服务业高质量发展的意见"
NATIONAL_NUMBER = "国知发运字〔2022〕47号"

Plant = Callable[[Citation, Document], dict[str, object]]
PLANTED_IN_CITATIONS: dict[str, Plant] = {
    "a changed character": lambda c, d: {"quote": "甲" + c.quote[1:]},
    "a comma made full width": lambda c, d: {"quote": c.quote[:-1] + "，"},
    "an added full stop": lambda c, d: {"quote": c.quote + "。"},
    "both offsets shifted by one": lambda c, d: {"start": c.start + 1, "end": c.end + 1},
    "the start shifted by one": lambda c, d: {"start": c.start + 1},
    "the end cut by one": lambda c, d: {"end": c.end - 1},
    "an end beyond the text": lambda c, d: {"end": len(d.text) + 1},
    "an empty span": lambda c, d: {"end": c.start, "quote": ""},
    "a start below zero": lambda c, d: {"start": -1},
    "two halves joined by dots": lambda c, d: {"quote": f"{c.quote[:4]}……{c.quote[-4:]}"},
    "the neighbouring measure's number": lambda c, d: {"number": c.number + 1 if c.number < 18 else 17},
    "the neighbouring measure whole": lambda c, d: _place(d, c.number + 1 if c.number < 18 else 17),
    "a number that does not exist": lambda c, d: {"number": 99},
    "another label": lambda c, d: {"provision": "(十九)"},
    "another heading": lambda c, d: {"heading": "加强奖励补贴"},
    "a digest told as the original's kind": lambda c, d: {"text_kind": "digest"},
    "the national opinion's title": lambda c, d: {"document_title": NATIONAL_TITLE},
    "the national opinion's number": lambda c, d: {"document_number": NATIONAL_NUMBER},
    "another document": lambda c, d: {"document_id": "guozhifayunzi-2022-47"},
}


def _place(document: Document, number: int) -> dict[str, object]:
    provision = document.provision(number)
    return {"number": number, "provision": provision.label, "heading": provision.heading}


@pytest.fixture(scope="session")
def records(sources: Sources, opinion: Document) -> Mapping[str, ClauseRecord]:
    return sources.records[opinion.id]


@pytest.mark.parametrize("key", CLAUSES)
def test_a_true_citation_passes(
    opinion: Document, records: Mapping[str, ClauseRecord], documents: Mapping[str, Document], key: str
) -> None:
    assert check_citation(cite(opinion, records, key), documents) == []


@pytest.mark.parametrize("key", CLAUSES)
@pytest.mark.parametrize("plant", PLANTED_IN_CITATIONS.values(), ids=PLANTED_IN_CITATIONS)
def test_a_fault_planted_in_a_citation_is_caught(
    opinion: Document,
    records: Mapping[str, ClauseRecord],
    documents: Mapping[str, Document],
    plant: Plant,
    key: str,
) -> None:
    true = cite(opinion, records, key)
    assert check_citation(cite(opinion, records, key, **plant(true, opinion)), documents) != []


def test_a_digest_told_as_the_original_is_caught(
    opinion: Document, records: Mapping[str, ClauseRecord]
) -> None:
    digest = Document(
        opinion.id, opinion.text, opinion.metadata, opinion.parts, opinion.provisions, (), "digest", "标准"
    )
    citation = cite(opinion, records, "4.5")
    assert [fault.law for fault in check_citation(citation, {digest.id: digest})] == ["digest"]


TRUE_STATEMENTS = [
    ("12.3", "热线电话是96567。"),
    (
        "12.3",
        "（十二）：「用好“96567”全省人才服务热线,为知识产权服务业人才提供咨询政策、反映诉求、解决问题的便捷“窗口”。」",
    ),
    ("12.4", "符合条件的高层次人才可以办服务绿卡，子女入学等方面有优惠。"),
    ("12.4", "文件写的是“在子女入学、公积金购房贷款、便捷出行、省内旅游等方面提供优惠政策和服务便利”。"),
    ("12.5", "引导用人单位按照《技能人才薪酬分配指引》合理确定薪酬。"),
    ("12.5", "文件没有规定给予补贴。"),
    ("12.5", "文件未规定奖励金额。"),
    ("2.2", "到2030年，专业化水平明显提高。"),
    ("4.5", "推广实施《专利导航指南》(GB/T 39551-2020)。"),
    ("4.5", "标准号是GB/T 29490-2023。"),
    ("3.4", "鼓励服务资源向产业集群汇聚。"),
    ("16.3", "支持符合条件的机构申报高新技术企业。"),
    ("18.2", "可以拨打12315投诉举报。"),
    ("0.3", "文号是黔知办发〔2023〕11号。"),
    ("0.9", "这份文件是2023年11月6日印发的。"),
    ("0.12", "国家的意见是国知发运字〔2022〕47号。"),
    ("12.4", "《关于加快推动知识产权服务业高质量发展的若干意见》第十二条的内容。"),
]

PLANTED_IN_STATEMENTS = [
    # a number, date, title, standard or telephone number that the cited clause does not have
    ("12.4", "每人发2万元。"),
    ("12.4", "一次性给二十万元。"),
    ("12.4", "每人五千元安家费。"),
    ("12.4", "公积金贷款上浮20%。"),
    ("12.4", "公积金贷款上浮百分之二十。"),
    ("12.4", "办理时限为5个工作日。"),
    ("12.4", "十个工作日内办结。"),
    ("12.4", "三年内有效。"),
    ("12.4", "绿卡有效期3年。"),
    ("12.4", "自2024年1月1日起施行。"),
    ("12.4", "热线是96567。"),
    ("12.3", "热线电话是96568。"),
    ("12.3", "热线电话是9656。"),
    ("12.3", "热线电话是965670。"),
    ("12.3", "热线电话是0851-96567。"),
    ("12.3", "请拨打12345。"),
    ("18.2", "请拨打12315或12330。"),
    ("2.2", "到2035年，专业化水平明显提高。"),
    ("2.2", "到2030年培育100家机构。"),
    ("2.2", "到2025年底前完成。"),
    ("4.5", "标准号是GB/T 29490-2013。"),
    ("4.5", "标准号是GB/T 29491-2023。"),
    ("4.5", "按照《企业知识产权管理规范》执行。"),
    ("4.5", "推广《专利导航》。"),
    ("12.5", "按照《技能人才薪酬指引》确定薪酬。"),
    ("12.4", "依据《贵州省人才条例》办理。"),
    ("12.4", "根据《关于加快推动知识产权服务业高质量发展的意见》办理。"),
    ("3.4", "根据国知发运字〔2022〕47号办理。"),
    ("0.3", "文号是黔知办发〔2022〕11号。"),
    ("0.3", "文号是黔知办发〔2023〕12号。"),
    ("12.4", "见第十三条。"),
    ("12.4", "见第25条。"),
    ("16.3", "最高补助１００万。"),
    ("16.3", "按10:1配套。"),
    ("0.9", "这份文件是2023年11月7日印发的。"),
    # wording stronger than the clause
    ("12.5", "用人单位必须合理确定薪酬。"),
    ("12.5", "用人单位应当合理确定薪酬。"),
    ("12.5", "用人单位不得低于标准付酬。"),
    ("12.5", "对技能人才给予补贴。"),
    ("12.5", "技能人才可以领生活补助。"),
    ("12.5", "技能人才享受奖励。"),
    ("3.4", "服务资源向产业集群汇聚的给予奖励。"),
    ("3.4", "服务机构必须服务产业集群。"),
    ("3.4", "服务机构可以领补贴。"),
    ("3.4", "对服务机构发放奖金。"),
    ("3.9", "对建设联盟的企业给予资助。"),
    ("3.9", "确保企业建成联盟。"),
    ("7.3", "免费开展诉讼代理。"),
    ("7.3", "机构应当开展维权援助。"),
    ("8.2", "支持服务机构开展许可、转让。"),
    ("8.2", "扶持服务机构开展许可、转让。"),
    ("9.4", "公益咨询服务享受减免。"),
    ("11.2", "支持服务机构到市州设立分支机构。"),
    ("16.3", "给予高新技术企业认定奖励。"),
    ("16.3", "符合条件的机构必须申报高新技术企业。"),
    ("17.2", "对恶意申请处以罚款。"),
    ("12.5", "Employers must pay skilled workers."),
    # between quotation marks, but not in the text
    ("12.4", "文件说「为高层次人才提供优惠」。"),
    ("12.4", "文件说“为高层次人才提供优惠”。"),
    ("12.4", "「落实好省级高层次人才制度，为知识产权服务业符合条件的高层次人才办理」"),
    ("12.4", "「落实好省级高层次人才制度……提供优惠政策和服务便利。」"),
    ("12.4", "“落实好省级高层次人才政策”"),
    ("12.4", "「」是原文。"),
    ("12.4", "“ ”是原文。"),
    ("12.4", "文件说『为高层次人才提供优惠』。"),
    ("12.4", "文件说‘为高层次人才提供优惠’。"),
    ("18.2", "原文是「受理群众举报」。"),
    ("18.2", "原文是「充分发挥１２３１５投诉举报渠道作用」。"),
    ("3.4", "原文是“鼓励知识产权服务资源向战略性新兴产业汇聚”。"),
    ("12.3", "「用好“96567”全省人才热线」"),
]


def _faults(
    statement: Statement, citations: list[Citation], documents: Mapping[str, Document], question: str = ""
) -> list[str]:
    return [fault.law for fault in check_statement(statement, citations, documents, question)]


def _told(
    key: str,
    text: str,
    opinion: Document,
    records: Mapping[str, ClauseRecord],
    documents: Mapping[str, Document],
) -> list[str]:
    statement = Statement(text=text, citations=(1,), strength="statement")
    return _faults(statement, [cite(opinion, records, key)], documents)


@pytest.mark.parametrize(("key", "text"), TRUE_STATEMENTS)
def test_a_true_statement_passes(
    opinion: Document,
    records: Mapping[str, ClauseRecord],
    documents: Mapping[str, Document],
    key: str,
    text: str,
) -> None:
    if "第十二条" in text:
        statement = Statement(text=text, citations=(1,))
        assert _faults(statement, [cite(opinion, records, key)], documents, "第十二条讲什么") == []
    else:
        assert _told(key, text, opinion, records, documents) == []


@pytest.mark.parametrize(("key", "text"), PLANTED_IN_STATEMENTS)
def test_a_fault_planted_in_a_statement_is_caught(
    opinion: Document,
    records: Mapping[str, ClauseRecord],
    documents: Mapping[str, Document],
    key: str,
    text: str,
) -> None:
    assert _told(key, text, opinion, records, documents) != []


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (
            "12.5",
            "（十三）：「引导用人单位按照《技能人才薪酬分配指引》等文件合理确定知识产权服务业技能人才的薪酬待遇。」",
        ),
        ("12.4", "到二〇四〇年完成。"),
        ("12.4", "全省二十个部门联合办理。"),
        ("12.4", "一次性发五千。"),
        ("12.3", "热线电话是九六五六八。"),
    ],
)
def test_a_foreign_number_in_chinese_numerals_is_caught(
    opinion: Document,
    records: Mapping[str, ClauseRecord],
    documents: Mapping[str, Document],
    key: str,
    text: str,
) -> None:
    assert _told(key, text, opinion, records, documents) != []


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("4.5", "标准号是GB/T 56005-2020。"),
        ("4.5", "标准号是ISO 29490-2023。"),
        ("0.3", "文号是黔府办发〔2023〕11号。"),
        ("0.9", "这份文件是2023年6月11日印发的。"),
    ],
)
def test_a_number_put_together_from_true_digits_is_caught(
    opinion: Document,
    records: Mapping[str, ClauseRecord],
    documents: Mapping[str, Document],
    key: str,
    text: str,
) -> None:
    assert _told(key, text, opinion, records, documents) != []


@pytest.mark.parametrize(
    "text",
    ["服务机构无需申请即可领取奖励。", "不用交材料就发放补贴。", "不但给予奖励。", "没有门槛都能领取补助。"],
)
def test_a_negation_of_something_else_does_not_excuse_a_promise(
    opinion: Document, records: Mapping[str, ClauseRecord], documents: Mapping[str, Document], text: str
) -> None:
    assert "strength" in _told("12.5", text, opinion, records, documents)


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("12.5", "duty"),
        ("12.5", "action"),
        ("12.5", "support"),
        ("16.3", "action"),
        ("18.2", "duty"),
        ("0.9", "guidance"),
    ],
)
def test_a_label_stronger_than_the_clause_is_caught(
    opinion: Document,
    records: Mapping[str, ClauseRecord],
    documents: Mapping[str, Document],
    key: str,
    label: Strength,
) -> None:
    statement = Statement(
        text=f"原文：「{opinion.quote(opinion.clause(key))}」", citations=(1,), strength=label
    )
    assert _faults(statement, [cite(opinion, records, key)], documents) == ["strength"]


@pytest.mark.parametrize("named", [(), (2,), (1, 2), (0,)])
def test_a_statement_without_its_citation_is_caught(
    opinion: Document,
    records: Mapping[str, ClauseRecord],
    documents: Mapping[str, Document],
    named: tuple[int, ...],
) -> None:
    statement = Statement(text="热线是全省人才服务热线。", citations=named)
    assert _faults(statement, [cite(opinion, records, "12.3")], documents) == ["citation"]


def test_two_citations_under_one_id_are_caught(
    opinion: Document, records: Mapping[str, ClauseRecord], documents: Mapping[str, Document]
) -> None:
    citations = [cite(opinion, records, "12.3", 1), cite(opinion, records, "18.2", 1)]
    statement = Statement(text="可以拨打12315。", citations=(1,))
    assert _faults(statement, citations, documents) != []


def test_what_the_person_said_may_be_repeated(
    opinion: Document, records: Mapping[str, ClauseRecord], documents: Mapping[str, Document]
) -> None:
    statement = Statement(text="文件未规定您说的第二十五条和50万元。", citations=(1,))
    citations = [cite(opinion, records, "16.3")]
    assert _faults(statement, citations, documents, "第二十五条给50万元吗") == []
    assert set(_faults(statement, citations, documents, "")) == {"token"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲「乙」丙“丁”", ["乙", "丁"]),
        ("「用好“96567”热线」", ["用好“96567”热线"]),
        ("“甲「乙」丙”", ["甲「乙」丙"]),
        ("甲『乙』丙‘丁’", ["乙", "丁"]),
        ("没有引号", []),
    ],
)
def test_outermost_quotations_are_found(text: str, found: list[str]) -> None:
    assert quotations(text) == found
