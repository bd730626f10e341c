"""Which aspects a question asks for, and which a sentence leaves open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge_base import KnowledgeBase
from knowledge_base.aspects import AspectReader, Told, told_by, told_in
from knowledge_base.errors import SourceFault
from knowledge_base.lexicon import aspects
from knowledge_base.normalisation import searchable
from knowledge_base.sources import DATA
from tests.conftest import OPINION


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("评上品牌机构，能落袋几个", "金额"),
        ("质押融资的利息，公家分担几分之几", "比例"),
        ("品牌机构的评选是不是已经过了点儿", "期限"),
        ("做专利导航，像我们这种三五个人的作坊够得上吗", "条件"),
        ("办人才绿卡得揣上哪些本本", "材料"),
        ("申请质押融资，先干嘛后干嘛", "程序"),
        ("知识产权运营中心的牌子挂在哪条巷子", "地址"),
        ("年度报告往哪个网页里填", "链接"),
        ("服务机构不交年度报告，要吃什么亏", "处罚"),
        ("维权援助工作站，掰着指头数有几个", "数量"),
    ],
)
def test_what_is_asked_for_is_read_off_words_that_no_list_has(
    knowledge_base: KnowledgeBase, question: str, aspect: str
) -> None:
    assert not aspects()[aspect].search(searchable(question))
    found = knowledge_base.retriever.consult(question, 3).aspects
    assert max(found, key=lambda name: found[name]) == aspect


@pytest.mark.parametrize(
    "question", ["孩子上学有什么照顾", "文件提没提专利导航", "（十二）讲什么", "为什么要搞地理标志兴农"]
)
def test_a_question_for_none_of_them_asks_for_none(knowledge_base: KnowledgeBase, question: str) -> None:
    assert max(knowledge_base.retriever.consult(question, 3).aspects.values()) < 0.5


def test_a_sentence_leaves_open_what_it_has_no_words_for(knowledge_base: KnowledgeBase) -> None:
    document = knowledge_base.documents[OPINION]
    hotline = document.clause("12.3")
    told = told_by(document.quote(hotline), knowledge_base.record(OPINION, "12.3"))
    assert "联系方式" in told.states
    assert {"费用", "链接", "处罚"} <= told.leaves_open
    assert told_by("罚款三万元以下，六个月内缴清。", None).states >= {"金额", "期限", "处罚"}
    assert "地址" in told_by("罚款三万元以下，六个月内缴清。", None).leaves_open
    assert told_by("", None) == Told(frozenset(), told_by("", None).leaves_open)


def test_the_reader_knows_every_aspect_and_every_clause(knowledge_base: KnowledgeBase) -> None:
    reader = AspectReader.read(DATA / "ranker" / "aspects.npz")
    assert reader.names == tuple(aspects())
    assert reader.states.shape == reader.leaves_open.shape
    assert not (reader.states * reader.leaves_open).any()
    shares = np.full(len(reader.states), 1 / len(reader.states), dtype=np.float32)
    left = reader.left_open("多少钱", np.zeros(len(reader.names), dtype=np.float32), shares)
    assert left[:5].tolist() == [0.0] * 5
    assert left[7] == 1.0  # the lexicon's word for an amount


def test_weights_that_are_damaged_say_so(tmp_path: Path) -> None:
    path = tmp_path / "aspects.npz"
    np.savez(path, names=np.array(["金额"]))
    with pytest.raises(SourceFault, match=r"aspects\.npz"):
        AspectReader.read(path)


def test_a_point_that_was_read_leaves_open_all_that_it_does_not_state(knowledge_base: KnowledgeBase) -> None:
    document = knowledge_base.documents["zhuanli-daili-banfa-2019"]
    told = told_in(document, document.clause("1.1"), knowledge_base.records, knowledge_base.digests)
    assert "条件" in told.states
    assert told.leaves_open == frozenset(aspects()) - told.states
    heading = told_in(document, document.clause("0.1"), knowledge_base.records, knowledge_base.digests)
    assert heading == told_by(document.quote(document.clause("0.1")), None)


@pytest.mark.parametrize("question", ["96567那边几点有人", "12315周末打得通不", "服务热线几点下班"])
def test_when_somebody_is_there_is_an_aspect_of_its_own(question: str) -> None:
    asked = [name for name, words in aspects().items() if words.search(searchable(question))]
    assert asked == ["服务时间"]
