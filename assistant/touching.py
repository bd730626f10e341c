"""What a text that was added touches, told in one line: provisions, sentences, questions, cases, approved answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.approvals import Approval, changed
from knowledge_base import KnowledgeBase
from knowledge_base.adding import Impact

_NAMED = 5  # sentences and approved answers told by name


def told(impact: Impact, cases: int, approvals: Sequence[Approval], base: KnowledgeBase, day: date) -> str:
    """The line. `base` is the version with the text: an approved answer whose sentence it changed is suspended there.

    `cases`: how many evaluation cases rest on the text.
    """
    resting = [
        approval
        for approval in approvals
        if not approval.withdrawn_at and any(pin.document_id == impact.document_id for pin in approval.pins)
    ]
    suspended = [f"第 {approval.number} 号" for approval in resting if changed(approval, base, day)]
    sentences = f"（{'、'.join(impact.named_by[:_NAMED])}）" if impact.named_by else ""
    stopped = f"，其中 {'、'.join(suspended[:_NAMED])} 所依据的句子变了，已停用" if suspended else ""
    return (
        f"{impact.document_id}：{impact.provisions} 条；被 {len(impact.named_by)} 句提到{sentences}；"
        f"题库 {impact.questions} 问；评测 {cases} 题；"
        f"审定回答 {len(resting)} 条{stopped}"
    )
