"""The tab 速查: one field, and cards that an operator can read out; keys only."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from assistant.desk.pieces import in_place, place, standing, wording
from assistant.live import Current
from assistant.lookup import Card, Found, look_up
from assistant.standing import named

PASTED = (
    20_000  # characters of recognised speech taken in; far more than a question, so that no call is refused
)
UNSTATED = "文件未指明"
_KEYS = (
    ("/", "输入"),
    ("↑ ↓", "选择"),
    ("Enter", "打开"),
    ("C", "复制口径"),
    ("B", "复制全部依据"),
    ("Esc", "回到输入"),
)


class Typed(BaseModel):
    """What stands in the field."""

    said: str = Field(max_length=PASTED)


def shell() -> str:
    """The field, the keys, and the places for results and recent look-ups."""
    keys = "".join(f"<span><kbd>{key}</kbd>{said}</span>" for key, said in _KEYS)
    return (
        "<section class='pa-lookup' id='pa-lookup' aria-label='速查'>"
        "<label class='pa-lookup-bar'><span class='pa-hidden'>来电人问什么</span>"
        "<input id='pa-lookup-field' type='text' role='combobox' autocomplete='off' spellcheck='false' "
        "aria-expanded='false' aria-controls='pa-lookup-list' aria-autocomplete='list' "
        f"maxlength='{PASTED}' placeholder='边打边出结果，也可以整段粘贴语音转写'><kbd aria-hidden='true'>/</kbd></label>"
        f"<p class='pa-keys' aria-hidden='true'>{keys}</p>"
        "<div id='pa-lookup-recent' class='pa-recent' hidden></div>"
        "<p class='pa-hidden' role='status' id='pa-lookup-said'></p>"
        "<div id='pa-lookup-found'></div></section>"
    )


def router(current: Current) -> APIRouter:
    """`POST /lookup/cards`: the fragment for what stands in the field."""
    routes = APIRouter(prefix="/lookup")

    @routes.post("/cards", response_class=HTMLResponse)
    def cards(typed: Typed) -> str:
        """The cards, best first. Plain function: worked in a thread, so that typing does not wait for other people."""
        return found_html(look_up(current(), typed.said))

    return routes


def found_html(found: Found) -> str:
    """The whole result of one keystroke."""
    told, kind = _told(found)
    notices = "".join(f"<p class='pa-notice'>{escape(notice)}</p>" for notice in found.notices)
    rows = "".join(_row(number, card, number < found.cited) for number, card in enumerate(found.cards))
    cards = "".join(_card(number, card, found) for number, card in enumerate(found.cards))
    listed = (
        f"<div class='pa-lookup-grid'><ul role='listbox' id='pa-lookup-list' aria-label='可用的口径'>{rows}</ul>"
        f"<div class='pa-lookup-cards'>{cards}</div></div>"
        if rows
        else ""
    )
    return (
        f"<div class='pa-lookup-result' data-heard='{escape(found.heard)}' data-told='{escape(told)}'>"
        f"<p class='pa-verdict pa-verdict-{kind}'>{escape(told)}</p>{notices}{listed}</div>"
    )


def _told(found: Found) -> tuple[str, str]:
    """One line on what the texts have, and its colour."""
    if not found.heard:
        return "还没有听出要问什么：请再打几个字", "none"
    if found.status == "not_specified":
        missing = "、".join(found.missing) or "您问的这一点"
        return f"文件未规定：{missing}。不要承诺；下面是最接近的句子", "silent"
    if found.status == "answered":
        return f"有依据，{found.cited} 句", "said"
    if found.status == "clarify":
        return "问得还不够具体：下面是可能有关的句子", "none"
    return "文件没有涉及这件事：不要承诺，也没有可以念的口径", "none"


def _row(number: int, card: Card, cited: bool) -> str:
    kind = "" if cited else "<span class='pa-tag'>相近</span>"
    line = card.quote if card.shortened else card.line
    return (
        f"<li role='option' id='pa-lookup-{number}' aria-selected='false' data-card='{number}'>"
        f"<span class='pa-row-place'>{escape(place(card.document, card.provision))}</span>"
        f"<span class='pa-row-line'>{escape(line)}</span>"
        f"<span class='pa-row-tags'>{kind}{wording(card.strength)}</span></li>"
    )


def _card(number: int, card: Card, found: Found) -> str:
    where = f"<p class='pa-part'>{escape(card.provision.part)} ›</p>" if card.provision.part else ""
    return (
        f"<article class='pa-card' id='pa-card-{number}' tabindex='-1' hidden aria-label='口径卡'>"
        f"<header>{where}<h3>{escape(place(card.document, card.provision))}</h3>"
        f"<p class='pa-row-tags'>{standing(card.document, card.state)}{wording(card.strength)}</p></header>"
        f"<section class='pa-say'><h4>念给来电人</h4><p class='pa-say-line'>{escape(card.line)}</p>"
        f"{_button('line', 'C', '复制口径')}</section>"
        f"<section class='pa-pass'><h4>转给谁</h4>{_channels(card)}</section>"
        f"<section class='pa-not'><h4>不能承诺</h4>{_left_open(card)}</section>"
        f"<section class='pa-basis'><h4>原句</h4><p class='pa-text'>"
        f"{in_place(card.document, card.provision, [(card.clause.start, card.clause.quote_end)])}</p>"
        f"<p class='pa-quiet'>{escape(named(card.document))}</p>{_button('basis', 'B', '复制全部依据')}</section>"
        f"<pre hidden data-copy='line'>{escape(card.line)}</pre>"
        f"<pre hidden data-copy='basis'>{escape(_basis(card, found))}</pre></article>"
    )


def _button(kind: str, key: str, label: str) -> str:
    return f"<button type='button' class='pa-do' data-gives='{kind}'>{label}<kbd>{key}</kbd></button>"


def _channels(card: Card) -> str:
    if not card.channels:
        return f"<p class='pa-unstated'>{UNSTATED}</p>"
    source = "<p class='pa-quiet'>同一条措施的另一句写的</p>" if card.of_measure else ""
    return source + "".join(
        f"<p class='pa-number'><strong>{escape(channel.number)}</strong><span>{escape(channel.name)}</span></p>"
        for channel in card.channels
    )


def _left_open(card: Card) -> str:
    if not card.leaves_open:
        return "<p class='pa-quiet'>没有登记未写明的事项；仍以原句为限。</p>"
    points = "".join(f"<li>{escape(point)}</li>" for point in card.leaves_open)
    source = "摘要里没有查到" if card.document.text_kind == "digest" else "这一句没有写"
    return f"<p class='pa-quiet'>{source}：</p><ul>{points}</ul>"


def _basis(card: Card, found: Found) -> str:
    """Everything of a card as plain text."""
    kind = "摘要" if card.document.text_kind == "digest" else "原文"
    passed = "、".join(f"{c.name} {c.number}" for c in card.channels) or UNSTATED
    open_points = "、".join(card.leaves_open) or "没有登记"
    receipt = [f"回执：{found.receipt}"] if found.receipt else []
    where = place(card.document, card.provision)
    source = where if card.document.text_kind == "digest" else f"{named(card.document)}{where}"
    lines = [f"口径：{card.line}", f"{kind}：「{card.quote}」", f"出处：{source}", f"转给：{passed}"]
    return "\n".join([*lines, f"没有写明、不能承诺：{open_points}", *found.notices, *receipt])
