"""The tab 支持匹配: who somebody is and what they need → the sentences that apply, why, and what they leave open."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from assistant.contract import Answer, Question
from assistant.desk.linking import address, sentence_address
from assistant.desk.pieces import place, standing, within, wording
from assistant.desk.printed import printed
from assistant.export.sheet import Exchange, sheet
from assistant.live import Current
from assistant.matching import Checked, Match, Matched, Meets, Profile, SelfCheck, choices, match, question
from assistant.standing import named
from knowledge_base import KnowledgeBase
from knowledge_base.validity import State

UNSTATED = "文件未指明"
MEETS: dict[Meets, str] = {"met": "符合", "unmet": "不符合", "unspecified": "文件未规定", "unasked": "还要问"}
_LABELS = {
    "who": "您是",
    "size": "规模",
    "field": "行业",
    "need": "需要什么（可多选）",
    "right": "涉及哪种权利",
}
_ALL = {"size": "不限", "field": "不限", "right": "不限"}
_LONG = 40  # characters of a label
_MANY = 40  # answers to conditions
_TEXT = 500  # characters of free text


class Told(BaseModel):
    """What the form says; `yes` and `no` are keys of conditions."""

    who: Annotated[str, Field(max_length=_LONG)] = ""
    size: Annotated[str, Field(max_length=_LONG)] = ""
    field: Annotated[str, Field(max_length=_LONG)] = ""
    right: Annotated[str, Field(max_length=_LONG)] = ""
    need: Annotated[list[str], Field(max_length=20)] = []
    text: Annotated[str, Field(max_length=_TEXT)] = ""
    yes: Annotated[list[str], Field(max_length=_MANY)] = []
    no: Annotated[list[str], Field(max_length=_MANY)] = []

    def profile(self) -> Profile:
        """The same, as matching understands it."""
        answers = dict.fromkeys(self.yes, True) | dict.fromkeys(self.no, False)
        return Profile(self.who, self.size, self.field, tuple(self.need), self.right, self.text, answers)


def shell() -> str:
    """The places for the form and for what it finds."""
    return (
        "<section class='pa-match' id='pa-match' aria-label='支持匹配'>"
        "<div id='pa-match-form'><p class='pa-quiet'>正在打开…</p></div>"
        "<div id='pa-match-found' aria-live='polite'></div></section>"
    )


def router(current: Current) -> APIRouter:
    """`/match/form`, `/match/found` for what applies, `/match/sheet` for the page to print."""
    routes = APIRouter(prefix="/match")

    @routes.get("/form", response_class=HTMLResponse)
    def form() -> str:
        """The controls, with the choices of the version that serves."""
        return form_html(current().knowledge_base)

    @routes.get("/found", response_class=HTMLResponse)
    def found(told: Annotated[Told, Query()]) -> str:
        """What applies to the profile."""
        assistant, profile = current(), told.profile()
        return found_html(profile, match(assistant, profile))

    @routes.get("/sheet", response_class=HTMLResponse)
    def to_print(told: Annotated[Told, Query()]) -> str:
        """政策依据单: one page to print."""
        assistant, profile = current(), told.profile()
        if profile.empty:
            raise HTTPException(422, "还没有说明情况：请先选一项，或写一句话")
        asked = question(profile)
        matched = match(assistant, profile)
        answer = matched.answer or _answered(current, asked)
        content = sheet([Exchange(asked, answer)], assistant.knowledge_base, assistant.today())
        cited = {(citation.document_id, citation.start) for citation in answer.citations}
        others = (m for m in matched.matches if (m.document.id, m.clause.start) not in cited)
        return printed(content, [_line(found) for found in others])

    return routes


def _answered(current: Current, asked: str) -> Answer:
    pieces = current().stream(Question(question=asked, persona="enterprise"))
    return next(piece for piece in pieces if isinstance(piece, Answer))


def form_html(base: KnowledgeBase) -> str:
    """The controls: one choice each, several needs, and free text."""
    offered = choices(base)
    fields = "".join(_select(name, offered[name]) for name in ("who", "size", "field", "right"))
    needs = "".join(
        f"<label class='pa-need'><input type='checkbox' name='need' value='{escape(label)}'><span>{escape(label)}</span></label>"
        for label in offered["need"]
    )
    return (
        "<form class='pa-match-form' onsubmit='return false' aria-label='说说您的情况'>"
        f"{fields}<fieldset><legend>{_LABELS['need']}</legend><div class='pa-needs'>{needs}</div></fieldset>"
        "<label class='pa-own-words'><span>或者用自己的话说（可不填）</span>"
        f"<textarea name='text' rows='3' maxlength='{_TEXT}' placeholder='比如：我们在遵义做辣椒酱，想申请地理标志'></textarea></label>"
        "<p class='pa-match-acts'><button type='button' class='pa-do' data-act='sheet'>打印政策依据单</button>"
        "<button type='button' class='pa-link' data-act='reset'>全部重选</button></p></form>"
    )


def _select(name: str, labels: Sequence[str]) -> str:
    first = _ALL.get(name, "请选择")
    options = "".join(f"<option value='{escape(label)}'>{escape(label)}</option>" for label in labels)
    return (
        f"<label><span>{_LABELS[name]}</span><select name='{name}'><option value=''>{first}</option>{options}"
        "</select></label>"
    )


def found_html(profile: Profile, matched: Matched) -> str:
    """The sentences that apply, those that name the asker first."""
    if profile.empty:
        return (
            "<div class='pa-match-empty'><h3>先说说您的情况</h3><p>选「您是」或「需要什么」，马上列出有关的句子；"
            "每句都说明为什么列出、力度有多大、文件没写什么、可以问谁。</p></div>"
        )
    if not matched.matches:
        return (
            "<div class='pa-match-empty'><h3>没有找到写到您这种情况的句子</h3>"
            "<p>文件未规定，不等于别处没有。可以少选一项，或换几个字再试。</p></div>"
        )
    direct = [found for found in matched.matches if found.direct]
    others = [found for found in matched.matches if not found.direct]
    counted = f"有关的 {len(matched.matches)} 句" + (
        f"，点名您这一类的 {len(direct)} 句" if profile.who else ""
    )
    pieces = [f"<p class='pa-summary'>{counted}</p>", *(_card(found, matched.state) for found in direct)]
    if others:
        if direct:
            pieces.append("<h3 class='pa-others'>没有点名您这一类，但写到了您要的事</h3>")
        pieces += [_card(found, matched.state) for found in others]
    return "".join(pieces)


def _card(found: Match, state: State) -> str:
    spans = [(reason.start, reason.end) for reason in found.reasons]
    where = sentence_address(found.document, found.clause)
    part = f"<p class='pa-part'>{escape(found.provision.part)} ›</p>" if found.provision.part else ""
    why = "".join(
        f"<li>{escape(said)}：原文写「{escape(words)}」</li>"
        for said, words in dict.fromkeys((reason.said, _short(reason.words)) for reason in found.reasons)
    )
    checks = "".join(_check(check) for check in found.checks)
    return (
        f"<article class='pa-matched'><header>{part}<h3><a href='{where}' target='_blank'>"
        f"{escape(place(found.document, found.provision))}</a></h3>"
        f"<p class='pa-row-tags'>{standing(found.document, state)}{wording(found.record.strength)}</p></header>"
        f"<p class='pa-text'>{within(found.document, found.clause, _merged(spans))}</p>"
        f"<dl class='pa-matched-facts'><dt>为什么</dt><dd><ul>{why}</ul></dd>"
        f"<dt>没有写明</dt><dd>{escape('、'.join(found.record.leaves_open)) or '没有登记，仍以原句为限'}</dd>"
        f"<dt>问谁</dt><dd>{_channels(found)}</dd></dl>{checks}</article>"
    )


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without the spans that lie within another one, unless that is the whole sentence."""
    kept = [a for a in spans if not any(b != a and a[0] <= b[0] and b[1] <= a[1] for b in spans)]
    return list(dict.fromkeys(kept))


def _short(words: str, most: int = 18) -> str:
    return words if len(words) <= most else f"{words[:most]}…"


def _channels(found: Match) -> str:
    told = [f"{channel.name} {channel.number}" for channel in found.record.channels]
    return escape("；".join(told)) or f"<span class='pa-unstated'>{UNSTATED}</span>"


def _check(check: SelfCheck) -> str:
    """One scheme: how far its verified conditions are met, and the one question that decides next."""
    rows = "".join(
        _condition(checked, checked is check.asks) for checked in check.conditions if _told(check, checked)
    )
    if not check.conditions:
        rows = "<li>摘要里没有读到条件：文件未规定，请向主管部门核实。</li>"
    return (
        f"<section class='pa-check' aria-label='条件自查'><h4>条件自查：{escape(check.scheme.phrase)}"
        f"<span class='pa-meets pa-{check.outcome}'>{MEETS[check.outcome]}</span></h4>"
        f"<p class='pa-quiet'><a href='{address(check.document)}' target='_blank'>{escape(named(check.document))}</a> "
        f"{standing(check.document, check.state)}</p><ol>{rows}</ol></section>"
    )


def _told(check: SelfCheck, checked: Checked) -> bool:
    """Everything that is decided, what the digest leaves open, and the next question; later questions wait."""
    return checked.outcome != "unasked" or checked is check.asks


def _condition(checked: Checked, asks: bool) -> str:
    condition = checked.condition
    if asks:
        return (
            f"<li class='pa-asks'><span>{escape(condition.ask)}</span><span role='group' aria-label='{escape(condition.ask)}'>"
            f"<button type='button' class='pa-chip' data-yes='{escape(checked.key)}'>是</button>"
            f"<button type='button' class='pa-chip' data-no='{escape(checked.key)}'>否</button></span></li>"
        )
    leaves = f"<span class='pa-quiet'>{escape(condition.leaves)}</span>" if condition.leaves else ""
    again = (
        f"<button type='button' class='pa-link' data-again='{escape(checked.key)}'>改</button>"
        if condition.ask
        else ""
    )
    return (
        f"<li><span>{escape(condition.words)}{leaves}</span>"
        f"<span><span class='pa-meets pa-{checked.outcome}'>{MEETS[checked.outcome]}</span>{again}</span></li>"
    )


def _line(found: Match) -> str:
    """A matched sentence in one line of the printed page."""
    open_points = "、".join(found.record.leaves_open)
    return f"{place(found.document, found.provision)}：「{found.document.quote(found.clause)}」" + (
        f"（没有写明：{open_points}）" if open_points else ""
    )
