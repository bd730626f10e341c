"""What a turn of a conversation means after what was spoken of before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knowledge_base import KnowledgeBase, SourceFault
from knowledge_base.embedding import BundledEmbedder
from knowledge_base.hashing import NGRAM_BUCKETS
from knowledge_base.indexing import usable_precedents
from knowledge_base.precedents import PrecedentWeights, Utterance
from knowledge_base.sources import Sources

ONE, OTHER = np.eye(2, dtype=np.float32)


def test_an_utterance_is_both_together_the_turn_and_the_subject() -> None:
    together = (ONE + OTHER) / np.sqrt(2)
    vector = Utterance("多久", ONE, "投诉", OTHER).vector
    assert vector == pytest.approx(np.concatenate([together, ONE, OTHER]))
    assert Utterance("多久", ONE).vector == pytest.approx(np.concatenate([ONE, ONE, np.zeros(2)]))


def test_the_words_of_a_turn_count_apart_from_those_before_it() -> None:
    alone, after = Utterance("多久", ONE).buckets, Utterance("多久", ONE, "投诉", OTHER).buckets
    assert set(alone[alone >= NGRAM_BUCKETS]) == set(after[after >= NGRAM_BUCKETS])
    assert len(after[after < NGRAM_BUCKETS]) > len(alone[alone < NGRAM_BUCKETS])
    assert after.max() < 2 * NGRAM_BUCKETS


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
    first = knowledge_base.retriever.consult(turn, 3, subject).hits[0]
    assert f"{first.document_id}#{first.provision.number}" == point


def test_what_the_same_words_ask_is_answered_after_one_subject_and_open_after_another(
    knowledge_base: KnowledgeBase,
) -> None:
    consult = knowledge_base.retriever.consult
    stated = consult("多久能办下来", 3, "代理机构执业许可证递上去了")
    open_ = consult("多久能办下来", 3, "想办人才绿卡")
    assert stated.answered > 0.5 > open_.answered


def test_where_the_texts_are_silent_the_nearest_provision_is_found_all_the_same(
    knowledge_base: KnowledgeBase,
) -> None:
    found = knowledge_base.retriever.consult("几月几号交", 3, "代理机构要交年报吗")
    first = found.hits[0]
    assert found.answered < 0.5
    assert (first.document_id, first.provision.number) in {
        ("qianzhibanfa-2023-11", 14),
        ("zhuanli-daili-banfa-2019", 4),
    }


def test_the_shares_of_a_finding_add_up(knowledge_base: KnowledgeBase) -> None:
    found = knowledge_base.retriever.consult("要几个人", 400, "专利代理机构想开分所")
    assert sum(hit.probability for hit in found.hits) <= 1 + 1e-4
    assert found.answered + found.not_specified + found.out_of_scope == pytest.approx(1, abs=1e-4)
    assert all(hit.probability > 0 and hit.clauses for hit in found.hits)


def test_weights_of_other_conversations_are_refused_with_the_mend(sources: Sources) -> None:
    changed = replace(sources, turns=sources.turns[:-1])
    with pytest.raises(SourceFault, match="fit_precedents"):
        usable_precedents(changed, BundledEmbedder())


def test_another_space_of_vectors_knows_no_precedents(sources: Sources) -> None:
    class Other(BundledEmbedder):
        space = "endpoint:another"

    assert usable_precedents(sources, Other()) is None


def test_every_turn_has_its_place(sources: Sources) -> None:
    assert sources.precedents is not None
    weights = PrecedentWeights.read(sources.precedents)
    assert len(weights.places) == sum(bool(turn.past) for turn in sources.turns)
    assert np.linalg.norm(weights.places, axis=1) == pytest.approx(1, abs=1e-2)
