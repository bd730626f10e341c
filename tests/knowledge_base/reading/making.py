"""Makes the files that the readers are tried on, each by the library or program that people would use.

`python -m tests.knowledge_base.reading.making` makes the legacy Word files anew; it needs LibreOffice.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FILES = Path(__file__).with_name("files")
FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
SIMPLIFIED = 2  # the face of the collection
RUNNING_HEAD = "贵州省知识产权局文件"
_A4_RIGHT = 525.0
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MEASURE = re.compile(r"[(（][一二三四五六七八九十]+[)）]")
_PART = re.compile(r"[一二三四五六七八九十]+、")


def plain_docx(lines: Sequence[str]) -> bytes:
    """A paragraph a line, two characters of indent, a running head."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.sections[0].header.paragraphs[0].text = RUNNING_HEAD
    for line in lines:
        document.add_paragraph(line).paragraph_format.first_line_indent = Pt(32)
    return _saved(document)


def numbered_docx(lines: Sequence[str]) -> bytes:
    """一、 and （一） are automatic, the measures counting on across the parts, as in real drafts."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    numbering = document.part.numbering_part.element
    for name, template in ((90, "%1、"), (91, "(%1)")):
        numbering.insert(
            0,
            parse_xml(
                f'<w:abstractNum xmlns:w="{_WORD}" w:abstractNumId="{name}"><w:multiLevelType w:val="singleLevel"/>'
                f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="{template}"/></w:lvl>'
                "</w:abstractNum>"
            ),
        )
        numbering.append(
            parse_xml(f'<w:num xmlns:w="{_WORD}" w:numId="{name}"><w:abstractNumId w:val="{name}"/></w:num>')
        )
    for line in lines:
        number = 91 if _MEASURE.match(line) else 90 if _PART.match(line) else 0
        paragraph = document.add_paragraph(re.sub(f"^(?:{_MEASURE.pattern}|{_PART.pattern})", "", line))
        if number:
            reference = paragraph._p.get_or_add_pPr()._add_numPr()
            reference._add_ilvl().val = 0
            reference._add_numId().val = number
    table = document.add_table(rows=2, cols=3)
    for row in range(2):
        for column in range(3):
            table.cell(row, column).text = f"格{row}{column}"
    document.add_paragraph("表后的正文。")
    return _saved(document)


def edited_docx(lines: Sequence[str], controls: bool = True) -> bytes:
    """Tracked changes and content controls, which `paragraph.text` leaves out. Old Word knows no controls."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    body = document.element.body
    for index, line in enumerate(lines):
        paragraph = document.add_paragraph()._p
        half = len(line) // 2
        pieces = [
            f"<w:r><w:t>{_xml(line[:half])}</w:t></w:r>",
            "<w:del><w:r><w:delText>删掉的字</w:delText></w:r></w:del>",
            f"<w:ins><w:r><w:t>{_xml(line[half:])}</w:t></w:r></w:ins>",
        ]
        for piece in pieces:
            paragraph.append(parse_xml(piece.replace(">", f' xmlns:w="{_WORD}">', 1)))
        if controls and index % 5 == 0:
            control = parse_xml(f'<w:sdt xmlns:w="{_WORD}"><w:sdtContent/></w:sdt>')
            body.replace(paragraph, control)
            control[0].append(paragraph)
    return _saved(document)


def boxed_docx(lines: Sequence[str], head: str) -> bytes:
    """A text box on the first paragraph, written twice as Word does: for new readers and for old ones."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    box = f"<w:txbxContent><w:p><w:r><w:t>{head}</w:t></w:r></w:p></w:txbxContent>"
    document.paragraphs[0]._p.append(
        parse_xml(
            f'<w:r xmlns:w="{_WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><mc:AlternateContent>'
            f'<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice>'
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    return _saved(document)


def _saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def simple_pdf(lines: Sequence[str]) -> bytes:
    """fpdf2, an embedded Chinese font, no indent, no running lines."""
    pdf = _fpdf()
    pdf.set_font("song", size=14)
    pdf.add_page()
    for line in lines:
        pdf.multi_cell(0, 8, line, new_x="LMARGIN", new_y="NEXT", wrapmode="CHAR")
    return bytes(pdf.output())


def official_pdf(lines: Sequence[str], title: str) -> bytes:
    """The layout of an issued document: a centred title over two lines, indents, a running head, page numbers."""
    from fpdf import FPDF

    class Issued(FPDF):
        def header(self) -> None:
            self.set_font("song", size=9)
            self.cell(0, 8, RUNNING_HEAD, align="C", new_x="LMARGIN", new_y="NEXT")

        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("song", size=9)
            self.cell(0, 8, f"— {self.page_no()} —", align="C")

    pdf = _fpdf(Issued())
    pdf.add_page()
    for line in lines:
        heading = line == title
        pdf.set_font("song", size=20 if heading else 14)
        if heading:
            pdf.multi_cell(0, 11, _balanced(line), align="C", new_x="LMARGIN", new_y="NEXT", wrapmode="CHAR")
        else:
            pdf.multi_cell(0, 8, f"　　{line}", new_x="LMARGIN", new_y="NEXT", wrapmode="CHAR")
    return bytes(pdf.output())


def reported_pdf(lines: Sequence[str], encrypt: str = "") -> bytes:
    """reportlab, a CID font that is not embedded, lines set by hand, `第 1 页 共 9 页` at the foot."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption(encrypt) if encrypt else None)
    rows = [(row, index) for line in lines for index, row in enumerate(_wrapped(line))]
    pages = [rows[start : start + 32] for start in range(0, len(rows), 32)]
    for number, page in enumerate(pages, 1):
        canvas.setFont("STSong-Light", 14)
        for position, (row, index) in enumerate(page):
            canvas.drawString(70 if index else 98, 780 - 22 * position, row)
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(300, 30, f"第 {number} 页 共 {len(pages)} 页")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def reported_pages(texts: Sequence[str]) -> bytes:
    """One line a page, or none."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for text in texts:
        canvas.setFont("STSong-Light", 14)
        canvas.drawString(70, 700, text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def blank_pdf(pages: int) -> bytes:
    """Pages with a drawing and no text, as a scanner makes them."""
    from fpdf import FPDF

    pdf = FPDF()
    for _ in range(pages):
        pdf.add_page()
        pdf.rect(20, 20, 100, 100, style="F")
    return bytes(pdf.output())


def _fpdf(pdf: Any = None) -> Any:
    from fpdf import FPDF

    pdf = pdf or FPDF()
    pdf.add_font("song", "", FONT, collection_font_number=SIMPLIFIED)
    return pdf


def _balanced(title: str) -> str:
    """Typists part a long title by hand where it reads well, the upper line longer."""
    cut = -(-len(title) * 11 // 20)
    return f"{title[:cut]}\n{title[cut:]}" if len(title) > 22 else title


def _wrapped(line: str) -> list[str]:
    """Rows of 14-point type between the margins; the first one is indented by two characters."""
    rows, row, width, room = [], "", 0.0, _A4_RIGHT - 98
    for character in line:
        step = 7.0 if character.isascii() else 14.0
        if width + step > room:
            rows.append(row)
            row, width, room = "", 0.0, _A4_RIGHT - 70
        row += character
        width += step
    return [*rows, row]


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """An .xlsx by openpyxl."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def make_legacy(lines: Sequence[str]) -> None:
    """Write the .doc files beside the tests."""
    FILES.mkdir(exist_ok=True)
    made = {
        "plain": plain_docx(lines),
        "numbered": numbered_docx(lines),
        "edited": edited_docx(lines, controls=False),
    }
    with TemporaryDirectory() as folder:
        for name, data in made.items():
            source = Path(folder) / f"{name}.docx"
            source.write_bytes(data)
            command = [
                "soffice",
                "--headless",
                "--convert-to",
                "doc:MS Word 97",
                "--outdir",
                str(FILES),
                str(source),
            ]
            subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    from tests.knowledge_base.reading.conftest import TEXT

    make_legacy(TEXT.read_text("utf-8").split("\n"))
