"""Excel .xlsx: a line a row, cells parted by `|`, sheets under their names."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from knowledge_base.reading.archive import check_entries, open_archive
from knowledge_base.reading.extract import Extract, Properties, count_characters
from knowledge_base.reading.faults import ReadingFault, damaged

MAX_CELLS = 1_000_000


def read_xlsx(data: bytes) -> Extract:
    """The shown values of all sheets. Raises `ReadingFault` where the file is broken, a bomb or too large."""
    from openpyxl import load_workbook

    check_entries(open_archive(data))
    with damaged("文件损坏，表格打不开：请重新下载，或用 Excel、WPS 打开后另存一份"):
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [(sheet.title, list(_rows(sheet))) for sheet in book.worksheets]
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        title = (book.properties.title or "").strip()
        book.close()
    filled = [(name, rows) for name, rows in sheets if rows]
    lines: list[str] = []
    for name, rows in filled:
        lines += [f"# {name}", *rows] if len(filled) > 1 else rows
    text = "\n".join(lines)
    warnings = (f"工作表 {'、'.join(hidden)} 在原文件里是隐藏的，也已读入",) if hidden else ()
    return Extract(text, count_characters(text), len(sheets), Properties(title=title), warnings)


def _rows(sheet: Any) -> Iterator[str]:
    # The announced size is often wrong: files of other programs announce one cell.
    sheet.reset_dimensions()
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        cells += len(row)
        if cells > MAX_CELLS:
            raise ReadingFault(f"表格超过 {MAX_CELLS} 格，太大：请只留需要的部分")
        values = [_shown(value) for value in row]
        while values and not values[-1]:
            values.pop()
        if len(values) == 1:
            yield values[0]
        elif any(values):
            yield " | ".join(values) + " |"


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
