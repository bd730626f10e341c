"""How a turn stands to those before it."""

from __future__ import annotations

import pytest

from assistant.conversation import LAST, pointing


@pytest.mark.parametrize(
    "turn", ["那孩子上学呢", "它有期限吗", "这条原文是什么", "谁来管", "还有别的吗", "and the deadline?"]
)
def test_a_turn_that_points_back_leans_on_the_past(turn: str) -> None:
    assert pointing(turn)[0].leans


@pytest.mark.parametrize(
    "turn",
    ["怎么考驾照", "知识产权质押融资是什么", "专利代理师考试在哪里报名,需要什么材料,要不要交费用呢我很着急"],
)
def test_a_turn_that_says_what_it_is_about_does_not(turn: str) -> None:
    assert not pointing(turn)[0].leans


@pytest.mark.parametrize(
    ("turn", "item"),
    [
        ("上面列的第三个细说一下", 3),
        ("第一个呢", 1),
        ("最后那项是什么意思", LAST),
        ("那另一个呢", 2),
        ("刚才列的第二条展开讲讲", 2),
        ("第十二条讲什么", None),
    ],
)
def test_a_place_in_a_list_is_read(turn: str, item: int | None) -> None:
    assert pointing(turn)[0].item == item


@pytest.mark.parametrize(
    ("turn", "step"),
    [
        ("下一条呢", 1),
        ("再下面一条", 1),
        ("上一条讲什么", -1),
        ("上一个问题再说一遍", 0),
        ("第三个呢", 0),
        ("上面那个号码几点有人", 0),
    ],
)
def test_a_step_from_what_was_shown_is_read(turn: str, step: int) -> None:
    assert pointing(turn)[0].step == step


@pytest.mark.parametrize(
    ("turn", "manner"),
    [("原文给我看看", "verbatim"), ("再说简单点", "plain"), ("说人话", "plain"), ("公积金原文怎么写", "")],
)
def test_the_same_again_in_another_manner(turn: str, manner: str) -> None:
    assert pointing(turn)[0].manner == manner


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ("不是,我问的是商标质押", "商标质押"),
        ("搞错了,我是问公积金", "公积金"),
        ("是不是有补贴", "是不是有补贴"),
    ],
)
def test_the_words_of_a_correction_are_left_out(turn: str, said: str) -> None:
    assert pointing(turn)[1] == said


def test_another_subject_is_noticed() -> None:
    points, _ = pointing("换个话题,高新技术企业要什么条件")
    assert points.away
    assert not points.leans


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ("我说的是现在,不是明年", "现在"),
        ("我问的是个人,不是公司", "个人"),
        ("这个是不是只有贵阳有", "这个是不是只有贵阳有"),
    ],
)
def test_what_a_correction_rejects_is_left_out(turn: str, said: str) -> None:
    assert pointing(turn)[1] == said
