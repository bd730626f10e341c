""".txt and .md: bytes → text. The encoding is found out, the text is left as it is."""

from __future__ import annotations

import codecs
import re

from knowledge_base.reading.extract import Extract, count_characters
from knowledge_base.reading.faults import ReadingFault

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# GB18030 decodes almost any bytes to something: real Chinese keeps to the common set of GB2312.
_COMMON_SHARE = 0.9
_CHINESE_PUNCTUATION = set("·—…“”‘’〔〕《》【】　、。〈〉「」﹒")

_COMMENT = re.compile(r"^<!--.*?-->[ \t]*\n?", re.MULTILINE | re.DOTALL)  # Markdown shows none of it


def read_plain(data: bytes, charset: str = "") -> Extract:
    """Text of a plain file. `charset` is what the sender said, believed only where the bytes agree."""
    text = decode(data, charset)
    shown = _COMMENT.sub("", text)
    return Extract(shown, count_characters(text))


def decode(data: bytes, charset: str = "") -> str:
    """UTF-8, UTF-16 with a mark, or GB18030. Raises `ReadingFault` where the bytes are none of them."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    for encoding in ("utf-8", charset, "gb18030"):
        try:
            text = data.decode(encoding) if encoding else ""
        except (UnicodeDecodeError, LookupError):
            continue
        if text and (encoding == "utf-8" or _is_plausible(text)):
            return text
    raise _unknown()


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown() from error


def _unknown() -> ReadingFault:
    return ReadingFault("认不出文字编码（试过 UTF-8、UTF-16、GB18030）：请用记事本打开，另存为 UTF-8")


def _is_plausible(text: str) -> bool:
    foreign = re.findall(r"[^\x00-\x7f]", text)
    common = sum(1 for c in foreign if c in _CHINESE_PUNCTUATION or _in_gb2312(c))
    return not foreign or common / len(foreign) >= _COMMON_SHARE


def _in_gb2312(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False
