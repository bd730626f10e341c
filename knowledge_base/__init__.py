"""Texts in, ranked provisions out. This is the only door of the room; it knows no persona, prompt or HTTP."""

from knowledge_base.documents import Clause, Document, Metadata, Part, Provision
from knowledge_base.embedding import Embedder, open_embedder
from knowledge_base.errors import IndexFault, KnowledgeBaseError, SourceFault, SpaceMismatch
from knowledge_base.findings import Finding, Hit
from knowledge_base.indexing import KnowledgeBase
from knowledge_base.records import ClauseRecord, Strength, stronger
from knowledge_base.retrieval import Retriever

__all__ = [
    "Clause",
    "ClauseRecord",
    "Document",
    "Embedder",
    "Finding",
    "Hit",
    "IndexFault",
    "KnowledgeBase",
    "KnowledgeBaseError",
    "Metadata",
    "Part",
    "Provision",
    "Retriever",
    "SourceFault",
    "SpaceMismatch",
    "Strength",
    "open_embedder",
    "stronger",
]
