"""Versions on disk: the same sources give the same one, and a killed build changes nothing."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base import IndexFault, KnowledgeBaseError, SourceFault, SpaceMismatch
from knowledge_base.embedding import BundledEmbedder
from knowledge_base.sources import Sources, folder_sources
from knowledge_base.versions import build_version, current_version, ensure_version, open_version, version_id
from tests.fakes import HashingEmbedder

TEXT = (
    "某办法\n第一条 专利代理师资格考试每年举行。\n第二条 人才服务热线受理咨询。\n第三条 鼓励公益咨询服务。\n"
)
KILLED_WHILE_EMBEDDING = """
import sys, time
from pathlib import Path
from knowledge_base.sources import folder_sources
from knowledge_base.versions import build_version
from tests.fakes import HashingEmbedder

class Stuck(HashingEmbedder):
    def embed_passages(self, texts):
        print("embedding", flush=True)
        time.sleep(600)

build_version(Path(sys.argv[1]), folder_sources(Path(sys.argv[2])), Stuck())
"""

FULL = """
import resource, sys
from pathlib import Path
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.sources import folder_sources
from knowledge_base.versions import build_version
from tests.fakes import HashingEmbedder

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)  # a file grows no further, as on a full disk
try:
    build_version(Path(sys.argv[1]), folder_sources(Path(sys.argv[2])), HashingEmbedder("other/64"))
except KnowledgeBaseError as error:
    print(error)
"""


def folder(path: Path, text: str = TEXT) -> Sources:
    path.mkdir(exist_ok=True)
    (path / "某办法.txt").write_text(text, "utf-8")
    return folder_sources(path)


def test_the_same_sources_give_the_same_version(tmp_path: Path) -> None:
    one, other = folder(tmp_path / "one"), folder(tmp_path / "other")
    changed = folder(tmp_path / "changed", TEXT.replace("每年", "两年"))
    embedder = HashingEmbedder()
    assert version_id(one, embedder) == version_id(other, embedder)
    assert version_id(changed, embedder) != version_id(one, embedder)
    assert version_id(one, HashingEmbedder("other/64")) != version_id(one, embedder)


def test_a_version_is_built_once_and_then_opened(tmp_path: Path) -> None:
    sources, embedder = folder(tmp_path / "texts"), HashingEmbedder()
    assert current_version(tmp_path / "home") is None
    heard: list[tuple[int, int]] = []
    first = ensure_version(
        tmp_path / "home", sources, embedder, lambda _, done, total: heard.append((done, total))
    )
    assert heard
    assert heard[-1][0] == heard[-1][1]
    heard.clear()
    second = ensure_version(
        tmp_path / "home", sources, embedder, lambda _, done, total: heard.append((done, total))
    )
    assert (first.version, heard) == (second.version, [])
    assert current_version(tmp_path / "home") == first.version
    (hit, *_) = second.retriever.retrieve("人才热线", 3)
    assert hit.provision.label == "第二条"


def test_hits_are_sorted_without_duplicates_and_at_most_k(tmp_path: Path) -> None:
    base = ensure_version(tmp_path / "home", folder(tmp_path / "texts"), HashingEmbedder())
    for k in (1, 2, 3, 10):
        hits = base.retriever.retrieve("专利代理师资格考试", k)
        places = [(hit.document_id, hit.provision.number) for hit in hits]
        assert len(hits) == len(set(places)) <= k
        assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_a_build_that_is_killed_leaves_the_last_version_serving(tmp_path: Path, root: Path) -> None:
    home, embedder = tmp_path / "home", HashingEmbedder()
    good = folder(tmp_path / "texts")
    served = ensure_version(home, good, embedder).version
    changed = folder(tmp_path / "changed", TEXT + "第四条 新增一条。\n")
    command = [sys.executable, "-c", KILLED_WHILE_EMBEDDING, str(home), str(tmp_path / "changed")]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "embedding\n"
        os.kill(process.pid, signal.SIGKILL)
    versions = home / "versions"
    assert [path.name for path in versions.glob("building-*")] != []
    assert current_version(home) == served
    assert ensure_version(home, good, embedder).retriever.retrieve("人才热线", 1)

    newer = ensure_version(home, changed, embedder)
    assert current_version(home) == newer.version != served
    assert list(versions.glob("building-*")) == []
    assert len(newer.documents["某办法"].provisions) == 5


def test_a_build_that_fails_cleans_up_behind_itself(tmp_path: Path) -> None:
    class Failing(HashingEmbedder):
        def embed_passages(self, texts: object) -> object:  # type: ignore[override]
            raise RuntimeError("no power")

    home = tmp_path / "home"
    with pytest.raises(RuntimeError, match="no power"):
        build_version(home, folder(tmp_path / "texts"), Failing())
    assert list((home / "versions").iterdir()) == []
    assert current_version(home) is None


def test_building_again_replaces_the_version(tmp_path: Path) -> None:
    home, sources, embedder = tmp_path / "home", folder(tmp_path / "texts"), HashingEmbedder()
    first = build_version(home, sources, embedder)
    (first / "manifest.json").write_text("{", "utf-8")
    assert build_version(home, sources, embedder) == first
    assert open_version(first, sources, embedder).version == first.name
    assert [path.name for path in (home / "versions").iterdir()] == [first.name]


def test_another_embedder_is_refused_where_a_version_serves(tmp_path: Path) -> None:
    home, sources = tmp_path / "home", folder(tmp_path / "texts")
    served = ensure_version(home, sources, HashingEmbedder()).version
    with pytest.raises(SpaceMismatch, match=r"hashing/64.*other/64.*kb rebuild"):
        ensure_version(home, sources, HashingEmbedder("other/64"))
    assert current_version(home) == served


def test_an_update_that_changes_the_bundled_embedder_makes_a_new_version_by_itself(tmp_path: Path) -> None:
    home, sources = tmp_path / "home", folder(tmp_path / "texts")
    (earlier,) = BundledEmbedder.earlier_spaces
    served = ensure_version(home, sources, HashingEmbedder(earlier)).version
    updated = ensure_version(home, sources, BundledEmbedder())
    assert updated.version == current_version(home) != served
    assert updated.retriever.retrieve("人才热线", 1)


def _cut(path: Path) -> None:
    path.write_text(path.read_text("utf-8")[:20], "utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        lambda version: (version / "manifest.json").unlink(),
        lambda version: _cut(version / "manifest.json"),
        lambda version: [path.unlink() for path in (version / "lexical").iterdir()],
        lambda version: (version / "vectors" / "chroma.sqlite3").write_bytes(b"no database" * 100),
    ],
    ids=["manifest missing", "manifest cut", "lexical index emptied", "vectors overwritten"],
)
def test_a_damaged_version_is_refused_with_the_mend(
    tmp_path: Path, root: Path, damage: Callable[[Path], object]
) -> None:
    """Built in another process: the vector store keeps an open index in memory."""
    sources = folder(tmp_path / "texts")
    build = "import sys; from pathlib import Path; from tests.fakes import HashingEmbedder; "
    build += "from knowledge_base.sources import *; from knowledge_base.versions import *; "
    build += "ensure_version(Path(sys.argv[1]), folder_sources(Path(sys.argv[2])), HashingEmbedder())"
    home = tmp_path / "home"
    subprocess.run([sys.executable, "-c", build, str(home), str(tmp_path / "texts")], cwd=root, check=True)
    version = home / "versions" / str(current_version(home))
    damage(version)
    with pytest.raises(IndexFault, match="kb rebuild"):
        ensure_version(home, sources, HashingEmbedder())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", "专利".encode("gbk"), "a.txt 不是 UTF-8"),
        ("corpus.jsonl", '{"id": "1", "text": "甲"}\n{"id": "2"}\n'.encode(), "第 2 行"),
        ("corpus.jsonl", b"{\n", "第 1 行"),
        ("a.txt", b"  \n", "没有"),
        ("a.pdf", b"%PDF", "没有"),
    ],
)
def test_a_folder_that_cannot_be_read_is_refused(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceFault, match=message):
        folder_sources(tmp_path)


@pytest.mark.parametrize("limit", [100, 5_000, 60_000])
def test_a_full_disk_is_said_and_what_served_goes_on(tmp_path: Path, limit: int) -> None:
    sources, embedder = folder(tmp_path / "texts"), HashingEmbedder()
    home = tmp_path / "home"
    served = ensure_version(home, sources, embedder).version
    command = [sys.executable, "-c", FULL, str(home), str(tmp_path / "texts"), str(limit)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert "磁盘" in said
    assert "正在服务的版本没有受影响" in said
    assert [path.name for path in (home / "versions").iterdir()] == [served]
    assert open_version(home / "versions" / served, sources, embedder).version == served


def test_any_file_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("knowledge_base.versions.write_indexes", full)
    with pytest.raises(KnowledgeBaseError, match="写不进磁盘"):
        build_version(tmp_path / "home", folder(tmp_path / "texts"), HashingEmbedder())
    assert list((tmp_path / "home" / "versions").iterdir()) == []
