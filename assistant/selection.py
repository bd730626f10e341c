"""A finding's hits → the provisions and sentences to answer from, and what those leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.sentence_selection import answering_sentences
from assistant.thresholds import Thresholds
from assistant.understanding import Inquiry
from knowledge_base import Clause, Document, Hit, KnowledgeBase, Provision
from knowledge_base.aspects import Told, told_by, told_in
from knowledge_base.lexicon import patterns
from knowledge_base.normalisation import searchable

CITED_AT_MOST = 3  # provisions in an answer to one question
LISTED_AT_MOST = 8  # provisions where all are asked for
NEAREST_RATIO = 0.3  # of the best share, from which another text's sentence speaks up, too
ALONE = 1.0  # of the loudest sentence: no other of its provision is shown beside it
QUOTED_AT_MOST = 3  # clauses quoted of one provision
_ONE_OF_SEVERAL = re.compile(r"[^：:，,。]+之一[：:]")


@dataclass(frozen=True, slots=True)
class Support:
    """A provision to answer from, with its clauses in order of the text, and what led there."""

    document: Document
    provision: Provision
    clauses: tuple[Clause, ...]
    neighbours: tuple[str, ...]

    @property
    def titled(self) -> str:
        """The sentences under the name of their text."""
        return self.document.metadata.title + "".join(map(self.document.quote, self.clauses))


def support_of(hit: Hit, knowledge_base: KnowledgeBase, limits: Thresholds) -> Support:
    """The clauses that speak loudest; where that is the heading, the measure is asked for as a whole."""
    document = knowledge_base.documents[hit.document_id]
    best = hit.clauses[0]
    if best.clause.kind in ("heading", "part"):
        return whole_of(document, hit.provision, hit.neighbours)
    floor = limits.clause_ratio * best.probability
    spoken = [
        s.clause for s in hit.clauses if s.probability >= floor and s.clause.kind not in ("heading", "part")
    ]
    clauses = tuple(sorted(spoken[:QUOTED_AT_MOST], key=lambda clause: clause.number))
    return Support(document, hit.provision, clauses, hit.neighbours)


def supports_of(
    inquiry: Inquiry, hits: Sequence[Hit], knowledge_base: KnowledgeBase, limits: Thresholds
) -> tuple[Support, ...]:
    """The provisions that speak nearly as loud as the best, of the same text; more of them where all are asked for."""
    ratio = limits.provision_ratio_all if inquiry.wants_all else limits.provision_ratio
    most = LISTED_AT_MOST if inquiry.wants_all else CITED_AT_MOST
    # an answer rests on one text: what another says of the same subject is a question of its own
    one_text = [hit for hit in hits if hit.document_id == hits[0].document_id]
    # the front, its number, day and departments, is an answer of its own: it adds nothing to one from the provisions
    one_text = [hits[0], *(hit for hit in one_text[1:] if hit.provision.number)]
    kept = [hit for hit in one_text if hit.probability >= ratio * hits[0].probability][:most]
    unread = kept[0].document_id not in {*knowledge_base.records, *knowledge_base.digests}
    if unread and not inquiry.wants_all and (answering := _answering(inquiry, kept[0], knowledge_base)):
        return (answering,)
    return all_of_a_kind(inquiry, kept[0], knowledge_base) or tuple(
        support_of(hit, knowledge_base, limits) for hit in kept
    )


def all_of_a_kind(inquiry: Inquiry, hit: Hit, knowledge_base: KnowledgeBase) -> tuple[Support, ...]:
    """Where all conditions are asked for and a point of a digest says that it is one of several (认定条件之一), all of these."""
    document = knowledge_base.documents[hit.document_id]
    kind = _ONE_OF_SEVERAL.match(document.quote(hit.clauses[0].clause))
    if kind is None or not patterns("asking")["which_of_all"].search(inquiry.own):
        return ()
    points = [p for p in document.provisions if document.quote(p.clauses[0]).startswith(kind.group())]
    return tuple(Support(document, point, point.clauses, hit.neighbours) for point in points[:LISTED_AT_MOST])


def _answering(inquiry: Inquiry, hit: Hit, knowledge_base: KnowledgeBase) -> Support | None:
    """The best provision of a text that nobody has read clause by clause, with the sentences that answer."""
    document = knowledge_base.documents[hit.document_id]
    clauses = answering_sentences(inquiry.own, document, [spoken.clause for spoken in hit.clauses])
    return Support(document, hit.provision, clauses, hit.neighbours) if clauses else None


def nearest_of(hits: Sequence[Hit], knowledge_base: KnowledgeBase, limits: Thresholds) -> Support:
    """What is shown where nothing answers: the loudest sentence, of the opinion's own provision where it comes close to the best.

    The front of a digest, its title and dates, is shown only where none of its points was found.
    """
    principal = knowledge_base.principal
    close = (hit for hit in hits if hit.probability >= NEAREST_RATIO * hits[0].probability)
    ours = (hit for hit in close if principal is not None and hit.document_id == principal.id)
    points = (h for h in hits if h.provision.number and h.document_id == hits[0].document_id)
    best = next(points, hits[0]) if hits[0].document_id in knowledge_base.digests else hits[0]
    return support_of(next(ours, best), knowledge_base, replace(limits, clause_ratio=ALONE))


def whole_support(support: Support) -> Support:
    """The same provision with all its sentences."""
    return whole_of(support.document, support.provision, support.neighbours)


def whole_of(document: Document, provision: Provision, neighbours: tuple[str, ...]) -> Support:
    """A provision with all its sentences; a heading alone where it has none."""
    body = tuple(c for c in provision.clauses if c.kind not in ("part", "heading"))
    return Support(document, provision, body or provision.clauses, neighbours)


def stands_in(inquiry: Inquiry, support: Support) -> bool:
    """Whether the whole turn is a word that the sentences at hand hold: whoever types it is shown where it stands."""
    quotes = (searchable(support.document.quote(clause)) for clause in support.clauses)
    return len(inquiry.own) > 1 and any(inquiry.own in quote for quote in quotes)


def open_aspects(
    inquiry: Inquiry, supports: Sequence[Support], knowledge_base: KnowledgeBase
) -> tuple[str, ...]:
    """Asked aspects that no clause at hand states and at least one leaves open.

    A point of a digest leaves open, for sure, what it has no words for either: who asks 哪一家 may call for 名单 or for a name.
    """
    first = supports[0]
    told = told_of(first.document, first.clauses, knowledge_base)
    unsaid = told.leaves_open - told.states
    if first.document.id in knowledge_base.digests:
        quotes = "".join(first.document.quote(clause) for clause in first.clauses)
        unsaid &= told_by(quotes, None).leaves_open
    return tuple(name for name in inquiry.aspects if name in unsaid)


def unstated_aspects(inquiry: Inquiry, support: Support, knowledge_base: KnowledgeBase) -> tuple[str, ...]:
    """Asked aspects that the clauses at hand do not state."""
    states = told_of(support.document, support.clauses, knowledge_base).states
    return tuple(name for name in inquiry.aspects if name not in states)


def told_of(document: Document, clauses: Sequence[Clause], knowledge_base: KnowledgeBase) -> Told:
    """What sentences of one text state and leave open; nothing where nobody has read them."""
    states: set[str] = set()
    leaves_open: set[str] = set()
    for clause in clauses:
        if document.id in knowledge_base.records or document.id in knowledge_base.digests:
            told = told_in(document, clause, knowledge_base.records, knowledge_base.digests)
            states |= told.states
            leaves_open |= told.leaves_open
    return Told(frozenset(states), frozenset(leaves_open))


def left_open(
    inquiry: Inquiry, supports: Sequence[Support], knowledge_base: KnowledgeBase
) -> tuple[str, ...]:
    """What the answering clauses leave open, the asked aspects first, for the line that says so."""
    names: dict[str, None] = dict.fromkeys(open_aspects(inquiry, supports, knowledge_base))
    for support in supports:
        for clause in support.clauses:
            record = knowledge_base.record(support.document.id, clause.key)
            names |= dict.fromkeys(record.leaves_open if record else ())
    return tuple(names)
