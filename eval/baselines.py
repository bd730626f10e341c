"""What a competent team would have without this project's ranking, on the same questions, embedder and machine."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.datasets import Case
from eval.metrics import ranking_metrics
from knowledge_base.embedding import Embedder, Matrix
from knowledge_base.lexical_index import LexicalIndex
from knowledge_base.normalisation import searchable
from knowledge_base.ranking import min_max
from knowledge_base.sources import Sources

if TYPE_CHECKING:
    from langchain_core.documents import Document as LangChainDocument

CHUNK = 300  # characters, LangChain's recursive splitter
DEPTH = 50  # chunks taken by each retriever
Search = Callable[[str], Sequence[str]]


def compare(
    cases: Sequence[Case], sources: Sources, embedder: Embedder, cache: Path
) -> dict[str, dict[str, float]]:
    """Ranking metrics and p50 latency of each baseline: name → metric → value."""
    by_document = any(case.document_ids for case in cases)
    chunks = _chunks(sources, by_document)
    vectors = cached_passages([text for _, text in chunks], embedder, cache)
    systems: dict[str, Search] = {
        "BM25 over bigrams": _bm25(chunks),
        "dense": _dense(chunks, vectors, embedder),
        "BM25 + dense, half and half": _plain(chunks, vectors, embedder),
        "LangChain EnsembleRetriever": _ensemble(chunks, vectors, embedder),
    }
    judged = [case for case in cases if case.expect == "answer" and case.relevant]
    return {name: _measure(search, judged) for name, search in systems.items()}


def _measure(search: Search, cases: Sequence[Case]) -> dict[str, float]:
    rankings, times = {}, []
    for case in cases:
        earlier = " ".join(turn.question for turn in case.history)
        begun = time.perf_counter()
        found = search(f"{earlier} {case.question}".strip())
        times.append((time.perf_counter() - begun) * 1000)
        rankings[case.id] = tuple(dict.fromkeys(found))
    values = ranking_metrics({case.id: case.relevant for case in cases}, rankings)
    return {name: round(value, 4) for name, value in values.items()} | {
        "latency_p50_ms": round(float(np.percentile(times, 50)), 2)
    }


def _chunks(sources: Sources, by_document: bool) -> list[tuple[str, str]]:
    """(what a hit counts for, text): recursive 300-character chunks, as LangChain's tutorials cut them."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK, chunk_overlap=0, separators=["\n\n", "\n", "。", "；", "，", ""]
    )
    chunks = []
    for document in sources.documents.values():
        for provision in document.provisions:
            owner = document.id if by_document else str(provision.number)
            if document.text_kind == "digest" and not by_document:  # bare numbers are the opinion's
                owner = f"{document.id}#{provision.number}"
            text = document.text[provision.start : provision.end]
            chunks += [(owner, chunk) for chunk in splitter.split_text(text)]
    return chunks


def cached_passages(texts: Sequence[str], embedder: Embedder, cache: Path) -> Matrix:
    """Vectors of these texts, kept on disk by content so that a second run costs nothing."""
    from tqdm import tqdm

    digest = hashlib.sha256("\x1f".join([embedder.space, *texts]).encode("utf-8", "replace")).hexdigest()
    path = cache / f"{digest[:16]}.npy"
    if path.exists():
        return np.asarray(np.load(path), dtype=np.float32)
    pieces = [
        embedder.embed_passages(texts[i : i + 32])
        for i in tqdm(range(0, len(texts), 32), desc="对照检索的向量", file=sys.stderr, leave=False)
    ]
    vectors = np.vstack(pieces)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    return vectors


def _order(chunks: Sequence[tuple[str, str]], scores: Matrix) -> list[str]:
    return [chunks[int(i)][0] for i in np.argsort(-scores, kind="stable")[: 4 * DEPTH]]


def _bm25(chunks: Sequence[tuple[str, str]]) -> Search:
    index = LexicalIndex.build([text for _, text in chunks])
    return lambda query: _order(chunks, index.scores(searchable(query)))


def _dense(chunks: Sequence[tuple[str, str]], vectors: Matrix, embedder: Embedder) -> Search:
    return lambda query: _order(chunks, vectors @ embedder.embed_queries([query])[0])


def _plain(chunks: Sequence[tuple[str, str]], vectors: Matrix, embedder: Embedder) -> Search:
    index = LexicalIndex.build([text for _, text in chunks])

    def search(query: str) -> Sequence[str]:
        dense = vectors @ embedder.embed_queries([query])[0]
        return _order(chunks, min_max(index.scores(searchable(query))) + min_max(dense))

    return search


def _ensemble(chunks: Sequence[tuple[str, str]], vectors: Matrix, embedder: Embedder) -> Search:
    """BM25 over jieba's words and Chroma, fused by reciprocal rank, as LangChain ships it."""
    import chromadb
    import jieba
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    from knowledge_base.langchain import as_embeddings

    texts = [text for _, text in chunks]
    origins = [{"owner": owner} for owner, _ in chunks]
    client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
    store = Chroma(client=client, collection_name="baseline", embedding_function=as_embeddings(embedder))
    for start in range(0, len(texts), 512):
        stop = min(start + 512, len(texts))
        store._collection.add(
            ids=[str(i) for i in range(start, stop)],
            embeddings=vectors[start:stop],
            documents=texts[start:stop],
            metadatas=origins[start:stop],
        )
    jieba.setLogLevel(60)
    words = BM25Retriever.from_texts(texts, metadatas=origins, preprocess_func=jieba.lcut, k=DEPTH)
    ensemble = EnsembleRetriever(
        retrievers=[words, store.as_retriever(search_kwargs={"k": DEPTH})], weights=[0.5, 0.5]
    )

    def search(query: str) -> Sequence[str]:
        found: list[LangChainDocument] = ensemble.invoke(query)
        return [str(document.metadata["owner"]) for document in found]

    return search


def ensemble_over(sources: Sources, embedder: Embedder, cache: Path) -> Search:
    """The LangChain ensemble over the provisions of these sources, for timing it alone."""
    chunks = _chunks(sources, by_document=False)
    return _ensemble(chunks, cached_passages([text for _, text in chunks], embedder, cache), embedder)
