"""Which version of a text a question means: that in force on the day, unless it speaks of another."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.contract import Question, Turn
from assistant.in_force import in_force_first, outlived
from assistant.pipeline import Assistant
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.normalisation import searchable

ASKED = "芯片版图登了能护多少年"


@pytest.mark.parametrize(
    ("day", "question", "document"),
    [
        ("2026-11-23", ASKED, "butu-sheji-tiaoli-2026"),
        ("2026-09-01", ASKED, "butu-sheji-tiaoli-2001"),
        ("2026-11-23", "旧条例里芯片版图登了护多少年", "butu-sheji-tiaoli-2001"),
        ("2026-11-23", "芯片版图没去登记就等于白做,现行条例哪一条讲的", "butu-sheji-tiaoli-2026"),
    ],
)
def test_the_version_in_force_on_the_day_answers(
    assistant: Assistant, day: str, question: str, document: str
) -> None:
    answer = assistant.answer(Question(question=question, as_of=date.fromisoformat(day)))
    assert answer.status == "answered"
    assert answer.citations[0].document_id == document


def test_one_assistant_answers_as_of_several_days(assistant: Assistant) -> None:
    cited = [
        assistant.answer(Question(question=ASKED, as_of=day)).citations[0].document_id
        for day in (date(2026, 9, 1), date(2026, 11, 23), date(2026, 9, 1))
    ]
    assert cited == ["butu-sheji-tiaoli-2001", "butu-sheji-tiaoli-2026", "butu-sheji-tiaoli-2001"]


def test_only_the_places_change_and_only_for_another_version(knowledge_base: KnowledgeBase) -> None:
    documents = knowledge_base.documents
    found = knowledge_base.retriever.consult(ASKED, 10)
    before, after = (
        in_force_first(ASKED, found, documents, day) for day in (date(2026, 9, 1), date(2027, 3, 1))
    )
    assert [hit.probability for hit in before.hits] == [hit.probability for hit in after.hits]
    assert {(h.document_id, h.provision) for h in before.hits} == {
        (h.document_id, h.provision) for h in after.hits
    }
    assert in_force_first("什么都没有", Finding((), 0.0, 0.0, 1.0), documents, date(2027, 3, 1)).hits == ()


def test_a_version_that_says_something_else_does_not_take_the_place(assistant: Assistant) -> None:
    """The rules in force do not tell the days to answer in; their number and date are no answer to that."""
    answer = assistant.answer(Question(question="投诉 几天答复", as_of=date(2026, 11, 23)))
    assert answer.citations[0].document_id == "12315-zanxing-banfa-2019"
    assert not answer.citations[0].in_force
    assert any("不再有效" in notice for notice in answer.notices)


def test_nobody_is_sent_to_the_original_of_a_text_that_was_replaced(assistant: Assistant) -> None:
    for day, applies in ((date(2026, 11, 23), False), (date(2026, 2, 1), True)):
        answer = assistant.answer(Question(question="20号令暂行办法要交什么材料", as_of=day))
        assert (answer.status, answer.citations[0].document_id) == (
            "not_specified",
            "12315-zanxing-banfa-2019",
        )
        assert "没有查到" in answer.text
        assert ("原文为准" in answer.text) == applies
        assert any("《市场监督管理投诉举报处理办法》" in notice for notice in answer.notices) != applies


def test_the_day_of_an_earlier_year_is_shown_and_this_years_is_missing(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="代理师考试今年哪天报名？", as_of=date(2026, 11, 29)))
    assert (answer.status, answer.unspecified) == ("not_specified", ("期限",))
    assert "2025" in answer.citations[0].quote


TOLD = "旧的投诉举报处理暂行办法第十四条规定：收到投诉后7个工作日内决定是否受理并告知。"


@pytest.mark.parametrize(
    "asked",
    [
        "那新的收到投诉几天内要回话",
        "新投诉办法几天告知受理",
        "线索现在几天内查",
        "不是老办法，现在是好多天",
        "不是问老办法是问现在几天",
        "2026年现行的办法几天告知",
        "现在还在10天以内吗",
    ],
)
def test_who_asks_what_applies_now_means_no_text_that_was_replaced(
    knowledge_base: KnowledgeBase, asked: str
) -> None:
    old = knowledge_base.documents["12315-zanxing-banfa-2019"]
    assert outlived(searchable(asked), old, [TOLD], date(2026, 11, 23))
    assert not outlived(searchable(asked), old, [TOLD], date(2026, 2, 1))  # it applied then


@pytest.mark.parametrize(
    "asked",
    [
        "收到投诉几天告知",
        "收到新的投诉几天告知",
        "老办法现在还管用吗",
        "现在是不是还按老办法七天告知",
        "去年那阵的规矩，跟现在没关系",
        "今年2月提的投诉几天告知",
        "三年前投诉的，现在想晓得那会儿该几天告知",
        "一九年那个办法现在几天",
        "2019年的办法现在几天告知",
        "1998年的办法现在几天告知",
        "19版那个现在几天告知",
        "20号令眼下写的几天告知",
    ],
)
def test_and_who_means_that_text_is_told_of_it(knowledge_base: KnowledgeBase, asked: str) -> None:
    old = knowledge_base.documents["12315-zanxing-banfa-2019"]
    assert not outlived(searchable(asked), old, [TOLD], date(2026, 11, 23))


def test_what_became_of_a_text_is_told_by_the_text(assistant: Assistant) -> None:
    for asked in ("十四五规划到期了，现在看哪个", "我家贯标证还是13版的，没换过，现在还认不"):
        answer = assistant.answer(Question(question=asked, as_of=date(2026, 11, 23)))
        assert answer.status == "answered"
        assert answer.citations[0].document_id in ("shisiwu-guihua-2021", "gbt-29490-2013")


def test_what_the_text_before_laid_down_is_not_shown_for_the_new_one(assistant: Assistant) -> None:
    asked = Question(
        question="那新的收到投诉几天内要回话",
        history=(Turn(question="12315投诉举报那个新办法好久开始用"),),
        as_of=date(2026, 11, 23),
    )
    answer = assistant.answer(asked)
    assert (answer.status, answer.unspecified) == ("not_specified", ("期限",))
    assert {citation.document_id for citation in answer.citations} == {"12315-chuli-banfa-2026"}
    assert "7个工作日" not in answer.text
