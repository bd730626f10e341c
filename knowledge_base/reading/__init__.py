"""File or web address → canonical text and proposed metadata; the only room that ever changes a character.

Each format has a file of its own, which imports its library when a file of that format is first read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from knowledge_base.documents import Metadata
from knowledge_base.reading.address import Fetched, FetchLimits, is_address
from knowledge_base.reading.address import fetch as fetch_address
from knowledge_base.reading.canonical import canonical, propose
from knowledge_base.reading.detection import Format, detect
from knowledge_base.reading.doc import read_doc
from knowledge_base.reading.docx import read_docx
from knowledge_base.reading.extract import Extract, count_characters
from knowledge_base.reading.faults import ReadingFault
from knowledge_base.reading.html import read_html
from knowledge_base.reading.ocr import read_image
from knowledge_base.reading.ofd import read_ofd
from knowledge_base.reading.pdf import read_pdf
from knowledge_base.reading.plain import read_plain
from knowledge_base.reading.xlsx import read_xlsx

__all__ = ["FetchLimits", "Reading", "ReadingFault", "read", "read_bytes"]

MAX_BYTES = 64 * 1024 * 1024
_TEXT_READERS: dict[Format, Callable[[bytes, str], Extract]] = {
    "txt": read_plain,
    "md": read_plain,
    "html": read_html,
}
_READERS: dict[Format, Callable[[bytes], Extract]] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "doc": read_doc,
    "ofd": read_ofd,
    "xlsx": read_xlsx,
    "image": read_image,
}
_USUAL = FetchLimits()


@dataclass(frozen=True)
class Reading:
    """A text as it was read.

    Both counts leave blanks out, so the difference is what was not kept: running heads, page numbers, a
    site's furniture. Automatic numbers of Word, which are no characters of the file, add to what was kept.
    """

    text: str
    metadata: Metadata
    format: Format
    source: str
    fingerprint: str
    characters_in: int
    characters_kept: int
    pages: int
    warnings: tuple[str, ...]


def read(path_or_url: str, *, fetch: FetchLimits = _USUAL) -> Reading:
    """Read a file or a web address. Raises `ReadingFault` where it cannot be read, with the mend."""
    address = path_or_url.strip()
    if is_address(address):
        return _read_fetched(fetch_address(address, fetch))
    path = Path(path_or_url)
    return read_bytes(_load(path), path.name)


def read_bytes(data: bytes, name: str) -> Reading:
    """Read what was uploaded under a name. Raises `ReadingFault` as `read` does."""
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    return _read(data, name)


def _load(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise _too_large(path.stat().st_size)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ReadingFault(f"找不到文件 {path}：请核对路径") from error
    except IsADirectoryError as error:
        raise ReadingFault(f"{path} 是文件夹：请填其中的文件") from error
    except (OSError, ValueError) as error:
        raise ReadingFault(f"读不了文件 {path}：请核对路径和权限") from error


def _too_large(size: int) -> ReadingFault:
    return ReadingFault(
        f"文件有 {size / 1024 / 1024:.0f} MB，超过上限 {MAX_BYTES // 1024 // 1024} MB：请拆成几个文件，或去掉其中的图片"
    )


def _read_fetched(fetched: Fetched) -> Reading:
    name = unquote(urlsplit(fetched.address).path)
    return _read(fetched.data, name, fetched.address, fetched.is_page, fetched.charset)


def _read(data: bytes, name: str, address: str = "", is_page: bool = False, charset: str = "") -> Reading:
    kind, mismatch = detect(data, name, is_page)
    extract = _READERS[kind](data) if kind in _READERS else _TEXT_READERS[kind](data, charset)
    text = canonical(extract.text)
    kept = count_characters(text)
    if not kept:
        raise ReadingFault(f"{name or address} 里没有读出文字：请核对文件内容，如果是图片请做文字识别")
    return Reading(
        text=text,
        metadata=propose(text, extract.properties, address),
        format=kind,
        source=address or name,
        fingerprint=hashlib.sha256(data).hexdigest(),
        characters_in=extract.characters_in,
        characters_kept=kept,
        pages=extract.pages,
        warnings=tuple(filter(None, [mismatch, *extract.warnings])),
    )
