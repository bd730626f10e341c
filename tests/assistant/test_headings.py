"""Number, day and issuers of a text are told from its heading."""

from __future__ import annotations

import pytest

from assistant.contract import Question
from assistant.pipeline import Assistant


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("高企认定办法是哪几个部门发的", "科技部、财政部、国家税务总局"),
        ("商标代理监督管理规定发文机关是谁", "国家市场监督管理总局"),
        ("专利代理条例几号令", "国务院令第706号"),
    ],
)
def test_who_issued_a_text_under_which_number_is_told_from_its_heading(
    assistant: Assistant, question: str, said: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.status == "answered"
    assert said in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("意见文号多少", "黔知办发〔2023〕11号"),
        ("省里这份文件是几号文", "黔知办发〔2023〕11号"),
        ("意见是哪年出的", "2023年11月6日"),
        ("文件什么时候印发的", "2023年11月6日"),
        ("国家那份意见的文号", "国知发运字〔2022〕47号"),
    ],
)
def test_number_and_day_are_the_opinion_s_own_unless_another_text_is_named(
    assistant: Assistant, question: str, said: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.status == "answered"
    assert said in answer.citations[0].quote
