"""Which documents a text names: by title, number, or an everyday name of theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from knowledge_base.documents import Document
from knowledge_base.normalisation import searchable

# A provision named together with another text is most likely that text's.
OTHER_TEXT = re.compile(
    r"国家(?:层面|局|的|那份)|1?7部门|十七部门|47号|纲要|规划|条例|办法|(?:商标|专利|著作权)法|指引|国发|哪部法|哪个法|法律|省外|外省"
)
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
