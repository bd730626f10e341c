"""A turn alone and after its subject: what both findings come to."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from assistant.contract import Question, Turn
from assistant.follow_ups import Findings, FollowBelief, FollowWeights, Place, Scene, merged
from assistant.pipeline import Assistant
from knowledge_base import Finding, Hit, KnowledgeBase
from knowledge_base.aspects import Told

NONE = FollowWeights(*[0.0] * len(fields(FollowWeights)))
WEIGHTS = replace(NONE, own=0.6, together=0.6, left_open=-1.0)
BELIEF = replace(FollowBelief(*[0.0] * len(fields(FollowBelief))), own=0.5, together=0.5, here=0.5)
SCENE = Scene()


def _finding(base: KnowledgeBase, **believed: float) -> Finding:
    document = base.documents["qianzhibanfa-2023-11"]
    hits = tuple(Hit(document.id, document.provision(int(n[1:])), (), p, p, {}) for n, p in believed.items())
    return Finding(hits, 0.9, 0.05, 0.05)


def test_what_both_readings_believe_in_comes_first(knowledge_base: KnowledgeBase) -> None:
    alone = _finding(knowledge_base, m5=0.6, m8=0.4)
    after = _finding(knowledge_base, m8=0.7, m12=0.3)
    found = merged(Findings(alone, after), SCENE, WEIGHTS, BELIEF)
    assert found.hits[0].provision.number == 8
    assert sum(hit.probability for hit in found.hits) == pytest.approx(1, abs=0.01)


def test_nothing_found_stays_nothing() -> None:
    nothing = Finding((), 0.0, 0.0, 0.0)
    assert merged(Findings(nothing, nothing), SCENE, WEIGHTS, BELIEF) == nothing


def _told(open_at: int) -> Scene:
    def told(place: Place) -> Told:
        aspects = frozenset({"条件"})
        return Told(frozenset(), aspects) if place[1] == open_at else Told(aspects, frozenset())

    return replace(SCENE, asked=("条件",), told=told)


def test_a_provision_that_leaves_open_what_is_asked_steps_back(knowledge_base: KnowledgeBase) -> None:
    alone = _finding(knowledge_base, m16=0.55, m8=0.45)
    assert merged(Findings(alone, alone), SCENE, WEIGHTS, BELIEF).hits[0].provision.number == 16
    found = merged(Findings(alone, alone), _told(open_at=16), WEIGHTS, BELIEF)
    assert found.hits[0].provision.number == 8


def test_like_turns_that_this_provision_answered_speak_for_an_answer(knowledge_base: KnowledgeBase) -> None:
    alone = _finding(knowledge_base, m16=0.9, m8=0.1)
    there, elsewhere = _finding(knowledge_base, m16=0.9), _finding(knowledge_base, m16=0.1, m12=0.05)
    found = [merged(Findings(alone, after), SCENE, WEIGHTS, BELIEF) for after in (there, elsewhere)]
    assert [finding.hits[0].provision.number for finding in found] == [16, 16]
    assert found[0].answered > found[1].answered


def test_the_three_outcomes_share_one_belief(knowledge_base: KnowledgeBase) -> None:
    alone = _finding(knowledge_base, m16=0.9, m8=0.1)
    found = merged(Findings(alone, replace(alone, out_of_scope=0.0)), SCENE, WEIGHTS, BELIEF)
    assert found.answered + found.not_specified + found.out_of_scope == pytest.approx(1)


def test_the_successor_is_meant_where_something_newer_is_asked_for(knowledge_base: KnowledgeBase) -> None:
    old, new = "12315-zanxing-banfa-2019", "12315-chuli-banfa-2026"
    hits = tuple(
        Hit(name, knowledge_base.documents[name].provision(1), (), share, share, {})
        for name, share in ((old, 0.8), (new, 0.2))
    )
    found = Finding(hits, 0.9, 0.05, 0.05)
    weights = replace(WEIGHTS, newer=3.0)
    scene = Scene(shown=[(old, 1)], successors={new}, digests={old, new})
    findings = Findings(found, found)
    assert merged(findings, scene, weights, BELIEF).hits[0].document_id == old
    assert merged(findings, replace(scene, newer=True), weights, BELIEF).hits[0].document_id == new


@pytest.mark.parametrize(
    ("before", "turn", "number"),
    [
        ("年报制度写在第几条", "截止日期", 14),
        ("员工是专利代理师，想把娃转到贵阳上小学", "要带啥材料", 12),
    ],
)
def test_beside_a_declined_turn_stands_what_was_spoken_of(
    assistant: Assistant, before: str, turn: str, number: int
) -> None:
    answer = assistant.answer(Question(question=turn, history=(Turn(question=before),)))
    assert answer.status == "not_specified"
    assert answer.citations[0].number == number
