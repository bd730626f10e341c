"""Where a word stands in the opinion: every provision that has it, and no other."""

from __future__ import annotations

import pytest

from assistant.contract import Answer, Question, Turn
from assistant.occurrences import occurrences
from assistant.pipeline import Assistant
from assistant.understanding import understand


def places(answer: Answer) -> list[tuple[str, int]]:
    return [(citation.document_id, citation.number) for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "word", "provisions"),
    [
        ("维权援助在哪几条出现过", "维权援助", {4, 7}),
        ("維權援助在哪幾條出現過", "维权援助", {4, 7}),
        ("版权在哪几条里出现过", "版权", {6, 10}),
        ("专利导航在文中哪几处提到", "专利导航", {4, 9}),
        ("讲到行业协会的句子有哪些", "行业协会", {13, 15}),
        ("问一句，意见里有几处提到地理标志？", "地理标志", set()),
        ("这份文件里“证券化”这个词在哪几条提到过？", "证券化", set()),
    ],
)
def test_every_clause_that_has_the_word_is_listed(
    assistant: Assistant, question: str, word: str, provisions: set[int]
) -> None:
    answer = assistant.answer(Question(question=question))
    opinion = assistant.knowledge_base.principal
    assert opinion is not None
    clauses = [(p.number, opinion.quote(c)) for p in opinion.provisions if p.number for c in p.clauses]
    standing = [(number, quote) for number, quote in clauses if word in quote]
    assert answer.status == "answered"
    assert [(citation.number, citation.quote) for citation in answer.citations] == standing
    assert provisions <= {number for number, _ in standing}


@pytest.mark.parametrize("question", ["哪几条提到补贴", "规划里哪几条提到人才", "哪几条提到它"])
def test_a_word_that_stands_nowhere_or_elsewhere_is_looked_up_by_what_it_means(
    assistant: Assistant, question: str
) -> None:
    assert occurrences(understand(question), assistant.knowledge_base) == ()


def test_the_word_is_searched_after_other_turns_too(assistant: Assistant) -> None:
    history = (Turn(question="孩子上学怎么办", answer="…"),)
    alone = assistant.answer(Question(question="版权在哪几条里出现过"))
    after = assistant.answer(Question(question="那版权在哪几条里出现过", history=history))
    assert places(after) == places(alone)
