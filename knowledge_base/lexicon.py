"""Words that carry meaning for the whole house: asked aspects, speech acts, and words of strength; data, not code."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data" / "lexicon"


@cache
def aspects() -> dict[str, re.Pattern[str]]:
    """Name of an asked aspect (金额, 期限, …) → pattern over `searchable` questions."""
    return {name: re.compile("|".join(words)) for name, words in _read("aspects").items()}


@cache
def aspects_in_english() -> dict[str, str]:
    """Name of an aspect → its English name."""
    table: dict[str, str] = json.loads((_FOLDER / "aspects_en.json").read_text("utf-8"))
    return table


@cache
def speech_acts() -> dict[str, re.Pattern[str]]:
    """`greeting`, `thanks`, `identity` → pattern that a whole `searchable` question must match."""
    return {
        name: re.compile("|".join(f"(?:{word})" for word in words)) for name, words in _read("speech").items()
    }


@cache
def strength_words() -> dict[str, tuple[str, ...]]:
    """Level of strength (`duty`, `grant`, `action`, `support`, `guidance`) → the words that claim it."""
    return {name: tuple(words) for name, words in _read("strength").items()}


def _read(name: str) -> dict[str, list[str]]:
    table: dict[str, list[str]] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return table
