"""Which documents a text names: by title, number, or an everyday name of theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from knowledge_base.documents import Document
from knowledge_base.normalisation import searchable

SHORTEST = 4  # characters of a name that is sure to mean the document


def documents_named(text: str, documents: Mapping[str, Document]) -> tuple[str, ...]:
    """Ids of the documents that a `searchable` text names, in order of the text; of overlapping names the longest."""
    names = _names(tuple(documents.values()))
    found = (names[match.group()] for match in _pattern(tuple(names)).finditer(text)) if names else ()
    return tuple(dict.fromkeys(found))


def _names(documents: tuple[Document, ...]) -> dict[str, str]:
    names: dict[str, str] = {}
    for document in documents:
        metadata = document.metadata
        for name in (metadata.title, metadata.number, *metadata.aliases):
            written = searchable(name)
            if len(written) >= SHORTEST:
                names.setdefault(written, document.id)
    return names


@lru_cache(4)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
