"""What the texts behind a cited sentence tell of it, and what their digests say that they lack."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.selection import Support, support_of
from assistant.thresholds import Thresholds
from assistant.understanding import Inquiry
from knowledge_base import Finding, Hit, KnowledgeBase
from knowledge_base.aspects import told_by
from knowledge_base.digests import Link
from knowledge_base.lexicon import aspects, patterns
from knowledge_base.naming import documents_named
from knowledge_base.normalisation import searchable


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
    texts most likely answer.
    """
    links = _links(support, knowledge_base)
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


def governing(
    missing: Sequence[str],
    nearest: Support,
    finding: Finding,
    knowledge_base: KnowledgeBase,
    limits: Thresholds,
) -> tuple[Support, ...]:
    """The loudest text that the nearest provision rests on and whose digest says that it lacks just this.

    None that another has replaced; whether it applies on the day asked about is told with the citation.
    """
    within = {link.target for link in _links(nearest, knowledge_base)}
    for hit in finding.hits:
        digest = knowledge_base.digests.get(hit.document_id)
        if digest is None or hit.document_id not in within or digest.document.validity.ended:
            continue
        if not digest.document.metadata.number:
            continue  # a compilation of ours: there is no original to send anybody to
        lacking = searchable("；".join(digest.unknown))
        if any(aspects()[name].search(lacking) for name in missing if name in aspects()):
            return (support_of(hit, knowledge_base, limits),)
    return ()


def _links(support: Support, knowledge_base: KnowledgeBase) -> list[Link]:
    keys = {clause.key for clause in support.provision.clauses}
    links = (link for link in knowledge_base.links if link.document_id == support.document.id)
    return [link for link in links if link.clause in keys]
