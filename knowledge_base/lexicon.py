"""Words that carry meaning for the whole house: asked aspects, speech acts, and words of strength; data, not code."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_REFERENCE = re.compile(r"\{([a-z_]+)\}")
_FOLDER = Path(__file__).parent / "data" / "lexicon"


@cache
def aspects() -> dict[str, re.Pattern[str]]:
    """Name of an asked aspect (金额, 期限, …) → pattern over `searchable` questions."""
    return {name: re.compile("|".join(words)) for name, words in _read("aspects").items()}


def aspects_read(names: Sequence[str]) -> tuple[str, ...]:
    """Names of aspects as a reader wrote them down. Raises `ValueError` where one is no aspect."""
    if strange := [name for name in names if name not in aspects()]:
        raise ValueError(f"没有这个方面：{'、'.join(strange)}")
    return tuple(names)


@cache
def patterns(name: str) -> dict[str, re.Pattern[str]]:
    """The patterns of one file, for `searchable` text: `turns` (how a turn points back), `asking`, `forms`, `commands`.

    `{name}` in a pattern stands for the words under that name in the same file.
    """
    read = _read(name)
    joined = {key: "|".join(words) for key, words in read.items()}
    return {
        key: re.compile(_REFERENCE.sub(lambda r: f"(?:{joined[r[1]]})", said)) for key, said in joined.items()
    }


@cache
def subjects() -> tuple[dict[str, re.Pattern[str]], ...]:
    """Groups of subjects of which each has rules of its own (专利代理, 商标代理): name → pattern over `searchable` text."""
    return _groups("subjects")


@cache
def sides() -> tuple[dict[str, re.Pattern[str]], ...]:
    """Groups of what people set against one another (专利, 商标; 机构, 个人): name → pattern over `searchable` text."""
    return _groups("sides")


@cache
def offices() -> dict[str, list[str]]:
    """Everyday short form in an office's name → the forms in full."""
    table: dict[str, list[str]] = json.loads((_FOLDER / "offices.json").read_text("utf-8"))
    return table


@cache
def aspects_in_english() -> dict[str, str]:
    """Name of an aspect → its English name."""
    table: dict[str, str] = json.loads((_FOLDER / "aspects_en.json").read_text("utf-8"))
    return table


@cache
def speech_acts() -> tuple[re.Pattern[str], ...]:
    """Patterns with the groups `identity`, `greeting`, `thanks` and `filler`, tried in turn on a `searchable` piece.

    A whole piece that is one act, then words of several acts and fillers after one another.
    """
    words = {
        name: f"(?P<{name}>{'|'.join(f'(?:{word})' for word in known)})"
        for name, known in _read("speech").items()
    }
    acts = "|".join(pattern for name, pattern in words.items() if name != "filler")
    return re.compile(acts), re.compile(f"(?:{acts}|{words['filler']}| )+")


@dataclass(frozen=True)
class SupportWords:
    """What words do in a sentence that claims to rest on another; see `assistant.support`.

    `directing` words say how a measure works upon its object. `neutral` words add no fact, `common` ones stand in every
    clause, `function` characters carry no content. `negations`, `critical` words and `actors` (forms of one name
    together) change what is true, so they must come from the source. `hedges` keep guidance guidance. `silence` tells
    that a text does not say something, and `aspects` names what.
    """

    directing: tuple[str, ...]
    neutral: tuple[str, ...]
    common: tuple[str, ...]
    function: str
    hedges: tuple[str, ...]
    negations: tuple[str, ...]
    critical: tuple[str, ...]
    actors: tuple[tuple[str, ...], ...]
    silence: str
    aspects: dict[str, tuple[str, ...]]


@cache
def support_words() -> SupportWords:
    """The one `SupportWords` of the house."""
    table: dict[str, Any] = json.loads((_FOLDER / "support.json").read_text("utf-8"))
    lists = {name: tuple(value) for name, value in table.items() if isinstance(value, list)}
    lists["actors"] = tuple(tuple(forms) for forms in table["actors"])
    aspects_named = {name: tuple(forms) for name, forms in table["aspects"].items()}
    return SupportWords(**{**table, **lists, "aspects": aspects_named})


@cache
def strength_words() -> dict[str, tuple[str, ...]]:
    """Level of strength (`duty`, `grant`, `action`, `support`, `guidance`) → the words that claim it."""
    return {name: tuple(words) for name, words in _read("strength").items()}


@cache
def support_kinds() -> dict[str, tuple[str, ...]]:
    """What a sentence is about (资金和财税, 人才和培训, …) → the words of the texts that say so."""
    return {name: tuple(words) for name, words in _read("support_kinds").items()}


def _groups(name: str) -> tuple[dict[str, re.Pattern[str]], ...]:
    groups: list[dict[str, list[str]]] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return tuple({key: re.compile("|".join(words)) for key, words in group.items()} for group in groups)


def _read(name: str) -> dict[str, list[str]]:
    table: dict[str, list[str]] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return table
