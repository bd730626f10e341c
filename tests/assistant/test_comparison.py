"""Two things set side by side, and stories that want several."""

from __future__ import annotations

import pytest

from assistant.comparison import sides_of
from assistant.contract import Answer, Question, Turn
from assistant.pipeline import Assistant
from assistant.understanding import understand
from tests.conftest import OPINION


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("人才绿卡和省外机构有什么区别", ["人才绿卡", "省外机构有什么区别"]),
        ("甲办法跟乙办法，哪个罚得重", ["甲办法 哪个罚得重", "乙办法 哪个罚得重"]),
        (
            "高新对人员的要求，跟技术先进型对学历的要求，哪个更难凑",
            ["高新对人员的要求 哪个更难凑", "技术先进型对学历的要求 哪个更难凑"],
        ),
        ("一个说是社会来监督，一个说是官家来管，这两条分别靠啥", ["社会来监督", "官家来管"]),
        (
            "代理责任那条，老法第几条，新法第几条，有啥区别",
            ["老法第几条 代理责任那条 有啥区别", "新法第几条 代理责任那条 有啥区别"],
        ),
        (
            "目标年份：贵州定在2030，国家纲要定在哪年，对比下",
            ["贵州定在2030 目标年份 对比下", "国家纲要定在哪年 目标年份 对比下"],
        ),
        ("小微和高企两个税率各是多少", ["小微两个税率各是多少", "高企两个税率各是多少"]),
        ("先进型企业所得税几个点，跟高企一样吗", ["先进型企业所得税几个点", "高企企业所得税几个点"]),
        ("遵义、贵阳两地各贴几个点", ["遵义两地各贴几个点", "贵阳两地各贴几个点"]),
        ("有什么区别", []),
    ],
)
def test_each_side_has_what_is_asked_of_both(question: str, sides: list[str]) -> None:
    assert sides_of(question) == sides


@pytest.mark.parametrize(
    "question",
    [
        "合伙的和有限公司的，哪个门槛更低",
        "2017年跟2021年比涨了多少",
        "现行商标法与明年施行的那部，请新旧对照",
        "这两份分别讲到哪一层",
        "代理所犯了事跟代理师本人犯了事，哪个罚得重",
        "省里的意见跟国家的纲要，各说了什么",
        "新规定和旧规定有没有出入",
        "79号令跟80号令，是不是同一天开始施行的",
        "芯片布图能护10年，植物新品种呢，更长还是更短",
        "十四五、十五五两份知识产权规划的国发文号请一并提供",
        "十五五规划跟省意见在服务业上说法一致吗",
        "老办法和新办法，这两处打架不",
    ],
)
def test_there_are_many_ways_to_compare(question: str) -> None:
    assert understand(question).form == "compare"


@pytest.mark.parametrize(
    "question",
    [
        "扣除比例是多少",
        "给国企发的通知和指引在哪看",
        "专利和商标都能质押吗",
        "跟以前问的一样，品牌机构给好多钱",
        "我跟老同学两个人都有证，想合伙开所，够条件不",
        "同一个案子，我这边和对家请的是同一个所，能这么干吗",
    ],
)
def test_and_not_every_pair_is_compared(question: str) -> None:
    assert understand(question).form != "compare"


def test_each_side_has_a_provision_of_its_own(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="社会监督那条和政府监管那条，哪条更硬"))
    assert {citation.number for citation in answer.citations} >= {17, 18}


def test_what_is_asked_of_two_texts_is_found_in_both(assistant: Assistant) -> None:
    answer = assistant.answer(
        Question(question="双随机一公开，省意见的要求跟优化营商环境条例的规定，各说了什么")
    )
    cited = [(citation.document_id, citation.number) for citation in answer.citations]
    assert ("qianzhibanfa-2023-11", 17) in cited
    assert "youhua-yingshang-huanjing-tiaoli-2019" in {document for document, _ in cited}


def test_where_all_conditions_of_a_side_are_asked_for_all_are_told(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="高企和技先的条件各有哪些"))
    side = [c for c in answer.citations if c.document_id == "jishu-xianjin-fuwu-2017"]
    assert {c.number for c in side} == {4, 5, 6, 7, 8}
    assert "gaoqi-rending-banfa-2016" in {c.document_id for c in answer.citations}


def test_who_names_both_sides_needs_nothing_of_what_came_before(assistant: Assistant) -> None:
    asked = "合伙的专利所和公司制的专利所，哪个要的人少"
    later = assistant.answer(Question(question=asked, history=(Turn(question="高企要成立几年"),)))
    assert later.understood_as is None
    assert later.citations == assistant.answer(Question(question=asked)).citations


def test_what_is_asked_of_each_of_two_is_told_of_both(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="96567和12315各是干什么用的"))
    assert {citation.number for citation in answer.citations} >= {12, 18}


def test_a_long_account_that_asks_nothing_is_a_story(assistant: Assistant) -> None:
    told = "安顺蜡染产业集群打算抱团成立知识产权联盟，联合搞运营中心"
    assert understand(told).form == "scenario"
    assert {citation.number for citation in assistant.answer(Question(question=told)).citations} >= {3, 8}


def ask(assistant: Assistant, *turns: str) -> Answer:
    *past, last = turns
    return assistant.answer(Question(question=last, history=tuple(Turn(question=turn) for turn in past)))


def test_the_two_texts_spoken_of_are_set_side_by_side(assistant: Assistant) -> None:
    turns = ("现行商标法对代理机构怎么罚", "2027年的新商标法对代理机构怎么罚", "两个对照一下")
    answer = ask(assistant, *turns)
    assert answer.status == "answered"
    assert [c.document_id for c in answer.citations] == ["shangbiao-fa-2019", "shangbiao-fa-2026"]


def test_ours_and_a_national_text_are_each_heard(assistant: Assistant) -> None:
    answer = ask(assistant, "地理标志方面，省里的意见跟国家的强国纲要比，各怎么说")
    assert {c.document_id for c in answer.citations} == {OPINION, "qiangguo-gangyao-2021"}


@pytest.mark.parametrize(
    ("question", "statuses", "missing"),
    [
        ("专利代理师和商标代理人，报考学历要求一样吗", ("answered", "not_specified"), "商标代理"),
        ("高企和专精特新，研发人员各要占几成", ("answered", "not_specified"), "专精特新企业"),
    ],
)
def test_a_side_that_no_text_treats_is_not_told_of_another(
    assistant: Assistant, question: str, statuses: tuple[str, ...], missing: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.statuses == statuses
    assert missing in answer.parts[1].unspecified


def test_where_no_text_treats_either_side_nothing_is_compared(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="代理一件发明和代理一件商标，市价各多少钱"))
    assert answer.status == "not_specified"
    assert set(answer.statuses) == {"not_specified"}
    assert all("费用" in part.unspecified for part in answer.parts)


@pytest.mark.parametrize(
    "question",
    [
        "年报这事，商标代理和专利代理是不是都要交",
        "我们想报高企或者技术先进型，对人员各有啥比例要求",
        "强国纲要与十五五规划，分级分类评价各自怎么表述",
    ],
)
def test_what_is_asked_of_each_of_two_is_compared(assistant: Assistant, question: str) -> None:
    assert understand(question).form == "compare"
    documents = {c.document_id for c in assistant.answer(Question(question=question)).citations}
    assert len(documents) == 2


@pytest.mark.parametrize(
    "question", ["省级和各市州怎么分工", "跟各行各业搞拢来的那条在哪点", "高企和小微同时享受行不行"]
)
def test_and_each_alone_compares_nothing(question: str) -> None:
    assert understand(question).form != "compare"


@pytest.mark.parametrize("question", ["软著和美术作品登记，办下来分别要几天", "新颖性和创造性有啥区别"])
def test_where_the_texts_answer_neither_whole_nor_side_nothing_is_set_side_by_side(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.status in ("not_specified", "out_of_scope")
    assert "|" not in answer.text
