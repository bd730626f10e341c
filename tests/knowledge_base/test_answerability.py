"""Whether a sentence answers a turn, read together."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge_base import KnowledgeBase, SourceFault
from knowledge_base.answerability import ASKED, HEAD, NAME, SENTENCE, TURN, Answerability, as_paired, name_of
from knowledge_base.encoder import ENCODER, TOKENIZER
from knowledge_base.reader import NOTHING, Past
from knowledge_base.sources import Sources

GREEN_CARD = ("qianzhibanfa-2023-11", "12.4")
FILED = ("shangbiao-daili-guiding-2022", "2.1")


@pytest.mark.parametrize(
    ("turn", "past", "place"),
    [
        ("孩子上学能照顾吗", "", GREEN_CARD),
        ("公积金贷款呢", "人才绿卡有什么好处", GREEN_CARD),
        ("管几年", "商标代理备案怎么规定", FILED),
    ],
)
def test_a_sentence_that_gives_what_is_asked_is_told_from_one_that_does_not(
    knowledge_base: KnowledgeBase, turn: str, past: str, place: tuple[str, str]
) -> None:
    answers = knowledge_base.retriever.answers
    given = answers(turn, *place, Past(past))
    other = answers(turn, "qianzhibanfa-2023-11", "17.2", Past(past))
    assert given is not None
    assert other is not None
    assert given > 0 > other


def test_the_same_sentence_leaves_another_question_open(knowledge_base: KnowledgeBase) -> None:
    answers = knowledge_base.retriever.answers
    asked = [answers(turn, *GREEN_CARD) for turn in ("绿卡孩子上学有优惠吗", "绿卡在哪个窗口办，要几天")]
    assert asked[0] is not None
    assert asked[1] is not None
    assert asked[0] > 0 > asked[1]


def test_texts_that_it_was_not_trained_on_are_left_to_others(knowledge_base: KnowledgeBase) -> None:
    assert knowledge_base.retriever.answers("几天", "somebody-s-own-text", "1.1") is None


def test_what_is_read_is_cut_to_what_it_was_trained_on() -> None:
    read = as_paired("问" * 200, Past("前" * 200), "名" * 40, "句" * 200)
    assert read == f"{'前' * ASKED} >> {'问' * TURN} << {'名' * NAME}: {'句' * SENTENCE}"
    assert as_paired("几年", NOTHING, "绿卡", "办理绿卡。") == "几年 << 绿卡: 办理绿卡。"


def test_a_document_goes_by_what_people_call_it(sources: Sources) -> None:
    assert name_of(sources.documents["zhuanli-daili-tiaoli-2018"]) == "代理条例"
    assert name_of(sources.documents["qianzhibanfa-2023-11"]) == "黔知办发〔2023〕11号"


@pytest.mark.parametrize("name", [ENCODER, TOKENIZER, HEAD])
def test_a_damaged_file_is_told_by_name(sources: Sources, tmp_path: Path, name: str) -> None:
    assert sources.answerability is not None
    shutil.copytree(sources.answerability, tmp_path / "answerability")
    (tmp_path / "answerability" / name).write_bytes(b"[]")
    with pytest.raises(SourceFault, match=name):
        Answerability(tmp_path / "answerability").log_odds("几年", NOTHING, "绿卡", "办理绿卡。")
