"""The house inside LangChain programs."""

from __future__ import annotations

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from knowledge_base import KnowledgeBase
from knowledge_base.langchain import as_embeddings, as_retriever
from tests.fakes import HashingEmbedder


def test_an_embedder_serves_as_embeddings() -> None:
    embedder = HashingEmbedder()
    adapted = as_embeddings(embedder)
    assert isinstance(adapted, Embeddings)
    assert adapted.embed_query("专利") == pytest.approx(embedder.embed_queries(["专利"])[0].tolist())
    rows = adapted.embed_documents(["专利", "商标"])
    assert [len(row) for row in rows] == [64, 64]
    assert all(type(value) is float for value in rows[0])


@pytest.mark.parametrize("k", [1, 5])
def test_a_retriever_gives_whole_provisions_with_their_place(knowledge_base: KnowledgeBase, k: int) -> None:
    adapted = as_retriever(knowledge_base.retriever, knowledge_base.documents, k)
    assert isinstance(adapted, BaseRetriever)
    found = adapted.invoke("专利代理师资格考试")
    assert len(found) == k
    assert found[0].metadata["number"] == 12
    for document in found:
        place = document.metadata
        text = knowledge_base.documents[place["document_id"]].text
        assert text[place["start"] : place["end"]] == document.page_content
