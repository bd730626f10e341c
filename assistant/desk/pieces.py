"""Small pieces of HTML that several tabs show: a place, its badges, a sentence highlighted where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from assistant.desk.render import STATE
from assistant.standing import named
from assistant.writing import full_width
from knowledge_base import Clause, Document, Provision, Strength
from knowledge_base.validity import State

# Guidance and support are requests and intentions: whoever reads the badge must not hear a promise.
WORDING: dict[Strength, str] = {
    "duty": "应当、必须",
    "action": "部署推进",
    "support": "支持性表述",
    "guidance": "倡导性表述",
    "statement": "陈述、目标",
}


def place(document: Document, provision: Provision) -> str:
    """`（十二）加强…`; for a digest its point, for the front matter 文首."""
    if document.text_kind == "digest":
        return f"{named(document)}摘要{provision.label}"
    return f"{full_width(provision.label)}{provision.heading}" or "文首"


def wording(strength: Strength) -> str:
    """The badge that says how strongly a sentence is worded."""
    return f"<span class='pa-tag pa-tag-{strength}'>{WORDING[strength]}</span>"


def standing(document: Document, state: State) -> str:
    """Badges for what a reader must not overlook: a digest, a text not in force; level first."""
    badges = f"<span class='pa-tag'>{escape(document.level)}</span>"
    if document.text_kind == "digest":
        badges += "<span class='pa-tag pa-tag-digest'>摘要，不是原文</span>"
    kind = "" if state == "in_force" else " pa-tag-ended"
    return f"{badges}<span class='pa-tag{kind}'>{STATE[state]}</span>"


def in_place(document: Document, provision: Provision, spans: Iterable[tuple[int, int]]) -> str:
    """A provision's own characters, escaped, the spans marked."""
    return _marked(document.text, provision.start, provision.end, spans)


def within(document: Document, clause: Clause, spans: Iterable[tuple[int, int]]) -> str:
    """A sentence's own characters, escaped, the spans marked."""
    return _marked(document.text, clause.start, clause.quote_end, spans)


def _marked(text: str, at: int, end: int, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    for start, stop in sorted(spans):
        begin = max(start, at)
        if begin < stop:
            pieces.append(f"{escape(text[at:begin])}<mark>{escape(text[begin:stop])}</mark>")
            at = stop
    pieces.append(escape(text[at:end].rstrip()))
    return "".join(pieces).strip().replace("\n", "<br>")
