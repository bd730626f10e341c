"""What the texts behind a sentence lack is said with the name of the text to look into."""

from __future__ import annotations

import pytest

from assistant.contract import Question
from assistant.pipeline import Assistant


@pytest.mark.parametrize(
    ("question", "aspect", "title"),
    [
        ("打12315投诉几天有回音", "期限", "市场监督管理投诉举报处理办法"),
        ("报代理师考试交多少钱", "费用", "专利代理师资格考试办法"),
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


def test_nobody_is_sent_to_the_original_of_a_compilation(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="绿卡要交什么材料"))
    assert answer.status == "not_specified"
    assert "原文为准" not in answer.text
