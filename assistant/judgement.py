"""Inquiry and finding → verdict: the status, the clauses to answer from, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.behind import behind, beside, governing, meant
from assistant.contract import Status
from assistant.headings import heading_of
from assistant.occurrences import occurrences
from assistant.premises import (
    another_subject,
    elsewhere,
    foreign_claims,
    foreign_right,
    not_mentioned,
    taken_for_granted,
    unknown_texts,
)
from assistant.selection import (
    Support,
    left_open,
    nearest_of,
    open_aspects,
    stands_in,
    support_of,
    supports_of,
    unstated_aspects,
    whole_of,
)
from assistant.thresholds import Thresholds
from assistant.understanding import Inquiry
from knowledge_base import Document, Finding, Hit, KnowledgeBase, Provision
from knowledge_base.lexicon import aspects, patterns
from knowledge_base.normalisation import searchable
from knowledge_base.numerals import to_numeral

NOTHING_ELSE = 8  # characters; a turn that says the word for an aspect asks for nothing else in so many
PRINCIPAL_AT_LEAST = 0.02  # share below which the opinion has nothing to say of a question put to it


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the texts meet the inquiry; `supports` best first, `missing` names what is not specified.

    `denied`: what is missing are the question's own words for something that it takes for granted.
    `instead`: what the question is about and what is told in its place, where these differ.
    `beside`: what another text says in the same place, where the question could mean that one too.
    """

    status: Status
    supports: tuple[Support, ...]
    missing: tuple[str, ...] = ()
    absent_provision: int | None = None
    confidence: float = 0.0
    alternatives: tuple[str, ...] = ()
    denied: bool = False
    instead: tuple[str, str] | None = None
    beside: Support | None = None

    @property
    def shown(self) -> tuple[Support, ...]:
        """All that is cited, in order."""
        return (*self.supports, self.beside) if self.beside else self.supports


def judge(
    inquiry: Inquiry, finding: Finding, knowledge_base: KnowledgeBase, limits: Thresholds, subject: str = ""
) -> Verdict:
    """Decide between the five statuses; a provision named by its number is taken at its word.

    `subject`: what was spoken of before, where the question leans on it.
    """
    if inquiry.speech_act:
        return Verdict("chitchat", (), confidence=1.0)
    if inquiry.commanded and not inquiry.own:
        return Verdict("out_of_scope", (), confidence=1.0)
    if not finding.hits and inquiry.empty:
        return Verdict("clarify", (), alternatives=_readings(knowledge_base))
    if having := occurrences(inquiry, knowledge_base):
        return Verdict("answered", having, confidence=1.0)
    unknown = unknown_texts(inquiry, knowledge_base.documents) or not_mentioned(inquiry, knowledge_base.knows)
    if finding.hits:
        unknown = unknown or elsewhere(inquiry, knowledge_base.documents[finding.hits[0].document_id])
    if not unknown and (named := _named(inquiry, finding, knowledge_base, limits)):
        claims = foreign_claims(inquiry, named.supports[0].document)
        if claims and named.status in ("answered", "not_specified"):
            supports = named.supports[:1]
            return replace(named, status="not_specified", supports=supports, missing=claims, denied=True)
        return named
    if not finding.hits:
        return Verdict("out_of_scope", ())
    hits = told_by_principal(inquiry, finding.hits, knowledge_base)
    hits = meant(inquiry, hits, knowledge_base)
    supports = supports_of(inquiry, hits, knowledge_base, limits)
    missing = unknown or taken_for_granted(inquiry, supports[0], hits, knowledge_base)
    instead = None if missing else another_subject(inquiry, supports[0])
    if (missing or instead) and finding.out_of_scope < limits.out_of_scope:
        first = supports[0] if supports[0].provision.number else nearest_of(hits, knowledge_base, limits)
        missing = instead[:1] if instead else missing
        return Verdict("not_specified", (first,), missing, confidence=1.0, denied=True, instead=instead)
    return _weighed(inquiry, replace(finding, hits=tuple(hits)), supports, knowledge_base, limits, subject)


def _weighed(
    inquiry: Inquiry,
    finding: Finding,
    supports: tuple[Support, ...],
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
    subject: str,
) -> Verdict:
    """Whether the texts answer, by the fitted probabilities and by what the sentences at hand leave open."""
    confidence = finding.answered
    if heading := heading_of(inquiry, supports[0], knowledge_base):
        other = beside(inquiry, heading, finding, knowledge_base, limits)
        return Verdict("answered", (heading,), confidence=1.0, beside=other)
    if stands_in(inquiry, supports[0]):
        return Verdict(
            "answered", supports[:1], left_open(inquiry, supports[:1], knowledge_base), confidence=confidence
        )
    if finding.out_of_scope >= limits.out_of_scope:
        return Verdict("out_of_scope", (), confidence=finding.out_of_scope)
    best = supports[0]
    if foreign_right(inquiry, best.document, [best.document.quote(clause) for clause in best.clauses]):
        return Verdict("out_of_scope", (), confidence=1.0 - confidence)
    supports = _with_sibling(inquiry, supports, knowledge_base)
    unsaid = open_aspects(inquiry, supports, knowledge_base)
    if unsaid and (further := behind(inquiry, unsaid, supports[0], finding, knowledge_base, limits, subject)):
        return Verdict("answered", (support_of(further, knowledge_base, limits),), confidence=confidence)
    unstated = unstated_aspects(inquiry, supports[0], knowledge_base)
    needed = limits.aspect_answered if unsaid else limits.answered
    if subject and len(inquiry.own) <= NOTHING_ELSE and _worded(inquiry, unsaid):
        needed = 1.01  # 那要什么条件
    if inquiry.aspects and not unstated and finding.out_of_scope <= finding.not_specified:
        needed = limits.aspect_stated  # what is stated of one subject is no answer about a foreign one
    if not knowledge_base.records:
        needed = limits.unranked_answered
    if confidence < needed:
        if finding.out_of_scope > finding.not_specified and not unsaid:
            return Verdict("out_of_scope", (), confidence=finding.out_of_scope)
        missing = unsaid or tuple(inquiry.aspects) or _likeliest(finding, limits)
        nearest = nearest_of(finding.hits, knowledge_base, limits)
        laid_down = governing(inquiry, missing, nearest, finding, knowledge_base, limits)
        return Verdict("not_specified", (nearest, *laid_down), missing, confidence=1.0 - confidence)
    return Verdict(
        "answered",
        supports,
        left_open(inquiry, supports[:1], knowledge_base),
        confidence=confidence,
        alternatives=_alternatives(finding.hits, supports),
        beside=beside(inquiry, supports[0], finding, knowledge_base, limits),
    )


def _worded(inquiry: Inquiry, names: Sequence[str]) -> bool:
    """Whether the question has a word of the lexicon for any of these aspects."""
    return any(aspects()[name].search(inquiry.own) for name in names)


def _likeliest(finding: Finding, limits: Thresholds) -> tuple[str, ...]:
    """The aspect that a question without an answer most likely asks for, where one is likely enough to be named."""
    name, probability = max(finding.aspects.items(), key=lambda item: item[1], default=("", 0.0))
    return (name,) if probability >= limits.aspect_named else ()


def _with_sibling(
    inquiry: Inquiry, supports: tuple[Support, ...], knowledge_base: KnowledgeBase
) -> tuple[Support, ...]:
    """The first support together with another sentence of its provision that states what it leaves open, if one does."""
    unsaid = open_aspects(inquiry, supports, knowledge_base)
    first = supports[0]
    for clause in first.provision.clauses if unsaid else ():
        record = knowledge_base.record(first.document.id, clause.key)
        if record and set(unsaid) <= set(record.states):
            clauses = tuple(sorted({*first.clauses, clause}, key=lambda clause: clause.number))
            return (replace(first, clauses=clauses), *supports[1:])
    return supports


def told_by_principal(inquiry: Inquiry, hits: Sequence[Hit], knowledge_base: KnowledgeBase) -> Sequence[Hit]:
    """The opinion's own provisions, where the question says that it means that text and any was found."""
    if not inquiry.of_principal and (
        not inquiry.by_measure or patterns("forms")["other_text"].search(inquiry.own)
    ):
        return hits
    principal = knowledge_base.principal
    mine = [hit for hit in hits if principal is not None and hit.document_id == principal.id]
    return mine if mine and mine[0].probability >= PRINCIPAL_AT_LEAST else hits


def _named(
    inquiry: Inquiry, finding: Finding, knowledge_base: KnowledgeBase, limits: Thresholds
) -> Verdict | None:
    """Provisions and parts that the question names by number, where one text has been read clause by clause.

    Whether they say what is asked of them is judged as of any other; a bare reference asks for their words.
    """
    document = knowledge_base.principal
    if document is None:
        return None
    if _wants_each(inquiry, document):
        every = tuple(_named_support(document, p, {}, True) for p in document.provisions if p.number)
        return Verdict("answered", every, confidence=1.0)
    parts = inquiry.parts or _parts_by_heading(inquiry, document)
    if not (inquiry.provisions or parts):
        return None
    if patterns("forms")["other_text"].search(inquiry.own) or _numbered_elsewhere(
        inquiry, finding, knowledge_base
    ):
        return None
    if "金额" in inquiry.aspects and not inquiry.of_principal:
        return None
    last = document.provisions[-1].number
    beyond = [number for number in inquiry.provisions if not 1 <= number <= last]
    beyond += [number for number in parts if not 1 <= number <= len(document.parts)]
    if beyond:
        nearest = whole_of(document, document.provisions[-1], ())
        return Verdict("not_specified", (nearest,), inquiry.named, beyond[0], 1.0)
    if "金额" in inquiry.aspects:
        return None
    named = [document.provision(number) for number in inquiry.provisions]
    for number in parts:
        part = document.parts[number - 1]
        named += [p for p in document.provisions if part.start <= p.start < part.end]
    spoken = {(hit.document_id, hit.provision.number): hit for hit in finding.hits}
    supports = tuple(_named_support(document, p, spoken, bool(parts)) for p in named)
    unsaid = open_aspects(inquiry, supports, knowledge_base)
    if unsaid or (inquiry.provisions and not inquiry.bare and finding.answered < limits.answered):
        return Verdict("not_specified", supports[:1], unsaid, confidence=1.0)
    return Verdict("answered", supports, left_open(inquiry, supports[:1], knowledge_base), confidence=1.0)


def _numbered_elsewhere(inquiry: Inquiry, finding: Finding, knowledge_base: KnowledgeBase) -> bool:
    """Whether what is found first is of another text, which has a provision or part of that number (专利导航指南第5部分)."""
    if not finding.hits or inquiry.of_principal or inquiry.bare:
        return False
    first = knowledge_base.documents[finding.hits[0].document_id]
    if first is knowledge_base.principal:
        return False
    numbers = [(number, "条") for number in inquiry.provisions]
    numbers += [(number, "部分") for number in inquiry.parts]
    named = [(figure, kind) for n, kind in numbers if n < 100 for figure in (n, to_numeral(n))]
    return any(f"第{figure}{kind}" in first.text for figure, kind in named)


def _wants_each(inquiry: Inquiry, document: Document) -> bool:
    """Whether all provisions are asked for by their number (十八条都是什么): they are listed by their headings."""
    last = document.provisions[-1].number
    counted = re.search(
        rf"(?<!第)(?<!\d)(?:{to_numeral(last)}|{last})(?:个|大)?(?:条|项|点|措施)", inquiry.own
    )
    return counted is not None and bool(patterns("forms")["each"].match(inquiry.own, counted.end()))


def _parts_by_heading(inquiry: Inquiry, document: Document) -> tuple[int, ...]:
    """Parts that are asked for as a whole by their heading."""
    if not inquiry.wants_all and inquiry.form != "count":
        return ()
    headings = (searchable(part.heading) for part in document.parts)
    return tuple(number for number, heading in enumerate(headings, 1) if heading and heading in inquiry.own)


def _named_support(
    document: Document, provision: Provision, spoken: dict[tuple[str, int], Hit], brief: bool
) -> Support:
    whole = whole_of(document, provision, ())
    if not brief:
        return whole
    heading = tuple(c for c in provision.clauses if c.kind == "heading") or whole.clauses[:1]
    hit = spoken.get((document.id, provision.number))
    return Support(document, provision, heading, hit.neighbours if hit else ())


def _readings(knowledge_base: KnowledgeBase) -> tuple[str, ...]:
    """What a turn without a subject might be about: the parts of the text."""
    first = knowledge_base.principal or next(iter(knowledge_base.documents.values()))
    return tuple(f"{part.label}{part.heading}" for part in first.parts[:6])


def _alternatives(hits: Sequence[Hit], supports: Sequence[Support]) -> tuple[str, ...]:
    """Questions that the next provisions answer, to go on with."""
    cited = {(s.document.id, s.provision.number) for s in supports}
    rest = [hit for hit in hits if (hit.document_id, hit.provision.number) not in cited]
    return tuple(dict.fromkeys(name for hit in rest[:6] for name in hit.neighbours))[:3]
