"""Texts handed in through the page: read, confirmed, added with progress, cancelled; what served goes on serving."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.intake import Intake, Work
from knowledge_base import KnowledgeBase, KnowledgeBaseError
from knowledge_base.candidates import keep, proposed
from knowledge_base.indexing import Progress
from knowledge_base.sources import folder_sources
from knowledge_base.versions import current_added, current_version, ensure_version
from tests.intake import EMBEDDER, FIRST, KEY, LAW, finished

LONG = 30  # seconds


class Gate:
    """Lets every version serve once it is told to; notes that it was asked."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.open = threading.Event()
        self.against: list[str] = []

    def __call__(self, base: KnowledgeBase, progress: Progress) -> Sequence[str]:
        self.asked.set()
        for step in range(LONG * 20):
            if self.open.wait(0.05):
                break
            progress("评测", step, LONG * 20)
        return self.against


def scored(progress: Progress) -> Sequence[str]:
    progress("评测", 1, 1)
    return ["report.jsonl：首条即中 97.0%"]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def intake(tmp_path: Path, gate: Gate) -> Intake:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "某办法.txt").write_text(FIRST, "utf-8")
    packaged = folder_sources(folder)
    ensure_version(tmp_path / "home", packaged, EMBEDDER)
    return Intake(
        tmp_path / "home",
        lambda: packaged,
        lambda: EMBEDDER,
        gate,
        lambda impact, _: impact.document_id,
        scored,
        KEY,
    )


def test_a_confirmed_text_serves_and_its_impact_is_told(intake: Intake, gate: Gate) -> None:
    token, proposal = intake.propose_file("条例.txt", LAW.encode(), "省")
    assert (proposal.text.title, proposal.text.source, proposal.text.level) == (
        "某市专利保护条例",
        "条例.txt",
        "省",
    )
    gate.open.set()
    intake.start([token])
    work = finished(intake)
    assert (work.failed, len(work.told)) == (False, 1)
    assert "已启用版本" in work.said
    assert [text.title for text in current_added(intake.home)] == ["某市专利保护条例"]


def test_work_that_is_cancelled_leaves_what_served(intake: Intake, gate: Gate) -> None:
    before = current_version(intake.home)
    token, _ = intake.propose_file("条例.txt", LAW.encode(), "省")
    intake.start([token])
    assert gate.asked.wait(LONG)
    deadline = time.monotonic() + LONG
    while intake.work.stage != "评测" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert intake.work.running
    with pytest.raises(KnowledgeBaseError, match="还没有结束"):
        intake.start([token])
    intake.cancel()
    work = finished(intake)
    assert (work.failed, work.said) == (True, "已取消；正在服务的版本没有受影响")
    assert current_version(intake.home) == before
    gate.open.set()
    intake.start([token])  # the proposal still waits
    assert not finished(intake).failed


def test_a_version_that_falls_short_serves_only_when_told_to(intake: Intake, gate: Gate) -> None:
    gate.open.set()
    gate.against = ["hit@1 为 0.1，低于 0.92"]
    before = current_version(intake.home)
    token, _ = intake.propose_file("条例.txt", LAW.encode(), "省")
    intake.start([token])
    said = finished(intake).said
    assert "hit@1 为 0.1" in said
    assert "勾选“评测低于下限也启用”" in said
    assert current_version(intake.home) == before
    intake.start([token], force=True)
    assert not finished(intake).failed
    assert current_version(intake.home) != before


def test_the_served_version_is_made_again_with_what_was_tied(intake: Intake, gate: Gate) -> None:
    document = folder_sources(intake.home.parent / "texts").documents["某办法"]
    keep(intake.home, proposed("会多久开一回", None, document, ["2.1"], False, "张三"))
    before = current_version(intake.home)
    gate.open.set()
    intake.rebuild()
    work = finished(intake)
    assert (work.failed, work.said.startswith("已启用版本")) == (False, True), work
    assert current_version(intake.home) == before
    assert work.told == ("“会多久开一回”没有学入：新增的文件还不能从问题里学",)


def test_what_serves_is_evaluated(intake: Intake) -> None:
    intake.evaluate()
    assert finished(intake).told == ("report.jsonl：首条即中 97.0%",)
    assert current_version(intake.home)


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "/etc/x.txt", ".txt"])
def test_a_name_never_leads_out_of_the_folder(intake: Intake, name: str) -> None:
    _, proposal = intake.propose_file(name, LAW.encode(), "国家")
    assert proposal.text.source == Path(name).name


def test_what_cannot_be_read_says_why(intake: Intake) -> None:
    with pytest.raises(KnowledgeBaseError):
        intake.propose_file("空.pdf", b"%PDF-1.4 broken", "国家")
    with pytest.raises(KnowledgeBaseError, match="完整的网址"):
        intake.propose_address("/etc/passwd", "国家")
    with pytest.raises(KnowledgeBaseError):
        intake.propose_address("http://127.0.0.1:1/x", "国家")
    with pytest.raises(KnowledgeBaseError, match="重新上传"):
        intake.start(["0" * 16])
    assert intake.work == Work()
