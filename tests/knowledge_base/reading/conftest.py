"""The opinion as lines, and what each format is held to."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.reading import Reading
from knowledge_base.structure import parse

TEXT = Path(__file__).parents[3] / "knowledge_base/data/documents/qianzhibanfa-2023-11.txt"
Check = Callable[[Reading, list[str]], None]


@pytest.fixture(scope="session")
def whole() -> list[str]:
    return TEXT.read_text("utf-8").split("\n")


@pytest.fixture(scope="session")
def lines(whole: list[str]) -> list[str]:
    """The text without its record table, as it is issued on paper."""
    return [line for line in whole if "|" not in line]


@pytest.fixture(scope="session")
def title(lines: list[str]) -> str:
    return lines[0]


def blankless(text: str) -> str:
    return re.sub(r"\s+", "", text)


def measures(text: str) -> list[str]:
    return [provision.label for provision in parse("round-trip", text).provisions[1:]]


def assert_whole(reading: Reading, lines: list[str]) -> None:
    """No character lost, none added, every paragraph where it was, and eighteen measures."""
    assert [blankless(line) for line in reading.text.split("\n")] == [blankless(line) for line in lines]
    assert len(measures(reading.text)) == 18
    assert reading.characters_kept == len(blankless("".join(lines)))
    assert reading.characters_in >= reading.characters_kept
    assert len(reading.fingerprint) == 64
