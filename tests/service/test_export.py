"""`POST /v1/export`: the answers that the service gave, as files, and refusals in one line."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def turns(client: httpx.Client) -> list[dict[str, Any]]:
    asked = ["孩子上学有什么照顾", "引进人才能拿多少补贴"]
    return [{"question": q, "answer": client.post("/v1/ask", json={"question": q}).json()} for q in asked]


@pytest.mark.parametrize(
    ("form", "begins"), [("md", "# 政策依据单".encode()), ("docx", b"PK"), ("pdf", b"%PDF")]
)
def test_a_conversation_comes_back_as_a_file(
    client: httpx.Client, turns: list[dict[str, Any]], form: str, begins: bytes
) -> None:
    reply = client.post(f"/v1/export/{form}", json={"turns": turns, "as_of": "2026-11-23"})
    assert reply.status_code == 200
    assert reply.content.startswith(begins)
    assert f"2026-11-23.{form}" in reply.headers["content-disposition"]
    reply.headers["content-disposition"].encode("ascii")


@pytest.mark.parametrize(
    ("form", "body", "status"),
    [
        ("xls", {"turns": []}, 422),
        ("md", {"turns": []}, 422),
        ("md", {"turns": [{"question": "问"}]}, 422),
        ("md", {"turns": [{"answer": {"status": "x", "text": ""}}]}, 422),
        ("md", [], 422),
    ],
)
def test_what_is_no_answer_is_refused(client: httpx.Client, form: str, body: object, status: int) -> None:
    reply = client.post(f"/v1/export/{form}", json=body)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["title"]
