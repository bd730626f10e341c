"""Statements → the Markdown that is read: headings, markers, contacts; in the characters of the question."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.contract import Contact, Statement
from assistant.messages import has_message, message
from assistant.understanding import Inquiry
from assistant.writing import Brief, heading_of
from knowledge_base.normalisation import traditional


def rendered(brief: Brief, statements: Sequence[Statement], contacts: Sequence[Contact]) -> str:
    """Markdown with a marker on every statement; fixed sentences where nothing is cited."""
    status = brief.verdict.status
    if not statements:
        text = _fixed(brief.inquiry, status)
        return traditional(text) if brief.inquiry.script == "traditional" else text
    lines: list[str] = []
    shown: set[str] = set()
    by_id = {citation.id: citation for citation in brief.citations}
    main = brief.knowledge_base.principal
    headings = {
        (s.document.id, s.provision.number): heading_of(s, main is None or s.document is main)
        for s in brief.verdict.supports
    }
    for statement in statements:
        first = by_id[statement.citations[0]]
        heading = headings[first.document_id, first.number]
        told = "「" in statement.text
        if told and heading not in shown and first.number:
            lines.append(f"**{heading}**")
            shown.add(heading)
        markers = "".join(f" [{number}]" for number in statement.citations)
        lines.append(f"- {statement.text}{markers}" if told else f"{statement.text}{markers}")
    lines += [
        f"{message('contact', name=contact.name, number=contact.number)} [{contact.citation}]"
        for contact in contacts
    ]
    text = "\n\n".join(lines).replace("\n\n- ", "\n- ")
    return traditional(text) if brief.inquiry.script == "traditional" else text


def in_script_of(inquiry: Inquiry, statement: Statement) -> Statement:
    """The statement in the characters that the question was written in; quotes stay as they are."""
    if inquiry.script != "traditional":
        return statement
    return statement.model_copy(update={"text": traditional(statement.text)})


def _fixed(inquiry: Inquiry, status: str) -> str:
    name = inquiry.speech_act if status == "chitchat" and inquiry.speech_act else status
    english = f"{name}_en"
    if inquiry.script == "english" and has_message(english):
        return message(english)
    return message(name)
