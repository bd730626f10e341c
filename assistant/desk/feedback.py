"""Under every answer: was it any use? And above it, where people have approved one, their answer to the same question."""

from __future__ import annotations

from html import escape

from assistant.contract import Answer, Citation
from assistant.journal import COMMENT_LIMIT

REASONS = ("引错了条款", "没答到点上", "说得看不懂", "文件其实写了", "其他")
_ROOM = 100  # characters of the comment that the reason itself may take


def opinion(answer: Answer) -> str:
    """Two buttons and, behind the second, a reason; the page's script sends them and thanks once they are kept."""
    if not answer.trace_id:
        return ""
    trace = escape(answer.trace_id)
    choices = "".join(
        f"<label><input type='radio' name='r{trace}' value='{reason}'><span>{reason}</span></label>"
        for reason in REASONS
    )
    return (
        f"<div class='pa-opinion' data-trace='{trace}'>"
        "<div class='pa-opinion-ask' role='group' aria-label='评价这个回答'><span>这个回答有用吗？</span>"
        "<button type='button' data-rating='up' aria-pressed='false'>有用</button>"
        f"<button type='button' data-rating='down' aria-pressed='false' aria-expanded='false'"
        f" aria-controls='why-{trace}'>没帮上</button></div>"
        f"<form id='why-{trace}' class='pa-opinion-why' hidden>"
        f"<fieldset><legend>哪里不对</legend><div>{choices}</div></fieldset>"
        f"<label class='pa-opinion-note'><span>补充一句（可不填，请不要写个人信息）</span>"
        f"<textarea rows='2' maxlength='{COMMENT_LIMIT - _ROOM}'></textarea></label>"
        "<div><button type='submit' class='pa-primary'>提交</button>"
        "<button type='button' class='pa-opinion-back'>取消</button></div></form>"
        "<p class='pa-opinion-said' role='status'></p></div>"
    )


def approved(answer: Answer) -> str:
    """The approved answer with its sentences, before the assistant's own; empty where there is none."""
    found = answer.approved
    if found is None:
        return ""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in found.text.splitlines() if line.strip())
    day = f"{found.approved.year}年{found.approved.month}月{found.approved.day}日"
    quotes = "".join(f"<li>{quoted(citation)}</li>" for citation in found.citations)
    return (
        f"<section class='pa-approved' aria-label='经审核的回答'><span class='pa-badge'>经审核</span>"
        f"<span class='pa-quiet'>{day} 由工作人员起草，另一人审核</span>"
        f"{paragraphs}<ul>{quotes}</ul></section>"
    )


def quoted(citation: Citation) -> str:
    """A sentence with the place where it stands."""
    digest = "<span class='pa-badge pa-digest'>摘要</span>" if citation.text_kind == "digest" else ""
    place = (
        f"《{citation.document_title}》{citation.provision}{citation.heading if citation.number else '文首'}"
    )
    return f"<q class='pa-quote'>{escape(citation.quote)}</q><cite>{escape(place)}{digest}</cite>"
