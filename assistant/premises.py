"""What a question takes for granted and no text says: texts nobody issued, other places, quantities, offices, prohibitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from assistant.understanding import Inquiry
from knowledge_base import Document, Strength
from knowledge_base.lexicon import offices, patterns
from knowledge_base.normalisation import searchable
from knowledge_base.numerals import NUMERAL, parse_numeral, to_numeral

_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,6}[〔\[(]\d{4}[〕\])] ?\d+ ?号")
_QUANTITY = re.compile(rf"(?P<n>{NUMERAL}|\d+)个?(?P<of>\D+)")
_BODIES = ("家", "部门", "单位", "机构")  # counted in whichever of these words
_PERIODS = {"每年": "年度|逐年", "每月": "月度|逐月", "每季度": "季度|逐季"}
STEM = 5  # characters of an office's name that can mean nothing else: 工业和信息化, not 科技
_LATIN = re.compile(r"[a-z]{2,}")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")


def not_mentioned(inquiry: Inquiry, known: Callable[[str], bool]) -> tuple[str, ...]:
    """What the question asks to be mentioned (有没有提到元宇宙), where no word of it is known.

    `known`: whether texts, or questions that they answer, have a word. One that is known in part may say in other words what is there.
    """
    match = patterns("asking")["mentions"].search(inquiry.own)
    said = next((group for group in match.groups() if group), "").strip() if match else ""
    words = _LATIN.findall(said) or [said[at : at + 2] for at in range(len(said) - 1)]
    return (said,) if words and not any(map(known, words)) else ()


def unknown_texts(inquiry: Inquiry, documents: Mapping[str, Document]) -> tuple[str, ...]:
    """Document numbers in the question that no text at hand bears or names."""
    named = [match.group() for match in _DOCUMENT_NUMBER.finditer(inquiry.own)]
    if not named:
        return ()
    known = [_bare(searchable(document.text + document.metadata.number)) for document in documents.values()]
    return tuple(number for number in named if not any(_bare(number) in text for text in known))


def elsewhere(inquiry: Inquiry, document: Document) -> tuple[str, ...]:
    """A place whose own rules are asked for, where this text does not speak of it."""
    words = patterns("forms")
    found = words["elsewhere"].search(inquiry.own)
    if found is None or words["here"].search(inquiry.own):
        return ()
    places = tuple(match.group() for match in words["place"].finditer(found.group()))
    return places if not any(place in document.text for place in places) else ()


def foreign_claims(inquiry: Inquiry, document: Document) -> tuple[str, ...]:
    """What the question says is laid down and the text does not have: quantities, offices with a task, numbers to call."""
    text = searchable(document.text)
    claims = [claim for claim in inquiry.claimed if not _has(text, claim)]
    said = text
    if patterns("forms")["task"].search(inquiry.own):  # who issued a text has no task by that alone
        said = searchable("".join(document.text[p.start : p.end] for p in document.provisions if p.number))
    claims += [office for office in offices_with_a_task(inquiry) if not _named(office, said)]
    if inquiry.provisions:
        claims += [number for number in _LONG_NUMBER.findall(inquiry.own) if number not in text]
    return tuple(dict.fromkeys(claims))


def _has(text: str, claim: str) -> bool:
    """Whether a text has a quantity, in whichever figures and with or without a counting word: 十五个部门, 15部门."""
    if claim in _PERIODS and re.search(_PERIODS[claim], text):
        return True
    quantity = _QUANTITY.fullmatch(claim)
    if claim in text or quantity is None:
        return claim in text
    number = parse_numeral(quantity["n"])
    of = "(?:" + "|".join(_BODIES) + ")" if quantity["of"] in _BODIES else re.escape(quantity["of"])
    figures = {str(number), to_numeral(number) if number < 100 else quantity["n"]}
    return any(re.search(rf"(?<!\d){figure}个?{of}", text) for figure in figures)


def offices_with_a_task(inquiry: Inquiry) -> list[str]:
    """Offices that the question gives something to do."""
    words = patterns("forms")
    if not words["role"].search(inquiry.own) or words["weighed"].search(inquiry.own):
        return []
    return [match.group() for match in words["agency"].finditer(inquiry.own)]


def _named(office: str, text: str) -> bool:
    """Whether a text names an office, with or without its area (省税务局, 税务局), short or in full (科技厅)."""
    core = re.sub(r"^(?:省|市|州|县|国家)", "", office)
    names = [core]
    for short, forms in offices().items():
        names += [core.replace(short, full) for full in forms if short in core]
    stems = [stem for name in names if len(stem := re.sub(r"[局厅委署部]$", "", name)) >= STEM]
    return any(name in text for name in (*names, *stems))


def overstated(inquiry: Inquiry, strength: Strength, quotes: Sequence[str]) -> bool:
    """Whether the question takes for a must, or for forbidden, what the cited sentences do not put as one."""
    if not inquiry.demands or strength == "duty":
        return False
    return not patterns("forms")["demanded"].search(searchable("".join(quotes)))


def foreign_right(inquiry: Inquiry, document: Document, quotes: Sequence[str]) -> bool:
    """Whether sentences tell how long a right is protected, while the question names rights (发明专利, 著作权) and the document none of them."""
    words = patterns("rights")
    if not any(words["protected_for"].search(quote) for quote in quotes):
        return False
    named = [words[right] for right in words if right != "protected_for" and words[right].search(inquiry.own)]
    return bool(named) and not any(right.search(document.text) for right in named)


def _bare(text: str) -> str:
    return re.sub(r"[\s〔〕\[\]()]", "", text)
