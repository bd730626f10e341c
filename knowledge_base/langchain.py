"""Our embedder and retriever as LangChain's `Embeddings` and `BaseRetriever`, for programs built on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder
from knowledge_base.retrieval import Retriever


class _Embeddings(Embeddings):
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        row: list[float] = self._embedder.embed_queries([text])[0].tolist()
        return row


class _ProvisionRetriever(BaseRetriever):
    retriever: Any
    documents: Mapping[str, Document]
    k: int

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(
                page_content=self.documents[hit.document_id].text[hit.provision.start : hit.provision.end],
                metadata={
                    "document_id": hit.document_id,
                    "number": hit.provision.number,
                    "start": hit.provision.start,
                    "end": hit.provision.end,
                    "score": hit.score,
                },
            )
            for hit in self.retriever.retrieve(query, self.k)
        ]


def as_embeddings(embedder: Embedder) -> Embeddings:
    """The embedder as LangChain's `Embeddings`."""
    return _Embeddings(embedder)


def as_retriever(retriever: Retriever, documents: Mapping[str, Document], k: int = 5) -> BaseRetriever:
    """The retriever as LangChain's `BaseRetriever`: one document a provision, its place as metadata."""
    return _ProvisionRetriever(retriever=retriever, documents=documents, k=k)
