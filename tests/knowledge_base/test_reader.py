"""The reader: a question with what was asked before it, and which clause answers it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import KnowledgeBase, SourceFault
from knowledge_base.embedding import BundledEmbedder
from knowledge_base.encoder import ENCODER, TOKENIZER
from knowledge_base.indexing import usable_reader, usable_weights
from knowledge_base.reader import (
    ASKED,
    HEADS,
    LONGEST,
    MIXTURE,
    SHOWN,
    Mixture,
    Past,
    Reader,
    Reading,
    as_read,
)
from knowledge_base.sources import Sources


@pytest.fixture(scope="module")
def reader(sources: Sources) -> Reader:
    assert sources.reader is not None
    return Reader(sources.reader)


@pytest.mark.parametrize(
    ("turn", "subject", "point"),
    [
        ("几天给答复", "执业许可证递上去了", "zhuanli-daili-tiaoli-2018#1"),
        ("保护多少年", "育出一个葡萄新品种", "zhiwu-xinpinzhong-tiaoli-2025#4"),
        ("保护多少年", "芯片版图登记了", "butu-sheji-tiaoli-2026#5"),
        ("公司制的呢", "合伙开专利代理所要几个人", "zhuanli-daili-banfa-2019#2"),
        ("要几个人", "专利代理机构想开分所", "zhuanli-daili-banfa-2019#3"),
    ],
)
def test_a_turn_that_means_nothing_alone_is_answered_by_its_subject(
    knowledge_base: KnowledgeBase, turn: str, subject: str, point: str
) -> None:
    first = knowledge_base.retriever.consult(turn, 3, Past(subject)).hits[0]
    assert f"{first.document_id}#{first.provision.number}" == point


def test_what_the_same_words_ask_is_answered_after_one_subject_and_open_after_another(
    knowledge_base: KnowledgeBase,
) -> None:
    consult = knowledge_base.retriever.consult
    stated = consult("要等多久", 3, Past("申请专利代理机构执业许可证"))
    open_ = consult("要等多久", 3, Past("想办人才绿卡"))
    assert stated.answered > 0.5 > open_.answered


def test_where_the_texts_are_silent_the_nearest_provision_is_found_all_the_same(
    knowledge_base: KnowledgeBase,
) -> None:
    found = knowledge_base.retriever.consult("几月几号交", 3, Past("代理机构要交年报吗"))
    first = found.hits[0]
    assert found.answered < 0.5
    assert (first.document_id, first.provision.number) in {
        ("qianzhibanfa-2023-11", 14),
        ("zhuanli-daili-banfa-2019", 4),
    }


def test_the_shares_of_a_finding_add_up(knowledge_base: KnowledgeBase) -> None:
    found = knowledge_base.retriever.consult("要几个人", 400, Past("专利代理机构想开分所"))
    assert sum(hit.probability for hit in found.hits) == pytest.approx(1, abs=1e-3)
    assert found.answered + found.not_specified + found.out_of_scope == pytest.approx(1, abs=1e-4)


def test_what_is_read_are_probabilities(reader: Reader) -> None:
    reading = reader.read("补贴多少钱")
    assert reading.clauses.sum() == pytest.approx(1, abs=1e-4)
    assert reading.status.sum() == pytest.approx(1, abs=1e-4)
    asked = dict(zip(reader.aspects, reading.asked, strict=True))
    assert max(asked, key=asked.__getitem__) == "金额"


def test_the_same_words_after_the_same_question_lean_on_what_was_shown(
    knowledge_base: KnowledgeBase,
) -> None:
    def first(document_id: str, key: str) -> str:
        document = knowledge_base.documents[document_id]
        past = Past("布图设计条例是哪个版本", document.quote(document.clause(key)))
        return knowledge_base.retriever.consult("保护几年", 3, past).hits[0].document_id

    assert first("butu-sheji-tiaoli-2001", "1.1") == "butu-sheji-tiaoli-2001"
    assert first("butu-sheji-tiaoli-2026", "1.1") == "butu-sheji-tiaoli-2026"


def test_of_a_long_past_the_end_is_read() -> None:
    past = Past("从前" * LONGEST + "绿卡", "为" + "贵州" * LONGEST)
    assert as_read("几年", past).startswith("从前")
    assert as_read("几年", past).endswith("贵 >> 几年")
    assert len(as_read("几年", past)) <= ASKED + SHOWN + 10
    assert as_read("几年", Past("绿卡")) == "绿卡 >> 几年"
    assert as_read("几年", Past("绿卡", "办理绿卡")) == "绿卡 : 办理绿卡 >> 几年"
    assert as_read("") == " "


def test_a_mixture_can_leave_either_side_out() -> None:
    found = np.array([0.7, 0.2, 0.1], dtype=np.float32)
    reading = Reading(np.array([0.1, 0.1, 0.8], dtype=np.float32), found[::-1].copy(), found)
    clauses, status = Mixture(0, 1).joined(found, found, reading)
    assert clauses == pytest.approx(found, abs=1e-3)
    assert status == pytest.approx(found[::-1], abs=1e-3)


@pytest.mark.parametrize("name", [ENCODER, TOKENIZER, HEADS, MIXTURE])
def test_a_damaged_file_is_told_by_name(sources: Sources, tmp_path: Path, name: str) -> None:
    assert sources.reader is not None
    shutil.copytree(sources.reader, tmp_path / "reader")
    (tmp_path / "reader" / name).write_bytes(b"[]")
    with pytest.raises(SourceFault, match=name):
        Reader(tmp_path / "reader").read("补贴多少钱")


def test_a_reader_of_other_clauses_is_refused_with_the_mend(sources: Sources) -> None:
    weights = usable_weights(sources, BundledEmbedder())
    assert weights is not None
    with pytest.raises(SourceFault, match="fit_reader"):
        usable_reader(sources, replace(weights, clauses=weights.clauses[:-1]))


def test_without_a_reader_the_ranker_answers_alone(knowledge_base: KnowledgeBase, sources: Sources) -> None:
    weights = usable_weights(sources, BundledEmbedder())
    assert weights is not None
    assert usable_reader(replace(sources, reader=None), weights) is None
