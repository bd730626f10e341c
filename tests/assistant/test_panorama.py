"""The pictures count what the records hold, and leave nothing out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from assistant.panorama import Panorama, panorama, strongest
from knowledge_base import KnowledgeBase
from knowledge_base.lexicon import support_kinds
from tests.conftest import OPINION

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def view(knowledge_base: KnowledgeBase) -> Panorama:
    found = panorama(knowledge_base, DAY)
    assert found is not None
    return found


def test_every_sentence_of_every_measure_stands_in_its_part(view: Panorama) -> None:
    shown = [s.clause for b in view.branches for m in b.measures for s in m.sentences]
    numbered = [p for p in view.document.provisions if p.number]
    assert shown == [c for p in numbered for c in p.clauses if c.kind in ("sentence", "item")]
    for branch in view.branches:
        assert {measure.provision.part for measure in branch.measures} == {branch.label}
    assert sum(branch.size for branch in view.branches) == len(shown)


def test_groups_are_those_of_the_records(view: Panorama, knowledge_base: KnowledgeBase) -> None:
    counted: Counter[tuple[int, str]] = Counter()
    for key, record in knowledge_base.records[OPINION].items():
        clause = view.document.clause(key)
        if clause.provision and clause.kind in ("sentence", "item"):
            counted.update((clause.provision, group) for group in record.groups)
    assert {place: len(cell) for place, cell in view.groups.cells.items()} == counted
    totals = Counter(group for _, group in counted.elements())
    assert [totals[column] for column in view.groups.columns] == sorted(totals.values(), reverse=True)


def test_every_acting_sentence_has_a_kind_and_every_word_stands_in_the_text(view: Panorama) -> None:
    kinds = support_kinds()
    assert [word for words in kinds.values() for word in words if word not in view.document.text] == []
    sorted_out = {sentence.clause for cell in view.kinds.cells.values() for sentence in cell}
    for branch in view.branches:
        for measure in branch.measures:
            for sentence in measure.sentences:
                acts = bool(sentence.record.acts) and sentence.record.strength != "statement"
                assert (sentence.clause in sorted_out) == acts, sentence.quote
    for (_, kind), cell in view.kinds.cells.items():
        assert all(any(word in sentence.quote for word in kinds[kind]) for sentence in cell)


def test_a_company_of_new_technology_is_not_about_data(view: Panorama) -> None:
    assert (16, "信息和数据") not in view.kinds.cells


def test_the_strongest_wording_of_a_cell_is_that_of_one_of_its_sentences(view: Panorama) -> None:
    for cell in view.groups.cells.values():
        assert strongest(cell) in {sentence.record.strength for sentence in cell}
    assert strongest(view.groups.cells[6, "企业"]) == "guidance"


def test_no_day_is_drawn_that_is_not_known(view: Panorama, knowledge_base: KnowledgeBase) -> None:
    assert len(view.lifetimes) == len(knowledge_base.documents)
    for life in view.lifetimes:
        document = life.entry.document
        assert life.ends == document.validity.ended
        assert life.begins in (document.validity.effective, document.metadata.signed)
        assert bool(life.begins_with) == bool(life.begins)


def test_bonds_hold_every_tie_once(view: Panorama, knowledge_base: KnowledgeBase) -> None:
    assert sum(len(bond.ties) for bond in view.bonds) == len(knowledge_base.links)
    pairs = [(bond.provision.number, bond.target.id) for bond in view.bonds]
    assert len(pairs) == len(set(pairs))


def test_a_corpus_without_records_has_no_panorama(knowledge_base: KnowledgeBase) -> None:
    assert panorama(replace(knowledge_base, records={}), DAY) is None
