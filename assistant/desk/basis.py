"""The panel 依据: the provision that a marker cites, in its document, with the quoted sentence highlighted."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant.desk.linking import address, kind_badge, marked, place, state_badge
from assistant.desk.reading import rests_on, source_list, used_by
from assistant.desk.render import STRENGTH
from assistant.library import Entry, Span, shelf, standing_line
from assistant.live import Current
from knowledge_base import Clause, Document, KnowledgeBase, Provision

_SENTENCES = ("sentence", "item")
_CHANGED = (
    "<p class='pa-notice'>收录的文件已经更新，这里不再显示；请看回答旁边当时所引的原文，或者再问一次。</p>"
)


def router(current: Current) -> APIRouter:
    """`/talk/basis`: the fragment for one quoted span, of the version that the answer was made from."""
    routes = APIRouter(prefix="/talk")

    @routes.get("/basis", response_class=HTMLResponse)
    def basis(document: str, start: int, end: int, version: str = "") -> HTMLResponse:
        assistant = current()
        base = assistant.knowledge_base
        entry = shelf(base, assistant.today()).get(document)
        if entry is None or version not in ("", base.version):
            return HTMLResponse(_CHANGED, 409)
        provision = _around(entry.document, start, end)
        if provision is None:
            return HTMLResponse(_CHANGED, 409)
        return HTMLResponse(basis_html(entry, provision, Span(start, end), base))

    return routes


def _around(document: Document, start: int, end: int) -> Provision | None:
    """The provision that holds the whole span."""
    held = (one for one in document.provisions if one.start <= start < end <= one.end)
    return next(held, None)


def basis_html(entry: Entry, provision: Provision, quoted: Span, base: KnowledgeBase) -> str:
    """Where it stands, the text with the sentence highlighted, its state, and its ties to other documents both ways."""
    document = entry.document
    metadata = document.metadata
    found = [
        clause for clause in provision.clauses if clause.start < quoted.end and quoted.start < clause.end
    ]
    text = marked(document, provision.start, _last(document, provision), [quoted]).strip()
    link = address(document, provision.number, quote=f"{quoted.start}-{quoted.end}")
    digest = entry.digest.sources.get(provision.number, ()) if entry.digest else ()
    return (
        f"<p class='pa-badges'><span class='pa-badge pa-level'>{escape(document.level)}</span>"
        f"{kind_badge(document)}{state_badge(entry.state)}</p>"
        f"<h2 id='pa-basis-title' tabindex='-1'>《{escape(metadata.title)}》</h2>"
        f"<p class='pa-quiet'>{escape(metadata.number)}</p>"
        f"<p class='pa-basis-standing pa-quiet'>{escape(standing_line(entry))}{_succeeded(entry)}</p>"
        f"{_path(provision, found)}"
        f"<div class='pa-text' role='region' aria-label='条文' tabindex='0'>{text}</div>"
        f"{_worded(document, found, base)}{_origin(document)}{source_list(digest)}"
        f"{rests_on(entry.uses_of(provision.number), base)}{used_by(entry.used_by)}"
        f"<p class='pa-basis-more'><a href='{link}' target='_blank' rel='noopener'>看全文（新页）</a></p>"
    )


def _last(document: Document, provision: Provision) -> int:
    """Where the provision ends, without the blanks after it."""
    return provision.start + len(document.text[provision.start : provision.end].rstrip())


def _path(provision: Provision, found: list[Clause]) -> str:
    """part › measure › sentence."""
    counted = [clause.key for clause in provision.clauses if clause.kind in _SENTENCES]
    numbers = [counted.index(clause.key) + 1 for clause in found if clause.key in counted]
    sentence = ""
    if numbers:
        span = f"{numbers[0]}" if numbers[0] == numbers[-1] else f"{numbers[0]}—{numbers[-1]}"
        sentence = f"第 {span} 句（共 {len(counted)} 句）"
    steps = [step for step in (provision.part, place(provision), sentence) if step]
    items = "".join(f"<li>{escape(step)}</li>" for step in steps)
    return f"<ol class='pa-path' aria-label='在文件中的位置'>{items}</ol>"


def _succeeded(entry: Entry) -> str:
    if not entry.successor:
        return ""
    link = f"<a href='{address(entry.successor)}' target='_blank' rel='noopener'>"
    return f" 接续文件：{link}《{escape(entry.successor.metadata.title)}》</a>"


def _worded(document: Document, found: list[Clause], base: KnowledgeBase) -> str:
    """How strongly the quoted sentence is worded."""
    records = (base.record(document.id, clause.key) for clause in found)
    said = dict.fromkeys(STRENGTH[record.strength] for record in records if record)
    return f"<p class='pa-quiet'>力度：{'、'.join(said)}</p>" if said else ""


def _origin(document: Document) -> str:
    if document.text_kind == "original":
        return ""
    return "<p class='pa-notice'>这是根据公开来源整理的摘要，不是原文；办事请以原文为准。</p>"
