"""Which sentences of a text that nobody has read clause by clause answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentence_selection import FEATURES, answering_sentences, candidates
from knowledge_base.normalisation import searchable
from knowledge_base.structure import parse

TEXT = """某市地方特产保护办法

第一条 为了保护地方特产，制定本办法。

第二条 申请使用地方特产专用标志的，应当向市市场监督管理部门提出。市市场监督管理部门应当自收到申请之日起二十日内作出决定。不予批准的，应当说明理由。

第三条 有下列情形之一的，不得使用专用标志：
（一）产品不在划定的产地内生产的；
（二）质量不符合标准的；
（三）未经登记的。
市市场监督管理部门应当向社会公布名单。

第四条 违反本办法第三条规定的，由市市场监督管理部门责令改正。拒不改正的，处五百元以上五千元以下罚款。
"""
DOCUMENT = parse("某办法", TEXT)


def picked(question: str, number: int) -> str:
    spoken = [clause for clause in DOCUMENT.provision(number).clauses if clause.kind in ("sentence", "item")]
    return "".join(map(DOCUMENT.quote, answering_sentences(searchable(question), DOCUMENT, spoken)))


@pytest.mark.parametrize(
    ("question", "number", "held"),
    [
        ("申请专用标志要向哪个部门提出", 2, "应当向市市场监督管理部门提出"),
        ("收到申请之日起多少天作出决定", 2, "二十日内"),
        ("拒不改正的罚多少钱", 4, "五百元以上五千元以下"),
    ],
)
def test_the_sentence_that_answers_is_among_them(question: str, number: int, held: str) -> None:
    assert held in picked(question, number)


def test_what_a_sentence_announces_goes_with_it() -> None:
    said = picked("哪些情形不得使用专用标志", 3)
    assert all(item in said for item in ("（一）", "（二）", "（三）"))
    assert "公布名单" not in said


def test_not_everything_that_speaks_is_quoted() -> None:
    assert len(picked("收到申请之日起多少天作出决定", 2)) < len(TEXT.split("\n\n")[2])


@given(
    st.text(alphabet="申请专用标志多少天罚款名单哪些 a1?", max_size=30),
    st.sampled_from(DOCUMENT.provisions[1:]).flatmap(
        lambda provision: st.lists(st.sampled_from(provision.clauses), min_size=1, unique=True)
    ),
)
def test_whole_sentences_of_the_provision_in_order(question: str, spoken: list) -> None:  # type: ignore[type-arg]
    found = answering_sentences(searchable(question), DOCUMENT, spoken)
    clauses = DOCUMENT.provision(spoken[0].provision).clauses
    assert [clause for clause in clauses if clause in found] == list(found)
    for _, values in candidates(searchable(question), DOCUMENT, spoken):
        assert len(values) == len(FEATURES)
