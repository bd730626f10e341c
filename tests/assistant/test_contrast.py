"""One side is stated, the other asked for, in one turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.contract import Answer, Question
from assistant.contrast import Stretches, said_of, stated_and_asked
from assistant.pipeline import Assistant
from assistant.thresholds import read_thresholds


@pytest.mark.parametrize(
    ("turn", "stated", "asked"),
    [
        ("布图设计保护10年，植物新品种保护几年", "布图设计保护10年", "植物新品种保护几年"),
        ("老办法7个工作日告知 新办法几天？", "老办法7个工作日告知", "新办法几天"),
        (
            "地标，强国纲要偏乡村振兴，十五五规划是怎么说的",
            "地标，强国纲要偏乡村振兴",
            "十五五规划是怎么说的",
        ),
    ],
)
def test_a_turn_is_cut_before_its_last_stretch(turn: str, stated: str, asked: str) -> None:
    assert stated_and_asked(turn) == Stretches(stated, asked)


@pytest.mark.parametrize(
    "turn",
    [
        "植物新品种保护几年",
        "喂，植物新品种保护几年",
        "植物新品种保护几年，啊",
        "under the new law, who may file",
        "",
    ],
)
def test_one_stretch_alone_has_no_other_side(turn: str) -> None:
    assert stated_and_asked(turn) is None


@given(st.text(alphabet="布图设计保护10年，。 ？几", max_size=40))
def test_what_is_cut_stands_in_the_turn_in_that_order(turn: str) -> None:
    cut = stated_and_asked(turn)
    if cut is not None:
        assert turn.index(cut.stated) + len(cut.stated) < len(turn)
        assert turn.strip(" ?？。!！,，").endswith(cut.asked)


def test_words_tell_two_texts_and_a_number_asked_for(assistant: Assistant) -> None:
    documents = assistant.knowledge_base.documents
    cut = Stretches("省意见目标到2030年", "国家17部门意见目标年是哪年")
    constant, opposed, measured, *_ = said_of(cut, documents)
    assert (constant, opposed, measured) == (1.0, 1.0, 1.0)
    setting = said_of(Stretches("我们所被抽到检查", "要交检查费不"), documents)[5]
    assert setting == 1.0


@pytest.mark.parametrize(
    ("stated", "asked", "other", "turns"),
    [
        ("新品种归农业林业那边审", "芯片布图又是哪家管起的", 1.0, 1.0),
        ("机构违规罚10万", "代理师个人呢", 1.0, 1.0),
        ("评到a级少查点", "b级检查怎么安排", 1.0, 0.0),
        ("专利代理都讲信用评价", "专利这套从哪天起试行", 0.0, 0.0),
    ],
)
def test_words_tell_another_thing_of_the_same_group(
    assistant: Assistant, stated: str, asked: str, other: float, turns: float
) -> None:
    said = said_of(Stretches(stated, asked), assistant.knowledge_base.documents)
    assert said[8:10] == (other, turns)


@given(st.tuples(*[st.floats(0, 1)] * 15))
def test_no_finding_takes_the_probability_above_what_is_reachable(values: tuple[float, ...]) -> None:
    weights = read_thresholds().contrast
    assert weights.probability(values) <= weights.reachable(values[:11]) + 1e-9


@pytest.mark.parametrize(
    ("question", "stated", "asked"),
    [
        ("布图设计保护10年，植物新品种保护几年", "butu-sheji-tiaoli-2026", "zhiwu-xinpinzhong-tiaoli-2025"),
        (
            "合伙开专利所要两个合伙人，开有限公司要几个股东",
            "zhuanli-daili-banfa-2019",
            "zhuanli-daili-banfa-2019",
        ),
        ("省意见把目标定到2030年，强国纲要的目标定到哪年", "qianzhibanfa-2023-11", "qiangguo-gangyao-2021"),
    ],
)
def test_both_sides_are_shown_with_their_sentences(
    assistant: Assistant, question: str, stated: str, asked: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert _documents(answer) == [stated, asked]
    assert answer.statuses == ("answered", "answered")


def test_the_old_rule_is_no_answer_to_what_is_asked_of_the_new_one(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="投诉老办法7个工作日告知，新办法几天"))
    assert answer.statuses == ("answered", "not_specified")
    assert answer.parts[1].unspecified == ("期限",)


def test_what_is_asked_decides_the_status_and_comes_first_in_the_ranking(assistant: Assistant) -> None:
    silent = assistant.answer(Question(question="投诉老办法7个工作日告知，新办法几天"))
    assert silent.status == "not_specified"
    told = assistant.answer(Question(question="布图设计保护10年，植物新品种保护几年"))
    assert told.status == "answered"
    assert told.ranked_provisions[:2] == ("zhiwu-xinpinzhong-tiaoli-2025#4", "butu-sheji-tiaoli-2026#5")


def test_what_is_stated_wants_nothing(assistant: Assistant) -> None:
    """Nobody asked what the sentence leaves open."""
    answer = assistant.answer(Question(question="省意见把目标定到2030年，强国纲要的目标定到哪年"))
    assert not answer.parts[0].unspecified


@pytest.mark.parametrize(
    "question",
    [
        "我们所被抽到检查，要交检查费不",
        "手里还是13版29490的证，拖到哪天就作废",
        "客户在银行压了专利，贷款坏了银行的人会被追责不",
        "喂，孩子读书的事，有照顾没",
    ],
)
def test_a_setting_is_no_side(assistant: Assistant, question: str) -> None:
    assert not assistant.answer(Question(question=question)).parts


def _documents(answer: Answer) -> list[str]:
    by_id = {citation.id: citation.document_id for citation in answer.citations}
    return [by_id[part.citations[0]] for part in answer.parts]
