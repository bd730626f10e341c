"""Candidates: kept whole, learnt only where their sentences still stand, and by the next version alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.candidates import FILE, Candidate, keep, learnt, proposed, read_candidates
from knowledge_base.sources import Sources
from tests.conftest import OPINION

QUESTION = "苗绣图样被人抄去印T恤咋整"


def made(sources: Sources, question: str = QUESTION, key: str = "7.3", silent: bool = False) -> Candidate:
    return proposed(question, "enterprise", sources.documents[OPINION], [key], silent, "张三")


def test_the_bank_learns_the_question(sources: Sources) -> None:
    taught = learnt(sources, [made(sources)])
    assert taught.left_out == ()
    last = taught.sources.bank[-1]
    assert (last.question, last.clauses, last.nearest, last.batch) == (QUESTION, ("7.3",), (), "reviewed")
    assert taught.sources.fingerprint != sources.fingerprint
    assert learnt(sources, [made(sources)]).sources.fingerprint == taught.sources.fingerprint


def test_a_question_without_an_answer_is_learnt_as_such(sources: Sources) -> None:
    last = learnt(sources, [made(sources, silent=True)]).sources.bank[-1]
    assert (last.clauses, last.nearest, last.answered) == ((), ("7.3",), False)


def test_without_candidates_nothing_changes(sources: Sources) -> None:
    assert learnt(sources, []).sources is sources


def test_a_reviewed_question_takes_the_place_of_the_same_one(sources: Sources) -> None:
    known = sources.bank[0].question
    bank = learnt(sources, [made(sources, known)]).sources.bank
    assert len(bank) == len(sources.bank)
    assert [q.clauses for q in bank if q.question == known] == [("7.3",)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"quotes": ("另一句话。",)}, "改动过"),
        ({"clauses": ("7.99",)}, "新增的文件"),
        ({"document_id": "none"}, "没有文件"),
    ],
)
def test_a_tie_that_no_longer_holds_is_left_out_and_told(
    sources: Sources, change: dict[str, object], told: str
) -> None:
    broken = replace(made(sources), **change)  # type: ignore[arg-type]
    taught = learnt(sources, [broken, made(sources, "另一个问题")])
    assert len(taught.left_out) == 1
    assert told in taught.left_out[0]
    assert [candidate.question for candidate in taught.sources.candidates] == ["另一个问题"]


def test_many_keep_at_once_and_the_last_word_counts(sources: Sources, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: keep(tmp_path, made(sources, f"问题{n}")), range(40)))
    keep(tmp_path, made(sources, "问题1", "7.2"))
    found = {candidate.question: candidate for candidate in read_candidates(tmp_path)}
    assert len(found) == 40
    assert found["问题1"].clauses == ("7.2",)


def test_a_line_cut_short_costs_no_other(sources: Sources, tmp_path: Path) -> None:
    keep(tmp_path, made(sources))
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write('{"question": "半')
        file.write("\n[1]\n\n")
    keep(tmp_path, made(sources, "另一个问题"))
    assert [candidate.question for candidate in read_candidates(tmp_path)] == [QUESTION, "另一个问题"]
    assert read_candidates(tmp_path / "none") == ()
