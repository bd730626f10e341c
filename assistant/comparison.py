"""Comparisons: two texts where one replaced the other, what was spoken of before, else the best provision of each side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from assistant.consultation import Consultation
from assistant.judgement import Verdict, judge
from assistant.selection import support_of
from assistant.thresholds import Thresholds
from assistant.understanding import Inquiry
from knowledge_base import Document, Finding, Hit, KnowledgeBase
from knowledge_base.lexicon import patterns
from knowledge_base.naming import documents_named

_JOINED = re.compile(
    r"(?P<one>.{2,}?)(?:和|跟|与|以及|还是|同(?![样时意])|、|/|\bvs\b|\band\b)(?P<other>.{2,})"
)
_OTHER = re.compile(
    r"^(?:而|那)?(?:和|跟|与|同(?![样时意])|比)(?P<other>.{2,})"
)  # the other side in a stretch of its own
_ONE_OF_TWO = re.compile(r"^一个(?:又)?(?:说是|是|说|管)?(?P<side>.{3,})")
_STRETCH = re.compile(r"[,，。;；?？!！:：]+")
OF_ONE_TEXT = 2  # provisions set beside those of the other text
NEARLY = 0.5  # of the loudest one's share
HEARD = 0.1  # of the loudest one's share, from which a provision may stand for a side


def sides_of(question: str) -> list[str]:
    """Both sides of a comparison, each with what is asked of them beside it; empty where no word joins two."""
    sides, asked = _taken_apart(question)
    return [f"{side} {' '.join(asked)}".strip() for side in sides]


def _taken_apart(question: str) -> tuple[tuple[str, ...], list[str]]:
    """The words for both sides, none where no word joins two, and the stretches beside them."""
    stretches = [stretch for stretch in _STRETCH.split(question) if stretch.strip()]
    for at, stretch in enumerate(stretches):
        if at and (match := _OTHER.search(stretch)):
            return (stretches[at - 1], match["other"]), stretches[: at - 1] + stretches[at + 1 :]
        if match := _JOINED.search(stretch):
            return (match["one"], match["other"]), stretches[:at] + stretches[at + 1 :]
    of_two = [match["side"] for stretch in stretches if (match := _ONE_OF_TWO.search(stretch))]
    return (tuple(of_two), []) if len(of_two) == 2 else ((), [])


def compares_both(inquiry: Inquiry, knowledge_base: KnowledgeBase) -> bool:
    """Whether a turn sets what was spoken of side by side (两个比比) and names no side itself."""
    if inquiry.form != "compare" or not patterns("turns")["both"].search(inquiry.own):
        return False
    return not sides_of(inquiry.own) and not documents_named(inquiry.own, knowledge_base.documents)


def last_two(consultations: Iterable[Consultation]) -> tuple[Consultation, Consultation] | None:
    """Of consultations, latest first, the last two that rest on different provisions, in the order of the conversation."""
    found: list[Consultation] = []
    for consultation in consultations:
        if not found or consultation.places[:1] != found[0].places[:1]:
            found.append(consultation)
        if len(found) == 2:
            return found[1], found[0]
    return None


def against(before: Verdict, found: Verdict) -> Verdict:
    """What was found beside what had been answered before; alone where that is the same, or either answers nothing."""
    if {before.status, found.status} != {"answered"}:
        return found
    one, other = before.supports[0], found.supports[0]
    same = (one.document.id, one.provision.number) == (other.document.id, other.provision.number)
    return found if same else replace(found, supports=(one, other), beside=None)


def judge_comparison(
    inquiry: Inquiry,
    finding: Finding,
    sides: Sequence[Finding],
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
) -> Verdict:
    """Both sides of a comparison: two texts that are named or of which one replaced the other, else the best of each side."""
    alone = judge(inquiry, finding, knowledge_base, limits)
    if meant := _texts_meant(inquiry, knowledge_base):
        best = [_best(documents, finding, sides) for documents in meant]
        if all(best):
            texts = tuple(support_of(hit, knowledge_base, limits) for hits in best for hit in hits)
            return Verdict("answered", texts, confidence=finding.answered)
    if not alone.supports:
        return alone
    first = alone.supports[0]
    other = _counterpart(first.document, finding, sides, knowledge_base)
    hits = _one_of_each(sides) if other is None else [other]
    found = [support_of(hit, knowledge_base, limits) for hit in hits]
    places = {(first.document.id, first.provision.number): first} if other or not sides else {}
    for support in found:
        places.setdefault((support.document.id, support.provision.number), support)
    if len(places) < 2:
        return alone
    return Verdict("answered", tuple(places.values()), confidence=alone.confidence)


def _one_of_each(sides: Sequence[Finding]) -> list[Hit]:
    """The loudest two provisions that are not the same, one of each side; fewer where a side has none."""
    if len(sides) != 2:
        return [hit for side in sides for hit in side.hits[:1]]
    heard = [
        [hit for hit in side.hits if hit.probability >= HEARD * side.hits[0].probability] for side in sides
    ]
    pairs: list[tuple[Hit, Hit]] = [
        (one, other)
        for one in heard[0]
        for other in heard[1]
        if (one.document_id, one.provision.number) != (other.document_id, other.provision.number)
    ]
    if not pairs:
        return [hit for side in sides for hit in side.hits[:1]]
    return [*max(pairs, key=lambda pair: pair[0].probability * pair[1].probability)]


def _texts_meant(inquiry: Inquiry, knowledge_base: KnowledgeBase) -> tuple[Collection[str], ...]:
    """The texts that each side may be of, where both sides say it: by a name, as ours, or as national ones."""
    sides, _ = _taken_apart(inquiry.own)
    meant = [_texts_of(side, knowledge_base) for side in sides]
    if len(meant) == 2 and all(meant) and meant[0].isdisjoint(meant[1]):
        return tuple(meant)
    return tuple({name} for name in _named_texts(inquiry, knowledge_base))


def _texts_of(side: str, knowledge_base: KnowledgeBase) -> set[str]:
    words, principal = patterns("forms"), knowledge_base.principal
    if named := documents_named(side, knowledge_base.documents):
        return set(named)
    if principal is not None and words["ours"].search(side):
        return {principal.id}
    if words["national"].search(side):
        return {name for name, document in knowledge_base.documents.items() if document.level == "国家"}
    return set()


def _named_texts(inquiry: Inquiry, knowledge_base: KnowledgeBase) -> tuple[str, ...]:
    """The two texts that are compared: both named, one named beside the opinion, or one that replaced the one named."""
    named = documents_named(inquiry.own, knowledge_base.documents)
    if len(named) == 1:
        validity = knowledge_base.documents[named[0]].validity
        related = [name for name in (*validity.replaces, validity.replaced_by) if name]
        principal = knowledge_base.principal
        if inquiry.of_principal and principal is not None and principal.id not in named:
            related = [principal.id]
        named = (*related[:1], *named)
    return named if len(named) == 2 else ()


def _best(documents: Collection[str], finding: Finding, sides: Sequence[Finding]) -> list[Hit]:
    """The loudest provisions of the texts of one side, best first; front matter, or what only a side found, where there is no other."""
    for found in ([finding], sides):
        hits = [hit for one in found for hit in one.hits if hit.document_id in documents]
        if numbered := sorted((h for h in hits if h.provision.number), key=lambda hit: -hit.probability):
            loudest = numbered[:OF_ONE_TEXT]
            return [hit for hit in loudest if hit.probability >= NEARLY * loudest[0].probability]
    return [hit for one in (finding, *sides) for hit in one.hits if hit.document_id in documents][:1]


def _counterpart(
    document: Document, finding: Finding, sides: Sequence[Finding], knowledge_base: KnowledgeBase
) -> Hit | None:
    """The best hit in the text that replaced this one, or that this one replaced."""
    validity = document.validity
    related = {*validity.replaces, validity.replaced_by}
    everything = [*finding.hits, *(hit for side in sides for hit in side.hits)]
    found = [hit for hit in everything if hit.document_id in related]
    return max(found, key=lambda hit: hit.probability, default=None)
