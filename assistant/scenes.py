"""What a turn is read against: the provisions shown before it, and the documents around them."""

from __future__ import annotations

from collections import defaultdict

from assistant.consultation import Consultation
from assistant.follow_ups import Scene
from assistant.understanding import Inquiry
from knowledge_base import KnowledgeBase
from knowledge_base.lexicon import patterns
from knowledge_base.normalisation import searchable

BRIEF = 6  # characters; such a turn leaves most of what it is about to what came before


def scene_of(inquiry: Inquiry, before: Consultation, knowledge_base: KnowledgeBase) -> Scene:
    """The scene of a turn; what single provisions tell is for the caller to add."""
    words, links = patterns("turns"), knowledge_base.links
    shown = {document for document, _ in before.places} & knowledge_base.digests.keys()
    validity = [knowledge_base.documents[document].validity for document in shown]
    shares: defaultdict[str, float] = defaultdict(float)
    for hit in before.finding.hits:
        shares[hit.document_id] += hit.probability
    naming = [(link.document_id, link.provision) for link in links if link.target in shown]
    sentences = {(link.document_id, link.clause) for link in links if link.target in shown}
    said = searchable(before.subject)
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
        newer=bool(words["newer"].search(inquiry.own)),
        older=bool(words["older"].search(inquiry.own)),
    )
