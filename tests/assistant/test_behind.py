"""What the texts behind a sentence lack is said with the name of the text to look into; what they say beside it, too."""

from __future__ import annotations

import pytest

from assistant.contract import Question
from assistant.pipeline import Assistant


@pytest.mark.parametrize(
    ("question", "aspect", "title"),
    [
        ("植物新品种代理收多少钱", "费用", "植物新品种保护条例"),
    ],
)
def test_what_the_digest_behind_it_lacks_is_said_with_the_text_to_look_into(
    assistant: Assistant, question: str, aspect: str, title: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.status == "not_specified"
    assert aspect in answer.unspecified
    assert any(title in notice for notice in answer.notices)  # that it is a digest, and whether it applies
    assert f"要看《{title}》" in answer.text
    assert answer.citations[1].text_kind == "digest"


def test_nobody_is_sent_to_a_text_on_another_right(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="版权登记多少钱"))
    assert "要看《" not in answer.text


def test_what_lies_behind_answers_nothing_where_the_texts_hardly_do(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="拿专利押给银行，利息一般几厘"))
    assert answer.status == "not_specified"


@pytest.mark.parametrize("question", ["绿卡要交什么材料", "专利保险一年保费多少"])
def test_nobody_is_sent_to_the_original_of_a_compilation(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.status == "not_specified"
    assert "原文为准" not in answer.text


@pytest.mark.parametrize(
    ("question", "ours", "theirs"),
    [
        ("意见是几个部门联合发的", "十五部门", "17个部门联合发出"),
        ("那份意见的文号是多少", "黔知办发〔2023〕11号", "国知发运字〔2022〕47号"),
        ("制定意见的上位依据是哪些文件", "“十四五”国家知识产权保护和运用规划", "上位依据"),
    ],
)
def test_a_question_that_fits_both_is_answered_from_ours_with_the_national_text_beside(
    assistant: Assistant, question: str, ours: str, theirs: str
) -> None:
    answer = assistant.answer(Question(question=question))
    first, last = answer.citations[0], answer.citations[-1]
    assert (answer.status, first.level, last.level, last.text_kind) == ("answered", "省", "国家", "digest")
    assert ours in first.quote
    assert theirs in last.quote
    said = next(statement for statement in answer.statements if last.id in statement.citations)
    assert said.text.startswith("国家层面的文件（摘要）：")
    assert "（国知发运字〔2022〕47号）" in answer.text


@pytest.mark.parametrize(
    ("question", "level"),
    [
        ("贵州这份意见是几个部门联合发的", "省"),
        ("绿卡管不管孩子上学", "省"),
        ("国家意见是几个部门发的", "国家"),
        ("全国的服务业意见文号多少", "国家"),
        ("47号文的指导思想提了什么", "国家"),
    ],
)
def test_a_question_that_names_its_text_has_that_one_alone(
    assistant: Assistant, question: str, level: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.status == "answered"
    assert {citation.level for citation in answer.citations} == {level}


def test_where_nothing_answers_a_point_of_the_digest_is_shown_not_its_title(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="布图设计登记费多少"))
    assert answer.status == "not_specified"
    assert answer.citations[0].text_kind == "digest"
    assert answer.citations[0].number > 0
