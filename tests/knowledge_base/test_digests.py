"""Digests of the documents behind the opinion: verified points with sources, links both ways, dates that hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from knowledge_base import Document, SourceFault
from knowledge_base.digests import load_digest
from knowledge_base.sources import DATA, Sources
from knowledge_base.validity import State
from tests.laws.tiling import assert_tiles

FILES = sorted((DATA / "digests").glob("*.toml"))
# What was in force when, set down by hand: day → document → state.
STATES: list[tuple[str, str, State]] = [
    ("2025-12-31", "shisiwu-guihua-2021", "in_force"),
    ("2026-11-23", "shisiwu-guihua-2021", "ended"),
    ("2026-11-23", "shiwuwu-guihua-2026", "in_force"),
    ("2026-04-14", "12315-zanxing-banfa-2019", "in_force"),
    ("2026-04-15", "12315-zanxing-banfa-2019", "ended"),
    ("2026-04-14", "12315-chuli-banfa-2026", "not_yet"),
    ("2026-04-15", "12315-chuli-banfa-2026", "in_force"),
    ("2026-12-31", "shangbiao-fa-2019", "in_force"),
    ("2026-12-31", "shangbiao-fa-2026", "not_yet"),
    ("2027-01-01", "shangbiao-fa-2019", "ended"),
    ("2027-01-01", "shangbiao-fa-2026", "in_force"),
    ("2023-12-31", "gbt-29490-2013", "in_force"),
    ("2024-01-01", "gbt-29490-2013", "ended"),
    ("2024-01-01", "gbt-29490-2023", "in_force"),
    ("2026-10-14", "butu-sheji-tiaoli-2026", "not_yet"),
    ("2026-10-15", "butu-sheji-tiaoli-2001", "ended"),
]
GOOD = """
id = "某指引"
title = "某指引"
number = "某发〔2021〕7号"
issuers = ["某厅"]
level = "国家"
kind = "指导性文件"
status = "现行。"
official_url = ""
confidence = "medium"
aliases = ["指引"]
unknown = ["金额"]
[[sources]]
id = 1
name = "某报道"
address = "https://example.org/"
official = false
[[points]]
fact = "X.1"
text = "某指引不是强制规定。"
states = ["条件"]
sources = [1]
[[links]]
clause = "12.5"
phrase = "《技能人才薪酬分配指引》"
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_digest_loads_and_its_points_tile_the_text(path: Path, opinion: Document) -> None:
    digest = load_digest(path, opinion)
    assert_tiles(digest.document, digest.document.text)
    assert digest.document.text_kind == "digest"
    assert digest.document.text.startswith(f"《{digest.document.metadata.title}》摘要\n")
    assert digest.unknown
    assert digest.links
    assert all(digest.sources.values())


@pytest.mark.parametrize(("day", "name", "state"), STATES)
def test_what_was_in_force_when(documents: Mapping[str, Document], day: str, name: str, state: State) -> None:
    assert documents[name].validity.on(date.fromisoformat(day)) == state


def test_versions_name_each_other(documents: Mapping[str, Document]) -> None:
    for document in documents.values():
        if successor := document.validity.replaced_by:
            assert document.id in documents[successor].validity.replaces


def test_only_addresses_of_authorities_count_as_official(sources: Sources) -> None:
    shown = {d.document.metadata.official_address for d in sources.digests.values()}
    named = [source for d in sources.digests.values() for found in d.sources.values() for source in found]
    shown |= {source.address for source in named if source.official}
    hosts = ("gov.cn", "iso.org")
    assert [a for a in shown if a and not any(h in a.split("/")[2] for h in hosts)] == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('phrase = "《技能', 'phrase = "《某某', "不在 12.5 里"),
        ("sources = [1]\n[[links]]", "sources = []\n[[links]]", "来源"),
        ("sources = [1]\n[[links]]", "sources = [2]\n[[links]]", "不合格式"),
        ('id = "某指引"', 'id = "别的"', "id 应为"),
        ("不是强制规定。", "不是\\n强制规定。", "一行"),
        ('title = "某指引"', "", "title"),
        ("[[points]]", "[[points", "不合格式"),
        ("[[links]]", '[[counterparts]]\nclause = "12.5"\nfact = "X.9"\n[[links]]', "不合格式"),
        ("[[links]]", '[[counterparts]]\nclause = "99.5"\nfact = "X.1"\n[[links]]', "不合格式"),
    ],
)
def test_a_digest_that_contradicts_itself_is_refused(
    tmp_path: Path, opinion: Document, old: str, new: str, fault: str
) -> None:
    path = tmp_path / "某指引.toml"
    path.write_text(GOOD, "utf-8")
    assert load_digest(path, opinion).document.provision(1).label == "第1点"
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(SourceFault, match=fault):
        load_digest(path, opinion)


def test_every_point_says_which_aspects_it_states(sources: Sources) -> None:
    told = sources.digests["shangbiao-fa-2026"].states
    assert set(told) == {p.number for p in sources.documents["shangbiao-fa-2026"].provisions if p.number}
    assert "期限" in told[1]
    lvka = sources.digests["guizhou-rencai-lvka"].states
    assert not any({"材料", "程序"} & stated for stated in lvka.values())


@pytest.mark.parametrize("states", ['states = ["天气"]', ""])
def test_an_aspect_that_nobody_knows_is_refused(tmp_path: Path, sources: Sources, states: str) -> None:
    path = tmp_path / "某指引.toml"
    path.write_text(GOOD.replace('states = ["条件"]', states), "utf-8")
    with pytest.raises(SourceFault, match="某指引"):
        load_digest(path, sources.documents["qianzhibanfa-2023-11"])
