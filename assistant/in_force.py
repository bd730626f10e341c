"""Of the versions of a text the one that is meant: that in force on the day, unless the question speaks of another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from knowledge_base import Document, Finding
from knowledge_base.lexicon import patterns
from knowledge_base.naming import documents_named

SAYS_IT_TOO = (
    0.1  # of the first share; below, the other version was found for something else (fit sets: 0.02 and less)
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d\d ?(?:年|版)")


def in_force_first(own: str, finding: Finding, documents: Mapping[str, Document], day: date) -> Finding:
    """The finding with the version in force before the one it found first, where that is not in force on the day.

    Not where the `searchable` question names a text or a year, asks of what was, or of what is to come.
    """
    if not finding.hits:
        return finding
    hits = list(finding.hits)
    validity = documents[hits[0].document_id].validity
    state = validity.on(day)
    words = patterns("versions")
    if state == "in_force" or words["past" if state == "ended" else "coming"].search(own):
        return finding
    if _YEAR.search(own) or documents_named(own, documents):
        return finding
    others = {validity.replaced_by, *validity.replaces}
    for at, hit in enumerate(hits):
        if hit.probability < SAYS_IT_TOO * hits[0].probability:
            break
        if hit.document_id in others and documents[hit.document_id].validity.on(day) == "in_force":
            first = hits[0]
            hits[0] = replace(hit, probability=first.probability, score=first.score)
            hits[at] = replace(first, probability=hit.probability, score=hit.score)
            break
    return replace(finding, hits=tuple(hits))
