"""An extract → the canonical text that is kept, and the metadata proposed for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from urllib.parse import urlsplit

from knowledge_base.documents import Metadata
from knowledge_base.metadata import classify_front_lines
from knowledge_base.normalisation import clean
from knowledge_base.reading.extract import Properties
from knowledge_base.structure import parse

# Where a text has no provisions, its head is what a reader would call so.
FRONT = 600
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def canonical(text: str) -> str:
    """`\\n` line ends, NFC, nothing invisible, no trailing blanks, at most one empty line in a row; else untouched."""
    visible = unicodedata.normalize("NFC", clean(_BREAKS.sub("\n", text)))
    lines = "\n".join(line.rstrip() for line in visible.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def propose(text: str, properties: Properties, address: str = "") -> Metadata:
    """What the text states of itself; where it is silent, what the file states. Nothing is guessed."""
    document = parse("", text)
    found = document.metadata
    titled = any(kind == "title" for kind, _, _ in classify_front_lines(text, min(FRONT, len(text))))
    fields = properties.fields | found.fields
    if properties.title and properties.title != found.title:
        fields = {"网页标题" if address else "文件标题": properties.title} | fields
    return replace(
        found,
        title=found.title if titled or not properties.title else properties.title,
        number=_stated_number(properties) or found.number or fields.get("文号", ""),
        issuers=found.issuers or tuple(filter(None, [properties.source])),
        published=found.published or properties.published,
        fields=fields,
        official_address=address if _is_official(address) else "",
    )


def _is_official(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host == "gov.cn" or host.endswith(".gov.cn")


def _stated_number(properties: Properties) -> str:
    """A record beside the text names its own number; the first one in the text may be another's that it cites."""
    return properties.fields.get("文号") or properties.fields.get("发文字号", "")
