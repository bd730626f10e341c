"""Text → vectors, behind one seam; each engine is imported on first use.

`bundled` is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) in few bits, in `data/embedder`
(`eval/make_embedder.py`): no torch, no download.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Encoder
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.normalisation import clean

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

EMBEDDER = Path(__file__).parent / "data" / "embedder"
DIMENSIONS = 384  # of the bundled embedder
Matrix = NDArray[np.float32]


class Embedder(Protocol):
    """Rows have length 1, so that a dot product is a cosine."""

    @property
    def space(self) -> str:
        """Identifies the vector space; index and question must agree on it."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Questions → float32 (n, d)."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Passages → float32 (n, d)."""
        ...


class BundledEmbedder:
    """The default: 384 dimensions, about 3 ms for a question on two cores."""

    space = "multilingual-e5-small-onnx/384"
    earlier_spaces = frozenset({"multilingual-e5-small-q4/384"})  # of what this name stood for before

    def __init__(self) -> None:
        self._encoder = Encoder(EMBEDDER)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._rows("query", texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._rows("passage", texts)

    def _rows(self, role: str, texts: Sequence[str]) -> Matrix:
        rows = [self._encoder.vector(f"{role}: {clean(text)}") for text in texts]
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, by name or folder; needs the extra `sentence-transformers`."""

    def __init__(self, model: str) -> None:
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise KnowledgeBaseError(
                "未安装 sentence-transformers：请运行 pip install 'policy-assistant[sentence-transformers]'"
            ) from error
        try:
            self._model = SentenceTransformer(model)
        except (OSError, ValueError) as error:
            raise KnowledgeBaseError(f"打不开嵌入模型 {model}：请检查名称或文件夹路径") from error
        # The e5 family was trained with these prefixes; its hub configurations do not carry them.
        self._prefixes = ("query: ", "passage: ") if "e5" in model.lower() else ("", "")
        self.space = f"sentence-transformers:{model}"

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, self._prefixes[0])

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, self._prefixes[1])

    def _encode(self, texts: Sequence[str], prefix: str) -> Matrix:
        vectors = self._model.encode(
            [prefix + clean(text) for text in texts], normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


class EndpointEmbedder:
    """An OpenAI-compatible embeddings endpoint, spoken to through LangChain."""

    def __init__(self, model: str, base_url: str, api_key: str) -> None:
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        self._client: Embeddings = OpenAIEmbeddings(
            model=model,
            base_url=base_url,
            api_key=SecretStr(api_key or "none"),
            check_embedding_ctx_length=False,  # tokenises with a file that would have to be downloaded
        )
        self.space = f"endpoint:{model}"

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Matrix:
        from openai import OpenAIError

        try:
            vectors = self._client.embed_documents([clean(text) or " " for text in texts])
        except OpenAIError as error:
            raise KnowledgeBaseError(
                f"嵌入服务没有应答（{type(error).__name__}）：请检查地址、模型和密钥"
            ) from error
        matrix = np.asarray(vectors, dtype=np.float32)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        return np.asarray(matrix / np.maximum(lengths, 1e-12), dtype=np.float32)


def open_embedder(name: str, api_key: str = "") -> Embedder:
    """`bundled`, `sentence-transformers:MODEL`, or `endpoint:MODEL@BASE_URL`.

    Raises `KnowledgeBaseError` for any other name, and where the engine cannot be opened.
    """
    kind, _, rest = name.partition(":")
    if name == "bundled":
        return BundledEmbedder()
    if kind == "sentence-transformers" and rest:
        return SentenceTransformerEmbedder(rest)
    if kind == "endpoint" and "@" in rest:
        model, _, url = rest.partition("@")
        return EndpointEmbedder(model, url, api_key)
    raise KnowledgeBaseError(
        f"不认识的嵌入引擎 {name!r}：可用 bundled、sentence-transformers:模型名、endpoint:模型名@地址"
    )


class KnownVectors:
    """An embedder that first looks among vectors computed before, by content; made by `eval/embed_bank.py`.

    Half precision on disk; a text that is not there, and every other vector space, is embedded now.
    """

    def __init__(self, embedder: Embedder, rows: Mapping[str, NDArray[np.float16]]) -> None:
        self._embedder = embedder
        self._rows = rows

    @classmethod
    def read(cls, paths: Iterable[Path], embedder: Embedder) -> KnownVectors:
        """Vectors of those files that are there and of the embedder's space."""
        rows: dict[str, NDArray[np.float16]] = {}
        for path in filter(Path.exists, paths):
            with np.load(path, allow_pickle=False) as arrays:
                if str(arrays["space"]) == embedder.space:
                    rows |= dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))
        return cls(embedder, rows)

    def queries(self, texts: Sequence[str]) -> Matrix:
        """As `Embedder.embed_queries`."""
        return self._look_up("query", texts, self._embedder.embed_queries)

    def passages(self, texts: Sequence[str]) -> Matrix:
        """As `Embedder.embed_passages`."""
        return self._look_up("passage", texts, self._embedder.embed_passages)

    def _look_up(self, role: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Matrix]) -> Matrix:
        keys = [content_key(role, text) for text in texts]
        missing = [text for key, text in zip(keys, texts, strict=True) if key not in self._rows]
        fresh = iter(embed(missing)) if missing else iter(())
        return np.stack(
            [self._rows[key].astype(np.float32) if key in self._rows else next(fresh) for key in keys]
        )


def write_vectors(path: Path, space: str, passages: Sequence[str], vectors: Matrix) -> None:
    """Keep vectors of passages for `KnownVectors`."""
    keys = [content_key("passage", text) for text in passages]
    np.savez_compressed(
        path, space=space, keys=np.array(keys, dtype="U16"), vectors=vectors.astype(np.float16)
    )


def content_key(role: str, text: str) -> str:
    """Names a text in its role (`query` or `passage`): sixteen hexadecimal digits."""
    return hashlib.sha256(f"{role}:{text}".encode("utf-8", "replace")).hexdigest()[:16]
