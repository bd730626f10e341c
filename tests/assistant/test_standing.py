"""What the first lines say of a text's standing; every test names its day."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.contract import Answer, Question
from assistant.pipeline import Assistant


def ask(assistant: Assistant, question: str, day: str) -> Answer:
    return assistant.answer(Question(question=question, as_of=date.fromisoformat(day)))


OLD_RULE = "旧的投诉举报暂行办法第十四条,收到投诉几个工作日内决定受理"


def test_a_text_that_is_replaced_says_so_first_and_names_the_successor(assistant: Assistant) -> None:
    answer = ask(assistant, OLD_RULE, "2026-11-23")
    assert answer.citations[0].document_id == "12315-zanxing-banfa-2019"
    assert not answer.citations[0].in_force
    assert "2026年4月15日起不再有效" in answer.notices[0]
    assert "《市场监督管理投诉举报处理办法》" in answer.notices[0]


def test_the_day_before_it_was_in_force(assistant: Assistant) -> None:
    answer = ask(assistant, OLD_RULE, "2026-04-14")
    assert answer.citations[0].in_force
    assert not any("不再有效" in notice for notice in answer.notices)


def test_a_law_not_yet_in_force_says_what_applies_until_then(assistant: Assistant) -> None:
    question = "修订后的商标法第六十五条对商标代理从业人员有什么要求"
    answer = ask(assistant, question, "2026-11-23")
    assert answer.citations[0].document_id == "shangbiao-fa-2026"
    assert "2027年1月1日起施行，现在还没有生效" in answer.notices[0]
    assert "2019年修正" in answer.notices[0]
    assert ask(assistant, question, "2027-01-01").citations[0].in_force


def test_a_digest_says_that_it_is_one_and_names_what_it_digests(assistant: Assistant) -> None:
    answer = ask(assistant, "技能人才薪酬分配指引是强制的吗,企业必须照着执行吗", "2026-11-23")
    first = answer.citations[0]
    assert (first.document_id, first.text_kind, first.level) == (
        "jineng-xinchou-zhiyin-2021",
        "digest",
        "国家",
    )
    assert any("没有收录原文" in notice for notice in answer.notices)
    assert "摘要" in answer.text
    assert first.sources == ("人社厅发〔2021〕7号 人力资源社会保障部办公厅",)


def test_a_measure_leads_to_the_document_that_it_names(assistant: Assistant) -> None:
    answer = ask(assistant, "引导用人单位按照什么指引确定技能人才的薪酬待遇", "2026-11-23")
    related = {r.document_id: r.state for c in answer.citations for r in c.related}
    assert answer.citations[0].number == 12
    assert related["jineng-xinchou-zhiyin-2021"] == "in_force"


def test_a_sentence_that_names_a_plan_that_has_ended_is_told_so(assistant: Assistant) -> None:
    answer = ask(assistant, "这份意见是为贯彻落实哪几份国家文件制定的", "2026-11-23")
    assert answer.citations[0].number == 0
    assert any("原文提到的" in n and "“十五五”" in n for n in answer.notices)
    assert ask(assistant, "这份意见是为贯彻落实哪几份国家文件制定的", "2025-06-01").notices == ()


@pytest.mark.parametrize("day", ["2023-11-16", "2026-11-23", "2030-01-01"])
def test_the_opinion_itself_carries_no_warning(assistant: Assistant, day: str) -> None:
    answer = ask(assistant, "孩子上学有什么照顾", day)
    assert [c.in_force for c in answer.citations] == [True] * len(answer.citations)
