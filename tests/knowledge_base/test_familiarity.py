"""What a question's own words tell of whether the provision it is nearest to answers it."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.familiarity import STRANGERS, Familiarity
from knowledge_base.lexical_index import LexicalIndex

CLAUSES = [
    "为知识产权服务业符合条件的高层次人才办理省级高层次人才服务绿卡,在子女入学、公积金购房贷款等方面提供便利",
    "引导用人单位按照技能人才薪酬分配指引等文件合理确定薪酬待遇",
]
GROUPS = np.array([0, 1])
BANK = [
    ("绿卡管不管孩子上学", (0,), ()),
    ("有绿卡买房贷款有照顾吗", (0,), ()),
    ("技能人才工资怎么定", (1,), ()),
    ("绿卡给多少安家费", (), (0,)),
    ("今天天气怎么样", (), ()),
]
KINDS = np.array([0, 0, 0, 1, 2])
STRANGE, NOT_IN_TEXT, OF_UNANSWERED, UNKNOWN, RAREST = range(5)
BEST_ANSWERED, BEST_UNANSWERED, BEST_ELSEWHERE, HERE_ANSWERED, HERE_UNANSWERED = range(5, 10)
NEAR_ANSWERED, NEAR_UNANSWERED, LENGTH = range(10, 13)


@pytest.fixture(scope="module")
def indexes() -> tuple[LexicalIndex, LexicalIndex]:
    return LexicalIndex.build([question for question, _, _ in BANK]), LexicalIndex.build(CLAUSES)


def features(
    indexes: tuple[LexicalIndex, LexicalIndex],
    question: str,
    group: int = 0,
    neighbours: tuple[tuple[int, float], ...] = (),
) -> np.ndarray:
    bank, text = indexes
    known = Familiarity(GROUPS, [tie for _, tie, _ in BANK], [near for _, _, near in BANK], KINDS)
    words = bank.postings(question), text.postings(question)
    return known.features(group, *words, bank.scores(question), neighbours)


def test_a_known_question_has_no_strange_word(indexes: tuple[LexicalIndex, LexicalIndex]) -> None:
    assert features(indexes, "绿卡管不管孩子上学")[[STRANGE, UNKNOWN, RAREST]].tolist() == [0, 0, 0]


def test_what_is_taken_for_granted_and_stands_nowhere_is_strange(
    indexes: tuple[LexicalIndex, LexicalIndex],
) -> None:
    asked, supposed = (features(indexes, q) for q in ("绿卡管不管孩子上学", "绿卡送的公寓多大"))
    assert supposed[STRANGE] > asked[STRANGE]
    assert supposed[RAREST] > asked[RAREST]


def test_the_words_of_the_text_are_familiar_there_and_strange_elsewhere(
    indexes: tuple[LexicalIndex, LexicalIndex],
) -> None:
    here, elsewhere = (features(indexes, "公积金购房贷款", group)[NOT_IN_TEXT] for group in (0, 1))
    assert (here, elsewhere) == (0.0, 1.0)


def test_words_of_questions_that_go_unanswered_there_are_told_apart(
    indexes: tuple[LexicalIndex, LexicalIndex],
) -> None:
    found = features(indexes, "绿卡给多少安家费")
    assert found[OF_UNANSWERED] > 0.5
    assert found[HERE_UNANSWERED] > found[HERE_ANSWERED]
    assert found[BEST_UNANSWERED] > found[BEST_ANSWERED] > found[BEST_ELSEWHERE] == 0


def test_neighbours_count_only_where_they_are_tied(indexes: tuple[LexicalIndex, LexicalIndex]) -> None:
    found = features(indexes, "绿卡", neighbours=((2, 0.95), (3, 0.9)))
    assert found[[NEAR_ANSWERED, NEAR_UNANSWERED]].tolist() == pytest.approx([STRANGERS, 0.9])


def test_a_question_without_a_known_word_has_numbers_all_the_same(
    indexes: tuple[LexicalIndex, LexicalIndex],
) -> None:
    for question in ("", "zzz", "龘"):
        found = features(indexes, question)
        assert np.isfinite(found).all()
        assert found[LENGTH] == pytest.approx(len(question[:1]) / 20)


def test_postings_are_the_rows_that_hold_each_word(indexes: tuple[LexicalIndex, LexicalIndex]) -> None:
    found = indexes[0].postings("绿卡买房龘龘")
    assert found.count == 5  # 绿卡 卡买 买房 房龘 龘龘
    rows = {word: sorted(found.rows[found.words == word].tolist()) for word in range(found.count)}
    assert rows == {0: [0, 1, 3], 1: [1], 2: [1], 3: [], 4: []}
