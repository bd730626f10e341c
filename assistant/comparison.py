"""Comparisons: two texts where one replaced the other, else the best provision of each side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.judgement import Thresholds, Verdict, judge, support_of
from assistant.understanding import Inquiry
from knowledge_base import Document, Finding, Hit, KnowledgeBase

_JOINED = re.compile(r"(.{2,})(?:和|跟|与|同|以及|、|\bvs\b)(.{2,})")


def sides_of(question: str) -> list[str]:
    """Both sides of a comparison; empty where no word joins two."""
    match = _JOINED.search(question)
    return [match[1], match[2]] if match else []


def judge_comparison(
    inquiry: Inquiry,
    finding: Finding,
    sides: Sequence[Finding],
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
) -> Verdict:
    """Both sides of a comparison: two texts where one replaced the other, else the best of each side."""
    alone = judge(inquiry, finding, knowledge_base, limits)
    if not alone.supports:
        return alone
    first = alone.supports[0]
    other = _counterpart(first.document, finding, sides, knowledge_base)
    hits = [hit for side in sides for hit in side.hits[:1]] if other is None else [other]
    found = [support_of(hit, knowledge_base, limits) for hit in hits]
    places = {(first.document.id, first.provision.number): first} if other or not sides else {}
    for support in found:
        places.setdefault((support.document.id, support.provision.number), support)
    if len(places) < 2:
        return alone
    return Verdict("answered", tuple(places.values()), confidence=alone.confidence)


def _counterpart(
    document: Document, finding: Finding, sides: Sequence[Finding], knowledge_base: KnowledgeBase
) -> Hit | None:
    """The best hit in the text that replaced this one, or that this one replaced."""
    validity = document.validity
    related = {*validity.replaces, validity.replaced_by}
    everything = [*finding.hits, *(hit for side in sides for hit in side.hits)]
    found = [hit for hit in everything if hit.document_id in related]
    return max(found, key=lambda hit: hit.probability, default=None)
