"""Inquiry and finding → verdict: the status, the clauses to answer from, and what is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.contract import Status
from assistant.conversation import FollowWeights
from assistant.premises import elsewhere, foreign_claims, overstated, unknown_texts
from assistant.understanding import Inquiry
from knowledge_base import Clause, Document, Finding, Hit, KnowledgeBase, Provision
from knowledge_base.aspects import told_by
from knowledge_base.lexicon import aspects, patterns
from knowledge_base.naming import documents_named
from knowledge_base.normalisation import searchable
from knowledge_base.sources import DATA

CITED_AT_MOST = 3  # provisions in an answer to one question
LISTED_AT_MOST = 8  # provisions where all are asked for
FIELD_QUESTION_LIMIT = 16  # characters; a longer turn asks for more than a field
PRINCIPAL_AT_LEAST = 0.02  # share below which the opinion has nothing to say of a question put to it
NEAREST_RATIO = 0.3  # of the best share, from which the opinion's own sentence is shown where nothing answers
QUOTED_AT_MOST = 3  # clauses quoted of one provision


# A provision named together with another text is most likely that text's.
_OTHER_TEXT = re.compile(
    r"国家(?:层面|局|的|那份)|1?7部门|十七部门|47号|纲要|规划|条例|办法|(?:商标|专利|著作权)法|指引|国发|哪部法|哪个法|法律|省外|外省"
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Fitted on the fit split by `eval/fit_thresholds.py`; probabilities and ratios, 0..1."""

    answered: float
    out_of_scope: float
    aspect_asked: float
    aspect_answered: float
    provision_ratio: float
    provision_ratio_all: float
    clause_ratio: float
    unranked_answered: float
    new_subject: float
    stands_alone: float
    story_ratio: float
    linked_ratio: float
    follow: FollowWeights


def read_thresholds(path: Path = DATA / "ranker" / "thresholds.json") -> Thresholds:
    """The fitted values, stored beside the weights that they were fitted with."""
    values = json.loads(path.read_text("utf-8"))["thresholds"]
    return Thresholds(**{**values, "follow": FollowWeights(**values["follow"])})


@dataclass(frozen=True, slots=True)
class Support:
    """A provision to answer from, with its clauses in order of the text, and what led there."""

    document: Document
    provision: Provision
    clauses: tuple[Clause, ...]
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the texts meet the inquiry; `supports` best first, `missing` names what is not specified.

    `denied`: what is missing are the question's own words for something that it takes for granted.
    """

    status: Status
    supports: tuple[Support, ...]
    missing: tuple[str, ...] = ()
    absent_provision: int | None = None
    confidence: float = 0.0
    alternatives: tuple[str, ...] = ()
    denied: bool = False


def judge(
    inquiry: Inquiry, finding: Finding, knowledge_base: KnowledgeBase, limits: Thresholds, subject: str = ""
) -> Verdict:
    """Decide between the five statuses; a provision named by its number is taken at its word.

    `subject`: what was spoken of before, where the question leans on it.
    """
    if inquiry.speech_act:
        return Verdict("chitchat", (), confidence=1.0)
    if inquiry.commanded and not inquiry.asks:
        return Verdict("out_of_scope", (), confidence=1.0)
    if not finding.hits and inquiry.empty:
        return Verdict("clarify", (), alternatives=_readings(knowledge_base))
    unknown = unknown_texts(inquiry, knowledge_base.documents)
    if finding.hits:
        unknown = unknown or elsewhere(inquiry, knowledge_base.documents[finding.hits[0].document_id])
    if not unknown and (named := _named(inquiry, finding, knowledge_base)):
        claims = foreign_claims(inquiry, named.supports[0].document)
        if claims and named.status == "answered":
            supports = named.supports[:1]
            return replace(named, status="not_specified", supports=supports, missing=claims, denied=True)
        return named
    if not finding.hits:
        return Verdict("out_of_scope", ())
    ours = inquiry.of_principal or (inquiry.by_measure and not _OTHER_TEXT.search(inquiry.own))
    hits = _of_principal(finding.hits, knowledge_base) if ours else finding.hits
    supports = _supports(inquiry, hits, knowledge_base, limits)
    missing = (
        unknown
        or foreign_claims(inquiry, supports[0].document)
        or _misdirected(inquiry, supports[0], knowledge_base)
        or _overstated(inquiry, supports[0], knowledge_base)
    )
    if missing and finding.out_of_scope < limits.out_of_scope:
        return Verdict("not_specified", supports[:1], missing, confidence=1.0, denied=True)
    return _weighed(inquiry, replace(finding, hits=tuple(hits)), supports, knowledge_base, limits, subject)


def _misdirected(inquiry: Inquiry, support: Support, knowledge_base: KnowledgeBase) -> tuple[str, ...]:
    """Numbers to call that the text names for something else than the provision answered from."""
    told = support.document.text[support.provision.start : support.provision.end]
    numbers = knowledge_base.channels.get(support.document.id, ())
    return tuple(number for number in numbers if number in inquiry.own and number not in told)


def _overstated(inquiry: Inquiry, support: Support, knowledge_base: KnowledgeBase) -> tuple[str, ...]:
    if inquiry.form == "polar" or patterns("forms")["weighed"].search(inquiry.own):
        return ()  # asked, not taken for granted: the answer's first line says how strong the text is
    quotes = [support.document.quote(clause) for clause in support.clauses]
    for clause in support.clauses:
        record = knowledge_base.record(support.document.id, clause.key)
        if not overstated(inquiry, record.strength if record else "statement", quotes):
            return ()
    return inquiry.demands[:1]


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
    if _asks_for_field(inquiry, supports[0]):
        return Verdict("answered", supports[:1], confidence=1.0)
    if heading := _heading_of_named(inquiry, supports[0], knowledge_base) or _heading_of_principal(
        inquiry, knowledge_base
    ):
        return Verdict("answered", (heading,), confidence=1.0)
    if finding.out_of_scope >= limits.out_of_scope:
        return Verdict("out_of_scope", (), confidence=finding.out_of_scope)
    supports = _with_sibling(inquiry, supports, knowledge_base)
    open_aspects = _open_aspects(inquiry, supports, knowledge_base)
    if open_aspects and (
        behind := _behind(inquiry, open_aspects, supports[0], finding, knowledge_base, limits, subject)
    ):
        return Verdict("answered", (support_of(behind, knowledge_base, limits),), confidence=confidence)
    needed = limits.aspect_answered if open_aspects else limits.answered
    if not knowledge_base.records:
        needed = limits.unranked_answered
    if confidence < needed:
        if finding.out_of_scope > finding.not_specified and not open_aspects:
            return Verdict("out_of_scope", (), confidence=finding.out_of_scope)
        missing = open_aspects or tuple(inquiry.aspects)
        nearest = _nearest(finding.hits, knowledge_base, limits)
        governing = _governing(missing, nearest, finding, knowledge_base, limits)
        return Verdict("not_specified", (nearest, *governing), missing, confidence=1.0 - confidence)
    return Verdict(
        "answered",
        supports,
        _left_open(inquiry, supports[:1], knowledge_base),
        confidence=confidence,
        alternatives=_alternatives(finding.hits, supports),
    )


def _with_sibling(
    inquiry: Inquiry, supports: tuple[Support, ...], knowledge_base: KnowledgeBase
) -> tuple[Support, ...]:
    """The first support together with another sentence of its provision that states what it leaves open, if one does."""
    open_aspects = _open_aspects(inquiry, supports, knowledge_base)
    first = supports[0]
    for clause in first.provision.clauses if open_aspects else ():
        record = knowledge_base.record(first.document.id, clause.key)
        if record and set(open_aspects) <= set(record.states):
            clauses = tuple(sorted({*first.clauses, clause}, key=lambda clause: clause.number))
            return (replace(first, clauses=clauses), *supports[1:])
    return supports


def _nearest(hits: Sequence[Hit], knowledge_base: KnowledgeBase, limits: Thresholds) -> Support:
    """What is shown where nothing answers: the opinion's own provision where it comes close to the best."""
    principal = knowledge_base.principal
    close = (hit for hit in hits if hit.probability >= NEAREST_RATIO * hits[0].probability)
    ours = (hit for hit in close if principal is not None and hit.document_id == principal.id)
    return support_of(next(ours, hits[0]), knowledge_base, limits)


def _governing(
    missing: Sequence[str],
    nearest: Support,
    finding: Finding,
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
) -> tuple[Support, ...]:
    """The loudest text in force that the nearest provision rests on and whose digest says that it lacks just this."""
    behind = _linked_to(nearest, knowledge_base)
    for hit in finding.hits:
        digest = knowledge_base.digests.get(hit.document_id)
        if digest is None or hit.document_id not in behind or digest.document.validity.ended:
            continue
        if not digest.document.metadata.number:
            continue  # a compilation of ours: there is no original to send anybody to
        lacking = searchable("；".join(digest.unknown))
        if any(aspects()[name].search(lacking) for name in missing if name in aspects()):
            return (support_of(hit, knowledge_base, limits),)
    return ()


def _linked_to(support: Support, knowledge_base: KnowledgeBase) -> set[str]:
    keys = {clause.key for clause in support.provision.clauses}
    links = (link for link in knowledge_base.links if link.document_id == support.document.id)
    return {link.target for link in links if link.clause in keys}


def _of_principal(hits: Sequence[Hit], knowledge_base: KnowledgeBase) -> Sequence[Hit]:
    """The opinion's own provisions, where the question says that it means that text and any was found."""
    principal = knowledge_base.principal
    mine = [hit for hit in hits if principal is not None and hit.document_id == principal.id]
    return mine if mine and mine[0].probability >= PRINCIPAL_AT_LEAST else hits


def _behind(
    inquiry: Inquiry,
    asked: Sequence[str],
    support: Support,
    finding: Finding,
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
    subject: str,
) -> Hit | None:
    """The loudest point that tells what the cited sentences leave open, of a document behind them or of the same digest.

    It has to be nearly as loud as the best; of a document that the question or its subject names it need not, where the
    texts most likely answer.
    """
    keys = {clause.key for clause in support.provision.clauses}
    links = [
        link
        for link in knowledge_base.links
        if link.document_id == support.document.id and link.clause in keys
    ]
    within = {link.target for link in links} | ({support.document.id} & knowledge_base.digests.keys())
    said = f"{subject} {inquiry.own}"
    named = {link.target for link in links if searchable(link.phrase) in said}
    named |= within.intersection(documents_named(said, knowledge_base.documents))
    if finding.answered < limits.answered or not patterns("cues").keys() >= set(asked):
        named = set()  # of an aspect without words of its own nobody can see whether a point tells it
    for hit in finding.hits:
        close = hit.probability >= limits.linked_ratio * finding.hits[0].probability
        if hit.document_id not in (within if close else named):
            continue
        document = knowledge_base.documents[hit.document_id]
        told = document.text[hit.provision.start : hit.provision.end]
        if told_by(told, None).leaves_open.isdisjoint(asked):
            return hit if hit.provision != support.provision else None
    return None


def _named(inquiry: Inquiry, finding: Finding, knowledge_base: KnowledgeBase) -> Verdict | None:
    """Provisions and parts that the question names by number, where one text has been read clause by clause."""
    document = knowledge_base.principal
    if document is None:
        return None
    parts = inquiry.parts or _parts_by_heading(inquiry, document)
    if not (inquiry.provisions or parts):
        return None
    if _OTHER_TEXT.search(inquiry.own) or "金额" in inquiry.aspects:
        return None
    last = document.provisions[-1].number
    beyond = [number for number in inquiry.provisions if not 1 <= number <= last]
    beyond += [number for number in parts if not 1 <= number <= len(document.parts)]
    if beyond:
        nearest = _whole(document, document.provisions[-1], ())
        return Verdict("not_specified", (nearest,), inquiry.named, beyond[0], 1.0)
    named = [document.provision(number) for number in inquiry.provisions]
    for number in parts:
        part = document.parts[number - 1]
        named += [p for p in document.provisions if part.start <= p.start < part.end]
    spoken = {(hit.document_id, hit.provision.number): hit for hit in finding.hits}
    supports = tuple(_named_support(document, p, spoken, bool(parts)) for p in named)
    open_aspects = _open_aspects(inquiry, supports, knowledge_base)
    if open_aspects:
        return Verdict("not_specified", supports[:1], open_aspects, confidence=1.0)
    return Verdict("answered", supports, _left_open(inquiry, supports[:1], knowledge_base), confidence=1.0)


def _parts_by_heading(inquiry: Inquiry, document: Document) -> tuple[int, ...]:
    """Parts that are asked for as a whole by their heading."""
    if not inquiry.wants_all and inquiry.form != "count":
        return ()
    headings = (searchable(part.heading) for part in document.parts)
    return tuple(number for number, heading in enumerate(headings, 1) if heading and heading in inquiry.own)


def _named_support(
    document: Document, provision: Provision, spoken: dict[tuple[str, int], Hit], brief: bool
) -> Support:
    whole = _whole(document, provision, ())
    if not brief:
        return whole
    heading = tuple(c for c in provision.clauses if c.kind == "heading") or whole.clauses[:1]
    hit = spoken.get((document.id, provision.number))
    return Support(document, provision, heading, hit.neighbours if hit else ())


def whole_support(support: Support) -> Support:
    """The same provision with all its sentences."""
    return _whole(support.document, support.provision, support.neighbours)


def _whole(document: Document, provision: Provision, neighbours: tuple[str, ...]) -> Support:
    body = tuple(c for c in provision.clauses if c.kind not in ("part", "heading"))
    return Support(document, provision, body or provision.clauses, neighbours)


def _supports(
    inquiry: Inquiry, hits: Sequence[Hit], knowledge_base: KnowledgeBase, limits: Thresholds
) -> tuple[Support, ...]:
    ratio = limits.provision_ratio_all if inquiry.wants_all else limits.provision_ratio
    most = LISTED_AT_MOST if inquiry.wants_all else CITED_AT_MOST
    # an answer rests on one text: what another says of the same subject is a question of its own
    one_text = [hit for hit in hits if hit.document_id == hits[0].document_id]
    kept = [hit for hit in one_text if hit.probability >= ratio * hits[0].probability][:most]
    return tuple(support_of(hit, knowledge_base, limits) for hit in kept)


def support_of(hit: Hit, knowledge_base: KnowledgeBase, limits: Thresholds) -> Support:
    """The clauses that speak loudest; where that is the heading, the measure is asked for as a whole."""
    document = knowledge_base.documents[hit.document_id]
    best = hit.clauses[0]
    if best.clause.kind in ("heading", "part"):
        return _whole(document, hit.provision, hit.neighbours)
    floor = limits.clause_ratio * best.probability
    spoken = [
        s.clause for s in hit.clauses if s.probability >= floor and s.clause.kind not in ("heading", "part")
    ]
    clauses = tuple(sorted(spoken[:QUOTED_AT_MOST], key=lambda clause: clause.number))
    return Support(document, hit.provision, clauses, hit.neighbours)


def _open_aspects(
    inquiry: Inquiry, supports: Sequence[Support], knowledge_base: KnowledgeBase
) -> tuple[str, ...]:
    """Asked aspects that no clause at hand states and at least one leaves open."""
    stated: set[str] = set()
    left: set[str] = set()
    for support in supports[:1]:
        for clause in support.clauses:
            record = knowledge_base.record(support.document.id, clause.key)
            if record or support.document.id in knowledge_base.digests:
                told = told_by(support.document.quote(clause), record)
                stated |= told.states
                left |= told.leaves_open
    return tuple(name for name in inquiry.aspects if name in left and name not in stated)


def _left_open(
    inquiry: Inquiry, supports: Sequence[Support], knowledge_base: KnowledgeBase
) -> tuple[str, ...]:
    """What the answering clauses leave open, the asked aspects first, for the line that says so."""
    names: dict[str, None] = dict.fromkeys(_open_aspects(inquiry, supports, knowledge_base))
    for support in supports:
        for clause in support.clauses:
            record = knowledge_base.record(support.document.id, clause.key)
            names |= dict.fromkeys(record.leaves_open if record else ())
    return tuple(names)


def _asks_for_field(inquiry: Inquiry, best: Support) -> bool:
    """Whether the turn names a field that the front matter fills in (文号, 索引号, 生成日期 …)."""
    fields = best.document.metadata.fields.items()
    named = [label for label, value in fields if value and label in inquiry.own]
    return bool(named) and best.provision.number == 0 and len(inquiry.own) <= FIELD_QUESTION_LIMIT


def _heading_of_named(inquiry: Inquiry, best: Support, knowledge_base: KnowledgeBase) -> Support | None:
    """The line of a digest that holds number and issuers, where the question asks the text it names for just that.

    A point that tells it, or that there is none, comes before the heading.
    """
    asked = patterns("forms")["heading"].search(inquiry.own)
    named = documents_named(inquiry.own, knowledge_base.documents) if asked else ()
    digest = knowledge_base.digests.get(named[0]) if len(named) == 1 else None
    if digest is None or not digest.document.metadata.issuers:
        return None
    document = digest.document
    told = best.document.text[best.provision.start : best.provision.end]
    numbered = patterns("forms")["number"].search(inquiry.own)
    sought = (document.metadata.number or "文号", "文号") if numbered else document.metadata.issuers[:1]
    if best.document.id != document.id or (best.provision.number and any(word in told for word in sought)):
        return None
    heading = document.provision(0)
    lines = tuple(c for c in heading.clauses if document.metadata.issuers[0] in document.quote(c))
    return Support(document, heading, lines[:1], ()) if lines else None


def _heading_of_principal(inquiry: Inquiry, knowledge_base: KnowledgeBase) -> Support | None:
    """The line of the opinion's heading that holds its number or its day, where it is asked for just that."""
    words, document = patterns("forms"), knowledge_base.principal
    if document is None or not words["itself"].search(inquiry.own) or words["undone"].search(inquiry.own):
        return None
    if _OTHER_TEXT.search(inquiry.own):
        return None
    heading = document.provision(0)
    number = words["heading"].search(inquiry.own) and document.metadata.number
    lines = tuple(
        clause
        for clause in heading.clauses
        if (number and number in document.quote(clause))
        or (clause.kind == "date" and words["dated"].search(inquiry.own))
    )
    asks_issuers = number and not words["number"].search(inquiry.own)
    return Support(document, heading, lines[:1], ()) if lines and not asks_issuers else None


def _readings(knowledge_base: KnowledgeBase) -> tuple[str, ...]:
    """What a turn without a subject might be about: the parts of the text."""
    first = knowledge_base.principal or next(iter(knowledge_base.documents.values()))
    return tuple(f"{part.label}{part.heading}" for part in first.parts[:6])


def _alternatives(hits: Sequence[Hit], supports: Sequence[Support]) -> tuple[str, ...]:
    """Questions that the next provisions answer, to go on with."""
    cited = {(s.document.id, s.provision.number) for s in supports}
    rest = [hit for hit in hits if (hit.document_id, hit.provision.number) not in cited]
    return tuple(dict.fromkeys(name for hit in rest[:6] for name in hit.neighbours))[:3]
