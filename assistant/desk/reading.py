"""The reading page `/d/<document>`: one text, every provision an anchor, what it rests on and what rests on it beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote

from assistant.desk.linking import (
    UNKNOWN,
    address,
    kind_badge,
    marked,
    page,
    place,
    sentence_address,
    state_badge,
)
from assistant.desk.render import STRENGTH
from assistant.library import Entry, Span, Tie, occurrences, standing_line
from assistant.standing import chinese_day
from knowledge_base import Clause, Document, KnowledgeBase, Provision
from knowledge_base.digests import Source
from knowledge_base.versions import Wording

SHOWN_TIES = 4  # documents listed beside a provision at once; more are behind a fold
_LINES = {"metadata", "title", "addressees", "signatories", "date"}


def reading_page(
    entry: Entry,
    knowledge_base: KnowledgeBase,
    words: Sequence[str],
    cited: Sequence[Span],
    earlier: Sequence[Wording] = (),
) -> str:
    """The document on the entry's day, with cited sentences or searched words highlighted."""
    document = entry.document
    outline = _outline(document)
    sections = [
        _section(entry, provision, knowledge_base, _marks(document, provision, words, cited))
        for provision in document.provisions
    ]
    narrow = "" if outline else " pa-no-outline"
    body = (
        f"{_head(entry, earlier)}<div class='pa-sheet-body{narrow}'>{outline}"
        f"<article id='text' class='pa-sheet-text' tabindex='-1'>{''.join(sections)}</article></div>"
        f"{used_by(entry.used_by)}{_unknown(entry)}"
        f"<footer class='pa-colophon'>知识库版本 {escape(knowledge_base.version)}，效力按{chinese_day(entry.day)}判断。"
        "每一条都有自己的地址：点条文左边的编号，就能复制链接。</footer>"
    )
    return page(document.metadata.title, body)


def missing_page(message: str) -> str:
    """Where there is no such text: what is wrong and where to go."""
    return page(
        "没有这份文件",
        f"<header class='pa-sheet-head'><h1>没有这份文件</h1><p>{escape(message)}</p></header>",
    )


def _head(entry: Entry, earlier: Sequence[Wording]) -> str:
    document, metadata = entry.document, entry.document.metadata
    digest = (
        "<p class='pa-digest-note'><strong>摘要，不是原文。</strong>"
        "没有收录这份文件的原文，下面各点根据公开来源逐点整理，每点注明出处；办事请以原文为准。</p>"
        if document.text_kind == "digest"
        else ""
    )
    against = "".join(
        f"<a class='pa-against' href='{address(document)}/against/{quote(other.id, safe='')}'>"
        f"与《{escape(other.metadata.title)}》逐条对照</a>"
        for other in entry.predecessors
    )
    against += "".join(
        f"<a class='pa-against' href='{address(document)}/since/{wording.version}'>"
        f"与知识库 {wording.built:%Y-%m-%d} 的文本逐条对照</a>"
        for wording in earlier
    )
    facts = [
        ("文号", escape(metadata.number)),
        ("发布机关", escape("、".join(metadata.issuers))),
        ("级别和文种", escape("　".join(filter(None, [document.level, metadata.kind])))),
        ("成文日期", chinese_day(metadata.signed) if metadata.signed else ""),
        ("施行日期", chinese_day(document.validity.effective) if document.validity.effective else ""),
        ("前一版本", "、".join(_title_link(other) for other in entry.predecessors) or None),
        ("接续文件", _title_link(entry.successor) if entry.successor else None),
        ("官方网址", _outside(metadata.official_address) or None),
    ]
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{value or f'<span class=pa-none>{UNKNOWN}</span>'}</dd></div>"
        for name, value in facts
        if value is not None
    )
    return (
        f"<header class='pa-sheet-head'><p class='pa-standing pa-{entry.state}'>{state_badge(entry.state)}"
        f"<span>{escape(standing_line(entry))}</span></p>"
        f"<h1>{escape(metadata.title)}{kind_badge(document)}</h1>{digest}<dl class='pa-facts'>{rows}</dl>"
        f"<div class='pa-sheet-tools'>{against}<form method='get' class='pa-on'><label>按哪一天判断效力"
        f"<input type='date' name='on' value='{entry.day.isoformat()}' required></label>"
        "<button type='submit'>换日期</button></form></div></header>"
    )


def _title_link(document: Document) -> str:
    return f"<a href='{address(document)}'>《{escape(document.metadata.title)}》</a>"


def _outside(found: str) -> str:
    """An official address as a link; anything that is none, as text."""
    if not re.match("https?://", found):
        return escape(found)
    return f"<a href='{escape(found)}' rel='noreferrer noopener' target='_blank'>{escape(found)}</a>"


def _outline(document: Document) -> str:
    """The provisions as a list of links; none for digests, whose points have no headings."""
    if not any(provision.heading for provision in document.provisions):
        return ""
    groups = []
    for part, provisions in groupby(document.provisions, key=lambda provision: provision.part):
        items = "".join(
            f"<li><a href='#{p.number}'><span>{escape(p.label)}</span>{escape(p.heading or '文首')}</a></li>"
            for p in provisions
        )
        groups.append((f"<p>{escape(part)}</p>" if part else "") + f"<ul>{items}</ul>")
    return (
        "<nav class='pa-outline' aria-label='目录'><details open><summary>目录</summary>"
        f"{''.join(groups)}</details></nav>"
    )


def _marks(
    document: Document, provision: Provision, words: Sequence[str], cited: Sequence[Span]
) -> tuple[Span, ...]:
    """What is highlighted in a provision: the cited sentences where some are named, else the words."""
    if not cited:
        return occurrences(document, words, provision) if words else ()
    inside = (Span(max(span.start, provision.start), min(span.end, provision.end)) for span in cited)
    return tuple(sorted((span for span in inside if span.start < span.end), key=lambda span: span.start))


def _section(entry: Entry, provision: Provision, base: KnowledgeBase, marks: Sequence[Span]) -> str:
    document = entry.document
    shown = "".join(
        _block(document, kind, list(clauses), marks)
        for (kind, _), clauses in groupby(provision.clauses, key=_kind_and_paragraph)
    )
    label = provision.label or "文首"
    return (
        f"<section id='{provision.number}' class='pa-article' aria-label='{escape(place(provision))}'>"
        f"<a class='pa-anchor' href='#{provision.number}' title='这一条的链接'>{escape(label)}</a>"
        f"<div class='pa-article-text'>{shown}</div>{_beside(entry, provision, base)}</section>"
    )


def _kind_and_paragraph(clause: Clause) -> tuple[str, int]:
    return ("text" if clause.kind in ("sentence", "item") else clause.kind, clause.paragraph)


def _block(document: Document, kind: str, clauses: Sequence[Clause], marks: Sequence[Span]) -> str:
    """Clauses of one paragraph, or lines of one kind, each with an anchor of its own."""
    pieces = [
        f"<span id='{clause.key}'>{marked(document, clause.start, clause.quote_end, marks)}</span>"
        for clause in clauses
    ]
    if kind == "part":
        return f"<h2>{''.join(pieces)}</h2>"
    if kind == "heading":
        return f"<h3>{''.join(pieces)}</h3>"
    name = f"pa-{kind}" if kind in _LINES else "pa-paragraph"
    return f"<p class='{name}'>{('<br>' if kind in _LINES else '').join(pieces)}</p>"


def _beside(entry: Entry, provision: Provision, base: KnowledgeBase) -> str:
    """What stands beside a provision: how it is worded, what it rests on, where a digest's point was read."""
    worded = _worded(base, provision) if provision.number else ""
    ties = entry.uses_of(provision.number)
    sources = entry.digest.sources.get(provision.number, ()) if entry.digest else ()
    notes = worded + rests_on(ties, base) + source_list(sources)
    return f"<aside class='pa-beside'>{notes}</aside>" if notes else ""


def _worded(base: KnowledgeBase, provision: Provision) -> str:
    """How many sentences are worded how strongly; headings and goals are left out."""
    records = (base.record(provision.document_id, clause.key) for clause in provision.clauses)
    found = Counter(record.strength for record in records if record and record.acts)
    said = "，".join(f"{STRENGTH[strength]} {count} 句" for strength, count in found.most_common())
    return f"<p class='pa-worded'><b>力度</b>{said}</p>" if said else ""


def rests_on(ties: Sequence[Tie], base: KnowledgeBase) -> str:
    """Each document once, with the words of the provision that lead to it."""
    if not ties:
        return ""
    phrases: dict[str, dict[str, None]] = {}
    for tie in ties:
        phrases.setdefault(tie.target.id, {})[f"「{tie.phrase}」"] = None
    items = "".join(
        f"<li><a href='{address(base.documents[name])}'>{escape(base.documents[name].metadata.title)}</a>"
        f"{kind_badge(base.documents[name])}<span class='pa-phrase'>因{escape('、'.join(found))}</span></li>"
        for name, found in phrases.items()
    )
    opened = " open" if len(phrases) <= SHOWN_TIES else ""
    return f"<details class='pa-ties'{opened}><summary>提到或依托的文件 {len(phrases)} 份</summary><ul>{items}</ul></details>"


def source_list(found: Sequence[Source]) -> str:
    """An official source with its address; of any other only the name, marked as not official."""
    if not found:
        return ""
    shown = dict.fromkeys(
        f"<li>{escape(source.name)} {_outside(source.address)}</li>"
        if source.official
        else f"<li>{escape(source.name)}<span class='pa-none'>（非官方网页）</span></li>"
        for source in found
    )
    return f"<div class='pa-point-source'><b>来源</b><ul>{''.join(shown)}</ul></div>"


def used_by(ties: Sequence[Tie]) -> str:
    """The measures whose sentences rest on this text, each sentence whole with the words that lead here."""
    if not ties:
        return ""
    items = []
    for tie in ties:
        begin = tie.clause.start + tie.quote.index(tie.phrase)
        sentence = marked(
            tie.document, tie.clause.start, tie.clause.quote_end, [Span(begin, begin + len(tie.phrase))]
        )
        items.append(
            f"<li><a href='{sentence_address(tie.document, tie.clause)}'>{escape(place(tie.provision))}</a><q>{sentence}</q>"
            f"<small>《{escape(tie.document.metadata.title)}》{escape(tie.document.metadata.number)}</small></li>"
        )
    return (
        f"<section class='pa-used-by' aria-label='用到它的措施'><h2>哪些措施用到它</h2>"
        f"<ul>{''.join(items)}</ul></section>"
    )


def _unknown(entry: Entry) -> str:
    if not entry.digest or not entry.digest.unknown:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in entry.digest.unknown)
    return (
        f"<section class='pa-unknown' aria-label='没有查到的'><h2>还没有查到</h2><ul>{items}</ul></section>"
    )
