"""Passages and the two indexes: what is indexed, found again after a restart, and refused when damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import Document, IndexFault, SpaceMismatch
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.normalisation import searchable
from knowledge_base.passages import PASSAGE_LIMIT, embedded_rows, passages
from knowledge_base.structure import parse
from knowledge_base.vector_index import VectorIndex
from tests.fakes import HashingEmbedder

TEXTS = [
    "持续承办全国专利代理师资格考试",
    "用好“96567”全省人才服务热线",
    "充分发挥12315投诉举报渠道作用",
    "推广实施《专利导航指南》(GB/T 39551-2020)国家标准",
]


def test_a_document_read_clause_by_clause_gives_a_passage_a_clause(opinion: Document) -> None:
    found = list(passages(opinion, {opinion.id}))
    assert [(p.provision, p.first, p.last) for p in found] == [
        (c.provision, c.number, c.number) for c in opinion.clauses
    ]
    assert all(opinion.quote(c) in p.text for c, p in zip(opinion.clauses, found, strict=True))


def test_packed_passages_hold_every_clause_once_and_in_order(opinion: Document) -> None:
    found = list(passages(opinion))
    held = [(p.provision, number) for p in found for number in range(p.first, p.last + 1)]
    assert held == [(c.provision, c.number) for c in opinion.clauses]
    for passage in found:
        clauses = opinion.provision(passage.provision).clauses[passage.first - 1 : passage.last]
        assert len(clauses) == 1 or clauses[-1].quote_end - clauses[0].start <= PASSAGE_LIMIT


def test_a_passage_says_where_it_stands(opinion: Document) -> None:
    passage = next(p for p in passages(opinion, {opinion.id}) if (p.provision, p.first) == (12, 3))
    header = passage.text.splitlines()[0]
    assert opinion.metadata.title in header
    assert "三、夯实知识产权服务业高质量发展基础" in header
    assert "(十二)加强知识产权服务业人才队伍建设" in header


def test_an_empty_text_has_no_passages() -> None:
    assert list(passages(parse("空", ""))) == []
    assert embedded_rows([]) == []


@pytest.mark.parametrize(
    ("asked", "row"),
    [("专利代理师考试", 0), ("人才熱線96567", 1), ("投诉举报12315", 2), ("gb/t 39551-2020", 3)],
)
def test_the_lexical_index_finds_words_and_numbers(tmp_path: Path, asked: str, row: int) -> None:
    built = LexicalIndex.build(TEXTS)
    built.save(tmp_path / "lexical")
    opened = LexicalIndex.open(tmp_path / "lexical")
    question = searchable(asked)
    assert int(np.argmax(opened.scores(question))) == row
    assert np.array_equal(opened.scores(question), built.scores(question))


@pytest.mark.parametrize("asked", ["", "驾照", "🙂"])
def test_a_question_without_a_known_word_scores_nothing(asked: str) -> None:
    assert LexicalIndex.build(TEXTS).scores(asked).tolist() == [0.0] * len(TEXTS)


def test_texts_without_words_are_still_rows() -> None:
    index = LexicalIndex.build(["……", "专利", ""])
    assert index.rows == 3
    assert int(np.argmax(index.scores("专利"))) == 1


@pytest.mark.parametrize("damage", ["missing", "emptied", "scribbled"])
def test_a_damaged_lexical_index_is_refused_with_the_mend(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "lexical"
    LexicalIndex.build(TEXTS).save(folder)
    if damage == "missing":
        shutil.rmtree(folder)
    for path in folder.glob("*"):
        path.write_bytes(b"" if damage == "emptied" else b"\x00\xff{")
    with pytest.raises(IndexFault, match="kb rebuild"):
        LexicalIndex.open(folder)


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    embedder = HashingEmbedder()
    folder = tmp_path / "vectors"
    rows = {"passages": (embedder.embed_passages(TEXTS), TEXTS, [{"row": i} for i in range(len(TEXTS))])}
    VectorIndex.build(folder, embedder.space, rows)
    return folder


def test_the_vector_index_ranks_by_cosine(vectors: Path) -> None:
    embedder = HashingEmbedder()
    index = VectorIndex(vectors, embedder.space)
    question = embedder.embed_queries(["全国专利代理师资格考试"])[0]
    cosines = embedder.embed_passages(TEXTS) @ question
    found = index.search("passages", question, 10)
    assert [row for row, _ in found] == np.argsort(-cosines, kind="stable").tolist()
    assert [score for _, score in found] == pytest.approx(np.sort(cosines)[::-1].tolist(), abs=1e-5)
    assert len(index.search("passages", question, 2)) == 2


def test_a_collection_that_is_not_there_is_empty(vectors: Path) -> None:
    index = VectorIndex(vectors, "hashing/64")
    assert index.count("bank") == 0
    assert index.search("bank", np.zeros(64, dtype=np.float32), 3) == []


def test_an_index_of_another_space_is_refused_with_the_mend(vectors: Path) -> None:
    with pytest.raises(SpaceMismatch, match=r"hashing/64.*other/64.*kb rebuild.*改回原来的嵌入引擎"):
        VectorIndex(vectors, "other/64")


@pytest.mark.parametrize("damage", ["missing", "scribbled"])
def test_a_damaged_vector_index_is_refused_with_the_mend(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "damaged"
    if damage == "scribbled":
        folder.mkdir()
        (folder / "chroma.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(IndexFault, match="kb rebuild"):
        VectorIndex(folder, "hashing/64")


def test_a_small_index_is_searched_without_opening_the_database(vectors: Path) -> None:
    index = VectorIndex(vectors, "hashing/64")
    assert index.search("passages", HashingEmbedder().embed_queries(["考试"])[0], 1)
    assert "_collections" not in vars(index)
    assert index.texts("passages") == dict(enumerate(TEXTS))  # what only the database holds


def test_an_array_that_was_cut_is_refused_with_the_mend(vectors: Path) -> None:
    np.save(vectors / "passages.npy", np.load(vectors / "passages.npy")[:-1])
    with pytest.raises(IndexFault, match="kb rebuild"):
        VectorIndex(vectors, "hashing/64")
