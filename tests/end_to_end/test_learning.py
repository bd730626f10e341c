"""The loop whole: asked → 没帮上 → a person sets the sentence → candidate → rebuild → the running server finds it."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.journal import Journal
from assistant.live import Live
from assistant.pipeline import Assistant
from assistant.review import Reviewing
from assistant.settings import Settings
from assistant.storage import address_in, open_database
from assistant.wiring import open_assistant
from knowledge_base.versions import current_version
from tests.conftest import OPINION
from tests.reviewing import KEY
from tests.serving import serving

QUESTION = "苗绣图样被人抄去印T恤咋整"
RIGHT = 7  # 法律服务：诉讼代理、维权援助、调解
HEADERS = {"x-editor-key": KEY, "x-editor-name": "wang"}
PATIENCE = 60


@pytest.fixture
def own_home(home: Path, assistant: Assistant, tmp_path: Path) -> Path:
    shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("building-*", "journal.db*"))
    served = assistant.knowledge_base.version
    (tmp_path / "home" / "current").write_text(served, "utf-8")
    return tmp_path / "home"


def command(home: Path, *arguments: str) -> str:
    result = CliRunner(env={"POLICY_ASSISTANT_HOME": str(home)}).invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.slow
def test_what_a_reviewer_sets_is_found_after_the_next_build(own_home: Path) -> None:
    live = Live(
        own_home,
        lambda: open_assistant(Settings(home=own_home), lambda *_: None, today=lambda: date(2026, 1, 15)),
    )
    before = current_version(own_home)
    journal = Journal(open_database(address_in(own_home)))
    with (
        serving(live, journal, Reviewing(KEY, own_home)) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        wrong = client.post("/v1/ask", json={"question": QUESTION, "persona": "enterprise"}).json()
        assert RIGHT not in [citation["number"] for citation in wrong["citations"]]
        opinion = {"trace_id": wrong["trace_id"], "rating": "down", "comment": "引错了条款"}
        assert client.post("/v1/feedback", json=opinion).status_code == 201

        case = client.get(f"/desk/review/case/{wrong['trace_id']}", headers=HEADERS)
        assert QUESTION in case.text
        offered = client.get("/desk/review/clauses", params={"q": "诉讼代理 维权援助"}, headers=HEADERS)
        assert f"{OPINION}|{RIGHT}.3" in offered.text
        ruling = {"questions": [QUESTION], "persona": "enterprise", "places": [f"{OPINION}|{RIGHT}.3"]}
        assert client.post("/desk/review/rulings", json=ruling, headers=HEADERS).status_code == 200
        assert client.get(f"/desk/review/case/{wrong['trace_id']}", headers=HEADERS).status_code == 404

        assert "学入审核员定下的问法 1 条" in command(own_home, "kb", "rebuild")
        after = current_version(own_home)
        assert after != before
        deadline = time.monotonic() + PATIENCE
        while True:
            right = client.post("/v1/ask", json={"question": QUESTION, "persona": "enterprise"}).json()
            if right["knowledge_base"] == after:
                break
            assert time.monotonic() < deadline, "the server did not follow"
            time.sleep(0.1)
        assert right["citations"][0]["number"] == RIGHT
        assert right["status"] == "answered"

    command(own_home, "kb", "verify")
    said = command(own_home, "ask", QUESTION, "--json")
    assert f'"number": {RIGHT}' in said
    command(own_home, "kb", "rollback", str(before))
    again = open_assistant(Settings(home=own_home), lambda *_: None)
    assert again.knowledge_base.version == before
