"""Texts meet in one form when they are searched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.normalisation import bigrams, clean, searchable, simplified


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("人才隊伍建設", "人才队伍建设"),
        ("ＧＢ／Ｔ ２９４９０", "gb/t 29490"),
        ("96567\u200b热线", "96567热线"),
        ("专利\0代理", "专利代理"),
        ("  专利   代理\n", "专利 代理"),
        ("\u202e专利\u202c", "专利"),
        ("知識產權質押融資", "知识产权质押融资"),
        ("Patent\tAgency", "patent agency"),
        ("\ud800专利", "专利"),
        ("１２３１５", "12315"),
    ],
)
def test_a_question_is_searched_in_one_form(typed: str, searched: str) -> None:
    assert searchable(typed) == searched


@given(st.text(st.characters(), max_size=80))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\0" not in clean(text)
    searchable(text).encode("utf-8")


@pytest.mark.parametrize("text", ["知识产权服务业", "落实中小企业相关财税支持政策", "高层次人才服务绿卡"])
def test_simplified_text_stays_as_it_is(text: str) -> None:
    assert simplified(text) == text


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("专利代理", ["专利", "利代", "代理"]),
        ("gb/t 29490专利", ["gb", "t", "29490", "专利"]),
        ("人", ["人"]),
        ("。，", []),
        ("iso 56005.1", ["iso", "56005.1"]),
    ],
)
def test_bigrams_keep_words_and_numbers_whole(text: str, grams: list[str]) -> None:
    assert bigrams(text) == grams
