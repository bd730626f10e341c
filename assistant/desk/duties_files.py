"""The list as files that offices work with: Excel and Word."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "宋体"
_WIDTHS = (26, 44, 12, 18, 24, 24, 10, 34, 60)  # characters, column by column


@dataclass(frozen=True)
class Sheet:
    """A table with a title, headings, rows of text, and the notes that belong to it."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def workbook(sheet: Sheet) -> bytes:
    """One sheet with the rows, one with the notes; every cell is text, whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.active
    page.title = sheet.title
    for number, line in enumerate((sheet.headings, *sheet.rows), 1):
        for column, value in enumerate(line, 1):
            cell = page.cell(number, column, value)
            cell.data_type = "s"  # a text that begins with = is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True, color="FFFFFF")
                cell.fill = PatternFill("solid", fgColor="16406B")
    for column, width in enumerate(_WIDTHS[: len(sheet.headings)], 1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    notes = book.create_sheet("说明")
    notes.column_dimensions["A"].width = 100
    for number, note in enumerate(sheet.notes, 1):
        cell = notes.cell(number, 1, note)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return _saved(book)


def paper(sheet: Sheet) -> bytes:
    """A landscape page: title, notes, the table with its headings repeated on every page."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(9)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.5)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(sheet.title)
    run.bold, run.font.size = True, Pt(18)
    for note in sheet.notes:
        document.add_paragraph(note).paragraph_format.space_after = Pt(2)
    table = document.add_table(rows=1, cols=len(sheet.headings), style="Table Grid")
    table.autofit = False
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    widths = [Cm(26.7 * width / sum(_WIDTHS)) for width in _WIDTHS]
    for line in (sheet.headings, *sheet.rows):
        cells = table.rows[0].cells if line is sheet.headings else table.add_row().cells
        for cell, value, width in zip(cells, line, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].add_run(value).bold = line is sheet.headings
    return _saved(document)


def _saved(book: object) -> bytes:
    into = BytesIO()
    book.save(into)  # type: ignore[attr-defined]
    return into.getvalue()
