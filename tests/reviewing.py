"""A journal with what people asked, for the tests and the pictures of the reviewers' tab."""

from __future__ import annotations

from assistant.approvals import Approvals
from assistant.contract import Answer, Persona, Question
from assistant.journal import Journal
from assistant.pipeline import Assistant
from assistant.recording import recording
from tests.conftest import OPINION

KEY = "a-long-editor-key"
ASKED: list[tuple[str, Persona | None, int, str]] = [
    # question, persona, how often, a comment with a 没帮上 on the last of them
    ("办绿卡要交哪些材料", "enterprise", 6, ""),
    ("绿卡办理要交哪些材料", "hotline", 2, "想知道要带什么证"),
    ("引进人才能拿多少补贴", "agency", 5, ""),
    ("苗绣图样被人抄去印T恤咋整", "enterprise", 2, "引错了条款：这是维权的事"),
    ("社保卡丢了上哪补", "hotline", 5, ""),
    ("质押贷款的利率是多少", None, 3, "没答到点上"),
    ("孩子上学有什么照顾", "enterprise", 4, ""),
]

APPROVED = "苗绣图样被人抄去印T恤咋整"
TEXT = "可以找知识产权服务机构做诉讼代理、维权援助、调解，文件鼓励它们开展这些服务。"


def filled(assistant: Assistant, journal: Journal) -> dict[str, Answer]:
    """Ask everything through a recording assistant; gives the last answer to each question."""
    recorded = recording(lambda: assistant, journal)()
    last = {}
    for text, persona, times, comment in ASKED:
        for _ in range(times):
            last[text] = recorded.answer(Question(question=text, persona=persona))
        if comment:
            journal.rate(last[text].trace_id, "down", comment)
    return last


def approved(assistant: Assistant, journal: Journal) -> None:
    """One approved answer, and a draft."""
    base, day, approvals = assistant.knowledge_base, assistant.today(), Approvals(journal.engine)
    number = approvals.draft([APPROVED], TEXT, [(OPINION, "7.3")], "张三", base, day)
    approvals.approve(number, "李四", base, day)
    approvals.draft(
        ["办绿卡要交哪些材料"], "文件没有写办绿卡要交哪些材料。", [(OPINION, "12.4")], "王五", base, day
    )
