"""Sources → indexes in a folder, and a folder → the knowledge base over them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.added import write_added
from knowledge_base.answerability import Answerability
from knowledge_base.aspects import AspectReader
from knowledge_base.candidates import write_candidates
from knowledge_base.digests import Digest, Link
from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder, KnownVectors, Matrix, write_vectors
from knowledge_base.errors import IndexFault, SourceFault, SpaceMismatch
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.normalisation import searchable
from knowledge_base.passages import embedded_rows
from knowledge_base.question_bank import BankQuestion
from knowledge_base.ranking import SILENCE_KINDS, BankTies, TrainedRanker
from knowledge_base.reader import Reader
from knowledge_base.records import ClauseRecord
from knowledge_base.retrieval import HybridRetriever
from knowledge_base.romanisation import PinyinLexicon
from knowledge_base.sources import DATA, LAYOUT, Sources, all_passages, pinyin_lexicon
from knowledge_base.untrained_fusion import Indexes
from knowledge_base.vector_index import VectorIndex
from knowledge_base.weights import Weights

LEAD = 260  # characters: a text says what it is about in its title and first sentences
EMBED_BATCH = 32  # texts per call of the embedder: a progress bar that moves
Progress = Callable[[str, int, int], object]  # what is being done, how many done, of how many
KNOWN_VECTORS = DATA / "ranker" / "vectors.npz"
BANK_PLACES = "bank-places.npy"
OWN_VECTORS = "added-vectors.npz"  # of the passages of added texts: the next version embeds only what is new


@dataclass(frozen=True)
class KnowledgeBase:
    """An opened version: the texts, their reading, and the search over them; `folder` is where it lies."""

    version: str
    documents: dict[str, Document]
    records: dict[str, dict[str, ClauseRecord]]
    digests: dict[str, Digest]
    retriever: HybridRetriever
    folder: Path | None = None
    bank: tuple[BankQuestion, ...] = ()

    def knows(self, word: str) -> bool:
        """Whether a `searchable` word stands in a text, or in a question that one answers."""
        return word in self._words

    @cached_property
    def _words(self) -> str:
        texts = [document.text for document in self.documents.values()]
        return searchable("\n".join([*texts, *(q.question for q in self.bank if q.answered)]))

    def record(self, document_id: str, clause: str) -> ClauseRecord | None:
        """The reading of a clause; None for texts that have not been read clause by clause."""
        return self.records.get(document_id, {}).get(clause)

    @cached_property
    def principal(self) -> Document | None:
        """The one text that has been read clause by clause: what a bare 第十二条 means; None elsewhere."""
        read = [self.documents[name] for name in self.records]
        return read[0] if len(read) == 1 else None

    @cached_property
    def channels(self) -> dict[str, tuple[str, ...]]:
        """Document → the numbers to call that its clauses name."""
        found = {
            name: [channel.number for record in read.values() for channel in record.channels]
            for name, read in self.records.items()
        }
        return {name: tuple(dict.fromkeys(numbers)) for name, numbers in found.items()}

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All links, from a document's sentences to the documents they rest on."""
        return tuple(link for digest in self.digests.values() for link in digest.links)


def write_indexes(
    folder: Path, sources: Sources, embedder: Embedder, progress: Progress, before: Path | None = None
) -> None:
    """Everything that a version holds, into an empty folder; vectors that the version `before` has are taken from there."""
    rows = list(all_passages(sources))
    pinyin = pinyin_lexicon(sources)
    pinyin.save(folder / "pinyin.json")
    questions = [pinyin.read(searchable(question.question)) for question in sources.bank]
    embedded = [rows[row] for row in embedded_rows(rows)]
    total = len(embedded) + len(questions)
    texts = [passage.text for passage in embedded]
    known = KnownVectors.read([KNOWN_VECTORS, *([before / OWN_VECTORS] if before else [])], embedder)
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
        if weights := usable_weights(sources, embedder):
            places = weights.bank_space.places(questions, asked)
            np.save(folder / BANK_PLACES, places.astype(np.float16))
    VectorIndex.build(folder / "vectors", embedder.space, collections)
    own = {text.id for text in sources.added}
    kept = [row for row, passage in enumerate(embedded) if passage.document_id in own]
    write_vectors(folder / OWN_VECTORS, embedder.space, [texts[row] for row in kept], vectors[kept])
    write_added(folder, sources.added)
    write_candidates(folder, sources.candidates)
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


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a version says of itself. Raises `IndexFault` where it does not."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        manifest["embedding_space"], manifest["documents"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexFault(f"版本 {folder.name} 不完整：请运行 policy-assistant kb rebuild") from error
    return manifest


def check_space(manifest: dict[str, Any], embedder: Embedder) -> None:
    """Raises `SpaceMismatch` where index and questions would be in different spaces."""
    if manifest["embedding_space"] != embedder.space:
        raise SpaceMismatch(
            f"索引用 {manifest['embedding_space']} 建立，提问用 {embedder.space}："
            "请运行 policy-assistant kb rebuild，或改回原来的嵌入引擎"
        )


def open_indexes(folder: Path, sources: Sources, embedder: Embedder) -> KnowledgeBase:
    """Open a built version. Raises `IndexFault` where it is damaged, `SpaceMismatch` where it is of another space."""
    check_space(read_manifest(folder), embedder)
    vectors = VectorIndex(folder / "vectors", embedder.space)
    rows = all_passages(sources)
    weights = usable_weights(sources, embedder)
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
        places_of(folder, len(sources.bank)) if weights else None,
    )
    ranker = _ranker(sources, weights) if weights else None
    reader = usable_reader(sources, weights) if weights else None
    answerability = usable_answerability(sources) if reader else None
    retriever = HybridRetriever(sources.documents, indexes, embedder, ranker, reader, answerability)
    return KnowledgeBase(
        folder.name, sources.documents, sources.records, sources.digests, retriever, folder, sources.bank
    )


def usable_weights(sources: Sources, embedder: Embedder) -> Weights | None:
    """The ranker's, unless they were trained on other vectors: then the untrained fusion serves."""
    if sources.weights is None or not sources.bank:
        return None
    weights = Weights.read(sources.weights)
    return weights if weights.space == embedder.space else None


def usable_reader(sources: Sources, weights: Weights) -> Reader | None:
    """The reader, where one was trained. Raises `SourceFault` where it was trained on other clauses than the ranker."""
    if sources.reader is None:
        return None
    reader = Reader(sources.reader)
    if reader.clauses != weights.clauses:
        raise SourceFault("条文改动过，阅读器还是旧的：请运行 python -m eval.fit_reader")
    return reader


def usable_answerability(sources: Sources) -> Answerability | None:
    """What reads a turn together with a sentence, where it was trained."""
    return Answerability(sources.answerability) if sources.answerability else None


def places_of(folder: Path, questions: int) -> Matrix:
    """Where the bank's questions lie in the space learnt from it. Raises `IndexFault` where that is damaged."""
    try:
        places: Matrix = np.load(folder / BANK_PLACES).astype(np.float32)
    except (ValueError, OSError, EOFError) as error:
        raise IndexFault(f"{BANK_PLACES} 读不出：请运行 policy-assistant kb rebuild") from error
    if len(places) != questions:
        raise IndexFault(f"{BANK_PLACES} 与问题库不符：请运行 policy-assistant kb rebuild")
    return places


def _ranker(sources: Sources, weights: Weights) -> TrainedRanker:
    assert sources.weights is not None
    aspects = AspectReader.read(sources.weights.with_name("aspects.npz"))
    return TrainedRanker(weights, bank_ties(sources.bank, weights.clauses), aspects)


def bank_ties(bank: tuple[BankQuestion, ...], clauses: tuple[str, ...]) -> BankTies:
    """The bank in the ranker's terms: columns of `clauses`, and one of `SILENCE_KINDS` for each question."""
    column = {name: index for index, name in enumerate(clauses)}
    ties = [[column[f"{q.document_id}#{key}"] for key in q.clauses] for q in bank]
    near = [[column[f"{q.document_id}#{key}"] for key in q.nearest] for q in bank]
    return BankTies(ties, near, [SILENCE_KINDS.index(silence_kind(q)) for q in bank], len(clauses))


def silence_kind(question: BankQuestion) -> str:
    """Which of `SILENCE_KINDS` a bank question is an example of."""
    if question.answered:
        return "answered"
    return "out_of_scope" if question.kind in ("out_of_scope", "instruction") else "not_specified"
