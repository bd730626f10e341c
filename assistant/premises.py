"""What a question takes for granted and no text says: document numbers nobody issued, quantities that are not laid down."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.understanding import Inquiry
from knowledge_base import Document, Strength
from knowledge_base.normalisation import searchable

_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,6}[〔\[(]\d{4}[〕\])] ?\d+ ?号")


def unknown_texts(inquiry: Inquiry, documents: Mapping[str, Document]) -> tuple[str, ...]:
    """Document numbers in the question that no text at hand bears or names."""
    named = [match.group() for match in _DOCUMENT_NUMBER.finditer(inquiry.own)]
    if not named:
        return ()
    known = [_bare(searchable(document.text + document.metadata.number)) for document in documents.values()]
    return tuple(number for number in named if not any(_bare(number) in text for text in known))


def foreign_claims(inquiry: Inquiry, document: Document) -> tuple[str, ...]:
    """Quantities that the question says are laid down and that the text does not have."""
    if not inquiry.claimed:
        return ()
    text = searchable(document.text)
    return tuple(claim for claim in inquiry.claimed if claim not in text)


def overstated(inquiry: Inquiry, strength: Strength) -> bool:
    """Whether the question takes for a must what the sentence only supports, encourages or says."""
    return inquiry.demands and strength != "duty"


def _bare(text: str) -> str:
    return re.sub(r"[\s〔〕\[\]()]", "", text)
