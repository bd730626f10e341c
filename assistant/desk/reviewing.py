"""The reviewers' tab as HTML: cases, sentences to choose from, written answers, the gap brief."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from assistant.approvals import Approval, Standing, changed, standing
from assistant.gap_brief import COLUMNS, LEAST, WHO, GapBrief
from assistant.journal import Kept
from assistant.review import Case, Reason
from knowledge_base import Hit, KnowledgeBase

REASON: dict[Reason, str] = {"refused": "被点没帮上", "unanswered": "没答上", "uncertain": "拿不准"}
STATUS = {
    "answered": "有依据",
    "not_specified": "文件未规定",
    "out_of_scope": "不在文件范围",
    "clarify": "请选一项",
    "chitchat": "寒暄",
}
STANDING: dict[Standing, str] = {
    "draft": "待审核",
    "approved": "经审核，显示中",
    "suspended": "依据已变动，已停止显示",
    "withdrawn": "已撤回",
}


def queue(found: Sequence[Case]) -> str:
    """The cases, one button each."""
    if not found:
        return (
            "<p class='rv-empty'>没有待审的问题。有人问到没答上、拿不准或点了「没帮上」时，会出现在这里。</p>"
        )
    items = "".join(f"<li>{_case_button(case)}</li>" for case in found)
    return f"<p class='pa-quiet'>{len(found)} 类问题，问得多的在前</p><ol>{items}</ol>"


def _case_button(case: Case) -> str:
    tags = "".join(
        f"<span class='rv-tag rv-{reason}'>{REASON[reason]} {count}</span>"
        for reason, count in case.reasons.items()
    )
    wordings = f"{len(case.wordings)} 种问法" if len(case.wordings) > 1 else ""
    return (
        f"<button type='button' class='rv-pick' data-trace='{escape(case.lead.trace_id)}'>"
        f"<strong>{escape(case.question)}</strong><span class='rv-meta'>{tags}"
        f"<span>{WHO[case.persona]}</span><span>{wordings}</span></span></button>"
    )


def case_panel(case: Case, offered: str) -> str:
    """One case whole: how it was asked and answered, what people said of it, and what a person may do."""
    wordings = "".join(
        f"<li><label><input type='checkbox' name='question' value='{escape(text)}'{' checked' if not n else ''}>"
        f"<span>{escape(text)}</span></label>{_said(members)}</li>"
        for n, (text, members) in enumerate(case.wordings.items())
    )
    return (
        f"<form class='rv-work' id='rv-work' data-persona='{case.persona or ''}'>"
        f"<h3>{escape(case.question)}</h3>"
        f"<fieldset><legend>大家这样问</legend><ul class='rv-ways'>{wordings}</ul></fieldset>"
        f"<details><summary>当时的回答：{STATUS[case.lead.status]}"
        f"（把握 {case.lead.answer.confidence:.0%}）</summary>"
        f"<p class='rv-then'>{escape(case.lead.answer.text)}</p></details>"
        "<fieldset><legend>正确的依据</legend>"
        "<div class='rv-search'><label><span class='rv-hidden'>找条文</span>"
        f"<input type='search' id='rv-q' value='{escape(case.question)}' placeholder='换个说法找条文'></label>"
        "<button type='button' id='rv-find'>查找</button></div>"
        f"<div id='rv-choices' aria-live='polite'>{offered}</div></fieldset>"
        "<div class='rv-acts'><button type='submit' class='rv-main' value='right'>定为正确依据，加入题库</button>"
        "<button type='submit' value='silent'>文件确实没写，这是最接近的</button></div>"
        "<details class='rv-draft'><summary>起草审定回答</summary>"
        "<p class='pa-quiet'>以上面选中的问法和句子为准；不能比原文说得更重，数字、日期、书名都要在所选的句子里。"
        "要换一个人审核。</p>"
        "<label><span>回答</span><textarea id='rv-text' rows='4' maxlength='2000'></textarea></label>"
        "<button type='button' id='rv-draft'>提交审核</button></details></form>"
    )


def _said(members: Sequence[Kept]) -> str:
    """How often, and what people wrote under it."""
    comments = [o.comment for kept in members for o in kept.opinions if o.rating == "down" and o.comment]
    said = "".join(f"<li>{escape(comment)}</li>" for comment in comments)
    times = f"<span class='rv-times'>{len(members)} 次</span>" if len(members) > 1 else ""
    return times + (f"<ul class='rv-comments' aria-label='意见'>{said}</ul>" if said else "")


def choices(base: KnowledgeBase, hits: Sequence[Hit]) -> str:
    """The sentences of the best provisions, to be ticked."""
    if not hits:
        return "<p class='rv-empty'>没有找到：换个说法再试。</p>"
    return "".join(_choice(base, hit) for hit in hits)


def _choice(base: KnowledgeBase, hit: Hit) -> str:
    document = base.documents[hit.document_id]
    provision = hit.provision
    place = f"{provision.label}{provision.heading}" if provision.number else "文首"
    digest = "<span class='pa-badge pa-digest'>摘要</span>" if document.text_kind == "digest" else ""
    sentences = "".join(
        f"<label><input type='checkbox' name='place' value='{escape(document.id)}|{clause.key}'>"
        f"<span>{escape(document.quote(clause))}</span></label>"
        for clause in provision.clauses
        if clause.kind in ("sentence", "item", "metadata") or not provision.number
    )
    return (
        f"<section class='rv-place'><h4>{escape(place)}{digest}</h4>"
        f"<p class='pa-quiet'>《{escape(document.metadata.title)}》</p>{sentences}</section>"
    )


def written(approvals: Sequence[Approval], base: KnowledgeBase, day: date) -> str:
    """All written answers with their standing."""
    if not approvals:
        return "<p class='rv-empty'>还没有起草过回答。在「待审问题」里选一个问题，选好依据，就可以起草。</p>"
    return "".join(_written(approval, base, day) for approval in approvals)


def _written(approval: Approval, base: KnowledgeBase, day: date) -> str:
    state = standing(approval, base, day)
    gone = {(pin.document_id, pin.clause) for pin in changed(approval, base, day)}
    pins = "".join(
        f"<li class='{'rv-gone' if (pin.document_id, pin.clause) in gone else ''}'>"
        f"<q class='pa-quote'>{escape(pin.quote)}</q>"
        f"<cite>{escape(_place(base, pin.document_id, pin.clause))}"
        f"{'：这句已变动' if (pin.document_id, pin.clause) in gone else ''}</cite></li>"
        for pin in approval.pins
    )
    approved = f"，{escape(approval.approved_by)} 审核" if approval.approved_by else ""
    acts = ""
    if state == "draft":
        acts = _act(approval.number, "approve", "审核通过", "rv-main")
    if state != "withdrawn":
        acts += _act(approval.number, "withdraw", "撤回", "")
    questions = "".join(f"<h3>{escape(question)}</h3>" for question in approval.questions)
    return (
        f"<article class='rv-answer rv-{state}'><p><span class='pa-badge'>{STANDING[state]}</span></p>{questions}"
        f"<p class='rv-then'>{escape(approval.text)}</p><ul>{pins}</ul>"
        f"<footer><span class='pa-quiet'>{escape(approval.drafted_by)} 起草{approved}</span>"
        f"<span class='rv-acts'>{acts}</span></footer></article>"
    )


def _act(number: int, act: str, label: str, kind: str) -> str:
    return f"<button type='button' class='{kind}' data-number='{number}' data-act='{act}'>{label}</button>"


def _place(base: KnowledgeBase, document_id: str, key: str) -> str:
    document = base.documents.get(document_id)
    if document is None:
        return document_id
    try:
        provision = document.provision(int(key.partition(".")[0]))
    except KeyError:
        return f"《{document.metadata.title}》"
    return f"《{document.metadata.title}》{provision.label}{provision.heading}"


def gap_table(brief: GapBrief) -> str:
    """The gap brief with its downloads."""
    days = f"{brief.first} 至 {brief.last}" if brief.first else "还没有回答"
    heads = "".join(f"<th scope='col'>{name}</th>" for name in COLUMNS)
    rows = "".join(
        f"<tr><th scope='row'>{escape(gap.provision)}<span class='pa-quiet'>《{escape(gap.document)}》</span></th>"
        f"<td>{escape(gap.aspect)}</td><td>{gap.who}</td><td class='rv-number'>{gap.count}</td></tr>"
        for gap in brief.gaps
    )
    rows = rows or f"<tr><td colspan='{len(COLUMNS)}' class='rv-empty'>没有达到 {LEAST} 次的</td></tr>"
    subjects = "".join(
        f"<li>{escape(subject.question)}<span class='rv-times'>{subject.count} 次</span></li>"
        for subject in brief.subjects
    )
    return (
        f"<div class='rv-brief'><header><div><h3>大家问了、文件没说的</h3><p class='pa-quiet'>{days}，"
        f"共 {brief.answers} 个回答，其中 {brief.silent} 个是文件未规定。不足 {LEAST} 次的不列出"
        f"（{brief.withheld} 类），个人信息已遮盖。</p></div><p class='rv-acts'>"
        "<button type='button' data-download='docx'>下载 DOCX</button>"
        "<button type='button' data-download='md'>下载 Markdown</button></p></header>"
        f"<div class='rv-scroll'><table><caption>文件提到而没有写清的</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div><h4>文件没有涉及的</h4>"
        + (f"<ul>{subjects}</ul>" if subjects else f"<p class='rv-empty'>没有达到 {LEAST} 次的</p>")
        + "</div>"
    )
