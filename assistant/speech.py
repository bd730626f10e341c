"""Text for the telephone: what a caller said without the noise of speaking, and what an operator can read out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge_base.normalisation import clean

READ_OUT_LIMIT = 45  # characters: what one breath and one listener hold
_LEXICON = Path(__file__).parents[1] / "knowledge_base" / "data" / "lexicon" / "spoken.json"
_DIGITS = "零一二三四五六七八九"
_CALLED = 5  # digits in a row from which a number is dialled rather than counted
_COUNTED = "个家件户人名项条万亿元位张次份"
_STEPS = (("千", 1000), ("百", 100), ("十", 10), ("", 1))
_WITHIN = re.compile(r"《[^《》]*》|“[^“”]*”|（[^（）]*）|「[^「」]*」")


@dataclass(frozen=True)
class SpokenWords:
    """`fillers` and `trailing` particles carry nothing; a sentence with a word of `limits` takes something back."""

    fillers: re.Pattern[str]
    trailing: re.Pattern[str]
    limits: re.Pattern[str]


@cache
def _words() -> SpokenWords:
    table: dict[str, list[str]] = json.loads(_LEXICON.read_text("utf-8"))
    return SpokenWords(*(re.compile("|".join(table[name])) for name in ("fillers", "trailing", "limits")))


def heard(text: str) -> str:
    """What was said, without greetings, fillers and stammered repeats; a text of fillers only becomes empty."""
    words = _words()
    said = re.sub(r"\s+", " ", clean(text)).strip()
    said = re.sub(r"([\u3400-\u9fff]{1,4})\1{2,}", r"\1", said)  # 我我我 and 怎么办怎么办怎么办
    said = words.fillers.sub(" ", said)
    said = re.sub(rf"(?:{words.trailing.pattern})+(?=[ ，。？！,?!]|$)", " ", said)
    said = re.sub(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])", "", said)
    return re.sub(r"\s+", " ", said).strip(" ，。、,")


def read_out(text: str) -> str:
    """The text as it is read out, at most `READ_OUT_LIMIT` characters; empty where it cannot be shortened honestly.

    It is cut only where a sentence or one of its equal parts ends, and never before words that take something back.
    """
    whole = spoken(text)
    if len(whole) <= READ_OUT_LIMIT:
        return whole
    hidden = _WITHIN.sub(lambda found: "　" * len(found.group()), whole)
    ends = [found.end() for found in re.finditer("[。；;]", hidden) if found.end() <= READ_OUT_LIMIT]
    if not ends or _words().limits.search(whole[ends[-1] :]):
        return ""
    return whole[: ends[-1]].rstrip("；;。") + "。"


def spoken(text: str) -> str:
    """Numbers in the words that a person says: 12315 → 幺二三幺五, 2030年 → 二零三零年, 15% → 百分之十五."""
    said = re.sub(r"(\d{4})-(\d{2})-(\d{2})(?!\d)", _day, text)
    said = re.sub(r"(\d+(?:\.\d+)?)%", lambda found: f"百分之{_counted(found[1])}", said)
    said = re.sub(r"〔(\d{4})〕", lambda found: f"〔{_named(found[1])}〕", said)
    said = re.sub(r"(?<!\d)\d{4}(?=(?:[—–-]\d{4})?(?:年|版))", lambda found: _named(found[0]), said)
    said = re.sub(rf"[A-Za-z][ -]?\d+(?:[.:：-]\d+)*(?![\d{_COUNTED}])", _code, said)
    said = re.sub(rf"(?<!\d)\d{{{_CALLED},}}(?![\d.{_COUNTED}])", _dialled, said)
    return re.sub(r"\d+(?:\.\d+)?", lambda found: _counted(found[0]), said)


def _day(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{_named(year)}年{_counted(month)}月{_counted(day)}日"


def _named(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def _code(found: re.Match[str]) -> str:
    return re.sub(r"\d", lambda digit: _DIGITS[int(digit[0])], found[0])


def _dialled(found: re.Match[str]) -> str:
    return _named(found[0]).replace("一", "幺")


def _counted(number: str) -> str:
    """`3987.1` → 三千九百八十七点一."""
    whole, _, fraction = number.partition(".")
    said = _whole(int(whole))
    said = said.removeprefix("一") if said.startswith("一十") else said
    return f"{said}点{_named(fraction)}" if fraction else said


def _whole(number: int) -> str:
    if number >= 10**8:
        return _joined(number, 10**8, "亿")
    if number >= 10**4:
        return _joined(number, 10**4, "万")
    said, rest, skipped = "", number, False
    for unit, size in _STEPS:
        digit, rest = divmod(rest, size)
        if digit:
            said += ("零" if skipped and said else "") + _DIGITS[digit] + unit
            skipped = False
        else:
            skipped = True
    return said or "零"


def _joined(number: int, size: int, unit: str) -> str:
    high, low = divmod(number, size)
    gap = "零" if 0 < low < size // 10 else ""
    return _whole(high) + unit + (gap + _whole(low) if low else "")
