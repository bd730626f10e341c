"""A text that people changed: what an earlier version of the knowledge base held stands beside today's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.desk.library import reading_router
from assistant.pipeline import Assistant
from knowledge_base.added import AddedText, write_added
from knowledge_base.versions import earlier_wordings

OLD = "第一条 本办法适用于专利代理机构。\n第二条 年度报告每年三月报送。\n"
NEW = "第一条 本办法适用于专利代理机构。\n第二条 年度报告每年六月报送。\n第三条 本办法自印发之日起施行。\n"


def added(text: str) -> AddedText:
    return AddedText("banfa", text, "某办法", "", (), "省", None, None, None, "banfa.txt", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    manifest = json.dumps({"embedding_space": "test", "documents": ["banfa"]})
    for version, text in (("aaaa", OLD), ("bbbb", NEW), ("cccc", NEW)):
        place = tmp_path / "versions" / version
        place.mkdir(parents=True)
        (place / "manifest.json").write_text(manifest, "utf-8")
        write_added(place, [added(text)])
    return tmp_path / "versions" / "cccc"


def test_a_wording_is_found_once_and_never_todays(folder: Path) -> None:
    (found,) = earlier_wordings(folder, added(NEW).document())
    assert (found.version, found.document.text) == ("aaaa", OLD)
    assert [w.version for w in earlier_wordings(folder, added("另文。\n").document())][-1] == "aaaa"


def test_the_page_leads_to_the_comparison(folder: Path, assistant: Assistant) -> None:
    base = assistant.knowledge_base
    changed = replace(base, documents={**base.documents, "banfa": added(NEW).document()}, folder=folder)
    current = replace(assistant, knowledge_base=changed)
    app = FastAPI()
    app.include_router(reading_router(lambda: current, ""))
    client = TestClient(app)
    assert "/d/banfa/since/aaaa" in client.get("/d/banfa").text
    text = client.get("/d/banfa/since/aaaa").text
    assert "<del>三</del>" in text
    assert "<ins>六</ins>" in text
    assert "新增 1 处" in text
    for missing in ("/d/banfa/since/none", "/d/none/since/aaaa"):
        assert client.get(missing).status_code == 404
