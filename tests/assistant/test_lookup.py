"""口径卡: short enough for a breath, never more than the sentence says."""

from __future__ import annotations

import pytest

from assistant.grounding import claimed_strength
from assistant.lookup import SPOKEN_KINDS, card, look_up
from assistant.pipeline import Assistant
from assistant.speech import READ_OUT_LIMIT
from knowledge_base import KnowledgeBase, stronger


def test_every_line_is_short_and_no_stronger_than_its_sentence(knowledge_base: KnowledgeBase) -> None:
    for document in knowledge_base.documents.values():
        for clause in document.clauses:
            if clause.kind not in SPOKEN_KINDS:
                continue
            made = card(knowledge_base, document, clause, "in_force")
            assert len(made.line) <= READ_OUT_LIMIT
            assert document.text[clause.start : clause.quote_end] == made.quote
            claimed, word = claimed_strength(made.line, made.quote)
            assert not (claimed and made.strength != "statement" and stronger(claimed, made.strength)), word


def test_every_sentence_of_the_opinion_has_a_line_of_its_own(knowledge_base: KnowledgeBase) -> None:
    assert knowledge_base.principal
    for clause in knowledge_base.principal.clauses:
        if clause.kind in SPOKEN_KINDS:
            assert not card(knowledge_base, knowledge_base.principal, clause, "in_force").shortened


def test_a_digest_and_a_text_not_in_force_say_so(knowledge_base: KnowledgeBase) -> None:
    digest = next(d for d in knowledge_base.documents.values() if d.text_kind == "digest")
    lines = {
        state: [card(knowledge_base, digest, clause, state).line for clause in digest.clauses]  # type: ignore[arg-type]
        for state in ("in_force", "ended", "not_yet")
    }
    assert all("摘要" in line for line in lines["in_force"])
    assert all("不再有效" in line or "念给您听" in line for line in lines["ended"])
    assert all("还没有施行" in line or "念给您听" in line for line in lines["not_yet"])


@pytest.mark.parametrize(
    ("asked", "number"), [("被黑代理骗了打哪个电话", "12315"), ("人才政策问哪个热线", "96567")]
)
def test_the_call_is_passed_where_the_text_says(assistant: Assistant, asked: str, number: str) -> None:
    first = look_up(assistant, asked).cards[0]
    assert number in [channel.number for channel in first.channels]


def test_what_the_answer_cites_comes_first_and_nothing_comes_for_what_is_not_treated(
    assistant: Assistant,
) -> None:
    found = look_up(assistant, "孩子上学")
    assert 0 < found.cited <= len(found.cards)
    assert "子女入学" in found.cards[0].quote
    outside = look_up(assistant, "怎么考驾照")
    assert (outside.status, outside.cards) == ("out_of_scope", ())


def test_personal_data_is_neither_asked_nor_kept(assistant: Assistant) -> None:
    found = look_up(assistant, "嗯我电话13812345678，那个孩子上学有没有照顾")
    assert "13812345678" not in found.heard
    assert "子女入学" in found.cards[0].quote


@pytest.mark.parametrize("typed", ["", "   ", "嗯" * 30_000, "\x00\ud800", "孩子上学" * 5_000])
def test_anything_can_be_typed(assistant: Assistant, typed: str) -> None:
    look_up(assistant, typed)
