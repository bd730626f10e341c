"""Automatic numbers of a Word document: they are in no run of text, yet 第三条 is what people cite."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from knowledge_base.reading.faults import ReadingFault

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCountingThousand",
    "ideographDigital",
    "chineseLegalSimplified",
}
_MAX_LEVELS = 9


class Numbering:
    """Counts the numbered paragraphs of one document as they come. Holds the counters, so use it once."""

    def __init__(self, numbering: Any | None, styles: Any | None):
        self._levels = _levels(numbering)
        self._style_numbers = _style_numbers(styles)
        self._counters: dict[str, list[int]] = defaultdict(lambda: [0] * _MAX_LEVELS)

    def label(self, paragraph: Any) -> str:
        """What Word would print before this paragraph; '' for none and for bullets."""
        number, level = self._reference(paragraph)
        definition = self._levels.get(number)
        if definition is None or not 0 <= level < _MAX_LEVELS or level not in definition.levels:
            return ""
        own = definition.levels[level]
        counters = self._counters[definition.name]
        counters[level] = counters[level] + 1 if counters[level] else own.start
        counters[level + 1 :] = [0] * (_MAX_LEVELS - level - 1)
        text = own.text
        for other in range(level + 1):
            kind = definition.levels[other].kind if other in definition.levels else "decimal"
            start = definition.levels[other].start if other in definition.levels else 1
            text = text.replace(f"%{other + 1}", format_number(counters[other] or start, kind))
        return "" if own.kind == "bullet" else text.strip()

    def _reference(self, paragraph: Any) -> tuple[str, int]:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        number, level = (
            self._style_numbers.get(style.get(f"{_W}val"), ("", 0)) if style is not None else ("", 0)
        )
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            return number, level
        return _value(properties, "numId") or number, _integer(_value(properties, "ilvl"), level)


class _Level:
    def __init__(self, element: Any):
        self.start = _integer(_value(element, "start"), 1)
        self.kind = _value(element, "numFmt") or "decimal"
        self.text = _value(element, "lvlText")


class _Definition:
    def __init__(self, name: str, levels: dict[int, _Level]):
        self.name = name
        self.levels = levels


def format_number(number: int, kind: str) -> str:
    """A counter in the figures that Word's format `kind` asks for; Arabic ones for a kind that is not known."""
    if kind in _CHINESE and 0 < number < 100:
        tens, ones = divmod(number, 10)
        head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
        return head + (_DIGITS[ones] if ones else "")
    if kind in _CHINESE:
        return _hundreds(number)
    if kind in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        letter = chr(ord("a") + number - 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman") and 0 < number < 40:
        return _roman(number).upper() if kind == "upperRoman" else _roman(number)
    if kind.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    return "" if kind == "none" else str(number)


def _hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not 0 < hundreds < 10:
        return str(number)
    if rest == 0:
        return f"{_DIGITS[hundreds]}百"
    tens, ones = divmod(rest, 10)
    middle = f"{_DIGITS[tens]}十" if tens else "零"
    return f"{_DIGITS[hundreds]}百{middle}{_DIGITS[ones] if ones else ''}"


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text


def _levels(numbering: Any | None) -> dict[str, _Definition]:
    if numbering is None:
        return {}
    abstract = {
        element.get(f"{_W}abstractNumId"): {
            _integer(level.get(f"{_W}ilvl"), 0): _Level(level) for level in element.findall(f"{_W}lvl")
        }
        for element in numbering.findall(f"{_W}abstractNum")
    }
    found: dict[str, _Definition] = {}
    for element in numbering.findall(f"{_W}num"):
        base = _value(element, "abstractNumId")
        levels = dict(abstract.get(base, {}))
        restarted = False
        for override in element.findall(f"{_W}lvlOverride"):
            restarted = True
            level = _integer(override.get(f"{_W}ilvl"), 0)
            own = override.find(f"{_W}lvl")
            if own is not None:
                levels[level] = _Level(own)
        # Lists of one definition count on together unless one of them is told to start anew.
        name = f"num {element.get(f'{_W}numId')}" if restarted else f"abstract {base}"
        found[element.get(f"{_W}numId")] = _Definition(name, levels)
    return found


def _style_numbers(styles: Any | None) -> dict[str, tuple[str, int]]:
    if styles is None:
        return {}
    own: dict[str, tuple[str, int]] = {}
    parents: dict[str, str] = {}
    for style in styles.findall(f"{_W}style"):
        name = style.get(f"{_W}styleId")
        parents[name] = _value(style, "basedOn")
        properties = style.find(f"{_W}pPr/{_W}numPr")
        if properties is not None:
            own[name] = _value(properties, "numId"), _integer(_value(properties, "ilvl"), 0)
    for name, parent in parents.items():
        seen, ancestor = {name}, parent
        while name not in own and ancestor and ancestor not in seen:
            seen.add(ancestor)
            if ancestor in own:
                own[name] = own[ancestor]
            ancestor = parents.get(ancestor, "")
    return own


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return "" if found is None else found.get(f"{_W}val") or ""


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError as error:
        raise ReadingFault("文件损坏，编号定义不合格式：请用 Word 或 WPS 打开后另存一份") from error
