"""Word's automatic numbers in the figures that official texts use."""

from __future__ import annotations

import pytest

from knowledge_base.numerals import parse_numeral
from knowledge_base.reading.numbering import format_number


@pytest.mark.parametrize("number", [1, 9, 10, 11, 19, 20, 21, 99, 100, 101, 110, 111, 120, 999])
def test_chinese_figures_read_back(number: int) -> None:
    assert parse_numeral(format_number(number, "chineseCountingThousand")) == number


@pytest.mark.parametrize(
    ("number", "kind", "written"),
    [
        (12, "chineseCounting", "十二"),
        (105, "japaneseCounting", "一百零五"),
        (3, "decimal", "3"),
        (3, "lowerLetter", "c"),
        (3, "upperLetter", "C"),
        (4, "lowerRoman", "iv"),
        (9, "upperRoman", "IX"),
        (3, "decimalEnclosedCircle", "③"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (3, "none", ""),
        (3, "hebrew1", "3"),
        (4321, "chineseCounting", "4321"),
    ],
)
def test_kinds_of_figures(number: int, kind: str, written: str) -> None:
    assert format_number(number, kind) == written
