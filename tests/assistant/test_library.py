"""The shelf: states on a day, ties both ways, and a search whose places are places of the texts."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from assistant.library import Wanted, occurrences, search, shelf, standing_line
from knowledge_base import KnowledgeBase
from tests.conftest import OPINION

TODAY = date(2026, 11, 23)


def test_the_state_is_that_of_the_day(knowledge_base: KnowledgeBase) -> None:
    law = "shangbiao-fa-2026"
    assert shelf(knowledge_base, TODAY)[law].state == "not_yet"
    assert shelf(knowledge_base, date(2027, 1, 1))[law].state == "in_force"
    assert shelf(knowledge_base, date(2027, 1, 1))["shangbiao-fa-2019"].state == "ended"


def test_before_and_after_are_known_from_either_text(knowledge_base: KnowledgeBase) -> None:
    entries = shelf(knowledge_base, TODAY)
    for entry in entries.values():
        for earlier in entry.predecessors:
            successor = entries[earlier.id].successor
            assert successor is not None
            assert successor.id == entry.document.id


def test_every_tie_stands_in_its_sentence_and_leads_both_ways(knowledge_base: KnowledgeBase) -> None:
    entries = shelf(knowledge_base, TODAY)
    ties = entries[OPINION].uses
    assert len(ties) == len(knowledge_base.links)
    for tie in ties:
        assert tie.phrase in tie.quote
        assert tie.quote in knowledge_base.documents[OPINION].text
        assert tie in entries[tie.target.id].used_by
    assert {tie.target.id for tie in entries[OPINION].uses_of(3)} >= {"dilibiaozhi-chanpin-banfa-2024"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("shangbiao-fa-2026", "自2027年1月1日起施行。在此之前适用《商标法（2019年修正）》。"),
        ("shangbiao-fa-2019", "施行日期未查明，至2027年1月1日前有效，接续的是《商标法（2026年修订）》。"),
        ("12315-chuli-banfa-2026", "自2026年4月15日起施行，没有查到失效的记载。"),
        (OPINION, "施行日期未查明，没有查到失效的记载。"),
    ],
)
def test_the_standing_is_told_without_inventing_a_date(
    knowledge_base: KnowledgeBase, document: str, said: str
) -> None:
    assert standing_line(shelf(knowledge_base, TODAY)[document]) == said


def test_a_successor_without_a_repeal_is_not_called_a_repeal(knowledge_base: KnowledgeBase) -> None:
    entry = shelf(knowledge_base, TODAY)["zhongxiao-pingtai-2017"]
    assert entry.state == "in_force"
    assert "没有查到它明文废止本文件" in standing_line(entry)


def test_a_title_comes_before_a_mention(knowledge_base: KnowledgeBase) -> None:
    found = search(list(shelf(knowledge_base, TODAY).values()), Wanted(words=("高新技术企业",)))
    assert found[0].entry.document.id == "gaoqi-rending-banfa-2016"
    assert OPINION in [item.entry.document.id for item in found[1:]]


@pytest.mark.parametrize("words", [("地理标志",), ("地理標誌",), ("ｇｂ/ｔ", "29490"), ("高新", "15%")])
def test_what_is_marked_are_the_words(knowledge_base: KnowledgeBase, words: tuple[str, ...]) -> None:
    found = search(list(shelf(knowledge_base, TODAY).values()), Wanted(words=words))
    assert any(item.passages for item in found)
    for item in found:
        for passage in item.passages:
            text = item.entry.document.text
            assert passage.provision.start <= passage.shown.start < passage.shown.end <= passage.provision.end
            assert {len(word) for word in words} >= {mark.end - mark.start for mark in passage.marks}
            shown = [text[mark.start : mark.end] for mark in passage.marks]
            assert shown[0] in ("地理标志", "GB/T", "29490", "高新", "15%")


def test_longer_words_win_and_no_mark_overlaps(knowledge_base: KnowledgeBase) -> None:
    opinion = knowledge_base.documents[OPINION]
    marks = occurrences(opinion, ("知识产权", "知识产权服务", "服务"), opinion.provision(3))
    assert all(one.end <= other.start for one, other in pairwise(marks))
    assert opinion.text[marks[0].start : marks[0].end] == "知识产权服务"


def test_filters_narrow_together(knowledge_base: KnowledgeBase) -> None:
    entries = list(shelf(knowledge_base, TODAY).values())
    found = search(entries, Wanted(kind="digest", level="标准", state="ended"))
    assert [item.entry.document.id for item in found] == ["gbt-29490-2013"]
    assert len(search(entries, Wanted())) == len(entries)
    assert search(entries, Wanted(words=("无此字词",))) == []
