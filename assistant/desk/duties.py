"""The tab 责任清单: every commitment as a row; searched, filtered, sorted, grouped, and taken along as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from assistant.desk.duties_files import DOCX, XLSX, Sheet, paper, workbook
from assistant.desk.pieces import WORDING, place, within, wording
from assistant.desk.render import STATE
from assistant.duties import UNSTATED, Duty, Wanted, chosen, duties, grouped
from assistant.live import Current
from assistant.pipeline import Assistant
from assistant.standing import chinese_day, named, state_of
from assistant.writing import full_width
from knowledge_base import KnowledgeBase

COLUMNS: tuple[tuple[str, str], ...] = (
    ("place", "措施"),
    ("", "做什么（原文）"),
    ("strength", "力度"),
    ("actor", "由谁"),
    ("upon", "对谁"),
    ("", "方式、抓手"),
    ("limit", "期限"),
    ("", "国家文件里的分工"),
)
_GROUPED = {"measure": "按措施分组", "strength": "按力度分组", "actor": "按由谁分组", "none": "不分组"}
_ACTORS = (("", "由谁：全部"), ("named", "文件写明的"), ("unnamed", "文件未指明的"))
_LIMIT = 200  # characters of a search
NOTE = "「由谁」「对谁」只照抄文件的字句，文件没有写的记「未指明」；国家文件里的分工只列摘要里核对过的，不是本文件的规定。"


def shell() -> str:
    """The controls, and the place for the table."""
    strengths = _options([("", "力度：全部"), *WORDING.items()])
    groups = _options([*_GROUPED.items()])
    return (
        "<section class='pa-duties' id='pa-duties' aria-label='责任清单'>"
        "<form class='pa-controls' id='pa-duties-form' role='search' onsubmit='return false'>"
        "<label class='pa-grow'><span class='pa-hidden'>在清单里找</span>"
        f"<input name='text' type='search' maxlength='{_LIMIT}' placeholder='在清单里找：信用、财政、培训…'></label>"
        f"<div><select name='strength' aria-label='力度'>{strengths}</select></div>"
        f"<div><select name='actor' aria-label='由谁'>{_options(_ACTORS)}</select></div>"
        f"<div><select name='group' aria-label='分组'>{groups}</select></div>"
        "<input type='hidden' name='sort' value='place'><input type='hidden' name='down' value=''>"
        "<button type='button' class='pa-do' data-file='xlsx'>导出 Excel</button>"
        "<button type='button' class='pa-do' data-file='docx'>导出 Word</button></form>"
        "<div id='pa-duties-rows' aria-live='polite'><p class='pa-quiet'>正在列出…</p></div></section>"
    )


def _options(named_values: Sequence[tuple[str, str]]) -> str:
    return "".join(f"<option value='{value}'>{label}</option>" for value, label in named_values)


class Asked(BaseModel):
    """What the controls say."""

    text: Annotated[str, Field(max_length=_LIMIT)] = ""
    strength: Literal["", "duty", "action", "support", "guidance", "statement"] = ""
    actor: Annotated[str, Field(max_length=_LIMIT)] = ""
    sort: Literal["place", "strength", "actor", "upon", "limit"] = "place"
    down: Literal["", "1"] = ""
    group: Literal["measure", "strength", "actor", "none"] = "measure"

    def wanted(self) -> Wanted:
        """The same, as the list understands it."""
        return Wanted(self.text, self.strength, self.actor, self.sort, bool(self.down), self.group)


def router(current: Current) -> APIRouter:
    """`/duties/rows` for the table, `/duties/file.xlsx` and `.docx` for the same rows as a file."""
    routes = APIRouter(prefix="/duties")

    @routes.get("/rows", response_class=HTMLResponse)
    def rows(asked: Annotated[Asked, Query()]) -> str:
        """The table."""
        base = current().knowledge_base
        return table(base, duties(base), asked.wanted())

    @routes.get("/file.{kind}")
    def file(kind: Literal["xlsx", "docx"], asked: Annotated[Asked, Query()]) -> Response:
        """What is shown, as a file."""
        sheet = as_sheet(current(), asked.wanted())
        content, media = (paper(sheet), DOCX) if kind == "docx" else (workbook(sheet), XLSX)
        name = f"filename=duties.{kind}; filename*=UTF-8''{quote('责任清单')}.{kind}"
        return Response(content, media_type=media, headers={"content-disposition": f"attachment; {name}"})

    return routes


def table(base: KnowledgeBase, rows: Sequence[Duty], wanted: Wanted) -> str:
    """The rows asked for, under a line that counts them."""
    shown = chosen(rows, wanted)
    if not shown:
        return (
            f"<p class='pa-summary'>{len(rows)} 项里没有符合的。</p>"
            "<p class='pa-quiet'>换一个词，或把力度、由谁改回「全部」。</p>"
        )
    heads = "".join(_head(name, label, wanted) for name, label in COLUMNS)
    bodies = "".join(_body(base, name, members, wanted) for name, members in grouped(shown, wanted.group))
    return (
        f"<p class='pa-summary'>{escape(summary(rows, shown))}</p>"
        "<div class='pa-scroll' role='region' tabindex='0' aria-label='责任清单表格'><table class='pa-duty-table'>"
        f"<caption class='pa-hidden'>{escape(summary(rows, shown))}</caption>"
        f"<thead><tr>{heads}</tr></thead>{bodies}</table></div>"
        f"<p class='pa-quiet'>{escape(NOTE)}</p>"
    )


def summary(rows: Sequence[Duty], shown: Sequence[Duty]) -> str:
    """`共 108 项…`: how many, how strongly worded, for how many somebody is named."""
    counts = Counter(duty.strength for duty in shown)
    worded = "，".join(f"{WORDING[name]} {counts[name]}" for name in WORDING if counts[name])
    stated = sum(1 for duty in shown if duty.act.actor)
    total = f"共 {len(rows)} 项" if len(rows) == len(shown) else f"{len(rows)} 项中的 {len(shown)} 项"
    return f"{total}：{worded}；写明由谁的 {stated} 项，{UNSTATED}的 {len(shown) - stated} 项"


def _head(name: str, label: str, wanted: Wanted) -> str:
    if not name:
        return f"<th scope='col'>{label}</th>"
    order, down = "none", ""
    if name == wanted.sort:
        order, down = ("descending", "") if wanted.down else ("ascending", "1")
    return (
        f"<th scope='col' aria-sort='{order}'>"
        f"<button type='button' data-sort='{name}' data-down='{down}'>{label}</button></th>"
    )


def _body(base: KnowledgeBase, name: str, members: Sequence[Duty], wanted: Wanted) -> str:
    title = _group_title(name, members, wanted.group)
    head = (
        f"<tr class='pa-group'><th scope='rowgroup' colspan='{len(COLUMNS)}'>{escape(title)}"
        f"<span>{len(members)} 项</span></th></tr>"
        if title
        else ""
    )
    return f"<tbody>{head}{''.join(_row(base, duty) for duty in members)}</tbody>"


def _group_title(name: str, members: Sequence[Duty], group: str) -> str:
    if group == "measure":
        return place(members[0].document, members[0].provision)
    return WORDING[members[0].strength] if group == "strength" else name


def _row(base: KnowledgeBase, duty: Duty) -> str:
    act = (
        f"<details><summary>{escape(duty.act.quote)}</summary><p class='pa-text'>"
        f"{within(duty.document, duty.clause, [(duty.start, duty.end)])}</p></details>"
    )
    divided = "".join(
        f"<p>{escape(words)}<span class='pa-quiet'>{escape(source)}</span></p>"
        for words, source in _divisions(base, duty)
    )
    cells = (
        f"<span title='{escape(place(duty.document, duty.provision))}'>{escape(_short(duty))}</span>",
        act,
        wording(duty.strength),
        *(_stated(value) for value in (duty.act.actor, duty.act.upon, duty.act.instrument, duty.limit)),
        divided or _stated(None, "—"),
    )
    labels = [label for _, label in COLUMNS]
    columns = "".join(
        f"<td data-label='{label}'>{cell}</td>" for label, cell in zip(labels, cells, strict=True)
    )
    return f"<tr>{columns}</tr>"


def _short(duty: Duty) -> str:
    return full_width(duty.provision.label) or "文首"


def _stated(value: str | None, unstated: str = UNSTATED) -> str:
    return escape(value) if value else f"<span class='pa-unstated'>{unstated}</span>"


def _divisions(base: KnowledgeBase, duty: Duty) -> list[tuple[str, str]]:
    documents = base.documents
    return [(d.words, f"{named(documents[d.document_id])}摘要第{d.point}点") for d in duty.divisions]


def as_sheet(assistant: Assistant, wanted: Wanted) -> Sheet:
    """What is shown, for a file."""
    base = assistant.knowledge_base
    rows = duties(base)
    shown = chosen(rows, wanted)
    ordered = [duty for _, members in grouped(shown, wanted.group) for duty in members]
    lines = tuple(
        (
            place(duty.document, duty.provision),
            duty.act.quote,
            WORDING[duty.strength],
            *(
                value or UNSTATED
                for value in (duty.act.actor, duty.act.upon, duty.act.instrument, duty.limit)
            ),
            "；".join(f"{words}（{source}）" for words, source in _divisions(base, duty)),
            duty.quote,
        )
        for duty in ordered
    )
    day = assistant.today()
    notes = [summary(rows, shown), NOTE, f"制表日期：{chinese_day(day)}", f"知识库版本：{base.version}"]
    if base.principal:
        state = STATE[state_of(base.principal, day)]
        notes.insert(0, f"依据：{named(base.principal)}，{state}")
    if wanted.text:
        notes.append(f"查找：{wanted.text}")
    return Sheet("责任清单", (*(label for _, label in COLUMNS), "原句"), lines, tuple(notes))
