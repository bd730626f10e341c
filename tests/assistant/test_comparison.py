"""Two things set side by side, and stories that want several."""

from __future__ import annotations

import pytest

from assistant.comparison import sides_of
from assistant.contract import Question
from assistant.pipeline import Assistant
from assistant.understanding import understand


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("人才绿卡和省外机构有什么区别", ["人才绿卡", "省外机构有什么区别"]),
        ("甲办法跟乙办法，哪个罚得重", ["甲办法 哪个罚得重", "乙办法 哪个罚得重"]),
        ("有什么区别", []),
    ],
)
def test_each_side_has_what_is_asked_of_both(question: str, sides: list[str]) -> None:
    assert sides_of(question) == sides


def test_what_is_asked_of_each_of_two_is_told_of_both(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="96567和12315各是干什么用的"))
    assert {citation.number for citation in answer.citations} >= {12, 18}


def test_a_long_account_that_asks_nothing_is_a_story(assistant: Assistant) -> None:
    told = "安顺蜡染产业集群打算抱团成立知识产权联盟，联合搞运营中心"
    assert understand(told).form == "scenario"
    assert {citation.number for citation in assistant.answer(Question(question=told)).citations} >= {3, 8}
