"""Stories: who we are, where, what we want; each stretch may touch a provision of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.judgement import Verdict, judge, told_by_principal
from assistant.selection import CITED_AT_MOST, support_of
from assistant.thresholds import Thresholds
from assistant.understanding import Inquiry
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.lexicon import patterns

STRETCHES = 5  # of a story that are looked up by themselves
STRETCH_LENGTH = 6  # characters; a shorter one says nothing alone


def stretches_of(story: str) -> list[str]:
    """The stretches of a story that may be looked up by themselves."""
    cut = [stretch.strip() for stretch in re.split(r"[,，。;；?？!！]", story)]
    return [stretch for stretch in cut if len(stretch) >= STRETCH_LENGTH][:STRETCHES]


def judge_scenario(
    inquiry: Inquiry,
    finding: Finding,
    parts: Mapping[str, Finding],
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
) -> Verdict:
    """A story: what the whole asks for, and what its stretches (`parts`, with what was found for each) clearly do.

    Where no text answers the whole, only what its stretches ask for is answered, not what they tell.
    """
    alone = judge(inquiry, finding, knowledge_base, limits)
    answered = alone.status == "answered"
    if not answered and alone.missing:
        return alone
    supports = {(s.document.id, s.provision.number): s for s in alone.supports if answered}
    heard: list[float] = []
    asks = patterns("asking")["asks"]
    for stretch, part in parts.items():
        if not answered and not asks.search(stretch):
            continue
        for hit in told_by_principal(inquiry, part.hits, knowledge_base)[:1]:
            belief = hit.probability * part.answered
            if belief >= limits.story_ratio:
                heard.append(belief)
                supports.setdefault(
                    (hit.document_id, hit.provision.number), support_of(hit, knowledge_base, limits)
                )
    if not supports:
        return alone
    told = tuple(supports.values())[:CITED_AT_MOST]
    confidence = alone.confidence if answered else max(heard)
    return replace(alone, status="answered", supports=told, confidence=confidence)
