"""Whether a version on disk is what its sources say: each fault by name, nothing mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.indexing import BANK_PLACES, places_of, read_manifest, usable_weights
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.passages import embedded_rows
from knowledge_base.sources import Sources, all_passages
from knowledge_base.vector_index import VectorIndex

ROUNDING = 0.01  # of a length of 1, in half precision


def faults(folder: Path, sources: Sources, embedder: Embedder) -> Iterator[str]:
    """Faults of a version: sources, embedding model, offsets, links, and every index row; none where all is well."""
    try:
        manifest = read_manifest(folder)
    except KnowledgeBaseError as error:
        yield str(error)
        return
    if manifest.get("fingerprint") != sources.fingerprint:
        yield f"版本 {folder.name} 的来源指纹与现在的来源不符"
    if manifest["embedding_space"] != embedder.space:
        yield f"版本 {folder.name} 用 {manifest['embedding_space']} 建立，现在的嵌入引擎是 {embedder.space}"
        return
    for document in sources.documents.values():
        yield from _offsets(document)
    for digest in sources.digests.values():
        for link in digest.links:
            leaning = sources.documents[link.document_id]
            if link.phrase not in leaning.quote(leaning.clause(link.clause)):
                yield f"{link.document_id} {link.clause} 里没有“{link.phrase}”，连不到 {link.target}"
    yield from _rows(folder, sources, embedder)


def _offsets(document: Document) -> Iterator[str]:
    at = 0
    for clause in document.clauses:
        if clause.start != at or not clause.start <= clause.quote_end <= clause.end <= len(document.text):
            yield f"{document.id} {clause.key} 的位置 [{clause.start}, {clause.end}) 与前后不相接"
        at = clause.end
    if at != len(document.text):
        yield f"{document.id} 的条文没有覆盖全文：到 {at} 为止，全文 {len(document.text)} 字"


def _rows(folder: Path, sources: Sources, embedder: Embedder) -> Iterator[str]:
    passages = all_passages(sources)
    expected = {
        "passages": [passages[row].text for row in embedded_rows(passages)],
        "bank": [question.question for question in sources.bank],
    }
    try:
        vectors = VectorIndex(folder / "vectors", embedder.space)
        for name, texts in expected.items():
            held = vectors.texts(name)
            wrong = [row for row, text in enumerate(texts) if held.get(row) != text]
            if wrong or len(held) != len(texts):
                first = f"，第一处是第 {wrong[0]} 行" if wrong else ""
                yield f"向量索引 {name} 有 {len(held)} 行，应为 {len(texts)} 行，{len(wrong)} 行不符{first}"
        for name, size in (("lexical", len(passages)), ("lexical-documents", len(sources.documents))):
            found = LexicalIndex.open(folder / name).rows
            if found != size:
                yield f"词索引 {name} 有 {found} 行，应为 {size} 行"
        if usable_weights(sources, embedder):
            lengths = np.linalg.norm(places_of(folder, len(sources.bank)), axis=1)
            if len(astray := np.flatnonzero(abs(lengths - 1) > ROUNDING)):
                yield f"{BANK_PLACES} 有 {len(astray)} 行不在单位球上，第一处是第 {astray[0]} 行"
    except KnowledgeBaseError as error:
        yield str(error)
