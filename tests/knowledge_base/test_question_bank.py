"""The reviewed everyday questions: tied, varied, and many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge_base import Document, SourceFault
from knowledge_base.conversations import openings
from knowledge_base.normalisation import searchable
from knowledge_base.question_bank import batches, load_bank, near_duplicates
from knowledge_base.sources import DATA, Sources

ROW = {
    "question": "孩子上学有什么便利",
    "document_id": "qianzhibanfa-2023-11",
    "clauses": ["12.4"],
    "nearest": [],
    "persona": "enterprise",
    "kind": "everyday",
    "batch": "T",
    "asks": [],
}


def test_every_tie_leads_to_a_clause(sources: Sources) -> None:
    for question in sources.bank:
        document = sources.documents[question.document_id]
        for key in (*question.clauses, *question.nearest):
            assert document.quote(document.clause(key))


@pytest.mark.parametrize(
    "change",
    [
        {"clauses": ["12.99"]},
        {"clauses": ["77.1"]},
        {"nearest": ["x"]},
        {"document_id": "没有"},
        {"asks": ["天气"]},
        {"asks": None},
    ],
)
def test_a_tie_that_leads_nowhere_is_refused_by_its_line(
    tmp_path: Path, opinion: Document, change: dict[str, object]
) -> None:
    path = tmp_path / "bank.jsonl"
    rows = [ROW, ROW | change]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    with pytest.raises(SourceFault, match=r"bank\.jsonl 第 2 行"):
        load_bank(path, {opinion.id: opinion})


def test_no_two_questions_are_the_same_but_for_small_words(sources: Sources) -> None:
    asked = [q.question for q in sources.bank]
    assert [(asked[a], asked[b]) for a, b in near_duplicates(asked)] == []


def test_questions_that_differ_in_a_particle_count_as_one() -> None:
    asked = [
        "知识产权服务机构怎么申报高新技术企业",
        "知识产权服务机构怎么申报高新技术企业呢",
        "专利代理师考试哪里报名",
    ]
    assert list(near_duplicates(asked)) == [(0, 1)]


def test_every_question_can_be_searched_and_none_is_asked_twice(sources: Sources) -> None:
    asked = [searchable(q.question) for q in sources.bank]
    assert all(asked)
    assert len(asked) == len(set(asked))


def test_the_batches_add_up_to_the_bank(sources: Sources) -> None:
    counts = batches(sources.bank)
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in (DATA / "bank").glob("*.jsonl"))
    assert sum(counts.values()) == len(sources.bank) == lines + len(openings(sources.turns))
    held_out = {name: count for name, count in counts.items() if name != "lead"}  # fills gaps only
    assert min(held_out.values()) >= 40


def test_every_clause_that_says_something_has_a_question(sources: Sources, opinion: Document) -> None:
    covered = {key for question in sources.bank for key in question.clauses}
    silent = ("part", "heading", "title")
    assert [c.key for c in opinion.clauses if c.kind not in silent and c.key not in covered] == []


def test_all_who_ask_are_heard(sources: Sources) -> None:
    assert {q.persona for q in sources.bank} >= {"enterprise", "agency", "hotline"}


def test_the_bank_is_large_enough_to_lean_on(sources: Sources) -> None:
    answered = sum(q.answered for q in sources.bank)
    assert answered >= 4000
    assert len(sources.bank) - answered >= 600
