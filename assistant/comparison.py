"""Comparisons: their sides, the texts that these are of, and what was spoken of before; the best provision of each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from assistant.consultation import Consultation
from assistant.judgement import Verdict, judge
from assistant.pairing import Pair, best_pair, pairs_of
from assistant.selection import all_of_a_kind, support_of
from assistant.thresholds import Thresholds
from assistant.understanding import Inquiry
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.lexicon import patterns, sides
from knowledge_base.naming import documents_named
from knowledge_base.retrieval import HybridRetriever

_JOINED = re.compile(
    r"(?P<one>.{2,}?)(?:和|跟|与|以及|还是|或者|同(?![样时意])|、|/|\bvs\b|\band\b)(?P<other>.{2,})"
)
_OTHER = re.compile(
    r"^(?:而|那)?(?:和|跟|与|同(?![样时意])|比)(?P<other>.{2,})"
)  # the other side in a stretch of its own
_ONE_OF_TWO = re.compile(r"^一个(?:又)?(?:说是|是|说|管)?(?P<side>.{3,})")
_FILLING = re.compile(
    r"(?:是不是|是|都)?一(?:样|回事|码事)(?:的|吗|不|没|么)*|相比.*|比.*|呢|[\s?？]"
)  # says nothing of a side
BARE = 2  # letters beside a name
TWICE = 2  # letters from which what stands twice is said once
_STRETCH = re.compile(r"[,，。;；?？!！:：]+")
# what stretches that no word joins may speak of: patterns of two lexicons
_OPPOSED = (("turns", "older", "newer"), ("forms", "ours", "national"), ("forms", "ours", "other_text"))
ALL = 1000  # provisions looked at: what is compared may be far behind in a finding of the whole
Sides = tuple[Finding, Finding] | None


def sides_of(question: str) -> list[str]:
    """Both sides of a comparison, each with what is asked of them beside it; empty where no word joins two."""
    spoken, asked = _taken_apart(question)
    return [f"{side} {' '.join(asked)}".strip() for side in _framed(spoken)]


def _framed(spoken: tuple[str, ...]) -> tuple[str, ...]:
    """Sides of which one is a bare name (高企 in 先进型交几个点，跟高企一样吗) with what is asked of the other said of it, too."""
    for group in sides() if len(spoken) == 2 else ():
        one, other = (_first(group.values(), side) for side in spoken)
        if one is None or other is None or one.group() == other.group():
            continue
        rests = [
            len(_FILLING.sub("", side)) - len(name.group())
            for side, name in zip(spoken, (one, other), strict=True)
        ]
        if rests[0] <= BARE < rests[1]:
            return _said_of(spoken[0], other), spoken[1]
        if rests[1] <= BARE < rests[0]:
            return spoken[0], _said_of(spoken[1], one)
    return spoken


def _first(words: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next(filter(None, (word.search(text) for word in words)), None)


def _said_of(bare: str, name: re.Match[str]) -> str:
    """A bare side in the place that another name has in its own; what both then have twice is said once."""
    bare, before, after = _FILLING.sub("", bare), name.string[: name.start()], name.string[name.end() :]
    lengths = [0, *range(TWICE, len(bare) + 1)]
    twice = max(at for at in lengths if before.endswith(bare[:at]))
    again = max(at for at in lengths if after.startswith(bare[len(bare) - at :]))
    return before + bare[twice:] + after[again:]


def _taken_apart(question: str) -> tuple[tuple[str, ...], list[str]]:
    """The words for both sides, none where no word joins two, and the stretches beside them."""
    stretches = [stretch for stretch in _STRETCH.split(question) if stretch.strip()]
    for at, stretch in enumerate(stretches):
        if at and (match := _OTHER.search(stretch)):
            return (stretches[at - 1], match["other"]), stretches[: at - 1] + stretches[at + 1 :]
        if match := _JOINED.search(stretch):
            return (match["one"], match["other"]), stretches[:at] + stretches[at + 1 :]
    of_two = [match["side"] for stretch in stretches if (match := _ONE_OF_TWO.search(stretch))]
    return (tuple(of_two), []) if len(of_two) == 2 else _opposed(stretches)


def _opposed(stretches: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Two stretches of which one speaks of the old text or ours and the other of the new one or theirs."""
    for lexicon, *names in _OPPOSED:
        words = patterns(lexicon)
        speaks = [{name for name in names if words[name].search(stretch)} for stretch in stretches]
        if all({name} in speaks for name in names):
            places = [speaks.index({name}) for name in names]
            rest = [stretch for at, stretch in enumerate(stretches) if at not in places]
            return tuple(stretches[at] for at in places), rest
    return (), []


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


def looked_up(inquiry: Inquiry, retriever: HybridRetriever) -> tuple[Finding, Sides]:
    """What is found for the whole of a comparison and for each of its sides, whatever it is worth there."""
    whole, *sides = (retriever.consult(text, ALL) for text in (inquiry.own, *sides_of(inquiry.own)))
    return whole, (sides[0], sides[1]) if sides else None


def paired(inquiry: Inquiry, whole: Finding, sides: Sides, knowledge_base: KnowledgeBase) -> list[Pair]:
    """All pairs that may stand for what is compared: two sides, else two texts, both named or one that replaced the other."""
    texts = _texts_meant(inquiry, knowledge_base) or (() if sides else _versions(whole, knowledge_base))
    if not texts and not sides:
        return []
    return pairs_of(whole, sides or (whole, whole), texts, knowledge_base.documents)


def judge_comparison(
    inquiry: Inquiry, whole: Finding, sides: Sides, knowledge_base: KnowledgeBase, limits: Thresholds
) -> Verdict:
    """The two provisions that stand best for what is compared; what the question comes to alone, where nothing is."""
    alone = judge(inquiry, whole, knowledge_base, limits)
    if not alone.supports and not _texts_meant(inquiry, knowledge_base):
        return alone
    if alone.status != "answered" and knowledge_base.records and _unheard(whole, sides, limits):
        return alone
    pair = best_pair(paired(inquiry, whole, sides, knowledge_base), limits.pair)
    if pair is None:
        return alone
    one, other = (
        all_of_a_kind(inquiry, hit, knowledge_base) or (support_of(hit, knowledge_base, limits),)
        for hit in pair.hits
    )
    supports = (*one, *(support for support in other if support not in one))
    return Verdict("answered", supports, confidence=max(alone.confidence, whole.answered))


def _unheard(whole: Finding, sides: Sides, limits: Thresholds) -> bool:
    """Whether the texts answer neither the whole of a comparison nor either of its sides."""
    return all(finding.answered < limits.answered for finding in (whole, *(sides or ())))


def _versions(finding: Finding, knowledge_base: KnowledgeBase) -> tuple[Collection[str], ...]:
    """The text that comes first, and those that it replaced or that replaced it; nothing where there are none."""
    for hit in finding.hits[:1]:
        validity = knowledge_base.documents[hit.document_id].validity
        if related := [name for name in (*validity.replaces, validity.replaced_by) if name]:
            return {hit.document_id}, related
    return ()


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
    documents = knowledge_base.documents.items()
    if words["national"].search(side):
        return {name for name, document in documents if document.level == "国家"}
    if kind := words["other_text"].search(side):  # 条例里也讲: one of those that are called so
        return {name for name, document in documents if kind.group() in document.metadata.title}
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
