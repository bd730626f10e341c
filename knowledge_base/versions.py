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
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder, KnownVectors, Matrix
from knowledge_base.errors import IndexFault, SourceFault, SpaceMismatch
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.normalisation import searchable
from knowledge_base.passages import Passage, embedded_rows, passages
from knowledge_base.question_bank import BankQuestion, load_bank
from knowledge_base.ranking import SILENCE_KINDS, BankTies, TrainedRanker, Weights
from knowledge_base.records import ClauseRecord, load_records
from knowledge_base.retrieval import HybridRetriever, Indexes
from knowledge_base.romanisation import PinyinLexicon
from knowledge_base.structure import parse
from knowledge_base.vector_index import VectorIndex

DATA = Path(__file__).parent / "data"
LAYOUT = "3"  # raise it when an index on disk changes its form: old versions are then rebuilt
LEAD = 260  # characters: a text says what it is about in its title and first sentences
EMBED_BATCH = 32  # texts per call of the embedder: a progress bar that moves
Progress = Callable[[str, int, int], object]  # what is being done, how many done, of how many


def _silent(stage: str, done: int, total: int) -> None:
    del stage, done, total


@dataclass(frozen=True)
class Sources:
    """Everything that a version is built from; `fingerprint` changes when any byte of it does."""

    documents: dict[str, Document]
    records: dict[str, dict[str, ClauseRecord]]
    bank: tuple[BankQuestion, ...]
    weights: Path | None
    fingerprint: str


@dataclass(frozen=True)
class KnowledgeBase:
    """An opened version: the texts, their reading, and the search over them."""

    version: str
    documents: dict[str, Document]
    records: dict[str, dict[str, ClauseRecord]]
    retriever: HybridRetriever

    def record(self, document_id: str, clause: str) -> ClauseRecord | None:
        """The reading of a clause; None for texts that have not been read clause by clause."""
        return self.records.get(document_id, {}).get(clause)


def packaged_sources(data: Path = DATA) -> Sources:
    """The texts, records, questions and weights that travel with the project; checked while loading.

    Raises `SourceFault` where one contradicts another.
    """
    digest = hashlib.sha256(LAYOUT.encode())
    documents: dict[str, Document] = {}
    records: dict[str, dict[str, ClauseRecord]] = {}
    for path in sorted((data / "documents").glob("*.txt")):
        raw = path.read_bytes()
        digest.update(raw)
        documents[path.stem] = parse(path.stem, raw.decode("utf-8"))
    for path in sorted((data / "records").glob("*.jsonl")):
        digest.update(path.read_bytes())
        records[path.stem] = load_records(path, documents[path.stem])
    bank: list[BankQuestion] = []
    for path in sorted((data / "bank").glob("*.jsonl")):
        digest.update(path.read_bytes())
        bank += load_bank(path, documents)
    weights = data / "ranker" / "weights.npz"
    if weights.exists():
        digest.update(weights.read_bytes())
    return Sources(documents, records, tuple(bank), weights if weights.exists() else None, digest.hexdigest())


def folder_sources(folder: Path) -> Sources:
    """Another corpus: `*.txt` and `*.md`, or one `corpus.jsonl` with `{"id", "text"}` a line; no bank, no ranker."""
    texts: dict[str, str] = {}
    number = 0
    try:
        for path in sorted((*folder.glob("*.txt"), *folder.glob("*.md"))):
            texts[path.stem] = path.read_bytes().decode("utf-8")
        listing = folder / "corpus.jsonl"
        if listing.exists():
            for line in listing.read_text("utf-8").splitlines():
                number += 1
                row = json.loads(line)
                texts[str(row["id"])] = str(row["text"])
    except UnicodeDecodeError as error:
        raise SourceFault(f"{path.name} 不是 UTF-8 编码：请另存为 UTF-8") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceFault(f"corpus.jsonl 第 {number} 行不合格式：每行要有 id 和 text") from error
    texts = {name: text for name, text in texts.items() if text.strip()}
    if not texts:
        raise SourceFault(f"{folder} 里没有 .txt、.md 或 corpus.jsonl")
    documents = {name: parse(name, text) for name, text in texts.items()}
    digest = hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return Sources(documents, {}, (), None, digest.hexdigest())


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
    rows = list(_all_passages(sources))
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


def pinyin_lexicon(sources: Sources) -> PinyinLexicon:
    """The words of the texts that have a bank, and of the bank; empty for a corpus without one."""
    named = {question.document_id for question in sources.bank}
    texts = [sources.documents[document_id].text for document_id in sorted(named)]
    return PinyinLexicon.build([*texts, *(question.question for question in sources.bank)])


def _all_passages(sources: Sources) -> list[Passage]:
    """Texts that have been read, or that questions are tied to, are indexed clause by clause."""
    by_clause = {*sources.records, *(question.document_id for question in sources.bank)}
    return [p for document in sources.documents.values() for p in passages(document, by_clause)]


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
    rows = _all_passages(sources)
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
    return KnowledgeBase(folder.name, sources.documents, sources.records, retriever)


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
