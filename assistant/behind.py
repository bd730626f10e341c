"""What the texts behind a cited sentence tell of it, what they say beside it, and what their digests say that they lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.premises import names_other_rights
from assistant.selection import Support, support_of, told_of
from assistant.thresholds import Thresholds
from assistant.understanding import Inquiry
from knowledge_base import Finding, Hit, KnowledgeBase
from knowledge_base.digests import Link
from knowledge_base.findings import SpokenClause
from knowledge_base.lexicon import aspects, patterns
from knowledge_base.naming import documents_named
from knowledge_base.normalisation import searchable

BESIDE_RATIO = 0.05  # of the best share, from which the other text could be meant, too


def behind(
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
    texts most likely answer. Nothing where they hardly do.
    """
    if finding.answered < limits.aspect_stated:
        return None
    links = _links(support, knowledge_base)
    within = {link.target for link in links} | ({support.document.id} & knowledge_base.digests.keys())
    said = f"{subject} {inquiry.own}"
    named = {link.target for link in links if link.named_in(said)}
    named |= within.intersection(documents_named(said, knowledge_base.documents))
    if finding.answered < limits.answered or not patterns("cues").keys() >= set(asked):
        named = set()  # what somebody may do and what one has to be (条件) are too much alike to be sought where little speaks up
    for hit in finding.hits:
        close = hit.probability >= limits.linked_ratio * finding.hits[0].probability
        if hit.document_id not in (within if close else named):
            continue
        document = knowledge_base.documents[hit.document_id]
        if told_of(document, hit.provision.clauses, knowledge_base).leaves_open.isdisjoint(asked):
            return hit if hit.provision != support.provision else None
    return None


def governing(
    inquiry: Inquiry,
    missing: Sequence[str],
    nearest: Support,
    finding: Finding,
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
) -> tuple[Support, ...]:
    """The loudest text that the nearest sentences rest on and whose digest says that it lacks just this.

    None that another has replaced, or that speaks of other rights than the question; whether it applies on the day asked about is told with the citation.
    """
    keys = {clause.key for clause in nearest.clauses}
    within = {link.target for link in _links(nearest, knowledge_base) if link.clause in keys}
    for hit in finding.hits:
        digest = knowledge_base.digests.get(hit.document_id)
        if digest is None or hit.document_id not in within or digest.document.validity.ended:
            continue
        if digest.compiled or names_other_rights(inquiry, digest.document):
            continue
        lacking = searchable("；".join(digest.unknown))
        if any(aspects()[name].search(lacking) for name in missing if name in aspects()):
            return (support_of(hit, knowledge_base, limits),)
    return ()


def meant(inquiry: Inquiry, hits: Sequence[Hit], knowledge_base: KnowledgeBase) -> Sequence[Hit]:
    """The hits in the text that is meant, where two share a title: the one that is named, else the leaning one's own.

    That has its sentence before the hits, where the first of them is that sentence's counterpart.
    """
    principal = knowledge_base.principal
    twins = {name for name, digest in knowledge_base.digests.items() if digest.counterparts}
    if principal is None or not twins or inquiry.form == "compare":
        return hits
    named = twins.intersection(documents_named(inquiry.own, knowledge_base.documents))
    if named and not inquiry.of_principal:
        return [hit for hit in hits if hit.document_id in named] or hits
    words, best = patterns("forms"), hits[0]
    if best.document_id not in twins or words["national"].search(inquiry.own):
        return hits
    counterparts = knowledge_base.digests[best.document_id].counterparts
    keys = [key for key, point in counterparts if point == best.provision.number]
    if not keys:
        return hits
    mine = (spoken for hit in hits if hit.document_id == principal.id for spoken in hit.clauses)
    loudness = {spoken.clause.key: spoken.probability for spoken in mine}
    clause = principal.clause(max(keys, key=lambda key: loudness.get(key, 0.0)))
    provision = principal.provision(clause.provision)
    spoken = (SpokenClause(clause, best.probability),)
    own = replace(best, document_id=principal.id, provision=provision, clauses=spoken)
    return (own, *(hit for hit in hits if hit.provision != provision))


def beside(
    inquiry: Inquiry,
    support: Support,
    finding: Finding,
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
) -> Support | None:
    """What another text says where the cited one has its own sentence, and the question could mean either.

    It could where it names neither of them, and both speak up.
    """
    if inquiry.of_principal or inquiry.by_measure or inquiry.form == "compare":
        return None
    keys = {clause.key for clause in support.clauses}
    points = {
        (name, point)
        for name, digest in knowledge_base.digests.items()
        for key, point in digest.counterparts
        if key in keys and knowledge_base.principal is support.document
    }
    close = (h for h in finding.hits if h.probability >= BESIDE_RATIO * finding.hits[0].probability)
    found = (hit for hit in close if (hit.document_id, hit.provision.number) in points)
    return next((support_of(hit, knowledge_base, limits) for hit in found), None)


def _links(support: Support, knowledge_base: KnowledgeBase) -> list[Link]:
    keys = {clause.key for clause in support.provision.clauses}
    links = (link for link in knowledge_base.links if link.document_id == support.document.id)
    return [link for link in links if link.clause in keys]
