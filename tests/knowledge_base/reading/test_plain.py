"""Text without layout survives as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.reading import ReadingFault, read_bytes
from knowledge_base.reading.canonical import canonical

CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
SIGNS = st.sampled_from("，。；：！？、（）《》〈〉〔〕“”—…·,.;:()0123456789 GB/T%℃①")
LINE = st.text(CHINESE | SIGNS, min_size=1, max_size=40).map(str.rstrip).filter(bool)


@given(st.lists(LINE, min_size=1, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_text_without_layout_survives(lines: list[str], end: str) -> None:
    assert read_bytes(end.join(lines).encode(), "a.txt").text == "\n".join(lines)


@given(st.lists(LINE, min_size=1, max_size=12))
def test_the_national_encoding_gives_the_same_text(lines: list[str]) -> None:
    text = "贵州省知识产权服务业的若干意见。" * 3 + "\n" + "\n".join(line for line in lines if line.isascii())
    reading = read_bytes(text.encode("gb18030"), "a.txt")
    assert reading.text == canonical(text)


@given(st.text())
def test_canonical_text_is_canonical_already(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\0" not in once
    assert all(line == line.rstrip() for line in once.split("\n"))


def test_invisible_characters_go_and_indents_stay() -> None:
    assert (
        canonical("\ufeff　　第一条\u200b　总则 \t\r\n\n\n\n第二\0条\f第三条\u2028")
        == "　　第一条　总则\n\n第二条\n第三条"
    )


@pytest.mark.parametrize(
    "data", ["智慧財產權服務業發展".encode("big5"), "café crème".encode("latin-1"), b"\xff\xfe\x00\xd8a"]
)
def test_an_encoding_that_is_none_of_the_known_is_said(data: bytes) -> None:
    with pytest.raises(ReadingFault, match="另存为 UTF-8"):
        read_bytes(data, "a.txt")
