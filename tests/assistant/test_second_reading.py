"""A finding that is in doubt is read once more, with the sentence that was found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.second_reading import IN_DOUBT, SecondReading, in_doubt, read_again
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.reader import NOTHING

WEIGHTS = SecondReading(0.0, 1.0, 1.0)
TURN = "孩子上学能照顾吗"


def found(knowledge_base: KnowledgeBase, answered: float) -> Finding:
    finding = knowledge_base.retriever.consult(TURN, 3)
    silent = 1 - answered
    return replace(finding, answered=answered, not_specified=0.75 * silent, out_of_scope=0.25 * silent)


def test_what_was_in_doubt_is_settled_by_the_sentence(knowledge_base: KnowledgeBase) -> None:
    doubtful = found(knowledge_base, 0.5)
    settled = read_again(doubtful, TURN, NOTHING, knowledge_base.retriever, WEIGHTS)
    assert settled.answered > 0.6
    assert settled.answered + settled.not_specified + settled.out_of_scope == pytest.approx(1)
    assert settled.not_specified == pytest.approx(3 * settled.out_of_scope)
    assert settled.hits == doubtful.hits


@pytest.mark.parametrize("answered", [0.0, IN_DOUBT, 1 - IN_DOUBT, 1.0])
def test_what_is_sure_is_not_read_again(knowledge_base: KnowledgeBase, answered: float) -> None:
    sure = found(knowledge_base, answered)
    assert not in_doubt(sure)
    assert read_again(sure, TURN, NOTHING, knowledge_base.retriever, WEIGHTS) is sure


def test_nothing_found_is_nothing_to_read(knowledge_base: KnowledgeBase) -> None:
    nothing = replace(found(knowledge_base, 0.5), hits=())
    assert read_again(nothing, TURN, NOTHING, knowledge_base.retriever, WEIGHTS) is nothing
