"""A finding that is in doubt is read once more, with the sentence that was found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.contract import Question
from assistant.pipeline import Assistant
from assistant.second_reading import ALONE_IN_DOUBT, IN_DOUBT, SETTLED, SecondReading, in_doubt, read_again
from assistant.understanding import understand
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.reader import NOTHING, Past

WEIGHTS = SecondReading(0.0, 1.0, 1.0, -1.0)
TURN = understand("孩子上学有什么照顾")


def found(knowledge_base: KnowledgeBase, answered: float) -> Finding:
    finding = knowledge_base.retriever.consult(TURN.own, 3)
    silent = 1 - answered
    return replace(finding, answered=answered, not_specified=0.75 * silent, out_of_scope=0.25 * silent)


def test_what_was_in_doubt_is_settled_by_the_sentence(knowledge_base: KnowledgeBase) -> None:
    doubtful = found(knowledge_base, 0.5)
    settled = read_again(doubtful, TURN, NOTHING, knowledge_base.retriever, WEIGHTS)
    assert settled.answered > 0.6
    assert settled.answered + settled.not_specified + settled.out_of_scope == pytest.approx(1)
    assert settled.not_specified == pytest.approx(3 * settled.out_of_scope)
    assert settled.hits == doubtful.hits


@pytest.mark.parametrize("answered", [0.0, *ALONE_IN_DOUBT, 1.0])
def test_what_is_sure_is_not_read_again(knowledge_base: KnowledgeBase, answered: float) -> None:
    sure = found(knowledge_base, answered)
    assert not in_doubt(sure, NOTHING)
    assert read_again(sure, TURN, NOTHING, knowledge_base.retriever, WEIGHTS) is sure


def test_a_question_that_stands_alone_is_sooner_taken_for_silent(knowledge_base: KnowledgeBase) -> None:
    unlikely = found(knowledge_base, min(ALONE_IN_DOUBT))
    assert not in_doubt(unlikely, NOTHING)
    assert min(IN_DOUBT) < unlikely.answered
    assert in_doubt(unlikely, Past("绿卡谁能办"))


def test_who_asks_for_yes_or_no_is_answered_yes_less_readily(knowledge_base: KnowledgeBase) -> None:
    doubtful = found(knowledge_base, 0.5)
    settled, polar = (
        read_again(doubtful, turn, NOTHING, knowledge_base.retriever, WEIGHTS)
        for turn in (TURN, replace(TURN, form="polar"))
    )
    assert polar.answered < settled.answered


@pytest.mark.parametrize(
    "question",
    [
        "银行网点要不要指定专人管96567热线",
        "行业协会要制定服务标准吗",
        "整治黑代理，网信办要一起上吗",
    ],
)
def test_what_sounds_like_a_rule_and_is_none_is_not_confirmed(assistant: Assistant, question: str) -> None:
    assert assistant.answer(Question(question=question)).status == "not_specified"


@pytest.mark.parametrize(
    "question",
    ["行风建设活动是靠行业协会来开展的吗", "代理所可以去报高企不", "不收钱的公益咨询，鼓励服务机构搞吗"],
)
def test_and_what_is_one_is(assistant: Assistant, question: str) -> None:
    assert assistant.answer(Question(question=question)).status == "answered"


def test_what_the_bank_has_word_for_word_is_not_doubted(knowledge_base: KnowledgeBase) -> None:
    doubtful = found(knowledge_base, 0.1)
    first = replace(doubtful.hits[0], neighbours=(f"{TURN.asked}？",))
    settled = replace(doubtful, hits=(first, *doubtful.hits[1:]))
    assert read_again(settled, TURN, NOTHING, knowledge_base.retriever, WEIGHTS).answered == SETTLED
    assert read_again(settled, TURN, Past("绿卡谁能办"), knowledge_base.retriever, WEIGHTS) is settled


def test_nothing_found_is_nothing_to_read(knowledge_base: KnowledgeBase) -> None:
    nothing = replace(found(knowledge_base, 0.5), hits=())
    assert read_again(nothing, TURN, NOTHING, knowledge_base.retriever, WEIGHTS) is nothing
