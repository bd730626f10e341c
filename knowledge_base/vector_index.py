"""Vectors on disk, in an embedded Chroma; the only file that knows it.

The rows of a collection that is small enough are kept beside it as an array: it is searched exactly, and Chroma, whose import
takes longer than an answer, is opened when something needs it that no array holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.embedding import Matrix
from knowledge_base.errors import IndexFault, SpaceMismatch

EXACT_UP_TO = 20_000  # rows: a product over all of them is exact, and faster than the graph
BATCH = 512  # rows per call: well under Chroma's limit, and a progress bar that moves
_EXACT = {"space": "ip", "ef_search": 400, "ef_construction": 200}
_CONTENTS = "contents.json"  # the embedding space, and the rows of each collection
_DATABASE, _DATABASE_HEAD = "chroma.sqlite3", b"SQLite format 3\0"


def _client(path: Path) -> Any:
    from chromadb import PersistentClient
    from chromadb.config import Settings

    return PersistentClient(path=str(path), settings=Settings(anonymized_telemetry=False, allow_reset=False))


def _damaged(path: Path) -> IndexFault:
    return IndexFault(f"向量索引损坏：{path.name}；请运行 policy-assistant kb rebuild")


class VectorIndex:
    """Named collections of rows; a row's id is its number in the list it was built from."""

    def __init__(self, path: Path, space: str) -> None:
        """Open the index at `path` for questions embedded in `space`.

        Raises `SpaceMismatch` where it was built in another space, `IndexFault` where it is damaged.
        """
        self._path = path
        try:
            contents = json.loads((path / _CONTENTS).read_text("utf-8"))
            built, self._rows = str(contents["space"]), {k: int(n) for k, n in contents["rows"].items()}
            kept = (name for name in self._rows if (path / f"{name}.npy").exists())
            self._matrices = {name: np.load(path / f"{name}.npy") for name in kept}
            with (path / _DATABASE).open("rb") as database:
                whole = database.read(len(_DATABASE_HEAD)) == _DATABASE_HEAD
        except (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError) as error:
            raise _damaged(path) from error
        if not whole or any(len(matrix) != self._rows[name] for name, matrix in self._matrices.items()):
            raise _damaged(path)
        if built != space:
            raise SpaceMismatch(
                f"索引用 {built} 建立，提问用 {space}：请运行 policy-assistant kb rebuild，或改回原来的嵌入引擎"
            )

    @cached_property
    def _collections(self) -> dict[str, Any]:
        """Chroma's collections by name. Raises `IndexFault` where it is damaged."""
        from chromadb.errors import ChromaError

        try:
            return {found.name: found for found in _client(self._path).list_collections()}
        except (ChromaError, ValueError, OSError) as error:
            raise _damaged(self._path) from error

    @staticmethod
    def build(
        path: Path,
        space: str,
        rows: Mapping[str, tuple[Matrix, Sequence[str], Sequence[dict[str, str | int]]]],
        advance: Callable[[int], object] = lambda _: None,
    ) -> None:
        """Write collections of (vectors, texts, metadata) into a new folder; `advance` hears each batch's size.

        Raises `IndexFault` where the disk refuses.
        """
        from chromadb.errors import ChromaError

        try:
            client = _client(path)
            for name, (vectors, texts, metadatas) in rows.items():
                collection = client.create_collection(
                    name,
                    metadata={"embedding_space": space},
                    configuration={"hnsw": _EXACT},
                    embedding_function=None,
                )
                for start in range(0, len(texts), BATCH):
                    stop = min(start + BATCH, len(texts))
                    collection.add(
                        ids=[str(row) for row in range(start, stop)],
                        embeddings=vectors[start:stop],
                        documents=list(texts[start:stop]),
                        metadatas=list(metadatas[start:stop]),
                    )
                    advance(stop - start)
                if len(texts) <= EXACT_UP_TO:
                    np.save(path / f"{name}.npy", vectors)
            sizes = {name: len(texts) for name, (_, texts, _) in rows.items()}
            (path / _CONTENTS).write_text(json.dumps({"space": space, "rows": sizes}), "utf-8")
        except ChromaError as error:
            raise IndexFault("向量索引写不进：请检查磁盘空间；正在服务的版本没有受影响") from error

    def count(self, name: str) -> int:
        """Rows in a collection; 0 where there is no such collection."""
        return self._rows.get(name, 0)

    def texts(self, name: str) -> dict[int, str]:
        """Row → the text it was made from."""
        if name not in self._collections:
            return {}
        found = self._collections[name].get(include=["documents"])
        return {int(row): text for row, text in zip(found["ids"], found["documents"], strict=True)}

    def search(self, name: str, vector: Matrix, k: int) -> list[tuple[int, float]]:
        """The k rows nearest to one vector of shape (d,): (row, cosine), best first."""
        if not self.count(name):
            return []
        if name in self._matrices:
            return nearest_rows(self._matrices[name], vector, k)
        found = self._collections[name].query(
            query_embeddings=[np.asarray(vector, dtype=np.float32)],
            n_results=min(k, self.count(name)),
            include=["distances"],
        )
        ids, distances = found["ids"][0], found["distances"][0]
        ranked = [(int(row), 1.0 - float(gap)) for row, gap in zip(ids, distances, strict=True)]
        return sorted(ranked, key=lambda pair: (-pair[1], pair[0]))


def nearest_rows(rows: Matrix, vector: Matrix, k: int) -> list[tuple[int, float]]:
    """The k of these rows of length 1 that are nearest to a vector of shape (d,): (row, cosine), best first."""
    # not `@`: the threads of BLAS go on spinning and take the cores from the embedding engine's
    cosines = np.einsum("rd,d->r", rows, vector)
    nearest = np.argpartition(-cosines, k - 1)[:k] if k < len(cosines) else np.arange(len(cosines))
    order = nearest[np.lexsort((nearest, -cosines[nearest]))]
    return list(zip(order.tolist(), cosines[order].tolist(), strict=True))
