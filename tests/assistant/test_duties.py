"""责任清单: what the text commits to, and nothing that it does not say."""

from __future__ import annotations

import pytest

from assistant.duties import Duty, Wanted, chosen, duties, grouped
from knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def rows(knowledge_base: KnowledgeBase) -> tuple[Duty, ...]:
    return duties(knowledge_base)


def test_every_row_is_an_exact_span_and_says_only_what_stands_in_its_sentence(rows: tuple[Duty, ...]) -> None:
    assert rows
    for duty in rows:
        assert duty.document.text[duty.start : duty.end] == duty.act.quote
        for said in (duty.act.actor, duty.act.upon, duty.act.instrument):
            assert said is None or said in duty.quote


def test_no_commitment_is_left_out(knowledge_base: KnowledgeBase, rows: tuple[Duty, ...]) -> None:
    assert knowledge_base.principal
    records = knowledge_base.records[knowledge_base.principal.id].values()
    acts = [(record.clause, act) for record in records for act in record.acts if act.strength != "statement"]
    listed = [(duty.clause.key, duty.act) for duty in rows]
    assert all(act in listed for act in acts)
    assert len(listed) == len(set(listed))


def test_a_time_limit_holds_for_its_sentence_and_no_further(rows: tuple[Duty, ...]) -> None:
    limited = [duty for duty in rows if duty.limit]
    assert {duty.provision.number for duty in limited} == {2}
    assert {duty.limit for duty in limited} == {"到2030年"}


def test_a_division_of_labour_is_the_words_of_a_digest(
    knowledge_base: KnowledgeBase, rows: tuple[Duty, ...]
) -> None:
    found = [division for duty in rows for division in duty.divisions]
    assert found
    for division in found:
        document = knowledge_base.documents[division.document_id]
        point = document.provision(division.point)
        assert division.words in document.text[point.start : point.end]
        assert division.document_id != rows[0].document.id


def test_rows_are_searched_filtered_and_sorted(rows: tuple[Duty, ...]) -> None:
    credit = chosen(rows, Wanted(text="信用 监管"))
    assert credit
    assert all("信用" in duty.quote and "监管" in duty.quote for duty in credit)
    assert chosen(rows, Wanted(text="信用监管没有这几个字")) == ()
    assert {duty.strength for duty in chosen(rows, Wanted(strength="guidance"))} == {"guidance"}
    named = chosen(rows, Wanted(actor="named"))
    unnamed = chosen(rows, Wanted(actor="unnamed"))
    assert all(duty.act.actor for duty in named)
    assert len(named) + len(unnamed) == len(rows)
    starts = [duty.start for duty in chosen(rows, Wanted(down=True))]
    assert starts == sorted(starts, reverse=True)
    assert chosen(rows, Wanted(sort="actor"))[0].act.actor


@pytest.mark.parametrize("group", ["measure", "strength", "actor", "none"])
def test_groups_hold_every_row_once(rows: tuple[Duty, ...], group: str) -> None:
    members = [duty for _, found in grouped(rows, group) for duty in found]
    assert sorted(duty.start for duty in members) == sorted(duty.start for duty in rows)


def test_groups_keep_the_order_asked_for(rows: tuple[Duty, ...]) -> None:
    for _, members in grouped(chosen(rows, Wanted(down=True)), "strength"):
        starts = [duty.start for duty in members]
        assert starts == sorted(starts, reverse=True)
