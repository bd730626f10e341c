"""A sheet as DOCX, in the typefaces that Chinese offices have."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assistant.export.sheet import Line, Reference, Sheet, Turn

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

BODY, HEADINGS = "宋体", "黑体"
INK = RGBColor(0x16, 0x40, 0x6B)
QUIET = RGBColor(0x5B, 0x68, 0x75)
WARN = RGBColor(0x95, 0x57, 0x0A)
_CONTROL = {code: None for code in range(32) if code not in (9, 10)}  # XML has no room for them


def as_word(content: Sheet) -> bytes:
    """A4, one heading a question, the citations below each answer."""
    file = Document()
    _dress(file, content)
    file.add_heading(content.title, 0)
    _say(file, content.head, color=QUIET)
    for turn in content.turns:
        _turn(file, turn)
    _say(file, content.foot, color=QUIET, size=9)
    whole = BytesIO()
    file.save(whole)
    return whole.getvalue()


def _dress(file: WordDocument, content: Sheet) -> None:
    """Paper, typefaces, language and what the file says of itself."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet", "Quote"):
        style: Any = file.styles[name]
        face = BODY if name in ("Normal", "List Bullet", "Quote") else HEADINGS
        style.font.name = face
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for slot in ("w:eastAsia", "w:hAnsi", "w:ascii"):
            fonts.set(qn(slot), face)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        style.font.color.rgb = None if face == BODY else INK
        style.font.italic = False
    for languages in file.styles.element.iter(qn("w:lang")):  # else punctuation is set as in Taiwan or Japan
        languages.set(qn("w:eastAsia"), "zh-CN")
    file.styles["Title"].font.size = Pt(20)
    file.styles["Normal"].font.size = Pt(11)
    properties = file.core_properties
    properties.title, properties.author, properties.comments = content.title, "政策助手", ""
    properties.language = "zh-CN"
    properties.created = properties.modified = datetime.combine(content.day, time())


def _turn(file: WordDocument, turn: Turn) -> None:
    file.add_heading(_clean(turn.question) or "回答", 1)
    if turn.understood:
        _say(file, f"接着上文理解为：{turn.understood}", color=QUIET)
    if turn.status:
        _say(file, turn.status, bold=True, color=INK)
    for notice in turn.notices:
        _say(file, f"注意：{notice}", color=WARN)
    for line in turn.lines:
        _line(file, line)
    if turn.unspecified:
        _say(file, f"文件未规定：{'、'.join(turn.unspecified)}", bold=True, color=WARN)
    if turn.contacts:
        _say(file, f"咨询：{'；'.join(turn.contacts)}")
    if turn.references:
        file.add_heading("依据", 2)
        for reference in turn.references:
            _reference(file, reference)
        _say(file, turn.checked, color=QUIET, size=9)
    if turn.colophon:
        _say(file, turn.colophon, color=QUIET, size=9)


def _line(file: WordDocument, line: Line) -> None:
    paragraph = file.add_paragraph(style="List Bullet" if line.item else None)
    for run in line.runs:
        added = paragraph.add_run(_clean(run.text))
        added.bold = run.bold
        if run.marker:
            added.font.superscript = True
            added.font.color.rgb = INK


def _reference(file: WordDocument, reference: Reference) -> None:
    head = _say(file, f"[{reference.marker}] {reference.title}", bold=True)
    head.paragraph_format.keep_with_next = True
    place = _say(file, reference.place, color=QUIET)
    place.paragraph_format.keep_with_next = True
    quote = file.add_paragraph(_clean(reference.quote), style="Quote")
    quote.paragraph_format.left_indent = Cm(0.5)
    quote.paragraph_format.space_after = Pt(4)
    _bar(quote)
    facts = [f"{name}：{value}" for name, value in reference.facts]
    if facts:
        _say(file, "\n".join(facts), size=9)
    if reference.fault:
        _say(file, f"不能作为依据：{reference.fault}", bold=True, color=WARN)


def _bar(paragraph: Paragraph) -> None:
    """The yellow line to the left of a quote, as on the page."""
    edges = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "E0B341")):
        left.set(qn(f"w:{name}"), value)
    edges.append(left)
    paragraph._p.get_or_add_pPr().insert_element_before(edges, "w:shd", "w:spacing", "w:ind", "w:jc")


def _say(
    file: WordDocument, text: str, bold: bool = False, color: RGBColor | None = None, size: int | None = None
) -> Paragraph:
    paragraph = file.add_paragraph()
    run = paragraph.add_run(_clean(text))
    run.bold = bold
    run.font.color.rgb = color
    run.font.size = Pt(size) if size else None
    paragraph.paragraph_format.space_after = Pt(4)
    return paragraph


def _clean(text: str) -> str:
    return text.translate(_CONTROL)
