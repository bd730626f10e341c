"""Front matter of an official text: what each line is, and the metadata that it states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from knowledge_base.documents import ClauseKind, Metadata
from knowledge_base.numerals import NUMERAL, parse_numeral

TITLE_LIMIT = 60  # characters; a longer first line is body text
_DATE = re.compile(r"(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})\s*日?")
_CHINESE_DATE = re.compile(rf"([〇零一二三四五六七八九]{{4}})年({NUMERAL})月({NUMERAL})日")
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,12}[〔\[［(（]\d{4}[〕\]］)）]\s?\d+\s?号|(?:[\u4e00-\u9fff]{2,16})?令第?\s?\d+\s?号"
)
_ROW_LABEL = re.compile(r"^([\u4e00-\u9fff][\u4e00-\u9fff\s]{0,9})\s*[:：]$")
_TITLE_TAIL = re.compile(
    r"(?:意见|通知|办法|规定|条例|纲要|规划|指引|指南|解释|决定|公告|细则|方案|措施|法|批复|函)(?:[（(].{1,12}[)）])?$"
)
_ORGANISATION = re.compile(
    r"^\**[\u4e00-\u9fff（）()·]{2,30}(?:局|厅|委员会|委|部|院|会|办公室|政府|银行|署|总局|监管局|法院|检察院|协会)\**$"
)


def classify_front_lines(text: str, end: int) -> Iterator[tuple[ClauseKind, int, int]]:
    """Tile `[0, end)` with the kinds of its lines; neighbouring lines of signatories make one piece."""
    pieces: list[tuple[ClauseKind, int, int]] = []
    for match in re.finditer(r"[^\n]*\n|[^\n]+$", text[:end]):
        kind = _kind(match.group().strip())
        if pieces and (kind is None or (kind == "signatories" == pieces[-1][0])):
            pieces[-1] = (pieces[-1][0], pieces[-1][1], match.end())
        else:
            pieces.append((kind or "sentence", match.start(), match.end()))
    yield from pieces


def _kind(line: str) -> ClauseKind | None:
    if not line:
        return None
    if "|" in line and any(_ROW_LABEL.match(cell.strip()) for cell in line.split("|")):
        return "metadata"
    if _DATE.fullmatch(line) or _CHINESE_DATE.fullmatch(line):
        return "date"
    if line.endswith((":", "：")) and not line.startswith("#"):
        return "addressees"
    if all(_ORGANISATION.match(word) for word in line.split()):
        return "signatories"
    if line.startswith("#") or (len(line) <= 80 and _TITLE_TAIL.search(line)):
        return "title"
    return "sentence"


def read_metadata(front: str, text: str) -> Metadata:
    """Metadata that the text states of itself; nothing is guessed, a silent text gives empty values."""
    titles: list[str] = []
    issuers: list[str] = []
    addressees: tuple[str, ...] = ()
    dates: list[date] = []
    fields: dict[str, str] = {}
    head = front or text[:600]
    for kind, start, stop in classify_front_lines(head, len(head)):
        line = head[start:stop].strip()
        if kind == "title":
            titles.append(line.lstrip("# ").strip())
        elif kind == "metadata":
            fields |= _row_fields(line)
        elif kind == "addressees":
            addressees = tuple(_addressees(line))
        elif kind == "signatories":
            issuers += line.split()
        elif kind == "date" and (day := find_date(line)):
            dates.append(day)
    number = fields.get("文号") or next(iter(_NUMBER.findall(head)), "")
    published = find_date(fields.get("生成日期", "") or fields.get("发布日期", ""))
    title = titles[-1] if titles else _first_words(text)
    return Metadata(
        title=title,
        number=number,
        issuers=tuple(issuers),
        addressees=addressees,
        signed=dates[-1] if dates else None,
        published=published,
        fields=fields,
    )


def _first_words(text: str) -> str:
    """Where no line looks like a title: the first line, up to its first blank where it runs on into the body."""
    line = next((row.strip() for row in text.splitlines() if row.strip()), "")
    return line if len(line) <= TITLE_LIMIT else re.split(r"\s", line[:TITLE_LIMIT])[0]


def _addressees(line: str) -> Iterator[str]:
    """`各市、自治州知识产权局、版权局:` → 各市、自治州知识产权局 | 版权局: 各市 alone names no body."""
    pending = ""
    for name in re.split("[,，、]", line.rstrip(":：")):
        if re.fullmatch("各?(?:省|市|县|区|自治[区州县]|州)", name):
            pending += f"{name}、"
        elif name:
            yield pending + name
            pending = ""


def _row_fields(line: str) -> dict[str, str]:
    """`文 号: | 黔知办发〔2023〕11号 | 是否有效: | |` → {"文号": "黔知办发〔2023〕11号", "是否有效": ""}."""
    fields: dict[str, str] = {}
    label = ""
    for cell in (cell.strip() for cell in line.split("|")):
        if match := _ROW_LABEL.match(cell):
            label = re.sub(r"\s", "", match[1])
            fields[label] = ""
        elif label and cell and not fields[label]:
            fields[label] = cell
    return fields


def find_date(text: str) -> date | None:
    """The first calendar date in `text`, Arabic or Chinese; None where there is none or it is no day."""
    if match := _DATE.search(text):
        year, month, day = (int(group) for group in match.groups())
    elif match := _CHINESE_DATE.search(text):
        year, month, day = (parse_numeral(group) for group in match.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
