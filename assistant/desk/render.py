"""Answers as HTML for the page: what people typed and what texts say is always escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote, urlencode

from assistant.contract import Answer, Citation
from assistant.desk.exporting import conversation_links, export_links
from assistant.desk.feedback import approved, opinion
from assistant.rendering import cells_of, listed
from knowledge_base import Document, KnowledgeBase

STATUS = {
    "answered": "有依据",
    "not_specified": "文件未规定",
    "out_of_scope": "不在文件范围",
    "clarify": "请选一项",
    "chitchat": "",
}
STRENGTH = {
    "duty": "应当、必须",
    "action": "部署推进",
    "support": "支持",
    "guidance": "引导、鼓励",
    "statement": "陈述",
}
STATE = {"in_force": "现行", "not_yet": "尚未施行", "ended": "已不再有效"}
NAMED = 3  # titles that the greeting names; more are counted


def head(knowledge_base: KnowledgeBase) -> str:
    """The title bar."""
    documents = knowledge_base.documents.values()
    if len(documents) == 1:
        said = "依据 " + "".join(_title(document) for document in documents)
    else:
        said = f"依据 {len(documents)} 份文件，句句有出处"
    switch = "<button type='button' class='pa-language'><span lang='en'>English</span><span lang='zh'>中文</span></button>"
    return f"<header class='pa-head'><h1>政策助手</h1><p>{said}</p>{switch}</header>"


def welcome(knowledge_base: KnowledgeBase) -> str:
    """What stands in the place of a conversation before there is one."""
    documents = list(knowledge_base.documents.values())
    named = "、".join(_title(document) for document in documents[:NAMED])
    more = f"等 {len(documents)} 份文件" if len(documents) > NAMED else ""
    return (
        "<div class='pa-welcome'><h2>问一句，答一句，句句有出处</h2>"
        f"<p>依据{named}{more}。用平常的话问就行，每个回答都附原文，所引的句子标出底色；"
        "文件没写的，会直说「文件未规定」。</p>"
        "<p class='pa-quiet'>回答只摘引文件，不替代办事机关的解释；请不要输入身份证号等个人信息。</p></div>"
    )


def complaint(fault: str) -> str:
    """Why nothing was asked, above the box; read out by screen readers."""
    return f"<p class='pa-notice' role='alert'>{escape(fault)}</p>"


def _title(document: Document) -> str:
    metadata = document.metadata
    number = f"（{escape(metadata.number)}）" if metadata.number else ""
    return f"《{escape(metadata.title)}》{number}"


def conversation(turns: Sequence[str], revising: bool = False, pending: str | None = None) -> str:
    """All turns as HTML, oldest first; `pending` is a question still being answered, `revising`: the last answer."""
    pieces = [*turns]
    if revising:
        pieces.append("<p class='pa-quiet pa-revising'>正在换成更好懂的说法…</p>")
    if pending is not None:
        waiting = "<div class='pa-pending'>正在查阅文件…</div>"
        pieces.append(f"<div class='pa-turn'>{_question(pending)}{waiting}</div>")
    if len(turns) > 1:
        pieces.append(conversation_links())
    return f"<div class='pa-talk' role='log' aria-live='polite'>{''.join(pieces)}</div>"


def turn_html(number: int, question: str, answer: Answer, knowledge_base: KnowledgeBase) -> str:
    """A question with its answer beside the evidence; `number` makes its anchors its own."""
    found = _evidence(number, answer, knowledge_base)
    width = "" if found else " pa-alone"
    return (
        f"<div class='pa-turn{width}'>{_question(question)}{_answer(number, question, answer)}{found}</div>"
    )


def _question(question: str) -> str:
    return f"<div class='pa-question'><p>{escape(question)}</p></div>"


def _answer(turn: int, question: str, answer: Answer) -> str:
    label = STATUS[answer.status]
    badge = f"<span class='pa-badge'>{label}</span>" if label else ""
    notices = "".join(f"<p class='pa-notice'>{escape(notice)}</p>" for notice in answer.notices)
    understood = ""
    if answer.understood_as:
        understood = f"<p class='pa-quiet'>接着上文理解为：{escape(answer.understood_as)}</p>"
    foot = ""
    if answer.citations:
        foot = (
            f"<p class='pa-foot'><span>回执 {escape(answer.receipt)}</span>"
            f"<button type='button' class='pa-copy' aria-live='polite'>复制回答和出处</button></p>"
            f"<pre class='pa-plain' hidden>{escape(_plain(answer))}</pre>{export_links(question, answer)}"
        )
    return (
        f"<article class='pa-answer pa-{answer.status}'>{approved(answer)}{badge}{notices}{understood}"
        f"{_parts(turn, answer)}{_body(turn, answer)}{foot}{opinion(answer)}</article>"
    )


def _parts(turn: int, answer: Answer) -> str:
    """Where several questions were asked at once: each with what became of it."""
    items = "".join(
        f"<li class='pa-part-{part.status}'><span class='pa-badge'>{STATUS[part.status] or '闲谈'}</span>"
        f"<span>{escape(part.question)}{_inline(turn, answer, ''.join(f'[{n}]' for n in part.citations))}</span></li>"
        for part in answer.parts
    )
    return f"<ul class='pa-asked' aria-label='逐个问题的结果'>{items}</ul>" if items else ""


def _plain(answer: Answer) -> str:
    """What the copy button gives: the text, the places it comes from, the receipt."""
    places = [
        f"[{c.id}] 《{c.document_title}》（{c.document_number}）{c.provision}{c.heading}"
        for c in answer.citations
    ]
    text = listed(answer.text).replace("**", "")
    return "\n".join([*answer.notices, text, "", "依据：", *places, f"回执：{answer.receipt}"])


def _body(turn: int, answer: Answer) -> str:
    """The answer's small Markdown (bold, list items, markers) as HTML, everything else escaped."""
    html: list[str] = []
    listing = False
    table: list[str] = []
    for line in [*answer.text.splitlines(), ""]:
        if table and not line.startswith("| "):
            html.append(_table(turn, answer, table))
            table = []
        if not line.strip():
            continue
        if line.startswith("| "):
            table.append(line)
            continue
        item = line.startswith("- ")
        if item != listing:
            html.append("<ul>" if item else "</ul>")
            listing = item
        shown = _inline(turn, answer, line[2:] if item else line)
        html.append(f"<li>{shown}</li>" if item else f"<p>{shown}</p>")
    return "".join(html) + ("</ul>" if listing else "")


def _table(turn: int, answer: Answer, lines: Sequence[str]) -> str:
    """A comparison: a column for each text. The second line only parts the head from the rest."""
    heads = "".join(f"<th scope='col'>{_inline(turn, answer, cell)}</th>" for cell in cells_of(lines[0]))
    rows = ""
    for line in lines[2:]:
        cells = (cell.split("<br>") for cell in cells_of(line))
        shown = ("".join(f"<p>{_inline(turn, answer, said)}</p>" for said in cell) for cell in cells)
        rows += f"<tr>{''.join(f'<td>{cell}</td>' for cell in shown)}</tr>"
    return (
        f"<div class='pa-compared'><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _inline(turn: int, answer: Answer, text: str) -> str:
    shown = escape(text)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", shown)
    shown = re.sub(r"「([^「」]+)」", r"<q class='pa-quote'>\1</q>", shown)
    cited = {citation.id: citation for citation in answer.citations}

    def marker(found: re.Match[str]) -> str:
        number = int(found[1])
        if number not in cited:
            return found[0]
        basis = escape(basis_address(cited[number], answer.knowledge_base))
        return (
            f"<a class='pa-marker' role='button' href='#e{turn}-{number}' data-basis='{basis}' "
            f"aria-haspopup='dialog' aria-expanded='false' aria-label='看依据 {number}'>{number}</a>"
        )

    return re.sub(r"\s*\[(\d+)\]", marker, shown)


def basis_address(citation: Citation, version: str) -> str:
    """Where the panel's fragment for a quoted sentence comes from."""
    asked = {
        "document": citation.document_id,
        "start": citation.start,
        "end": citation.end,
        "version": version,
    }
    return f"/desk/talk/basis?{urlencode(asked)}"


def _evidence(turn: int, answer: Answer, knowledge_base: KnowledgeBase) -> str:
    """Each cited provision whole, the quoted sentences highlighted, with its place in the document."""
    if not answer.citations:
        return ""
    groups: dict[tuple[str, int], list[Citation]] = {}
    for citation in answer.citations:
        groups.setdefault((citation.document_id, citation.number), []).append(citation)
    cards = [_provision(turn, knowledge_base.documents[key[0]], cited) for key, cited in groups.items()]
    title = "依据" if answer.status == "answered" else "最接近的原文"
    return (
        f"<aside class='pa-evidence' aria-label='{title}'><details open>"
        f"<summary>{title}<span>{len(groups)} 条</span></summary>{''.join(cards)}</details></aside>"
    )


def _provision(turn: int, document: Document, cited: Sequence[Citation]) -> str:
    first = cited[0]
    place = f"{first.provision}{first.heading}" if first.number else "文首"
    part = f"<p class='pa-part'>{escape(first.part)} ›</p>" if first.part else ""
    badges = f"<span class='pa-badge pa-level'>{first.level}</span>"
    if first.text_kind == "digest":
        badges += "<span class='pa-badge pa-digest'>摘要，不是原文</span>"
    if not first.in_force:
        badges += "<span class='pa-badge pa-ended'>当日不在施行期</span>"
    spans = ",".join(f"{citation.start}-{citation.end}" for citation in cited)
    where = f"/d/{quote(document.id, safe='')}?quote={spans}#{first.number}"
    why = "；".join(dict.fromkeys(reason for citation in cited for reason in citation.why))
    return (
        f"<section class='pa-provision'>{part}<h3><a href='{where}' target='_blank'>{escape(place)}</a></h3><p class='pa-badges'>{badges}</p>"
        f"<p class='pa-text'>{_highlighted(turn, document, cited)}</p>"
        f"<p class='pa-source'>《{escape(first.document_title)}》 {escape(first.document_number)}</p>"
        f"<p class='pa-quiet'>力度：{_strengths(cited)}</p>"
        + (f"<p class='pa-quiet'>为什么是这条：{escape(why)}</p>" if why else "")
        + _behind(cited)
        + "</section>"
    )


def _behind(cited: Sequence[Citation]) -> str:
    """Where a digest's points were read, and the documents that the sentences name."""
    sources = dict.fromkeys(source for citation in cited for source in citation.sources)
    related = {item.document_id: item for citation in cited for item in citation.related}
    said = [f"来源：{escape(source)}" for source in sources]
    said += [
        f"相关文件：<a href='/d/{quote(item.document_id, safe='')}' target='_blank'>《{escape(item.title)}》"
        f"{escape(item.number)}</a>（{STATE[item.state]}）"
        for item in related.values()
    ]
    return "".join(f"<p class='pa-quiet'>{line}</p>" for line in said)


def _strengths(cited: Sequence[Citation]) -> str:
    """How strong each quoted sentence is worded; said once where they agree."""
    if len({citation.strength for citation in cited}) == 1:
        return STRENGTH[cited[0].strength]
    return "　".join(f"[{citation.id}] {STRENGTH[citation.strength]}" for citation in cited)


def _highlighted(turn: int, document: Document, cited: Sequence[Citation]) -> str:
    """The provision's own characters; each cited span is a `mark` and holds nothing but its quote."""
    provision = document.provision(cited[0].number)
    pieces: list[str] = []
    at = provision.start
    for citation in sorted(cited, key=lambda c: c.start):
        begin = max(citation.start, at)  # a span inside one already marked is not marked twice
        pieces.append(escape(document.text[at:begin]))
        told = escape(document.text[begin : citation.end])
        pieces.append(
            f"<mark id='e{turn}-{citation.id}' data-number='{citation.id}' tabindex='-1'>{told}</mark>"
        )
        at = max(at, citation.end)
    pieces.append(escape(document.text[at : provision.end].rstrip()))
    return "".join(pieces).strip().replace("\n", "<br>")
