"""The tab 文库: all documents with state, kind and links, filtered and searched as one types; and the pages under `/d`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Annotated, get_args
from urllib.parse import quote as quoted

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from assistant.desk.comparing import comparable, comparison_page, earlier_page
from assistant.desk.linking import (
    KINDS,
    UNKNOWN,
    address,
    chosen_day,
    kind_badge,
    marked,
    place,
    sentence_address,
    state_badge,
)
from assistant.desk.reading import missing_page, reading_page
from assistant.desk.render import STATE
from assistant.library import Entry, Found, Passage, Span, Wanted, search, shelf
from assistant.live import Current
from assistant.standing import chinese_day
from knowledge_base import Document, KnowledgeBase
from knowledge_base.documents import Level, TextKind
from knowledge_base.validity import State
from knowledge_base.versions import Wording, earlier_wordings

LEVELS: tuple[Level, ...] = ("省", "国家", "标准")  # the province's own texts first
QUERY_LIMIT = 200  # characters of a search
MOST_SPANS = 40  # sentences highlighted at once
_ABSENT = "知识库里没有这份文件，可能在换版时撤下了：请回到文库查找"
Words = Annotated[str, Query(max_length=QUERY_LIMIT)]


def shell() -> str:
    """The filters, and the place where the list goes."""
    return (
        "<section class='pa-library' aria-label='文库'><form class='pa-filters' data-list='/desk/library/list' "
        "data-into='pa-library-list' role='search'>"
        "<label class='pa-wide'>查找<input type='search' name='q' maxlength='200' autocomplete='off' "
        "placeholder='标题、文号、发布机关或正文里的字词，空格隔开'></label>"
        f"{_choice('级别', 'level', {level: level for level in LEVELS})}"
        f"{_choice('收录', 'kind', KINDS)}{_choice('效力', 'state', STATE)}"
        "<label>按哪一天<input type='date' name='on'></label></form>"
        "<div id='pa-library-list' class='pa-list' aria-live='polite'><p class='pa-quiet'>正在打开文库…</p></div>"
        "</section>"
    )


def _choice(label: str, name: str, values: dict[str, str]) -> str:
    options = "".join(f"<option value='{value}'>{text}</option>" for value, text in values.items())
    return f"<label>{label}<select name='{name}'><option value=''>不限</option>{options}</select></label>"


def router(assistant: Current) -> APIRouter:
    """`/library/list`: the list as HTML."""
    routes = APIRouter()

    @routes.get("/library/list", response_class=HTMLResponse)
    def listing(
        q: Words = "",
        level: str = "",
        kind: str = "",
        state: str = "",
        on: str = "",
    ) -> str:
        current = assistant()
        day = chosen_day(on) or current.today()
        wanted = Wanted(
            tuple(q.split()),
            next((value for value in get_args(TextKind) if value == kind), None),
            next((value for value in get_args(Level) if value == level), None),
            next((value for value in get_args(State) if value == state), None),
        )
        entries = list(shelf(current.knowledge_base, day).values())
        return _listing(search(entries, wanted), len(entries), day, q)

    return routes


def reading_router(assistant: Current, style: str) -> APIRouter:
    """The pages under `/d` and the style sheet that they share with the desk."""
    routes = APIRouter()

    @routes.get("/desk/style.css")
    def style_sheet() -> Response:
        return Response(style, media_type="text/css")

    @routes.get("/d/{document_id}", response_class=HTMLResponse)
    def reading(document_id: str, q: Words = "", quote: str = "", on: str = "") -> HTMLResponse:
        current = assistant()
        day = chosen_day(on) or current.today()
        entry = shelf(current.knowledge_base, day).get(document_id)
        if entry is None:
            return HTMLResponse(missing_page(_ABSENT), 404)
        base = current.knowledge_base
        return HTMLResponse(
            reading_page(entry, base, q.split(), _spans(quote), _wordings(base, entry.document))
        )

    @routes.get("/d/{document_id}/against/{other_id}", response_class=HTMLResponse)
    def against(document_id: str, other_id: str, on: str = "") -> HTMLResponse:
        current = assistant()
        entries = shelf(current.knowledge_base, chosen_day(on) or current.today())
        if document_id not in entries or other_id not in entries:
            return HTMLResponse(missing_page(_ABSENT), 404)
        return HTMLResponse(comparison_page(entries[other_id], entries[document_id]))

    @routes.get("/d/{document_id}/since/{version}", response_class=HTMLResponse)
    def since(document_id: str, version: str) -> HTMLResponse:
        current = assistant()
        entry = shelf(current.knowledge_base, current.today()).get(document_id)
        wordings = _wordings(current.knowledge_base, entry.document) if entry else ()
        wording = next((wording for wording in wordings if wording.version == version), None)
        if entry is None or wording is None:
            return HTMLResponse(missing_page(_ABSENT), 404)
        return HTMLResponse(earlier_page(wording, entry))

    return routes


def _wordings(base: KnowledgeBase, document: Document) -> tuple[Wording, ...]:
    return earlier_wordings(base.folder, document) if base.folder else ()


def _spans(text: str) -> list[Span]:
    """`12-30` or several of them with commas between; what is none is passed over."""
    found = (re.fullmatch(r"(\d{1,9})-(\d{1,9})", piece, re.ASCII) for piece in text.split(",")[:MOST_SPANS])
    return [Span(int(piece[1]), int(piece[2])) for piece in found if piece]


def _listing(found: Sequence[Found], total: int, day: date, query: str) -> str:
    told = f"<p class='pa-tally'>{len(found)} 份，共 {total} 份；效力按{chinese_day(day)}判断</p>"
    if not found:
        return (
            f"{told}<p class='pa-empty'>没有同时符合这些条件的文件。"
            "少写几个字，或把级别、收录、效力改回“不限”。</p>"
        )
    groups = [(level, [item for item in found if item.entry.document.level == level]) for level in LEVELS]
    return told + _pairs(found) + "".join(_table(level, items, query) for level, items in groups if items)


def _pairs(found: Sequence[Found]) -> str:
    """Versions that can be put side by side."""
    pairs = comparable([item.entry for item in found])
    if not pairs:
        return ""
    items = "".join(
        f"<li><a target='_blank' rel='noopener' href='{address(after)}/against/{quoted(before.id, safe='')}'>"
        f"{escape(before.metadata.title)}<span aria-hidden='true'> → </span>"
        f"<span class='pa-hidden'>改为</span>{escape(after.metadata.title)}</a></li>"
        for before, after in pairs
    )
    return f"<details class='pa-pairs'><summary>新旧版本逐条对照 {len(pairs)} 组</summary><ul>{items}</ul></details>"


def _table(level: str, items: Sequence[Found], query: str) -> str:
    rows = "".join(_row(item, query) for item in items)
    return (
        f"<table class='pa-documents'><caption>{level}<span>{len(items)} 份</span></caption><thead><tr>"
        "<th scope='col'>文件</th><th scope='col'>发布机关</th><th scope='col'>效力</th>"
        f"<th scope='col'>用到它的措施</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(item: Found, query: str) -> str:
    entry, document = item.entry, item.entry.document
    metadata = document.metadata
    number = escape("　".join(filter(None, [metadata.number, metadata.kind])))
    issuers = "、".join(metadata.issuers[:2]) + (
        f"等{len(metadata.issuers)}个" if len(metadata.issuers) > 2 else ""
    )
    link = f"<a target='_blank' rel='noopener' href='{address(document)}'>{escape(metadata.title)}</a>"
    none = f"<span class='pa-none'>{UNKNOWN}</span>"
    return (
        f"<tr><th scope='row'>{link}{kind_badge(document)}<span class='pa-number'>{number}</span>"
        f"{_passages(item, query)}</th>"
        f"<td data-label='发布机关'>{escape(issuers) or none}</td>"
        f"<td data-label='效力'>{state_badge(entry.state)}{_since(entry)}</td>"
        f"<td data-label='用到它的措施'>{_measures(entry)}</td></tr>"
    )


def _since(entry: Entry) -> str:
    validity = entry.document.validity
    said = []
    if validity.effective:
        said.append(f"{validity.effective.isoformat()} 起施行")
    if validity.ended:
        said.append(f"{validity.ended.isoformat()} 起失效")
    lines = "".join(f"<span class='pa-since'>{line}</span>" for line in said)
    if entry.successor:
        lines += (
            f"<span class='pa-since'>接续 <a target='_blank' rel='noopener' href='{address(entry.successor)}'>"
            f"{escape(entry.successor.metadata.title)}</a></span>"
        )
    return lines


def _measures(entry: Entry) -> str:
    """The provisions whose sentences rest on this text, or how many texts its own rest on."""
    if entry.uses:
        return f"依托 {len({tie.target.id for tie in entry.uses})} 份文件"
    shown = {tie.provision.number: tie for tie in entry.used_by}
    links = [
        f"<a target='_blank' rel='noopener' title='{escape(tie.quote)}' href='"
        f"{sentence_address(tie.document, tie.clause)}'>"
        f"{escape(tie.provision.label or '文首')}</a>"
        for tie in shown.values()
    ]
    return "".join(links) or "<span class='pa-none'>—</span>"


def _passages(item: Found, query: str) -> str:
    """Where the searched words stand, each place a link."""
    if not item.passages:
        return ""
    document = item.entry.document
    rows = "".join(
        f"<li><a target='_blank' rel='noopener' href='{address(document, passage.provision.number, q=query)}'>"
        f"{escape(place(passage.provision))}</a>"
        f"<span>{_excerpt(document, passage)}</span></li>"
        for passage in item.passages
    )
    more = f"<li class='pa-none'>还有 {item.more} 处</li>" if item.more else ""
    return f"<ul class='pa-passages'>{rows}{more}</ul>"


def _excerpt(document: Document, passage: Passage) -> str:
    """The neighbourhood of the first word, with dots where it was cut."""
    shown, provision = passage.shown, passage.provision
    before = "…" if shown.start > provision.start else ""
    after = "…" if document.text[shown.end : provision.end].strip() else ""
    return before + marked(document, shown.start, shown.end, passage.marks) + after
