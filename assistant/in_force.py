"""Of the versions of a text the one that is meant: that in force on the day, unless the question speaks of another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.judgement import Verdict
from assistant.selection import support_of, whole_of
from assistant.series import another_of_series
from assistant.thresholds import Thresholds
from assistant.understanding import Inquiry
from knowledge_base import Document, Finding, Hit, KnowledgeBase
from knowledge_base.lexicon import patterns
from knowledge_base.naming import documents_named
from knowledge_base.normalisation import bigrams, searchable

SAYS_IT_TOO = 0.01  # of the first share; below, the other version was found for something else
ALIKE = 0.25  # Jaccard of character bigrams from which two provisions say the same (fit sets: 0.26 and more, others 0.17 and less)
# 2019年, 19版, 13年那版, and no 2000元 or 10年
_NAMED_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?=[年版]|$)|\d\d(?=版|年(?:版|[那的老旧出发])))")
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


def dated(
    inquiry: Inquiry,
    finding: Finding,
    verdict: Verdict,
    day: date,
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
) -> Verdict:
    """The verdict, as of a day: what the sentences tell of another year, or of another one of a series, than is asked of is missing.

    Where what applies on the day is asked for, and a text answers that has been replaced, its successor answers where it says the same; else it is
    shown for what it lacks.
    """
    declined = verdict.status == "not_specified" and not verdict.denied and verdict.absent_provision is None
    if not verdict.supports or not (verdict.status == "answered" or declined):
        return verdict
    first = verdict.supports[0]
    silent = replace(verdict, status="not_specified", supports=(first,), beside=None)
    missing = verdict.missing if declined else inquiry.aspects
    if another := another_of_series(inquiry, verdict.supports, day):
        return replace(silent, missing=missing or another[:1], instead=another)
    quotes = [first.document.quote(clause) for clause in first.clauses]
    successor, documents = first.document.validity.replaced_by, knowledge_base.documents
    if successor is None or not outlived(inquiry.own, first.document, quotes, day):
        return verdict
    hits = {(hit.document_id, hit.provision.number): hit for hit in finding.hits if hit.provision.number}
    old = hits.get((first.document.id, first.provision.number))
    new = next((hit for (document, _), hit in hits.items() if document == successor), None)
    if new is None:
        opening = whole_of(documents[successor], documents[successor].provisions[:2][-1], ())
        return replace(silent, supports=(opening,), missing=missing)
    support = support_of(new, knowledge_base, limits)
    if old is not None and _likeness(old, new, documents) >= ALIKE:
        return replace(verdict, supports=(support,))
    return replace(silent, supports=(support,), missing=missing)


def outlived(own: str, document: Document, quotes: Sequence[str], day: date) -> bool:
    """Whether a `searchable` question means what applies on the day (新办法, 现在几天), and these sentences of the text do not any more.

    Not where it names the text or an earlier year, asks what became of it (还管用吗), or the sentences tell just that.
    """
    words = patterns("versions")
    said = words["not_the_past"].sub("", own)
    years = (int(year) for year in _NAMED_YEAR.findall(said))
    return (
        document.validity.on(day) == "ended"
        and bool(words["present"].search(said))
        and not any(words[name].search(said) for name in ("past", "earlier", "what_became"))
        and not any(words["succession"].search(quote) for quote in quotes)
        and document.id not in documents_named(said, {document.id: document})
        and all(year >= (day.year if year > 99 else day.year % 100) for year in years)  # 19版
    )


def _likeness(one: Hit, other: Hit, documents: Mapping[str, Document]) -> float:
    grams = []
    for hit in (one, other):
        text = documents[hit.document_id].text[hit.provision.start : hit.provision.end]
        grams.append(set(bigrams(searchable(text))))
    return len(grams[0] & grams[1]) / max(len(grams[0] | grams[1]), 1)
