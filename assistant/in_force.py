"""Of the versions of a text the one that is meant: that in force on the day, unless the question speaks of another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from knowledge_base import Document, Finding, Hit
from knowledge_base.lexicon import patterns
from knowledge_base.naming import documents_named
from knowledge_base.normalisation import bigrams, searchable

SAYS_IT_TOO = 0.01  # of the first share; below, the other version was found for something else
ALIKE = 0.25  # Jaccard of character bigrams from which two provisions say the same (fit sets: 0.26 and more, others 0.17 and less)
_FULL_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|$|[^\d〕\]])")
_AWAY = {"this_year": 0, "next_year": 1}  # years from the day asked about
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d\d ?(?:年|版)")


def in_force_first(own: str, finding: Finding, documents: Mapping[str, Document], day: date) -> Finding:
    """The finding with the version in force before the one it found first, where that says the same and this is not in force.

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
        in_force = hit.document_id in others and documents[hit.document_id].validity.on(day) == "in_force"
        if in_force and _likeness(hits[0], hit, documents) >= ALIKE:
            first = hits[0]
            hits[0] = replace(hit, probability=first.probability, score=first.score)
            hits[at] = replace(first, probability=hit.probability, score=hit.score)
            break
    return replace(finding, hits=tuple(hits))


def of_another_year(own: str, quotes: Sequence[str], day: date) -> bool:
    """Whether a `searchable` question asks for a day of a year, 2026 or 今年, later than all those that the quotes name."""
    words = patterns("versions")
    if not words["which_day"].search(own):
        return False
    asked = {match.group() for match in _FULL_YEAR.finditer(own)}
    asked |= {str(day.year + away) for name, away in _AWAY.items() if words[name].search(own)}
    named = {match.group() for quote in quotes for match in _FULL_YEAR.finditer(quote)}
    return bool(asked and named) and max(asked) > max(named)


def _likeness(one: Hit, other: Hit, documents: Mapping[str, Document]) -> float:
    grams = []
    for hit in (one, other):
        text = documents[hit.document_id].text[hit.provision.start : hit.provision.end]
        grams.append(set(bigrams(searchable(text))))
    return len(grams[0] & grams[1]) / max(len(grams[0] | grams[1]), 1)
