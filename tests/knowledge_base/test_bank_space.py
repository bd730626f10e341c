"""The space learnt from the bank: where a question lies, and that those with the same answer are neighbours there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import IndexFault, KnowledgeBase
from knowledge_base.bank_space import BankSpace
from knowledge_base.checking import faults
from knowledge_base.embedding import BundledEmbedder
from knowledge_base.indexing import BANK_PLACES, open_indexes
from knowledge_base.normalisation import searchable
from knowledge_base.sources import Sources
from knowledge_base.vector_index import nearest_rows
from knowledge_base.weights import Weights

# asked in words that no question of the bank has put together so, by what they are about
SCHOOL = ("小娃转学到贵阳上小学，人才这边能帮忙不", "女儿读书的事，绿卡持有人有没有方便")
COMPLAINT = ("代理公司收了钱不办事，我要告它打哪个号", "碰到黑中介，上哪里举报")


@pytest.fixture(scope="module")
def space(sources: Sources) -> BankSpace:
    assert sources.weights is not None
    return Weights.read(sources.weights).bank_space


def placed(space: BankSpace, *questions: str) -> np.ndarray:
    texts = [searchable(question) for question in questions]
    return space.places(texts, BundledEmbedder().embed_queries(texts))


def test_every_place_has_length_one_and_does_not_depend_on_the_others(space: BankSpace) -> None:
    together = placed(space, *SCHOOL, *COMPLAINT)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert np.array_equal(together[1], placed(space, SCHOOL[1])[0])
    assert space.places([], np.zeros((0, 384), dtype=np.float32)).shape == (0, together.shape[1])


def test_questions_with_one_answer_lie_closer_than_those_with_another(space: BankSpace) -> None:
    cosines = placed(space, *SCHOOL, *COMPLAINT) @ placed(space, *SCHOOL, *COMPLAINT).T
    assert min(cosines[0, 1], cosines[2, 3]) > cosines[:2, 2:].max()


def test_a_version_keeps_the_place_of_every_question(knowledge_base: KnowledgeBase, sources: Sources) -> None:
    assert knowledge_base.folder is not None
    places = np.load(knowledge_base.folder / BANK_PLACES)
    assert len(places) == len(sources.bank)
    row = next(i for i, question in enumerate(sources.bank) if question.batch == "seed")
    own = nearest_rows(places.astype(np.float32), places[row].astype(np.float32), 1)
    assert own[0][1] == pytest.approx(1.0, abs=1e-2)


def test_a_scribbled_row_is_named(tmp_path: Path, knowledge_base: KnowledgeBase, sources: Sources) -> None:
    assert knowledge_base.folder is not None
    folder = tmp_path / "version"
    shutil.copytree(knowledge_base.folder, folder)
    assert list(faults(folder, sources, BundledEmbedder())) == []
    places = np.load(folder / BANK_PLACES)
    places[7] = 0
    np.save(folder / BANK_PLACES, places)
    (fault,) = faults(folder, sources, BundledEmbedder())
    assert BANK_PLACES in fault
    assert "第 7 行" in fault


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:1000]),
        lambda path: np.save(path, np.load(path)[:-1]),
    ],
    ids=["missing", "cut", "a row short"],
)
def test_damaged_places_are_told_with_the_mend(
    tmp_path: Path, knowledge_base: KnowledgeBase, sources: Sources, damage: Callable[[Path], object]
) -> None:
    assert knowledge_base.folder is not None
    folder = tmp_path / "version"
    shutil.copytree(knowledge_base.folder, folder)
    damage(folder / BANK_PLACES)
    with pytest.raises(IndexFault, match="kb rebuild"):
        open_indexes(folder, sources, BundledEmbedder())
