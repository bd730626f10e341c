"""Addresses of texts, the small marks that stand beside them, and the frame of the pages under `/d`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import quote, urlencode

from assistant.desk.render import STATE
from assistant.library import Span
from knowledge_base import Clause, Document, Provision
from knowledge_base.validity import State

KINDS = {"original": "原文", "digest": "摘要"}
UNKNOWN = "未查明"


def address(document: Document, number: int | None = None, **query: str) -> str:
    """Where a text is read, at a provision if one is named; empty query values are left out."""
    asked = urlencode({name: value for name, value in query.items() if value}, safe=",")
    anchor = "" if number is None else f"#{number}"
    return f"/d/{quote(document.id, safe='')}{'?' + asked if asked else ''}{anchor}"


def sentence_address(document: Document, *clauses: Clause) -> str:
    """Sentences of one provision, highlighted in their document."""
    spans = ",".join(f"{clause.start}-{clause.quote_end}" for clause in clauses)
    return address(document, clauses[0].provision, quote=spans)


def state_badge(state: State) -> str:
    """现行, 尚未施行 or 已不再有效."""
    return f"<span class='pa-state pa-{state}'>{STATE[state]}</span>"


def kind_badge(document: Document) -> str:
    """原文 or 摘要."""
    return f"<span class='pa-kind pa-kind-{document.text_kind}'>{KINDS[document.text_kind]}</span>"


def place(provision: Provision) -> str:
    """`(三)推动…`, `第3点`, or 文首."""
    return f"{provision.label}{provision.heading}" if provision.number else "文首"


def marked(document: Document, start: int, end: int, marks: Sequence[Span]) -> str:
    """The text's own characters from `start` to `end`, escaped, with the spans as `mark`s."""
    pieces, at = [], start
    for mark in marks:
        begin, stop = max(mark.start, at), min(mark.end, end)
        if begin < stop:
            pieces.append(escape(document.text[at:begin]))
            pieces.append(f"<mark>{escape(document.text[begin:stop])}</mark>")
            at = stop
    pieces.append(escape(document.text[at:end]))
    return "".join(pieces).replace("\n", "<br>")


def chosen_day(text: str) -> date | None:
    """The day of an address's `on=`; None where it is none, so that today serves."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def page(title: str, body: str, status: str = "", room: str = "文库") -> str:
    """A whole page of its own, in the desk's style sheet, light or dark as the reader's system is."""
    dark = (
        "if(matchMedia('(prefers-color-scheme: dark)').matches)document.documentElement.classList.add('dark')"
    )
    return (
        "<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)} · 政策助手</title><link rel='stylesheet' href='/desk/style.css'>"
        f"<link rel='icon' href='data:,'><script>{dark}</script></head>"
        f"<body class='pa-sheet'><a class='pa-skip' href='#text'>跳到正文</a>"
        "<nav class='pa-crumbs' aria-label='位置'><a href='/'>政策助手</a><span aria-hidden='true'>›</span>"
        f"<span>{room}</span>{status}</nav><main>{body}</main></body></html>"
    )
