"""Which format a file is, by its content; the name decides only between what content cannot tell apart."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal
from zipfile import ZipFile

from knowledge_base.reading.archive import open_archive
from knowledge_base.reading.faults import ReadingFault

Format = Literal["txt", "md", "html", "pdf", "docx", "doc", "ofd", "xlsx", "image"]
ACCEPTED = ".txt .md .html .pdf .docx .doc .wps .ofd .xlsx"
_NAMES: dict[str, Format] = {
    ".txt": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".doc": "doc",
    ".wps": "doc",
    ".ofd": "ofd",
    ".xlsx": "xlsx",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"), "image"),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
_REFUSED = (
    (b"{\\rtf", "是 RTF 文件：请用 Word 或 WPS 打开后另存为 .docx"),
    (b"MIME-Version:", "是单个网页文件（MHT）：请用浏览器打开后另存为 .html"),
    (b"Rar!", "是 RAR 压缩包：请解压后逐个导入"),
    (b"7z\xbc\xaf", "是 7z 压缩包：请解压后逐个导入"),
    (b"\x1f\x8b", "是 gzip 压缩包：请解压后逐个导入"),
)
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_PIECE = re.compile(rb"<(?:p|div|table|br|span|body|meta)\b", re.I)
_TEXT_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def detect(data: bytes, name: str, is_page: bool = False) -> tuple[Format, str]:
    """The format, and a warning where the name says another. Raises `ReadingFault` for what is none of them.

    `is_page` is what a web server said: a page without its first tags looks like any text.
    """
    if not data.strip():
        raise ReadingFault("文件是空的：请核对是否下载完整")
    found = _by_content(data, name, is_page)
    suffix = PurePath(name).suffix.lower()
    named = _NAMES.get(suffix)
    # A page may come from an address with any ending; text may be called anything.
    if named is None or named == found or {named, found} <= {"txt", "md", "html"}:
        return found, ""
    return found, f"文件名是 {suffix}，内容却是 {found}：已按内容读取"


def _by_content(data: bytes, name: str, is_page: bool) -> Format:
    head = data[:4096]
    for magic, refusal in _REFUSED:
        if head.startswith(magic):
            raise ReadingFault(f"{PurePath(name).name} {refusal}")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_format(open_archive(data))
    if head.startswith(_OLE):
        return _ole_format(data)
    if head.startswith(_IMAGES[:-1]) or (head.startswith(_IMAGES[-1]) and b"\0" in head[:64]):
        return "image"
    return _text_format(data, head, name, is_page)


def _archive_format(archive: ZipFile) -> Format:
    names = {name.lower() for name in archive.namelist()}
    if "ofd.xml" in names:
        return "ofd"
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(name.startswith("ppt/") for name in names):
        raise ReadingFault("这是演示文稿：请把文字另存为 .docx 或 .txt 再导入")
    raise ReadingFault(f"这是压缩包，里面不是能读的公文：请解压后逐个导入（能读 {ACCEPTED}）")


def _ole_format(data: bytes) -> Format:
    """The directory of the old Office container names its streams in plain UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadingFault("文件加了密码：请先去掉密码再导入")
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    if "Workbook".encode("utf-16-le") in data:
        raise ReadingFault("这是旧版表格（.xls 或 .et）：请另存为 .xlsx 再导入")
    raise ReadingFault("这是旧版 Office 文件，但里面没有文字稿：请另存为 .docx 再导入")


def _text_format(data: bytes, head: bytes, name: str, is_page: bool) -> Format:
    if b"\0" in head and not head.startswith(_TEXT_BOMS):
        raise ReadingFault(f"{PurePath(name).name} 不是能读的格式（能读 {ACCEPTED}）：请转换格式再导入")
    named = _NAMES.get(PurePath(name).suffix.lower())
    if _HTML.match(head) or ((is_page or named == "html") and _HTML_PIECE.search(data[:65536])):
        return "html"
    return "md" if named == "md" else "txt"
