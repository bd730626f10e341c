"""In which provisions a word stands (版权在哪几条里出现过): every one of them, by the letters, not by likeness."""

from __future__ import annotations

from assistant.selection import Support
from assistant.understanding import Inquiry
from knowledge_base import KnowledgeBase
from knowledge_base.lexicon import patterns
from knowledge_base.normalisation import searchable

LEAST = 2  # characters of a word that is searched for


def occurrences(inquiry: Inquiry, knowledge_base: KnowledgeBase) -> tuple[Support, ...]:
    """The opinion's provisions that have the word, in order, each with the sentences where it stands.

    None where the question asks for something else, or means another text, or the word stands nowhere.
    """
    document, words = knowledge_base.principal, patterns("forms")
    match = words["occurs"].search(inquiry.own)
    if document is None or match is None or words["other_text"].search(inquiry.own):
        return ()
    said = next(group for group in match.groups() if group)
    word = words["quoting"].sub("", said).strip()
    if len(word) < LEAST:
        return ()
    found = []
    for provision in document.provisions:
        having = (clause for clause in provision.clauses if word in searchable(document.quote(clause)))
        clauses = tuple(clause for clause in having if clause.kind != "part")
        if provision.number and clauses:
            found.append(Support(document, provision, clauses, ()))
    return tuple(found)
