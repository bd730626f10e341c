"""Questions that a text's heading answers: its number, its day, who issued it, and the fields of the front matter."""

from __future__ import annotations

from dataclasses import replace

from assistant.selection import Support
from assistant.understanding import Inquiry
from knowledge_base import KnowledgeBase
from knowledge_base.lexicon import patterns
from knowledge_base.naming import documents_named
from knowledge_base.numerals import to_numeral

FIELD_QUESTION_LIMIT = 16  # characters; a longer turn asks for more than a field


def heading_of(inquiry: Inquiry, best: Support, knowledge_base: KnowledgeBase) -> Support | None:
    """What of a heading answers the question; None where it asks for something else."""
    return (
        _of_field(inquiry, best)
        or _of_named(inquiry, best, knowledge_base)
        or _of_principal(inquiry, knowledge_base)
        or _of_signatories(inquiry, knowledge_base)
    )


def _of_field(inquiry: Inquiry, best: Support) -> Support | None:
    """What was found, where the turn names a field that the front matter fills in (文号, 索引号, 生成日期 …): with its line."""
    fields = best.document.metadata.fields.items()
    named = [value for label, value in fields if value and label in inquiry.own]
    if not named or best.provision.number or len(inquiry.own) > FIELD_QUESTION_LIMIT:
        return None
    told = (clause for clause in best.provision.clauses if named[0] in best.document.quote(clause))
    line = next(told, None)
    return replace(best, clauses=(line,)) if line and line not in best.clauses else best


def _of_named(inquiry: Inquiry, best: Support, knowledge_base: KnowledgeBase) -> Support | None:
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


def _of_principal(inquiry: Inquiry, knowledge_base: KnowledgeBase) -> Support | None:
    """The line of the opinion's heading that holds its number or its day, where it is asked for just that."""
    words, document = patterns("forms"), knowledge_base.principal
    if document is None or not words["itself"].search(inquiry.own) or words["undone"].search(inquiry.own):
        return None
    if words["other_text"].search(inquiry.own):
        return None
    heading = document.provision(0)
    number = document.metadata.number if words["number"].search(inquiry.own) else ""
    dated = words["dated"].search(inquiry.own)
    lines = tuple(
        clause
        for clause in heading.clauses
        if (number and number in document.quote(clause)) or (dated and clause.kind == "date")
    )
    return Support(document, heading, lines[:1], ()) if lines else None


def _of_signatories(inquiry: Inquiry, knowledge_base: KnowledgeBase) -> Support | None:
    """Those who issued the opinion, where they are asked for by their number (十五个部门联合印发的是哪些)."""
    document, counted = knowledge_base.principal, patterns("forms")["counted_issuers"].search(inquiry.own)
    if document is None or counted is None or patterns("forms")["other_text"].search(inquiry.own):
        return None
    count = len(document.metadata.issuers)
    if counted["n"] not in (str(count), to_numeral(count)):
        return None
    heading = document.provision(0)
    lines = tuple(clause for clause in heading.clauses if clause.kind == "signatories")
    return Support(document, heading, lines, ()) if lines else None
