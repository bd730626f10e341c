"""政策依据单 as a page of its own, set for one sheet of A4: question, answer, quotes with their place, state, receipt."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.desk.linking import page
from assistant.export.sheet import Line, Reference, Sheet, Turn
from assistant.standing import chinese_day

_ACTS = "<p class='pa-print-acts'><button type='button' class='pa-do' onclick='print()'>打印或存为 PDF</button></p>"


def printed(content: Sheet, matched: Sequence[str]) -> str:
    """The whole page; `matched` are the lines of further sentences that apply."""
    turns = "".join(_turn(turn) for turn in content.turns)
    others = "".join(f"<li>{escape(line)}</li>" for line in matched)
    listed = f"<h2>还与您的情况有关的句子</h2><ol class='pa-print-more'>{others}</ol>" if others else ""
    body = (
        f"<article class='pa-print' id='text' tabindex='-1'><header><h1>{escape(content.title)}</h1>"
        f"<p>{chinese_day(content.day)}　{escape(content.head)}</p></header>{_ACTS}{turns}{listed}"
        f"<footer>{escape(content.foot)}</footer></article>"
    )
    return page(content.title, body, room="支持匹配")


def _turn(turn: Turn) -> str:
    notices = "".join(f"<p class='pa-notice'>{escape(notice)}</p>" for notice in turn.notices)
    lines = "".join(_line(line) for line in turn.lines)
    open_points = (
        f"<p><strong>文件未规定：</strong>{escape('、'.join(turn.unspecified))}</p>"
        if turn.unspecified
        else ""
    )
    contacts = f"<p><strong>咨询：</strong>{escape('；'.join(turn.contacts))}</p>" if turn.contacts else ""
    references = "".join(_reference(reference) for reference in turn.references)
    basis = f"<h2>依据</h2><ol class='pa-print-basis'>{references}</ol>" if references else ""
    return (
        f"<section><h2>问题</h2><p class='pa-print-asked'>{escape(turn.question)}</p>"
        f"<h2>回答 <span>{escape(turn.status)}</span></h2>{notices}{lines}{open_points}{contacts}{basis}"
        f"<p class='pa-print-proof'>{escape(turn.checked)}　{escape(turn.colophon)}</p></section>"
    )


def _line(line: Line) -> str:
    runs = "".join(
        f"<strong>{escape(run.text)}</strong>"
        if run.bold
        else f"<sup>{escape(run.text)}</sup>"
        if run.marker
        else escape(run.text)
        for run in line.runs
    )
    return f"<p class='pa-print-item'>{runs}</p>" if line.item else f"<p>{runs}</p>"


def _reference(reference: Reference) -> str:
    facts = "　".join(f"{label}：{value}" for label, value in reference.facts)
    fault = f"<strong>{escape(reference.fault)}</strong>" if reference.fault else ""
    return (
        f"<li value='{reference.marker}'><strong>{escape(reference.title)} {escape(reference.place)}</strong>"
        f"<q>{escape(reference.quote)}</q><span>{escape(facts)}</span>{fault}</li>"
    )
