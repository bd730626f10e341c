"""What an exported file says, before it takes a form: questions, answers, and every citation as it stands in its text.

Titles, states and places are read from the knowledge base, never from the answer handed in; a quote that is not in
its text is said not to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from assistant.contract import Answer, Citation, Status
from assistant.grounding import check_citation, check_statement
from assistant.library import Entry, shelf, standing_line
from assistant.rendering import listed
from assistant.standing import chinese_day, named
from knowledge_base import KnowledgeBase, Strength
from knowledge_base.validity import State

TITLE = "政策依据单"
STATUS: dict[Status, str] = {
    "answered": "有依据",
    "not_specified": "文件未规定",
    "out_of_scope": "不在文件范围",
    "clarify": "需要先说明是哪一种情况",
    "chitchat": "",
}
STRENGTH: dict[Strength, str] = {
    "duty": "应当、必须",
    "action": "部署推进",
    "support": "支持性表述",
    "guidance": "引导、鼓励性表述",
    "statement": "陈述",
}
STATE: dict[State, str] = {"in_force": "现行", "not_yet": "尚未施行", "ended": "已不再有效"}
_RUN = re.compile(r"\*\*(?P<bold>.+?)\*\*|\s*\[(?P<marker>\d+)\]")


class Exchange(NamedTuple):
    """A question and the answer that was given; the question may be unknown."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one line in one manner; `marker` is the number of a citation, 0 for plain words."""

    text: str
    bold: bool = False
    marker: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or list item of an answer."""

    runs: tuple[Run, ...]
    item: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation whole. `facts` are its label and value pairs, `fault` says why it proves nothing, empty if it does."""

    marker: int
    title: str
    place: str
    quote: str
    facts: tuple[tuple[str, str], ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange as it is printed."""

    question: str
    understood: str
    status: str
    notices: tuple[str, ...]
    lines: tuple[Line, ...]
    unspecified: tuple[str, ...]
    contacts: tuple[str, ...]
    references: tuple[Reference, ...]
    checked: str
    colophon: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file."""

    title: str
    day: date
    head: str
    turns: tuple[Turn, ...]
    foot: str


def sheet(exchanges: Sequence[Exchange], knowledge_base: KnowledgeBase, day: date) -> Sheet:
    """The content of a file about these exchanges, with the state of every text on `day`."""
    entries = shelf(knowledge_base, day)
    return Sheet(
        TITLE,
        day,
        f"效力按{chinese_day(day)}判断　知识库版本 {knowledge_base.version}",
        tuple(_turn(exchange, entries, knowledge_base) for exchange in exchanges),
        "本单由政策助手摘引文件形成，不替代办事机关的解释；标明“摘要”的不是原文，办事以原文为准。",
    )


def _turn(exchange: Exchange, entries: Mapping[str, Entry], knowledge_base: KnowledgeBase) -> Turn:
    answer = exchange.answer
    references = tuple(_reference(citation, entries, knowledge_base) for citation in answer.citations)
    colophon = [f"回执 {answer.receipt}" if answer.receipt else ""]
    if answer.knowledge_base and answer.knowledge_base != knowledge_base.version:
        colophon.append(f"回答时的知识库版本 {answer.knowledge_base}")
    return Turn(
        exchange.question,
        answer.understood_as or "",
        STATUS[answer.status],
        answer.notices,
        tuple(_lines(listed(answer.text))),
        answer.unspecified,
        tuple(
            f"{contact.name} {contact.number} [{contact.citation}]"
            for contact in answer.contacts
            if contact.number not in answer.text
        ),
        references,
        _checked(exchange, references, knowledge_base),
        "　".join(filter(None, colophon)),
    )


def _lines(text: str) -> Iterator[Line]:
    """The answer's small Markdown: bold, list items, citation markers; anything else is words."""
    for line in text.splitlines():
        if line.strip():
            item = line.startswith("- ")
            yield Line(tuple(_runs(line[2:] if item else line)), item)


def _runs(line: str) -> Iterator[Run]:
    at = 0
    for found in _RUN.finditer(line):
        if found.start() > at:
            yield Run(line[at : found.start()])
        if found["marker"]:
            yield Run(f"[{found['marker']}]", marker=int(found["marker"]))
        else:
            yield Run(found["bold"], bold=True)
        at = found.end()
    if at < len(line):
        yield Run(line[at:])


def _reference(citation: Citation, entries: Mapping[str, Entry], base: KnowledgeBase) -> Reference:
    entry = entries.get(citation.document_id)
    if entry is None:
        claimed = f"《{citation.document_title}》{citation.document_number}"
        return Reference(citation.id, claimed, citation.provision, citation.quote, (), "知识库里没有这份文件")
    document = entry.document
    faults = check_citation(citation, base.documents)
    kind = "摘要，不是原文" if document.text_kind == "digest" else "原文"
    facts = [
        ("收录", f"{kind}（{'　'.join(filter(None, [document.level, document.metadata.kind]))}）"),
        ("效力", f"{STATE[entry.state]}（{standing_line(entry).rstrip('。')}）"),
        ("力度", STRENGTH[citation.strength]),
        ("来源", "；".join(citation.sources)),
        ("相关文件", "；".join(_related(citation, entries))),
    ]
    return Reference(
        citation.id,
        named(document),
        _place(citation),
        citation.quote,
        tuple((name, value) for name, value in facts if value),
        "；".join(fault.detail for fault in faults),
    )


def _related(citation: Citation, entries: Mapping[str, Entry]) -> Iterator[str]:
    for name in dict.fromkeys(related.document_id for related in citation.related):
        if name in entries:
            yield f"{named(entries[name].document)}（{STATE[entries[name].state]}）"


def _place(citation: Citation) -> str:
    if not citation.number:
        return "文首"
    part = f"{citation.part} › " if citation.part else ""
    return f"{part}{citation.provision}{citation.heading}"


def _checked(exchange: Exchange, references: Sequence[Reference], base: KnowledgeBase) -> str:
    """What came of putting the quotes and sentences to the texts once more."""
    answer = exchange.answer
    if not references:
        return ""
    wrong = [reference.marker for reference in references if reference.fault]
    if wrong:
        told = "、".join(f"[{marker}]" for marker in wrong)
        return f"引文核对：{told} 与知识库现有文本不一致，不能作为依据，请重新提问。"
    unproved = sum(
        1
        for statement in answer.statements
        if check_statement(statement, answer.citations, base.documents, exchange.question)
    )
    if unproved:
        return f"引文核对：引文无误，但回答里有 {unproved} 句不能由所引文字证明，请以引文为准。"
    return f"引文核对：{len(references)} 处引文与知识库文本逐字一致。"
