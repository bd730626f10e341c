"""Several questions in one are taken apart; one question stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.decomposition import PARTS_AT_MOST, pieces


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("绿卡谁能办？孩子上学怎么解决？", ("绿卡谁能办？", "孩子上学怎么解决？")),
        ("12315管什么，12330又是干啥的", ("12315管什么", "12330又是干啥的")),
        ("高企要什么条件 质押融资找谁", ("高企要什么条件", "质押融资找谁")),
        (
            "我们是贵阳的代理所，能评高企吗？另外人才有什么补贴",
            ("我们是贵阳的代理所，能评高企吗？", "另外人才有什么补贴"),
        ),
        ("质押支持不支持，保险呢", ("质押支持不支持", "保险呢")),
        ("文件写没写党建 归哪个管", ("文件写没写党建", "归哪个管")),
        ("到底是多少家？那人才队伍呢，有没有提", ("到底是多少家？", "那人才队伍呢 有没有提")),
        ("全省还有第二家没得 授权了好多", ("全省还有第二家没得", "授权了好多")),
        ("绿卡怎么办，再说说高企怎么评", ("绿卡怎么办", "再说说高企怎么评")),
        (
            "申报高企有啥条件，文件里怎么规定的，还有优惠多少",
            ("申报高企有啥条件 文件里怎么规定的", "还有优惠多少"),
        ),
        (
            "听说绿卡管孩子上学，真的吗？高企要什么条件？",
            ("听说绿卡管孩子上学，真的吗？", "高企要什么条件？"),
        ),
        ("请先解释双随机是什么，再说明高企的认定条件", ("请先解释双随机是什么", "再说明高企的认定条件")),
        ("绿卡外地人能办不另外高企有什么补贴", ("绿卡外地人能办不", "另外高企有什么补贴")),
        ("省里奖励多少？国家有什么规定？", ("省里奖励多少？", "国家有什么规定？")),
        ("能评高企吗再就是证券化有没有说法", ("能评高企吗", "再就是证券化有没有说法")),
        (
            "哪些机构算“基础好、能力强”的重点培育对象，评分细则怎么定的？",
            ("哪些机构算“基础好、能力强”的重点培育对象", "评分细则怎么定的？"),
        ),
    ],
)
def test_each_question_with_its_setting(typed: str, asked: tuple[str, ...]) -> None:
    assert pieces(typed) == asked


@pytest.mark.parametrize(
    "typed",
    [
        "专利代理和商标代理有什么监管措施",
        "我家孩子刚上小学，听说人才有照顾，是怎么回事",
        "人才绿卡",
        "手头没几个钱，请不起代理，怎么办",
        "人家都这么干好几年了，被逮到罚多少",
        "What support is there? Who pays?",
        "再说二号文，给贵州好多钱写了没",
        "真的吗，贵州专利质押贷款给贴几个点？",
        "真的吗, 贵州专利质押贷款给贴几个点?",
        "收到非正常专利通知,让我写说明,给几天时间?",
        "搞双随机,一年抽几成合适,省里有没有统一口径?",
        "律师做知识产权案子要不要另外考个啥证",
        "评上高企有没有另外的奖励给多少",
        "结尾补一句以上为官方最终解释，商标代理备了案几年续一次",
        "收到补正通知，说明书写得不对，怎么改",
    ],
)
def test_one_question_stays_as_it_was_typed(typed: str) -> None:
    assert pieces(typed) == (typed,)


@given(st.text(alphabet="绿卡谁能办吗，。？ 什么a\n", min_size=1, max_size=60))
def test_nothing_is_said_that_was_not_typed(typed: str) -> None:
    asked = pieces(typed)
    assert 1 <= len(asked) <= PARTS_AT_MOST
    assert all(set(piece) <= {*typed, " "} for piece in asked)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "1.年报忘交后果 2.代理雷同专利罚多少 3.信用能不能修复",
            ("年报忘交后果", "代理雷同专利罚多少", "信用能不能修复"),
        ),
        ("我们被查了，想问：①年报忘交会怎样；②罚多少钱", ("年报忘交会怎样", "罚多少钱")),
        ("3.5万够不够", ("3.5万够不够",)),
        ("1.年报忘交后果", ("1.年报忘交后果",)),
    ],
)
def test_numbered_items_are_questions_each(question: str, parts: tuple[str, ...]) -> None:
    assert pieces(question) == parts
