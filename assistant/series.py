"""Years, places, rounds, five-year plans, articles, annexes: whether the sentences tell of the one that is asked of, or of another of its series."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from assistant.selection import Support
from assistant.understanding import Inquiry
from knowledge_base.lexicon import patterns
from knowledge_base.normalisation import searchable
from knowledge_base.numerals import parse_numeral

# As a question names one of the series: as a text does.
SERIES = {
    "plan": "plan",
    "round": "round",
    "batch": "batch",
    "term": "term",
    "article": "told_article",
    "annex": "annex",
}
_AWAY = {"year_before_last": -2, "last_year": -1, "this_year": 0, "next_year": 1}  # from the day asked about
_STRETCH = re.compile(r"[,，。;；?？!！]")
_FIRST = str.maketrans("首", "一")


def another_of_series(inquiry: Inquiry, supports: Sequence[Support], day: date) -> tuple[str, str] | None:
    """What the question asks of and what the first sentences tell instead, of one series (22年, told of 2021年).

    Not where any of the sentences' provisions names what is asked of, nor where two things are compared, or one is put to be confirmed.
    """
    counts = bool(_asks_number(inquiry.own))
    if inquiry.form == "compare" or (inquiry.form == "polar" and not counts):
        return None
    asked = _asking(inquiry.own)
    first = supports[0]
    told = searchable("".join(map(first.document.quote, first.clauses)))
    provisions = searchable(" ".join(map(_provision, supports)))
    if counts:
        found = _another_year(inquiry.own, asked, told, provisions, day) or _another_place(
            asked, told, provisions
        )
        if found:
            return found
    titled = " ".join(searchable(s.document.metadata.title + s.document.metadata.number) for s in supports)
    for name, as_told in SERIES.items():
        wanted = _members(name, asked)
        found = _other(wanted, _members(as_told, told), _members(as_told, f"{titled} {provisions}"))
        if found:
            return found
    return None


def _another_year(own: str, asked: str, told: str, provisions: str, day: date) -> tuple[str, str] | None:
    """A number is of its year alone, unless the sentences tell since or until when something applies; a day is of none before the year asked of."""
    words, versions = patterns("series"), patterns("versions")
    if words["until_when"].search(asked) or versions["what_became"].search(own):
        return None
    wanted, instead = _members("asked_year", asked) | _relative(asked, day), _members("told_year", told)
    if not wanted or not instead:
        return None
    later = max(wanted) > max(instead)
    if words["of_years"].search(told):
        meant = later or max(wanted) < min(instead)
    elif words["until"].search(told):
        meant = later
    elif words["applies"].search(told):
        meant = later and bool(versions["which_day"].search(asked))
    else:
        meant = True
    return _other(wanted, instead, _members("told_year", provisions)) if meant else None


def _another_place(asked: str, told: str, provisions: str) -> tuple[str, str] | None:
    """A number is of its place alone (毕节, told of 贵阳)."""
    wanted = set(patterns("series")["place"].findall(asked))
    instead = patterns("series")["told_place"].findall(told)
    if len(wanted) != 1 or not instead or wanted & set(patterns("series")["told_place"].findall(provisions)):
        return None
    return wanted.pop(), instead[0]


def _asking(own: str) -> str:
    """The stretches that ask something, each with a year or place that stands before it alone (2023年，余额是多少); all where only a figure is named."""
    asks, words = patterns("asking")["asks"], patterns("series")
    stretches = [stretch.strip() for stretch in _STRETCH.split(own)]
    kept = [
        stretch
        for stretch, after in zip(stretches, [*stretches[1:], ""], strict=True)
        if asks.search(stretch) or (words["when_alone"].search(stretch) and asks.search(after))
    ]
    return " ".join(kept or (stretches if words["counted"].search(own) else ()))


def _asks_number(own: str) -> bool:
    return bool(patterns("asking")["asks_number"].search(own) or patterns("series")["counted"].search(own))


def _other(
    wanted: Mapping[int, str], instead: Mapping[int, str], known: Mapping[int, str]
) -> tuple[str, str] | None:
    """One of what is wanted and one of what is told instead, where nothing that is wanted is known."""
    if not wanted or not instead or wanted.keys() & known.keys():
        return None
    return next(iter(wanted.values())), next(iter(instead.values()))


def _provision(support: Support) -> str:
    return support.document.text[support.provision.start : support.provision.end]


def _members(name: str, text: str) -> dict[int, str]:
    """Place in the series → as the text has it; years by their last two digits."""
    found = (
        (match[0].upper(), match[match.lastindex or 0]) for match in patterns("series")[name].finditer(text)
    )
    return {_place(number): number if said.isascii() else said for said, number in found}


def _place(said: str) -> int:
    return ord(said) if said.isascii() and said.isalpha() else parse_numeral(said.translate(_FIRST)) % 100


def _relative(asked: str, day: date) -> dict[int, str]:
    found = {away: patterns("series")[name].search(asked) for name, away in _AWAY.items()}
    return {(day.year + away) % 100: match[0] for away, match in found.items() if match}
