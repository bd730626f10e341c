"""缺口简报: what people ask and the texts do not say, counted; drafting input for agencies.

Nobody can be found in it: counts below `LEAST` are not told, and no question that held personal data is quoted.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.contract import Answer, Citation, Persona
from assistant.journal import Kept
from knowledge_base import KnowledgeBase
from knowledge_base.normalisation import searchable

LEAST = 5  # a smaller count might point at one person
WHO: dict[Persona | None, str] = {"enterprise": "企业", "agency": "机关", "hotline": "热线", None: "未说明"}
NOTHING = f"没有达到 {LEAST} 次的。"
COLUMNS = ("条款", "没有写的", "提问人", "次数")


@dataclass(frozen=True, slots=True)
class Gap:
    """How often a kind of asker missed an aspect in a provision."""

    document: str
    provision: str
    aspect: str
    who: str
    count: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Something asked often that no text treats, in words that many used."""

    question: str
    count: int


@dataclass(frozen=True, slots=True)
class GapBrief:
    """The days it covers, the answers it counts, what was missed; `withheld`: kinds too rare to be told."""

    first: date | None
    last: date | None
    answers: int
    silent: int
    gaps: tuple[Gap, ...]
    subjects: tuple[Subject, ...]
    withheld: int


def gap_brief(answers: Sequence[Kept], base: KnowledgeBase) -> GapBrief:
    """Count what the texts were silent on."""
    silent = [kept for kept in answers if "not_specified" in kept.answer.statuses]
    counts: Counter[tuple[str, int, str, Persona | None]] = Counter()
    for kept in silent:
        for place, missing in _left_open(kept.answer):
            where = (place.document_id, place.number) if place else ("", 0)
            counts.update((*where, aspect, kept.persona) for aspect in missing)
    told = {key: count for key, count in counts.items() if count >= LEAST}
    gaps = sorted((_gap(key, count, base) for key, count in told.items()), key=lambda gap: -gap.count)
    subjects = _subjects([kept for kept in answers if kept.status == "out_of_scope"])
    days = [kept.day for kept in answers]
    return GapBrief(
        min(days, default=None),
        max(days, default=None),
        len(answers),
        len(silent),
        tuple(gaps),
        tuple(subject for subject in subjects if subject.count >= LEAST),
        len(counts) - len(told) + sum(subject.count < LEAST for subject in subjects),
    )


def _left_open(answer: Answer) -> list[tuple[Citation | None, tuple[str, ...]]]:
    """Of each question that the texts are silent on: what is cited as nearest, and what is missing."""
    if not answer.parts:
        return [(answer.citations[0] if answer.citations else None, answer.unspecified)]
    cited = {citation.id: citation for citation in answer.citations}
    silent = [part for part in answer.parts if part.status == "not_specified"]
    return [(cited[part.citations[0]] if part.citations else None, part.unspecified) for part in silent]


def markdown(brief: GapBrief) -> str:
    """The brief as Markdown."""
    lines = ["# 缺口简报", "", *_preface(brief), "", "## 文件提到而没有写清的", ""]
    if brief.gaps:
        lines += [f"| {' | '.join(COLUMNS)} |", "|---|---|---|---:|"]
        lines += [
            f"| {_cell(_place(gap))} | {_cell(gap.aspect)} | {gap.who} | {gap.count} |" for gap in brief.gaps
        ]
    else:
        lines.append(NOTHING)
    lines += ["", "## 文件没有涉及的", ""]
    lines += [f"- {_cell(subject.question)}（{subject.count} 次）" for subject in brief.subjects] or [NOTHING]
    return "\n".join(lines) + "\n"


def word(brief: GapBrief) -> bytes:
    """The brief as a DOCX file."""
    from docx import Document as Word
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Word()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(11)
    for name in ("Normal", "Title", "Heading 1"):
        properties = document.styles[name].element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.add_heading("缺口简报", 0)
    for line in _preface(brief):
        document.add_paragraph(line)
    document.add_heading("文件提到而没有写清的", 1)
    if brief.gaps:
        table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
        for cell, name in zip(table.rows[0].cells, COLUMNS, strict=True):
            cell.text = name
        for gap in brief.gaps:
            row = (_place(gap), gap.aspect, gap.who, str(gap.count))
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = value
    else:
        document.add_paragraph(NOTHING)
    document.add_heading("文件没有涉及的", 1)
    for subject in brief.subjects:
        document.add_paragraph(f"{subject.question}（{subject.count} 次）", style="List Bullet")
    if not brief.subjects:
        document.add_paragraph(NOTHING)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _preface(brief: GapBrief) -> list[str]:
    days = f"{brief.first} 至 {brief.last}" if brief.first else "还没有回答"
    return [
        f"时间：{days}。共 {brief.answers} 个回答，其中 {brief.silent} 个是文件未规定。",
        f"不足 {LEAST} 次的不列出（{brief.withheld} 类），个人信息在记录时已遮盖。次数是提问次数，不是人数。",
    ]


def _gap(key: tuple[str, int, str, Persona | None], count: int, base: KnowledgeBase) -> Gap:
    document_id, number, aspect, persona = key
    document = base.documents.get(document_id)
    if document is None:
        return Gap("已不在知识库的文件", "", aspect, WHO[persona], count)
    try:
        provision = document.provision(number)
        place = f"{provision.label}{provision.heading}" if number else "文首"
    except KeyError:
        place = ""
    return Gap(document.metadata.title, place, aspect, WHO[persona], count)


def _subjects(outside: Sequence[Kept]) -> list[Subject]:
    """Groups of one wording: an unusual question could name its asker, a wording that many used cannot."""
    wordings: dict[str, list[Kept]] = defaultdict(list)
    for kept in outside:
        if not kept.masked:
            wordings[searchable(kept.question)].append(kept)
    found = [Subject(members[0].question, len(members)) for members in wordings.values()]
    return sorted(found, key=lambda subject: -subject.count)


def _place(gap: Gap) -> str:
    return f"《{gap.document}》{gap.provision}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
