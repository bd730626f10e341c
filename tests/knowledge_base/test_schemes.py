"""Conditions, divisions of labour and profiles: every line stands where it says, and a false one is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge_base import SourceFault
from knowledge_base.schemes import FOLDER, load_schemes
from knowledge_base.sources import Sources

OPINION = "qianzhibanfa-2023-11"


def test_every_condition_has_the_exact_words_of_its_point(sources: Sources) -> None:
    found = load_schemes(sources.documents[OPINION], sources.documents)
    assert len(found.schemes) >= 5
    for scheme in found.schemes:
        document = sources.documents[scheme.document_id]
        assert document.text_kind == "digest"
        for condition in scheme.conditions:
            point = document.provision(condition.point)
            assert condition.words in document.text[point.start : point.end]


def test_every_scheme_and_division_is_one_that_its_digest_says_the_clause_rests_on(sources: Sources) -> None:
    found = load_schemes(sources.documents[OPINION], sources.documents)
    linked = {(link.clause, name) for name, digest in sources.digests.items() for link in digest.links}
    assert {(scheme.clause, scheme.document_id) for scheme in found.schemes} <= linked
    assert {(division.clause, division.document_id) for division in found.divisions} <= linked


def test_a_question_asks_for_the_numbers_of_the_condition_and_no_others(sources: Sources) -> None:
    for scheme in load_schemes(sources.documents[OPINION], sources.documents).schemes:
        for condition in scheme.conditions:
            digits = "".join(c for c in condition.words if c.isdigit())
            assert not condition.ask or "".join(c for c in condition.ask if c.isdigit()) == digits


def test_every_group_of_the_records_can_be_chosen_and_no_other(sources: Sources) -> None:
    choices = load_schemes(sources.documents[OPINION], sources.documents).choices
    named = {group for choice in choices["who"] for group in choice.groups}
    assert named == {group for record in sources.records[OPINION].values() for group in record.groups}


@pytest.mark.parametrize(
    ("file", "true", "false"),
    [
        ("conditions", "申请时注册成立满一年", "申请时注册成立满两年"),
        ("divisions", "省级部门应当实地检查", "省级部门必须实地检查"),
        ("profiles", "商标品牌富农", "商标品牌致富"),
        ("conditions", "point = 4", "point = 400"),
        ("profiles", '"8.3"', '"8.99"'),
    ],
)
def test_words_that_do_not_stand_there_are_refused(
    sources: Sources, tmp_path: Path, file: str, true: str, false: str
) -> None:
    folder = tmp_path / "schemes"
    shutil.copytree(FOLDER, folder)
    changed = folder / f"{file}.toml"
    changed.write_text(changed.read_text("utf-8").replace(true, false), "utf-8")
    with pytest.raises(SourceFault):
        load_schemes(sources.documents[OPINION], sources.documents, folder)


def test_what_belongs_to_digests_that_are_not_there_is_left_out(sources: Sources) -> None:
    found = load_schemes(sources.documents[OPINION], {OPINION: sources.documents[OPINION]})
    assert (found.divisions, found.schemes) == ((), ())
