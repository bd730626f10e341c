"""A knowledge-base version on disk: built aside, then switched to in one step; a killed build changes nothing.

`home/versions/<id>/` holds one version, `home/current` names the one that serves. The id is a fingerprint
of all sources and of the embedding space, so the same sources give the same version.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.digests import Digest, Link
from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder, KnownVectors, Matrix
from knowledge_base.errors import IndexFault, SpaceMismatch
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.normalisation import searchable
from knowledge_base.passages import embedded_rows
from knowledge_base.question_bank import BankQuestion
from knowledge_base.ranking import SILENCE_KINDS, BankTies, TrainedRanker, Weights
from knowledge_base.records import ClauseRecord
from knowledge_base.retrieval import HybridRetriever, Indexes
from knowledge_base.romanisation import PinyinLexicon
from knowledge_base.sources import DATA, LAYOUT, Sources, all_passages, pinyin_lexicon
from knowledge_base.vector_index import VectorIndex

LEAD = 260  # characters: a text says what it is about in its title and first sentences
EMBED_BATCH = 32  # texts per call of the embedder: a progress bar that moves
Progress = Callable[[str, int, int], object]  # what is being done, how many done, of how many


def _silent(stage: str, done: int, total: int) -> None:
    del stage, done, total


@dataclass(frozen=True)
class KnowledgeBase:
    """An opened version: the texts, their reading, and the search over them."""

    version: str
    documents: dict[str, Document]
    records: dict[str, dict[str, ClauseRecord]]
    digests: dict[str, Digest]
    retriever: HybridRetriever

    def record(self, document_id: str, clause: str) -> ClauseRecord | None:
        """The reading of a clause; None for texts that have not been read clause by clause."""
        return self.records.get(document_id, {}).get(clause)

    @cached_property
    def principal(self) -> Document | None:
        """The one text that has been read clause by clause: what a bare 第十二条 means; None elsewhere."""
        read = [self.documents[name] for name in self.records]
        return read[0] if len(read) == 1 else None

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All links, from a document's sentences to the documents they rest on."""
        return tuple(link for digest in self.digests.values() for link in digest.links)


def version_id(sources: Sources, embedder: Embedder) -> str:
    """Twelve hexadecimal digits that name the version these sources give in this embedding space."""
    return hashlib.sha256(f"{sources.fingerprint} {embedder.space}".encode()).hexdigest()[:12]


def current_version(home: Path) -> str | None:
    """The id of the version that serves; None before the first build."""
    try:
        return (home / "current").read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None


def ensure_version(
    home: Path, sources: Sources, embedder: Embedder, progress: Progress = _silent
) -> KnowledgeBase:
    """Open the version of these sources, building it first where it is not there yet.

    Raises `SpaceMismatch` or `IndexFault` where a version is there but cannot serve.
    """
    folder = home / "versions" / version_id(sources, embedder)
    if not folder.exists():
        _refuse_other_space(home, embedder)
        folder = build_version(home, sources, embedder, progress)
    return open_version(folder, sources, embedder)


def _refuse_other_space(home: Path, embedder: Embedder) -> None:
    """Changing the embedding engine costs a whole index: that is for the person to start, not for a question."""
    serving = current_version(home)
    manifest = home / "versions" / (serving or "") / "manifest.json"
    if serving and manifest.exists():
        _check_space(json.loads(manifest.read_text("utf-8")), embedder)


def _check_space(manifest: dict[str, Any], embedder: Embedder) -> None:
    if manifest["embedding_space"] != embedder.space:
        raise SpaceMismatch(
            f"索引用 {manifest['embedding_space']} 建立，提问用 {embedder.space}："
            "请运行 policy-assistant kb rebuild，或改回原来的嵌入引擎"
        )


def build_version(home: Path, sources: Sources, embedder: Embedder, progress: Progress = _silent) -> Path:
    """Build aside, then rename into place and switch `current`; returns the version's folder.

    Killed at any moment, what served before still serves; leftovers are swept at the next build.
    """
    versions = home / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    _sweep(versions)
    target = versions / version_id(sources, embedder)
    aside = Path(tempfile.mkdtemp(prefix=f"building-{os.getpid()}-", dir=versions))
    try:
        _write_indexes(aside, sources, embedder, progress)
        if target.exists():
            retired = aside.with_name(f"retired-{aside.name}")
            target.rename(retired)
            aside.rename(target)
            shutil.rmtree(retired, ignore_errors=True)
        else:
            aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    _switch(home, target.name)
    return target


def _sweep(versions: Path) -> None:
    """Remove what builds that no longer run have left."""
    for leftover in versions.glob("building-*-*"):
        process = leftover.name.split("-")[1]
        if process.isdecimal() and not _alive(int(process)):
            shutil.rmtree(leftover, ignore_errors=True)
    for leftover in versions.glob("retired-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _switch(home: Path, name: str) -> None:
    temporary = home / f".current-{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(home / "current")


def _write_indexes(folder: Path, sources: Sources, embedder: Embedder, progress: Progress) -> None:
    rows = list(all_passages(sources))
    pinyin = pinyin_lexicon(sources)
    pinyin.save(folder / "pinyin.json")
    questions = [pinyin.read(searchable(question.question)) for question in sources.bank]
    embedded = [rows[row] for row in embedded_rows(rows)]
    total = len(embedded) + len(questions)
    texts = [passage.text for passage in embedded]
    known = KnownVectors.read(DATA / "ranker" / "vectors.npz", embedder)
    vectors = _embed(known.passages, texts, 0, total, progress)
    where: list[dict[str, str | int]] = [
        {"document_id": p.document_id, "provision": p.provision, "first": p.first, "last": p.last}
        for p in embedded
    ]
    collections: dict[str, tuple[Matrix, list[str], list[dict[str, str | int]]]] = {
        "passages": (vectors, texts, where)
    }
    if questions:
        asked = _embed(known.queries, questions, len(embedded), total, progress)
        origins: list[dict[str, str | int]] = [
            {"document_id": q.document_id, "clauses": ",".join(q.clauses), "batch": q.batch}
            for q in sources.bank
        ]
        collections["bank"] = (asked, [q.question for q in sources.bank], origins)
        LexicalIndex.build(questions).save(folder / "lexical-bank")
    VectorIndex.build(folder / "vectors", embedder.space, collections)
    LexicalIndex.build([passage.text for passage in rows]).save(folder / "lexical")
    titled = [f"{d.metadata.title}\n{d.text}" for d in sources.documents.values()]
    LexicalIndex.build(titled).save(folder / "lexical-documents")
    LexicalIndex.build([text[:LEAD] for text in titled]).save(folder / "lexical-leads")
    manifest = {
        "layout": LAYOUT,
        "embedding_space": embedder.space,
        "fingerprint": sources.fingerprint,
        "documents": list(sources.documents),
        "passages": len(rows),
        "questions": len(questions),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")


def _embed(
    embed: Callable[[list[str]], Matrix], texts: list[str], done: int, total: int, progress: Progress
) -> Matrix:
    pieces = []
    for start in range(0, len(texts), EMBED_BATCH):
        pieces.append(embed(texts[start : start + EMBED_BATCH]))
        progress("建立索引", min(done + start + EMBED_BATCH, done + len(texts)), total)
    return np.vstack(pieces)


def open_version(folder: Path, sources: Sources, embedder: Embedder) -> KnowledgeBase:
    """Open a built version. Raises `IndexFault` where it is damaged, `SpaceMismatch` where it is of another space."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise IndexFault(f"版本 {folder.name} 不完整：请运行 policy-assistant kb rebuild") from error
    _check_space(manifest, embedder)
    vectors = VectorIndex(folder / "vectors", embedder.space)
    rows = all_passages(sources)
    if vectors.count("passages") != len(embedded_rows(rows)) or vectors.count("bank") != len(sources.bank):
        raise IndexFault(f"版本 {folder.name} 的向量数与条文不符：请运行 policy-assistant kb rebuild")
    indexes = Indexes(
        rows,
        LexicalIndex.open(folder / "lexical"),
        LexicalIndex.open(folder / "lexical-documents"),
        LexicalIndex.open(folder / "lexical-leads"),
        vectors,
        sources.bank,
        LexicalIndex.open(folder / "lexical-bank") if sources.bank else None,
        list(sources.documents),
        PinyinLexicon.open(folder / "pinyin.json"),
    )
    ranker = _ranker(sources, embedder)
    retriever = HybridRetriever(sources.documents, indexes, embedder, ranker)
    return KnowledgeBase(folder.name, sources.documents, sources.records, sources.digests, retriever)


def _ranker(sources: Sources, embedder: Embedder) -> TrainedRanker | None:
    if sources.weights is None or not sources.bank:
        return None
    weights = Weights.read(sources.weights)
    if weights.space != embedder.space:  # trained on other vectors: the untrained fusion serves
        return None
    return TrainedRanker(weights, bank_ties(sources.bank, weights.clauses))


def bank_ties(bank: tuple[BankQuestion, ...], clauses: tuple[str, ...]) -> BankTies:
    """The bank in the ranker's terms: columns of `clauses`, and one of `SILENCE_KINDS` for each question."""
    column = {name: index for index, name in enumerate(clauses)}
    ties = [[column[f"{q.document_id}#{key}"] for key in q.clauses] for q in bank]
    return BankTies(ties, [SILENCE_KINDS.index(silence_kind(q)) for q in bank], len(clauses))


def silence_kind(question: BankQuestion) -> str:
    """Which of `SILENCE_KINDS` a bank question is an example of."""
    if question.answered:
        return "answered"
    return "out_of_scope" if question.kind in ("out_of_scope", "instruction") else "not_specified"
