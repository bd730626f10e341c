"""Differences give back both texts, match what belongs together, and call a moved article moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.differences import compare, differences
from knowledge_base import KnowledgeBase
from knowledge_base.structure import parse

OLD = (
    "第一条 本办法适用于专利代理机构。\n第二条 代理机构应当公示收费标准。\n第三条 本办法自印发之日起施行。\n"
)
NEW = (
    "第一条 本办法适用于专利代理机构和商标代理机构。\n第二条 本办法自2027年1月1日起施行。\n"
    "第三条 新设的年度报告每年三月报送。\n"
)


@given(st.text("知识产权服务机构人才", max_size=30), st.text("知识产权服务机构人才", max_size=30))
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_every_provision_of_both_texts_stands_in_exactly_one_row(knowledge_base: KnowledgeBase) -> None:
    documents = knowledge_base.documents
    for after in documents.values():
        for name in after.validity.replaces:
            rows = differences(documents[name], after)
            assert [row.after.number for row in rows if row.after] == [p.number for p in after.provisions]
            older = sorted(row.before.number for row in rows if row.before)
            assert older == [p.number for p in documents[name].provisions]


def test_articles_are_matched_by_their_label() -> None:
    rows = differences(parse("old", OLD), parse("new", NEW))
    assert [(row.before and row.before.label, row.after and row.after.label) for row in rows if row.after][
        :1
    ] == [("第一条", "第一条")]
    assert rows[0].kind == "changed"


def test_the_same_text_has_no_difference() -> None:
    assert {row.kind for row in differences(parse("old", OLD), parse("new", OLD))} == {"same"}


def test_points_of_digests_are_matched_by_likeness_not_by_their_number(knowledge_base: KnowledgeBase) -> None:
    documents = knowledge_base.documents
    rows = differences(documents["shangbiao-fa-2019"], documents["shangbiao-fa-2026"])
    pairs = {(row.before.number, row.after.number) for row in rows if row.before and row.after}
    assert (3, 6) in pairs
    assert (1, 1) not in pairs
