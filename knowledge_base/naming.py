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
    written = (
        (document.id, document.metadata.title, document.metadata.number, *document.metadata.aliases)
        for document in documents.values()
    )
    names = _names(tuple(written))
    found = (names[match.group()] for match in _pattern(tuple(names)).finditer(text)) if names else ()
    return tuple(dict.fromkeys(found))


@lru_cache(4)
def _names(written: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    """The `searchable` names of documents, each given with its id first → the id."""
    names: dict[str, str] = {}
    for document_id, *forms in written:
        for name in map(searchable, forms):
            if len(name) >= SHORTEST:
                names.setdefault(name, document_id)
    return names


@lru_cache(4)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
