"""What is looked up for what was typed."""

from __future__ import annotations

import pytest

from assistant.contract import HISTORY_TURNS, Question, Turn
from assistant.understanding import understand

EARLIER = "高层次人才有什么优惠"


def after(question: str, *earlier: str) -> Question:
    return Question(question=question, history=tuple(Turn(question=q) for q in earlier))


@pytest.mark.parametrize(
    ("typed", "looked_up"),
    [
        ("人才隊伍建設有什麼措施", "人才队伍建设有什么措施"),
        ("专利\0代理", "专利代理"),
        ("９６５６７是什么电话？", "96567是什么电话?"),
        ("\u202e专利代理\u202c", "专利代理"),
        ("  What Support?  ", "what support?"),
    ],
)
def test_a_question_is_cleaned_before_it_is_looked_up(typed: str, looked_up: str) -> None:
    assert understand(Question(question=typed)).own == looked_up


@pytest.mark.parametrize(
    ("typed", "script"),
    [
        ("人才队伍", "simplified"),
        ("人才隊伍建設有什麼措施", "traditional"),
        ("what support is there for talents", "english"),
        ("ISO标准有哪些", "simplified"),
    ],
)
def test_the_script_is_that_of_the_question(typed: str, script: str) -> None:
    assert understand(Question(question=typed)).script == script


@pytest.mark.parametrize(
    ("typed", "act"),
    [
        ("你好", "greeting"),
        ("您好！", "greeting"),
        ("hello", "greeting"),
        ("早上好", "greeting"),
        ("谢谢", "thanks"),
        ("好的，谢谢", "thanks"),
        ("你是谁", "identity"),
        ("你能做什么", "identity"),
        ("who are you", "identity"),
        ("你好，请问人才热线电话", None),
        ("在吗，想问一下补贴", None),
        ("谢谢，那公积金呢", None),
        ("你能帮我查第十二条吗", None),
        ("好的机构怎么评", None),
        ("你是谁主管的", None),
    ],
)
def test_a_greeting_is_told_from_a_question_that_begins_with_one(typed: str, act: str | None) -> None:
    assert understand(Question(question=typed)).speech_act == act


@pytest.mark.parametrize(
    ("typed", "provisions", "parts"),
    [
        ("第十二条讲什么", (12,), ()),
        ("(十六)", (16,), ()),
        ("（三）和（五）", (3, 5), ()),
        ("第25条", (25,), ()),
        ("措施8是什么", (8,), ()),
        ("第四部分", (), (4,)),
        ("第十二條講什麼", (12,), ()),
        ("what does article 7 say", (7,), ()),
        ("96567是什么", (), ()),
        ("2023年11月发的吗", (), ()),
    ],
)
def test_a_provision_named_by_its_number_is_understood(
    typed: str, provisions: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    inquiry = understand(Question(question=typed))
    assert (inquiry.provisions, inquiry.parts) == (provisions, parts)


@pytest.mark.parametrize(
    ("typed", "aspect"),
    [
        ("奖多少钱", "金额"),
        ("怎么申报高新技术企业", "程序"),
        ("需要什么材料", "材料"),
        ("质押融资利率是多少", "比例"),
        ("哪个部门牵头", "牵头部门"),
        ("截止到几号前", "期限"),
    ],
)
def test_the_asked_aspect_is_understood(typed: str, aspect: str) -> None:
    assert aspect in understand(Question(question=typed)).aspects


@pytest.mark.parametrize(
    "typed", ["那孩子上学呢", "具体多少钱", "它有期限吗", "还有别的吗", "这条原文是什么", "and the deadline?"]
)
def test_a_follow_up_leans_on_the_question_before(typed: str) -> None:
    inquiry = understand(after(typed, EARLIER))
    assert inquiry.leans
    assert inquiry.earlier == EARLIER
    assert inquiry.with_history == f"{EARLIER} {inquiry.own}"


@pytest.mark.parametrize(
    "typed",
    [
        "怎么考驾照",
        "不是，我问的是商标",
        "专利代理师考试在哪里报名，需要什么材料，要不要交费用呢我很着急",
        "谢谢",
        "知识产权质押融资是什么",
        "第十六条讲什么",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(typed: str) -> None:
    inquiry = understand(after(typed, EARLIER))
    assert not inquiry.leans
    assert EARLIER not in inquiry.own


def test_a_follow_up_passes_over_thanks() -> None:
    assert understand(after("那期限呢", EARLIER, "谢谢")).earlier == EARLIER


def test_a_provision_named_before_is_still_meant() -> None:
    assert understand(after("原文是什么", "第十二条讲什么")).provisions == (12,)


def test_only_the_last_turns_are_used() -> None:
    turns = [{"question": f"第{n}问"} for n in range(1, 41)]
    question = Question.model_validate({"question": "那期限呢", "history": turns})
    assert len(question.history) == HISTORY_TURNS
    assert question.history[0].question == "第21问"


@pytest.mark.parametrize(
    ("typed", "empty"), [("怎么办？", True), ("多少？", True), ("公积金", False), ("怎么申报高企", False)]
)
def test_a_question_without_a_subject_is_known_to_be_empty(typed: str, empty: bool) -> None:
    assert understand(Question(question=typed)).empty is empty
    assert not understand(after(typed, EARLIER)).empty
