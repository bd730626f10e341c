"""Chinese numerals, and references to provisions (第十二条, (十六), 措施8) in texts and questions."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMERAL = "[一二三四五六七八九十百千零〇两]+"
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def parse_numeral(text: str) -> int:
    """`二十一` or `21` → 21. Raises `ValueError` for anything else."""
    text = text.strip()
    if text.isdecimal():
        return int(text)
    if not text or any(c not in _DIGITS and c not in _UNITS for c in text):
        raise ValueError(f"not a numeral: {text!r}")
    if len(text) > 1 and not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in _UNITS:
            total += (digit or 1) * _UNITS[c]
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit


def to_numeral(number: int) -> str:
    """12 → `十二`, for 0 ≤ number < 100."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


@dataclass(frozen=True, slots=True)
class Reference:
    """A provision or part that a text names by its number; `start`, `end` span the naming."""

    kind: str  # "provision" | "part"
    number: int
    start: int
    end: int


_PROVISION_REFERENCE = re.compile(
    rf"第\s*[（(]?\s*(?P<a>{NUMERAL}|\d{{1,3}})\s*[)）]?\s*(?:条|项|点|款|号?措施|个?意见|条措施)"
    rf"|[（(]\s*(?P<b>{NUMERAL})\s*[)）]"
    rf"|(?:措施|条款|measure|article|provision|item)\s*(?:no\.?|第)?\s*[（(]?(?P<c>{NUMERAL}|\d{{1,3}})[)）]?(?![年月日万亿%个条项家人共样起般定直致些切概旦点])",
    re.IGNORECASE,
)
_PART_REFERENCE = re.compile(rf"第\s*(?P<a>{NUMERAL}|\d{{1,2}})\s*(?:大?部分|章|大?块)")


def find_references(text: str) -> list[Reference]:
    """All references to provisions and parts, in order of the text."""
    found: list[Reference] = []
    for kind, pattern in (("provision", _PROVISION_REFERENCE), ("part", _PART_REFERENCE)):
        for match in pattern.finditer(text):
            numeral = next(group for group in match.groups() if group)
            found.append(Reference(kind, parse_numeral(numeral), match.start(), match.end()))
    return sorted(found, key=lambda reference: reference.start)
