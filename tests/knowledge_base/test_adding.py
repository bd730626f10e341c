"""How a text gets in: read, recognised, built aside, accepted, and back again."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge_base import IndexFault, KnowledgeBase, KnowledgeBaseError
from knowledge_base.added import AddedText, changes, fingerprint, id_of, read_added, recognise
from knowledge_base.adding import Refused, add, files_of, impact, propose
from knowledge_base.checking import faults
from knowledge_base.indexing import Progress
from knowledge_base.sources import Sources, folder_sources, with_added
from knowledge_base.versions import (
    changing,
    current_added,
    current_version,
    ensure_version,
    folder_of,
    sweep,
    switch,
    versions,
)
from tests.fakes import HashingEmbedder

FIRST = (
    "某办法\n第一条 专利代理师资格考试每年举行。\n第二条 人才服务热线受理咨询。\n第三条 鼓励公益咨询服务。\n"
)
LAW = (
    "某市专利保护条例\n第一条 为了保护专利权，制定本条例。\n"
    "第二条 假冒专利的，由专利管理部门责令改正。\n第三条 本条例自2025年1月1日起施行。\n"
)
EMBEDDER = HashingEmbedder()


def _quiet(*_: object) -> None:
    return None


QUIET: Progress = _quiet


def _welcome(_: KnowledgeBase) -> list[str]:
    return []


@pytest.fixture
def packaged(tmp_path: Path) -> Sources:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "某办法.txt").write_text(FIRST, "utf-8")
    return folder_sources(folder)


@pytest.fixture
def home(tmp_path: Path, packaged: Sources) -> Path:
    ensure_version(tmp_path / "home", packaged, EMBEDDER)
    return tmp_path / "home"


def law(tmp_path: Path, text: str = LAW) -> str:
    path = tmp_path / "条例.txt"
    path.write_text(text, "utf-8")
    return str(path)


def test_a_text_that_is_added_is_found_and_can_be_taken_back(
    tmp_path: Path, home: Path, packaged: Sources
) -> None:
    before = current_version(home)
    proposal = propose(law(tmp_path), packaged, "省", date(2025, 1, 1))
    assert (proposal.text.title, proposal.known, proposal.same) == ("某市专利保护条例", None, False)
    base = add(home, packaged, [proposal.text], EMBEDDER, QUIET, _welcome)
    assert base.retriever.retrieve("假冒专利责令改正", 1)[0].document_id == proposal.text.id
    assert base.documents[proposal.text.id].validity.on(date(2024, 12, 31)) == "not_yet"
    assert [text.title for text in current_added(home)] == ["某市专利保护条例"]
    assert {v.serves: v.documents for v in versions(home)} == {True: 2, False: 1}

    assert before is not None
    switch(home, before)
    again = ensure_version(home, with_added(packaged, current_added(home)), EMBEDDER)
    assert (again.version, list(again.documents)) == (before, ["某办法"])


def test_the_same_text_is_recognised_whatever_its_blanks(tmp_path: Path, packaged: Sources) -> None:
    place = law(tmp_path, FIRST.replace("\n", "\n\n"))
    proposal = propose(place, packaged)
    assert proposal.same
    assert proposal.known is packaged.documents["某办法"]


def test_a_newer_version_is_shown_by_provision(tmp_path: Path, packaged: Sources) -> None:
    newer = (
        FIRST.replace("每年举行", "每两年举行").replace("第三条 鼓励公益咨询服务。\n", "") + "第四条 新增。\n"
    )
    proposal = propose(law(tmp_path, newer), packaged)
    assert not proposal.same
    assert proposal.text.id == "某办法"
    assert [(c.kind, c.label) for c in proposal.changes] == [
        ("changed", "第一条"),
        ("added", "第四条"),
        ("removed", "第三条"),
    ]


def test_a_newer_version_takes_the_place_of_the_older(tmp_path: Path, home: Path, packaged: Sources) -> None:
    newer = propose(law(tmp_path, FIRST.replace("每年举行", "每两年举行")), packaged)
    base = add(home, packaged, [newer.text], EMBEDDER, QUIET, _welcome)
    assert list(base.documents) == ["某办法"]
    assert "每两年举行" in base.documents["某办法"].text


def test_a_version_that_falls_short_does_not_serve(tmp_path: Path, home: Path, packaged: Sources) -> None:
    before = current_version(home)
    text = propose(law(tmp_path), packaged).text
    with pytest.raises(Refused, match=r"hit@1 为 0\.1"):
        add(home, packaged, [text], EMBEDDER, QUIET, lambda _: ["hit@1 为 0.1，低于 0.92"])
    assert current_version(home) == before


def test_two_changes_at_once_are_refused_by_name(tmp_path: Path, home: Path, packaged: Sources) -> None:
    text = propose(law(tmp_path), packaged).text
    with changing(home), pytest.raises(KnowledgeBaseError, match="另一个 kb 命令"):
        add(home, packaged, [text], EMBEDDER, QUIET, _welcome)


FULL_DISK = """
import resource, sys
from pathlib import Path
from knowledge_base import KnowledgeBaseError
from knowledge_base.adding import add, propose
from knowledge_base.sources import folder_sources
from tests.fakes import HashingEmbedder
packaged = folder_sources(Path(sys.argv[2]))
text = propose(sys.argv[3], packaged).text
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
try:
    add(Path(sys.argv[1]), packaged, [text], HashingEmbedder(), lambda *_: None, lambda _: [])
except KnowledgeBaseError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.parametrize("limit", [200, 20_000])
def test_a_disk_that_takes_no_more_leaves_the_last_version_serving(
    tmp_path: Path, home: Path, packaged: Sources, root: Path, limit: int
) -> None:
    before = current_version(home)
    command = [sys.executable, "-c", FULL_DISK, str(home), str(tmp_path / "texts"), law(tmp_path), str(limit)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, "没有受影响" in done.stdout) == (3, True), done.stderr
    assert current_version(home) == before
    assert list((home / "versions").glob("building-*")) == []
    assert ensure_version(home, packaged, EMBEDDER).retriever.retrieve("人才热线", 1)


def test_a_build_that_was_broken_off_is_counted_and_swept(home: Path) -> None:
    (home / "versions" / "building-999999-abc").mkdir()
    assert sweep(home) == 1
    assert sweep(home) == 0


def test_a_version_that_is_not_there_cannot_serve(home: Path) -> None:
    with pytest.raises(IndexFault, match="没有版本 abc"):
        switch(home, "abc")


def test_verify_finds_nothing_in_a_good_version(home: Path, packaged: Sources) -> None:
    assert list(faults(folder_of(home, current_version(home) or ""), packaged, EMBEDDER)) == []


def test_verify_names_what_is_wrong(tmp_path: Path, home: Path, packaged: Sources) -> None:
    folder = folder_of(home, current_version(home) or "")
    more = with_added(packaged, [propose(law(tmp_path), packaged).text])
    told = "\n".join(faults(folder, more, EMBEDDER))
    assert "来源指纹" in told
    assert "向量索引 passages 有 4 行，应为 8 行" in told
    assert "词索引 lexical 有 4 行" in told
    (told_space,) = faults(folder, packaged, HashingEmbedder("other/64"))
    assert "other/64" in told_space
    (folder / "manifest.json").write_text("{", "utf-8")
    (told_manifest,) = faults(folder, packaged, EMBEDDER)
    assert "不完整" in told_manifest


def test_a_sentence_that_names_the_new_text_is_told(tmp_path: Path, home: Path, packaged: Sources) -> None:
    naming = propose(
        law(tmp_path, "某通知\n第一条 依照《某市专利保护条例》办理。\n第二条 好。\n"), packaged
    ).text
    sources = with_added(packaged, [naming])
    touched = impact(sources, propose(law(tmp_path), packaged).text)
    assert (touched.provisions, touched.named_by) == (3, (f"{naming.id} 1.1",))


def test_folders_are_taken_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/2.txt", "a/1.txt", "3.md"):
        (tmp_path / name).write_text("文", "utf-8")
    found = list(files_of([str(tmp_path), "https://example.org/x"]))
    assert [Path(place).name for place in found] == ["3.md", "1.txt", "2.txt", "x"]


def test_what_was_added_is_read_back_as_it_was(tmp_path: Path, home: Path, packaged: Sources) -> None:
    text = replace(propose(law(tmp_path), packaged).text, signed=date(2024, 12, 1), issuers=("某市人大",))
    add(home, packaged, [text], EMBEDDER, QUIET, _welcome)
    assert current_added(home) == (text,)
    path = folder_of(home, current_version(home) or "") / "added.jsonl"
    row = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**row, "signed": "昨天"}), "utf-8")
    with pytest.raises(KnowledgeBaseError, match="清单损坏"):
        read_added(path.parent)


def test_names_and_fingerprints() -> None:
    assert id_of("《某市条例》（2025年修订）") == "某市条例-2025年修订"
    assert id_of("——") == "text"
    assert fingerprint("甲 乙\n") == fingerprint("甲乙")


def test_a_text_of_the_same_number_is_another_version(packaged: Sources) -> None:
    document = packaged.documents["某办法"]
    proposed = AddedText(
        "x", "新文", "改了名的办法", "某发〔2025〕1号", (), "省", None, None, None, "x.txt", ""
    )
    numbered = replace(document, metadata=replace(document.metadata, number="某发〔2025〕1号"))
    assert recognise(proposed, {"某办法": numbered}) == (numbered, False)
    assert recognise(proposed, {"某办法": document}) == (None, False)
    assert changes(document, document) == []
