"""What a reader must know of the cited texts before the answer: a digest, not yet or no longer in force, a successor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.contract import Citation, Related
from assistant.messages import message
from knowledge_base import Document, KnowledgeBase
from knowledge_base.validity import State


def state_of(document: Document, day: date) -> State:
    """Whether the text is in force on a day."""
    return document.validity.on(day)


def related(knowledge_base: KnowledgeBase, document_id: str, clause: str, day: date) -> tuple[Related, ...]:
    """The documents that a sentence names or rests on."""
    found = []
    for link in knowledge_base.links:
        if (link.document_id, link.clause) == (document_id, clause):
            target = knowledge_base.documents[link.target]
            metadata = target.metadata
            found.append(
                Related(
                    document_id=target.id,
                    title=metadata.title,
                    number=metadata.number,
                    phrase=link.phrase,
                    state=state_of(target, day),
                )
            )
    return tuple(found)


def notices(citations: Sequence[Citation], knowledge_base: KnowledgeBase, day: date) -> tuple[str, ...]:
    """Sentences for the first lines of an answer, each document once."""
    documents = knowledge_base.documents
    cited = list(dict.fromkeys(citation.document_id for citation in citations))
    said = [_standing(documents[name], documents, day) for name in cited]
    said += [
        message("notice_digest", title=named(documents[name]))
        for name in cited
        if documents[name].text_kind == "digest"
    ]
    # only what the sentence names: the rules behind a subject have their own answers
    mentioned = (
        r.document_id for citation in citations for r in citation.related if f"《{r.title}" in r.phrase
    )
    said += [
        message("notice_mentioned", notice=notice)
        for name in dict.fromkeys(mentioned)
        # a text not yet in force is not meant: a sentence written before it means the one that applied
        if name not in cited and state_of(documents[name], day) == "ended"
        if (notice := _standing(documents[name], documents, day))
    ]
    return tuple(dict.fromkeys(filter(None, said)))


def _standing(document: Document, documents: dict[str, Document], day: date) -> str:
    validity = document.validity
    state = state_of(document, day)
    if state == "ended" and validity.ended:
        if validity.replaced_by:
            successor = named(documents[validity.replaced_by])
            return message(
                "notice_replaced", title=named(document), day=chinese_day(validity.ended), successor=successor
            )
        return message("notice_ended", title=named(document), day=chinese_day(validity.ended))
    if state == "not_yet" and validity.effective:
        begins = message("notice_not_yet", title=named(document), day=chinese_day(validity.effective))
        before = [
            documents[name] for name in validity.replaces if state_of(documents[name], day) == "in_force"
        ]
        return begins + "".join(message("notice_until_then", title=named(other)) for other in before)
    return ""


def named(document: Document) -> str:
    """`《…》（number）`."""
    number = f"（{document.metadata.number}）" if document.metadata.number else ""
    return f"《{document.metadata.title}》{number}"


def chinese_day(day: date) -> str:
    """`2026年4月15日`."""
    return f"{day.year}年{day.month}月{day.day}日"
