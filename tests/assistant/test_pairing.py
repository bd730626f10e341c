"""Pairs of provisions for the two sides of a comparison."""

from __future__ import annotations

from dataclasses import fields, replace

from assistant.pairing import PairWeights, best_pair, pairs_of
from knowledge_base import Finding, Hit, KnowledgeBase

EVEN = PairWeights(side=1.0, whole=1.0, front=0.0, successor=0.0)


def _finding(base: KnowledgeBase, **believed: float) -> Finding:
    """`opinion_17=0.6`: that much for a provision of a document."""
    names = {"opinion": "qianzhibanfa-2023-11", "old": "shangbiao-fa-2019", "new": "shangbiao-fa-2026"}
    hits = []
    for name, probability in believed.items():
        short, _, number = name.partition("_")
        document = base.documents[names[short]]
        provision = document.provision(int(number))
        hits.append(Hit(document.id, provision, (), probability, probability, {}))
    return Finding(tuple(hits), 0.9, 0.05, 0.05)


def _chosen(
    base: KnowledgeBase, whole: Finding, one: Finding, other: Finding, weights: PairWeights
) -> list[str]:
    pair = best_pair(pairs_of(whole, (one, other), (), base.documents), weights)
    assert pair is not None
    return [f"{hit.document_id}#{hit.provision.number}" for hit in pair.hits]


def test_each_side_has_its_own_even_where_both_prefer_the_same(knowledge_base: KnowledgeBase) -> None:
    whole = _finding(knowledge_base, opinion_17=0.6, opinion_18=0.3)
    one = _finding(knowledge_base, opinion_17=0.9, opinion_18=0.1)
    other = _finding(knowledge_base, opinion_17=0.6, opinion_18=0.4)
    assert _chosen(knowledge_base, whole, one, other, EVEN) == [
        "qianzhibanfa-2023-11#17",
        "qianzhibanfa-2023-11#18",
    ]


def test_the_other_version_may_be_preferred_to_what_is_louder(knowledge_base: KnowledgeBase) -> None:
    whole = _finding(knowledge_base, new_6=0.5, opinion_17=0.4, old_3=0.1)
    one, other = _finding(knowledge_base, new_6=0.9), _finding(knowledge_base, opinion_17=0.6, old_3=0.4)
    assert _chosen(knowledge_base, whole, one, other, EVEN)[1] == "qianzhibanfa-2023-11#17"
    related = replace(EVEN, successor=3.0)
    assert _chosen(knowledge_base, whole, one, other, related)[1] == "shangbiao-fa-2019#3"


def test_texts_that_are_named_are_not_left(knowledge_base: KnowledgeBase) -> None:
    whole = _finding(knowledge_base, opinion_17=0.9, new_6=0.05, old_3=0.05)
    texts = ({"shangbiao-fa-2019"}, {"shangbiao-fa-2026"})
    pairs = pairs_of(whole, (whole, whole), texts, knowledge_base.documents)
    assert {(p.hits[0].document_id, p.hits[1].document_id) for p in pairs} == {
        ("shangbiao-fa-2019", "shangbiao-fa-2026")
    }


def test_a_pair_has_a_number_for_every_weight(knowledge_base: KnowledgeBase) -> None:
    whole = _finding(knowledge_base, opinion_17=0.6, opinion_18=0.3)
    pairs = pairs_of(whole, (whole, whole), (), knowledge_base.documents)
    assert {len(pair.values) for pair in pairs} == {len(fields(PairWeights))}


def test_of_nothing_nothing_is_chosen(knowledge_base: KnowledgeBase) -> None:
    nothing = Finding((), 0.0, 0.0, 0.0)
    assert best_pair(pairs_of(nothing, (nothing, nothing), (), knowledge_base.documents), EVEN) is None
