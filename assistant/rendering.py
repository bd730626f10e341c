"""Statements → the Markdown that is read: headings, markers, contacts; in the characters of the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
        for s in brief.verdict.shown
    }
    columns: dict[str, list[str]] = {}
    for statement in statements:
        first = by_id[statement.citations[0]]
        heading = headings[first.document_id, first.number]
        told = "「" in statement.text
        markers = "".join(f" [{number}]" for number in statement.citations)
        if told:
            columns.setdefault(heading, []).append(statement.text + markers)
        if told and heading not in shown and first.number:
            lines.append(f"**{heading}**")
            shown.add(heading)
        lines.append(f"- {statement.text}{markers}" if told else f"{statement.text}{markers}")
    lines += [
        f"{message('contact', name=contact.name, number=contact.number)} [{contact.citation}]"
        for contact in contacts
    ]
    if brief.inquiry.form == "compare" and (table := _side_by_side(columns)):
        place = next(at for at, line in enumerate(lines) if line.startswith(("- ", "**")))
        others = [line for line in lines[place:] if not line.startswith(("- ", "**"))]
        lines = [*lines[:place], table, *others]
    text = "\n\n".join(lines).replace("\n\n- ", "\n- ")
    return traditional(text) if brief.inquiry.script == "traditional" else text


def _side_by_side(columns: Mapping[str, Sequence[str]]) -> str:
    """A table with a column for each text compared; empty where a quote cannot stand in a cell as it is."""
    if len(columns) < 2 or any(set("|\n") & set(told) for said in columns.values() for told in said):
        return ""
    cells = ["<br>".join(said) for said in columns.values()]
    rows = [list(columns), ["---"] * len(columns), cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def cells_of(line: str) -> list[str]:
    """The cells of one line of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def listed(text: str) -> str:
    """The same text with the columns of a table one below the other, for where no table can stand."""
    lines: list[str] = []
    heads: list[str] = []
    for line in text.splitlines():
        if not line.startswith("| "):
            lines.append(line)
        elif not heads:
            heads = cells_of(line)
        elif not line.startswith("| ---"):
            for head, cell in zip(heads, cells_of(line), strict=True):
                lines += [f"**{head}**", *(f"- {said}" for said in cell.split("<br>"))]
            heads = []
    return "\n".join(lines)


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
