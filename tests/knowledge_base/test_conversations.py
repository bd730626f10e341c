"""The reviewed conversations: every turn tied where it was typed, openings that stand for themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge_base import Document, SourceFault
from knowledge_base.conversations import load_conversations, openings
from knowledge_base.sources import Sources

OPINION = "qianzhibanfa-2023-11"
CONVERSATION: dict[str, Any] = {
    "persona": "hotline",
    "turns": [
        {"question": "孩子上学有没有方便", "clauses": [f"{OPINION}#12.4"], "nearest": [], "asks": []},
        {"question": "要等多久", "clauses": [], "nearest": [f"{OPINION}#12.4"], "asks": ["期限"]},
        {"question": "明天下不下雨", "clauses": [], "nearest": [], "asks": []},
    ],
}


def _file(folder: Path, *conversations: dict[str, Any]) -> Path:
    path = folder / "c.jsonl"
    rows = [json.dumps(conversation, ensure_ascii=False) for conversation in conversations]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_a_turn_knows_what_was_asked_before_it_and_how_the_texts_meet_it(
    tmp_path: Path, opinion: Document
) -> None:
    first, second, third = load_conversations(_file(tmp_path, CONVERSATION), {opinion.id: opinion})
    assert (first.subject, second.subject) == ("", "孩子上学有没有方便")
    assert third.past == ("孩子上学有没有方便", "要等多久")
    assert [turn.shown for turn in (first, second, third)] == ["", f"{OPINION}#12.4", f"{OPINION}#12.4"]
    assert (first.asks, second.asks) == ((), ("期限",))
    assert [turn.kind for turn in (first, second, third)] == ["answered", "not_specified", "out_of_scope"]


def test_the_first_turn_alone_is_a_question_of_the_bank(tmp_path: Path, opinion: Document) -> None:
    turns = load_conversations(_file(tmp_path, CONVERSATION), {opinion.id: opinion})
    (question,) = openings(turns)
    assert (question.question, question.clauses, question.batch) == ("孩子上学有没有方便", ("12.4",), "C")


@pytest.mark.parametrize(
    "change",
    [
        {"clauses": [f"{OPINION}#99.1"]},
        {"clauses": ["没有#1.1"]},
        {"nearest": ["12.4"]},
        {"question": " "},
        {"clauses": None},
        {"asks": ["天气"]},
        {"asks": None},
    ],
)
def test_a_turn_that_leads_nowhere_is_refused_by_its_line(
    tmp_path: Path, opinion: Document, change: dict[str, object]
) -> None:
    turn = {"question": "多久", "clauses": [], "nearest": [], "asks": ["期限"]} | change
    wrong = CONVERSATION | {"turns": [*CONVERSATION["turns"], turn]}
    with pytest.raises(SourceFault, match=r"c\.jsonl 第 2 行"):
        load_conversations(_file(tmp_path, CONVERSATION, wrong), {opinion.id: opinion})


def test_the_openings_can_be_read_alone(tmp_path: Path, opinion: Document) -> None:
    path = _file(tmp_path, CONVERSATION, CONVERSATION | {"persona": "agency"})
    found = load_conversations(path, {opinion.id: opinion}, most=1)
    assert [(turn.question, turn.persona) for turn in found] == [
        ("孩子上学有没有方便", "hotline"),
        ("孩子上学有没有方便", "agency"),
    ]


def test_every_text_is_talked_about(sources: Sources) -> None:
    talked_about = {name.partition("#")[0] for turn in sources.turns for name in turn.clauses}
    assert talked_about == {OPINION, *sources.digests}


def test_what_the_texts_do_not_say_is_asked_as_often_as_people_ask_it(sources: Sources) -> None:
    later = [turn for turn in sources.turns if turn.past]
    silent = sum(turn.kind != "answered" for turn in later)
    assert len(later) >= 6000
    assert 0.25 < silent / len(later) < 0.45
