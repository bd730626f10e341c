"""Opinions through the interface: 201 once they are on disk, a problem otherwise; and what Prometheus reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.journal import COMMENT_LIMIT, Journal
from assistant.pipeline import Assistant
from assistant.storage import address_in, metadata, open_database
from tests.serving import serving

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journal")


@pytest.fixture(scope="module")
def client(assistant: Assistant, place: Path) -> Iterator[httpx.Client]:
    journal = Journal(open_database(address_in(place)))
    with (
        serving(assistant, journal) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        yield client


def ask(client: httpx.Client, question: str = "孩子上学有什么照顾") -> dict[str, Any]:
    found: dict[str, Any] = client.post("/v1/ask", json={"question": question}).json()
    return found


def kept(place: Path, trace_id: str) -> list[tuple[str, str]]:
    """As another process would read it."""
    engine = open_database(address_in(place))
    found = Journal(engine).traced(trace_id)
    engine.dispose()
    assert found is not None
    return [(opinion.rating, opinion.comment) for opinion in found.opinions]


@pytest.mark.parametrize("door", ["/v1/ask", "/v1/ask/stream"])
def test_an_opinion_is_on_disk_before_the_201(client: httpx.Client, place: Path, door: str) -> None:
    trace_id = ask(client)["trace_id"]
    if door.endswith("stream"):
        said = client.post(door, json={"question": "孩子上学有什么照顾"}).text
        trace_id = said.rsplit('"trace_id":"', 1)[1][:16]
    body = {"trace_id": trace_id, "rating": "down", "comment": "引错条款：应是第十条"}
    response = client.post("/v1/feedback", json=body)
    assert response.status_code == 201
    assert response.json() == {"trace_id": trace_id, "rating": "down"}
    assert kept(place, trace_id) == [("down", "引错条款：应是第十条")]


def test_an_unknown_answer_is_a_problem(client: httpx.Client) -> None:
    response = client.post("/v1/feedback", json={"trace_id": "0" * 16, "rating": "up"})
    assert (response.status_code, response.headers["content-type"]) == (404, PROBLEM)
    assert "trace_id" in response.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rating": "great"}, "rating"),
        ({"rating": None}, "rating"),
        ({"trace_id": ""}, "trace_id"),
        ({"trace_id": "a\x00b"}, "trace_id"),
        ({"trace_id": "x" * 65}, "trace_id"),
        ({"comment": "字" * (COMMENT_LIMIT + 1)}, "comment"),
        ({"comment": 5}, "comment"),
    ],
)
def test_a_malformed_opinion_is_refused_and_the_answer_stays(
    client: httpx.Client, place: Path, change: dict[str, Any], field: str
) -> None:
    trace_id = ask(client)["trace_id"]
    response = client.post("/v1/feedback", json={"trace_id": trace_id, "rating": "up", **change})
    assert (response.status_code, response.headers["content-type"]) == (422, PROBLEM)
    assert response.json()["field"] == field
    assert kept(place, trace_id) == []


def test_odd_characters_and_personal_data_lose_nothing_else(client: httpx.Client, place: Path) -> None:
    trace_id = ask(client)["trace_id"]
    body = {"trace_id": trace_id, "rating": "down", "comment": "\x00<b>坏</b> 13912345678 \ud83d"}
    sent = client.post("/v1/feedback", content=json.dumps(body), headers={"content-type": "application/json"})
    assert sent.status_code == 201
    assert kept(place, trace_id) == [("down", "<b>坏</b> 〔电话〕")]


def test_a_full_disk_is_told_and_nothing_is_thanked_for(assistant: Assistant, tmp_path: Path) -> None:
    engine = open_database(address_in(tmp_path))
    with (
        serving(assistant, Journal(engine)) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        trace_id = ask(client)["trace_id"]
        with engine.begin() as connection:
            metadata.drop_all(connection)
        response = client.post("/v1/feedback", json={"trace_id": trace_id, "rating": "up"})
        assert (response.status_code, response.headers["content-type"]) == (503, PROBLEM)
        assert ask(client)["status"] == "answered"


def test_prometheus_reads_what_happened(client: httpx.Client) -> None:
    def value(line: str) -> float:
        found = [row for row in client.get("/metrics").text.splitlines() if row.startswith(line)]
        return float(found[0].rsplit(" ", 1)[1]) if found else 0.0

    watched = [
        'policy_assistant_answers_total{status="not_specified",writer="extractive"}',
        'policy_assistant_feedback_total{rating="up"}',
        'policy_assistant_requests_total{route="/v1/ask",status="200"}',
        'policy_assistant_requests_total{route="/v1/feedback",status="404"}',
        'policy_assistant_request_seconds_count{route="/v1/ask"}',
        'policy_assistant_requests_total{route="none",status="404"}',
    ]
    before = [value(line) for line in watched]
    trace_id = ask(client, "引进人才能拿多少补贴")["trace_id"]
    client.post("/v1/feedback", json={"trace_id": trace_id, "rating": "up"})
    client.post("/v1/feedback", json={"trace_id": "0" * 16, "rating": "up"})
    client.get("/v1/nothing/here")
    assert [value(line) for line in watched] == [count + 1 for count in before]
    assert value("policy_assistant_llm_left_alone") == 0.0
    assert "补贴" not in client.get("/metrics").text
