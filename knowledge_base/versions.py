"""A knowledge-base version on disk: built aside, then switched to in one step; a killed build changes nothing.

`home/versions/<id>/` holds one version, `home/current` names the one that serves. The id is a fingerprint
of all sources and of the embedding space, so the same sources give the same version.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge_base.added import AddedText, fingerprint, read_added
from knowledge_base.candidates import learnt, read_candidates
from knowledge_base.documents import Document
from knowledge_base.embedding import BundledEmbedder, Embedder
from knowledge_base.errors import IndexFault, KnowledgeBaseError
from knowledge_base.indexing import (
    KnowledgeBase,
    Progress,
    check_space,
    open_indexes,
    read_manifest,
    write_indexes,
)
from knowledge_base.sources import Sources, with_added


@dataclass(frozen=True, slots=True)
class Version:
    """A built version: when, from how many documents, with which added texts, and whether it serves."""

    id: str
    built: datetime
    documents: int
    added: tuple[str, ...]
    serves: bool


def _silent(stage: str, done: int, total: int) -> None:
    del stage, done, total


def version_id(sources: Sources, embedder: Embedder) -> str:
    """Twelve hexadecimal digits that name the version these sources give in this embedding space."""
    return hashlib.sha256(f"{sources.fingerprint} {embedder.space}".encode()).hexdigest()[:12]


def folder_of(home: Path, version: str) -> Path:
    """Where a version lies."""
    return home / "versions" / version


def current_version(home: Path) -> str | None:
    """The id of the version that serves; None before the first build."""
    try:
        return (home / "current").read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None


def current_added(home: Path) -> tuple[AddedText, ...]:
    """The texts that people added to the version that serves."""
    serving = current_version(home)
    return read_added(folder_of(home, serving)) if serving else ()


def serving_sources(home: Path, packaged: Sources) -> Sources:
    """These sources with what people added to the version that serves: texts, and questions that it has learnt."""
    serving = current_version(home)
    whole = with_added(packaged, current_added(home))
    return learnt(whole, read_candidates(folder_of(home, serving))).sources if serving else whole


def ensure_version(
    home: Path, sources: Sources, embedder: Embedder, progress: Progress = _silent
) -> KnowledgeBase:
    """Open the version of these sources, building it first where it is not there yet.

    Raises `SpaceMismatch` or `IndexFault` where a version is there but cannot serve.
    """
    folder = folder_of(home, version_id(sources, embedder))
    if not folder.exists():
        _refuse_other_space(home, embedder)
        folder = build_version(home, sources, embedder, progress)
        switch(home, folder.name)
    return open_version(folder, sources, embedder)


def _refuse_other_space(home: Path, embedder: Embedder) -> None:
    """Changing the embedding engine costs a whole index: that is for the person to start, not for a question.

    Where an update of the program has changed what is bundled the person has not chosen anything, and its vectors come along.
    """
    serving = current_version(home)
    path = folder_of(home, serving or "") / "manifest.json"
    if not serving or not path.exists():
        return
    manifest = json.loads(path.read_text("utf-8"))
    updated = manifest["embedding_space"] in BundledEmbedder.earlier_spaces
    if not (updated and embedder.space == BundledEmbedder.space):
        check_space(manifest, embedder)


def open_version(folder: Path, sources: Sources, embedder: Embedder) -> KnowledgeBase:
    """Open a built version. Raises `IndexFault` where it is damaged, `SpaceMismatch` where it is of another space."""
    return open_indexes(folder, sources, embedder)


def build_version(home: Path, sources: Sources, embedder: Embedder, progress: Progress = _silent) -> Path:
    """Build aside, then rename into place; returns the version's folder. What serves is `switch`'s to change.

    Killed at any moment, what served before still serves; leftovers are swept at the next build. Raises
    `KnowledgeBaseError` where the disk is full.
    """
    versions = home / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    sweep(home)
    target = versions / version_id(sources, embedder)
    before = folder_of(home, current_version(home) or "none")
    aside = Path(tempfile.mkdtemp(prefix=f"building-{os.getpid()}-", dir=versions))
    try:
        write_indexes(aside, sources, embedder, progress, before)
        if target.exists():
            retired = aside.with_name(f"retired-{aside.name}")
            target.rename(retired)
            aside.rename(target)
            shutil.rmtree(retired, ignore_errors=True)
        else:
            aside.rename(target)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise KnowledgeBaseError(
            f"新版本写不进磁盘（{error.strerror}）：请腾出空间再试；正在服务的版本没有受影响"
        ) from error
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return target


def sweep(home: Path) -> int:
    """Remove what builds that no longer run have left; returns how many were broken off."""
    broken_off = 0
    for leftover in (home / "versions").glob("building-*-*"):
        process = leftover.name.split("-")[1]
        if process.isdecimal() and not _alive(int(process)):
            shutil.rmtree(leftover, ignore_errors=True)
            broken_off += 1
    for leftover in (home / "versions").glob("retired-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    return broken_off


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def switch(home: Path, version: str) -> None:
    """Make a built version the one that serves, in one step that is on disk before this returns.

    Raises `IndexFault` where there is no such version.
    """
    if not folder_of(home, version).is_dir():
        raise IndexFault(f"没有版本 {version}：policy-assistant kb versions 列出全部")
    temporary = home / f".current-{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(version)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(home / "current")


def versions(home: Path) -> list[Version]:
    """All built versions, newest first; a folder without a readable manifest is left out."""
    serving = current_version(home)
    found = []
    for folder in (home / "versions").glob("*"):
        manifest = folder / "manifest.json"
        if "-" in folder.name or not manifest.exists():
            continue
        try:
            documents = len(read_manifest(folder)["documents"])
            added = tuple(text.title for text in read_added(folder))
        except KnowledgeBaseError:
            continue
        built = datetime.fromtimestamp(manifest.stat().st_mtime, UTC)
        found.append(Version(folder.name, built, documents, added, folder.name == serving))
    return sorted(found, key=lambda version: version.built, reverse=True)


@dataclass(frozen=True, slots=True)
class Wording:
    """An added text as an earlier version held it."""

    version: str
    built: datetime
    document: Document


def earlier_wordings(folder: Path, document: Document) -> tuple[Wording, ...]:
    """Other wordings of this document in the versions beside `folder`, newest first, each once.

    Versions keep the texts that people added; those that travel with the project are kept with it.
    """
    found: list[Wording] = []
    seen = {fingerprint(document.text)}
    for version in versions(folder.parent.parent):
        for text in read_added(folder.with_name(version.id)):
            if text.id == document.id and fingerprint(text.text) not in seen:
                seen.add(fingerprint(text.text))
                found.append(Wording(version.id, version.built, text.document()))
    return tuple(found)


@contextmanager
def changing(home: Path) -> Iterator[None]:
    """One change at a time. Raises `KnowledgeBaseError` where another process is at it."""
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "changing.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise KnowledgeBaseError("另一个 kb 命令正在改动知识库：请等它结束再试") from error
    try:
        yield
    finally:
        lock.release()
