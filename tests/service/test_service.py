"""The service says what the assistant says, and its offsets lead back to the texts."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from assistant.contract import Question
from assistant.pipeline import Assistant
from assistant.service.app import create_app

QUESTIONS: list[dict[str, Any]] = [
    {"question": "孩子上学有什么照顾", "persona": "enterprise"},
    {"question": "孩子上学有什么照顾", "persona": "hotline"},
    {"question": "引进人才能拿多少补贴", "persona": "agency"},
    {"question": "那电话是多少", "history": [{"question": "被黑代理骗了怎么办"}]},
    {"question": "怎么考驾照"},
    {"question": "你好"},
]


def stable(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("trace_id", "elapsed_ms")}


def streamed(client: httpx.Client, body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    with client.stream("POST", "/v1/ask/stream", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line.startswith("event:"):
                found.append((line.removeprefix("event:").strip(), {}))
            elif line.startswith("data:"):
                found[-1] = (found[-1][0], json.loads(line.removeprefix("data:")))
    return found


@pytest.mark.parametrize("body", QUESTIONS)
def test_the_service_gives_the_assistants_answer(
    client: httpx.Client, assistant: Assistant, body: dict[str, Any]
) -> None:
    answer = assistant.answer(Question.model_validate(body)).model_dump(mode="json")
    assert stable(client.post("/v1/ask", json=body).json()) == stable(answer)


@pytest.mark.parametrize("body", QUESTIONS)
def test_the_stream_ends_with_the_same_answer(client: httpx.Client, body: dict[str, Any]) -> None:
    answer = client.post("/v1/ask", json=body).json()
    found = streamed(client, body)
    assert found[0][0] == "status"
    assert (found[-1][0], stable(found[-1][1])) == ("answer", stable(answer))
    assert [piece for name, piece in found if name == "citation"] == answer["citations"]
    assert [piece for name, piece in found if name == "delta"] == answer["statements"]


@pytest.mark.parametrize("body", QUESTIONS)
def test_every_quote_is_its_span_of_the_document(client: httpx.Client, body: dict[str, Any]) -> None:
    for citation in client.post("/v1/ask", json=body).json()["citations"]:
        document = client.get(f"/v1/documents/{citation['document_id']}").json()
        assert document["text"][citation["start"] : citation["end"]] == citation["quote"]
        address = f"/v1/documents/{citation['document_id']}/provisions/{citation['number']}"
        clauses = client.get(address).json()["clauses"]
        assert citation["quote"] in [clause["text"] for clause in clauses]


def test_the_texts_tile_without_a_gap(client: httpx.Client) -> None:
    for outline in client.get("/v1/documents").json():
        document = client.get(f"/v1/documents/{outline['id']}").json()
        at = 0
        for place in document["outline"]:
            shown = client.get(f"/v1/documents/{outline['id']}/provisions/{place['number']}").json()
            assert shown["start"] == at
            assert shown["text"] == document["text"][shown["start"] : shown["end"]]
            for clause in shown["clauses"]:
                assert clause["start"] == at
                assert clause["text"] == document["text"][clause["start"] : clause["quote_end"]]
                at = clause["end"]
            assert at == shown["end"]
        assert at == document["characters"] == len(document["text"])


def test_a_search_is_ranked_and_its_clauses_are_spans(client: httpx.Client) -> None:
    found = client.get("/v1/search", params={"q": "专利质押找银行", "k": 5}).json()
    scores = [hit["score"] for hit in found["hits"]]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    for hit in found["hits"]:
        text = client.get(f"/v1/documents/{hit['document_id']}").json()["text"]
        assert all(text[clause["start"] : clause["end"]] == clause["text"] for clause in hit["clauses"])


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("持续承办全国专利代理师资格考试", "verbatim"),
        ("知识产权服务机构必须开展公益知识产权咨询服务", "weaker"),
        ("驾驶证每年审验一次", "absent"),
    ],
)
def test_a_claim_is_verified(client: httpx.Client, text: str, finding: str) -> None:
    (sentence,) = client.post("/v1/verify", json={"text": text}).json()
    assert sentence["finding"] == finding


def test_the_service_is_ready_with_its_version(client: httpx.Client, assistant: Assistant) -> None:
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["knowledge_base"]) == ("ready", assistant.knowledge_base.version)


def test_many_ask_at_once_and_each_gets_its_own_answer(client: httpx.Client) -> None:
    alone = [stable(client.post("/v1/ask", json=body).json()) for body in QUESTIONS]
    with ThreadPoolExecutor(12) as pool:
        together = list(pool.map(lambda body: client.post("/v1/ask", json=body).json(), QUESTIONS * 8))
    assert [stable(answer) for answer in together] == alone * 8


def test_the_interface_describes_itself(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    assert {"/v1/ask", "/v1/ask/stream", "/v1/search", "/v1/verify", "/v1/documents"} <= set(
        described["paths"]
    )
    assert "Question" in described["components"]["schemas"]


def test_every_reply_keeps_browsers_on_this_host(client: httpx.Client) -> None:
    for path in ("/", "/healthz", "/v1/none"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy


class Breaking:
    """An assistant that fails in the middle of its first answer."""

    def __init__(self, assistant: Assistant) -> None:
        self.knowledge_base, self.today = assistant.knowledge_base, assistant.today

    def stream(self, question: Question) -> Any:
        del question
        raise RuntimeError("secret: /etc/passwd")

    def answer(self, question: Question) -> Any:
        return self.stream(question)


def test_a_fault_in_the_stream_is_an_event_without_its_cause(assistant: Assistant) -> None:
    client = TestClient(create_app(lambda: Breaking(assistant)))  # type: ignore[arg-type]
    said = client.post("/v1/ask/stream", json={"question": "支持"}).text
    assert "event: error" in said
    assert "internal-error" in said
    assert "secret" not in said


def test_a_fault_is_a_problem_without_its_cause(assistant: Assistant) -> None:
    app = create_app(lambda: Breaking(assistant))  # type: ignore[arg-type]
    response = TestClient(app, raise_server_exceptions=False).post("/v1/ask", json={"question": "支持"})
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in response.text
