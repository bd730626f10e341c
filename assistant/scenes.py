"""What a turn asks for and is read against: the provisions shown before it, the documents around them, and whether it needs them at all."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date

from assistant.consultation import Consultation
from assistant.follow_ups import Findings, Place, Scene
from assistant.selection import CITED_AT_MOST, Support
from assistant.thresholds import Thresholds
from assistant.understanding import COUNTED, Inquiry
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.lexicon import patterns
from knowledge_base.normalisation import searchable

SELF_STANDING = 10  # characters; a shorter turn in a conversation is read with its subject
BRIEF = 6  # characters; such a turn leaves most of what it is about to what came before
CONTACT = "联系方式"  # an aspect
_TO_CALL = re.compile(r"(?<!\d)\d{5}(?!\d)")


def scene_of(inquiry: Inquiry, before: Consultation, knowledge_base: KnowledgeBase, day: date) -> Scene:
    """The scene of a turn; what single provisions tell is for the caller to add.

    Who says 现在 speaks of something newer than a text that has ended on that day, and of something older than one to come.
    """
    words, links = patterns("turns"), knowledge_base.links
    shown = {document for document, _ in before.places} & knowledge_base.digests.keys()
    validity = [knowledge_base.documents[document].validity for document in shown]
    shares: defaultdict[str, float] = defaultdict(float)
    for hit in before.finding.hits:
        shares[hit.document_id] += hit.probability
    naming = [(link.document_id, link.provision) for link in links if link.target in shown]
    sentences = {(link.document_id, link.clause) for link in links if link.target in shown}
    said = searchable(before.subject)
    now = {one.on(day) for one in validity} if words["now"].search(inquiry.own) else set()
    return Scene(
        shown=before.places,
        shares=shares,
        digests=knowledge_base.digests,
        linked={link.target for link in links if (link.document_id, link.provision) in before.places},
        spoken={link.target for link in links if link.named_in(said)},
        siblings={link.target for link in links if (link.document_id, link.clause) in sentences} - shown,
        successors={name for one in validity if (name := one.replaced_by)},
        predecessors={name for one in validity for name in one.replaces},
        principal=knowledge_base.principal.id if knowledge_base.principal else "",
        resting=naming,
        asked=inquiry.aspects,
        of_principal=inquiry.of_principal,
        brief=len(inquiry.own) <= BRIEF,
        newer="ended" in now or bool(words["newer"].search(inquiry.own)),
        older="not_yet" in now or bool(words["older"].search(inquiry.own)),
    )


def stands_alone(inquiry: Inquiry, findings: Findings, limits: Thresholds) -> bool:
    """Whether a turn is read without the subject before it.

    One that points back or says little is not, unless it opens a subject that is foreign to the texts alone and after
    what came before; any other is, unless the texts make little of it that way.
    """
    own = findings.own
    if not own.hits or min(own.out_of_scope, findings.together.out_of_scope) >= limits.new_subject:
        return not inquiry.empty
    said_enough = len(inquiry.own) >= SELF_STANDING and not inquiry.pointing.leans
    return said_enough and own.hits[0].probability >= limits.stands_alone


def resting_on(before: Consultation, knowledge_base: KnowledgeBase) -> tuple[Support, ...]:
    """The sentences of the opinion that name the document shown before; those shown, where they are its own."""
    principal = knowledge_base.principal
    own = tuple(s for s in before.verdict.supports if principal and s.document.id == principal.id)
    if own:
        return own
    shown = {document for document, _ in before.places}
    links = [link for link in knowledge_base.links if link.target in shown]
    said = searchable(before.subject)
    found: dict[Place, Support] = {}
    for link in [link for link in links if link.named_in(said)] or links:
        document = knowledge_base.documents[link.document_id]
        clause = document.clause(link.clause)
        support = Support(document, document.provision(clause.provision), (clause,), ())
        found.setdefault((document.id, clause.provision), support)
    return tuple(found.values())[:CITED_AT_MOST]


def asking(inquiry: Inquiry, finding: Finding, limits: Thresholds) -> Inquiry:
    """With the aspects that the question asks for in words that are no lexicon's."""
    learnt = [name for name, probability in finding.aspects.items() if probability >= limits.aspect_asked]
    if inquiry.form == "count":
        learnt = [name for name in learnt if name != COUNTED]
    if _TO_CALL.search(inquiry.own):  # whoever names a number does not ask for one
        learnt = [name for name in learnt if name != CONTACT]
    return replace(inquiry, aspects=tuple(dict.fromkeys([*inquiry.aspects, *learnt])))
