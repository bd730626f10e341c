"""Whatever is sent, the reply is an answer or a problem, and the process lives on."""

from __future__ import annotations

import json
import socket

import httpx
import pytest

PROBLEM = "application/problem+json"
TURN = {"question": "高层次人才有什么待遇", "answer": "见第十二条"}

REFUSED = [
    ("empty", {"question": ""}, "question"),
    ("blanks only", {"question": " \n\t\u3000 "}, "question"),
    ("control characters only", {"question": "\x00\x01\u200b\u202e"}, "question"),
    ("a lone surrogate only", {"question": "\ud800"}, "question"),
    ("2,001 characters", {"question": "知" * 2001}, "question"),
    ("no question", {}, "question"),
    ("not a text", {"question": 42}, "question"),
    ("null", {"question": None}, "question"),
    ("unknown persona", {"question": "有什么支持", "persona": "citizen"}, "persona"),
    ("history is no list", {"question": "有什么支持", "history": "以前"}, "history"),
    (
        "a turn without a question",
        {"question": "有什么支持", "history": [{"answer": "x"}]},
        "history.0.question",
    ),
    ("a day that is none", {"question": "有什么支持", "as_of": "2026-02-30"}, "as_of"),
]
ANSWERED = [
    ("2,000 characters", {"question": "知" * 2000}),
    ("2,000 characters between blanks", {"question": f"  {'权' * 2000}\n"}),
    ("NUL inside", {"question": "孩子\x00上学有什么照顾"}),
    ("control characters inside", {"question": "孩子\x07上\x1b[31m学有什么照顾\x7f"}),
    ("a lone surrogate inside", {"question": "孩子\ud83d上学有什么照顾"}),
    ("a lone surrogate in the history", {"question": "那金额呢", "history": [TURN | {"answer": "\ud83d"}]}),
    ("emoji", {"question": "孩子上学👨‍👩‍👧有什么照顾😀"}),
    ("HTML", {"question": "<script>alert(1)</script>孩子上学有什么照顾"}),
    ("right-to-left marks", {"question": "\u202e孩子上学\u202c有什么照顾\u200f"}),
    ("fifty turns", {"question": "那金额呢", "history": [TURN] * 50}),
    ("a turn without an answer", {"question": "那金额呢", "history": [{"question": "高层次人才有什么待遇"}]}),
    ("keys that nobody knows", {"question": "孩子上学有什么照顾", "mood": "angry"}),
    ("combining marks", {"question": "孩子上学" + "\u0301" * 500 + "有什么照顾"}),
    ("a format string", {"question": "{missing} %s ${x} {{y}} 有什么支持"}),
    ("punctuation", {"question": "？？？"}),
]
BROKEN = [
    ("cut off", b'{"question": "'),
    ("nothing", b""),
    ("not UTF-8", '{"question": "孩子"}'.encode("gb18030")),
    ("a list", b'["question"]'),
    ("a text", b'"question"'),
    ("null", b"null"),
    ("nested too deep", b"[" * 100_000),
    ("a number without end", b'{"question": ' + b"9" * 5000 + b"}"),
    ("a NUL", b"\x00"),
]


def post(client: httpx.Client, body: object, path: str = "/v1/ask") -> httpx.Response:
    """`json.dumps` escapes lone surrogates, as browsers do; httpx alone would refuse them."""
    return client.post(path, content=json.dumps(body).encode(), headers={"content-type": "application/json"})


def assert_problem(response: httpx.Response, status: int) -> dict[str, object]:
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    found: dict[str, object] = response.json()
    assert str(found["type"]).startswith("urn:policy-assistant:problem:")
    assert not str(found["title"]).isascii()
    assert found["status"] == status
    assert found["trace_id"]
    assert "Traceback" not in response.text
    return found


@pytest.fixture(autouse=True)
def _the_process_lives_on(client: httpx.Client) -> object:
    yield
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream"])
@pytest.mark.parametrize(("_name", "body", "field"), REFUSED)
def test_a_wrong_question_is_told_by_its_field(
    client: httpx.Client, path: str, _name: str, body: object, field: str
) -> None:
    found = assert_problem(post(client, body, path), 422)
    assert found["field"] == field
    assert found["detail"]


@pytest.mark.parametrize(("_name", "body"), ANSWERED)
def test_an_odd_question_gets_an_answer(client: httpx.Client, _name: str, body: object) -> None:
    response = post(client, body)
    assert response.status_code == 200
    assert response.json()["text"]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/verify"])
@pytest.mark.parametrize(("_name", "body"), BROKEN)
def test_a_broken_body_is_a_problem(client: httpx.Client, path: str, _name: str, body: bytes) -> None:
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    assert_problem(response, response.status_code)


def test_a_body_that_is_not_called_json_is_a_problem(client: httpx.Client) -> None:
    assert_problem(client.post("/v1/ask", data={"question": "有什么支持"}), 422)


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/verify", "/v1/none", "/gradio_api/queue/join"])
def test_a_megabyte_is_refused_before_it_is_read(client: httpx.Client, path: str) -> None:
    assert_problem(client.post(path, content=b"{" + b" " * (1 << 20)), 413)


def test_a_megabyte_without_an_announced_length_is_refused_too(client: httpx.Client) -> None:
    pieces = (b" " * 4096 for _ in range(256))
    headers = {"content-type": "application/json"}
    assert_problem(client.post("/v1/ask", content=pieces, headers=headers), 413)


def test_the_largest_allowed_body_is_read(client: httpx.Client) -> None:
    question = json.dumps({"question": "孩子上学有什么照顾"}).encode()
    body = question + b" " * (256 * 1024 - len(question))
    assert client.post("/v1/ask", content=body, headers={"content-type": "application/json"}).is_success
    assert client.post("/v1/ask", content=body + b" ").status_code == 413


def test_an_honest_reader_of_413_never_sends_the_body(client: httpx.Client) -> None:
    """The refusal comes on the announced length alone."""
    url = client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        connection.sendall(b"POST /v1/ask HTTP/1.1\r\nhost: here\r\ncontent-length: 99999999\r\n\r\n")
        assert b" 413 " in connection.recv(4096)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/search", 422),
        ("/v1/search?q=", 422),
        ("/v1/search?q=%00%E2%80%AE", 422),
        (f"/v1/search?q={'a' * 2001}", 422),
        ("/v1/search?q=支持&k=0", 422),
        ("/v1/search?q=支持&k=51", 422),
        ("/v1/search?q=支持&k=many", 422),
        ("/v1/documents/none", 404),
        ("/v1/documents/..%2F..%2Fetc%2Fpasswd", 404),
        ("/v1/documents/qianzhibanfa-2023-11/provisions/99", 404),
        ("/v1/documents/qianzhibanfa-2023-11/provisions/-1", 404),
        ("/v1/documents/qianzhibanfa-2023-11/provisions/x", 422),
        ("/v1/none", 404),
        ("/v1", 404),
    ],
)
def test_a_wrong_address_is_a_problem(client: httpx.Client, address: str, status: int) -> None:
    assert_problem(client.get(address), status)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/ask"), ("DELETE", "/v1/documents"), ("POST", "/v1/search")]
)
def test_a_wrong_method_is_a_problem(client: httpx.Client, method: str, path: str) -> None:
    assert_problem(client.request(method, path), 405)


@pytest.mark.parametrize("text", ["", "知" * 20_001, None, "\x00"])
def test_a_text_to_verify_has_its_limits(client: httpx.Client, text: object) -> None:
    assert assert_problem(post(client, {"text": text}, "/v1/verify"), 422)["field"] == "text"


def test_a_limit_is_told_as_it_is_for_that_field(client: httpx.Client) -> None:
    told = post(client, {"text": "知" * 20_001}, "/v1/verify").json()["detail"]
    assert "20000" in told
    assert "2000 字" in post(client, {"question": "知" * 2001}).json()["detail"]


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/proxy=http://127.0.0.1:1/"])
def test_the_page_framework_takes_no_files_and_fetches_nothing(client: httpx.Client, path: str) -> None:
    assert_problem(client.post(path, files={"files": b"x"}), 404)


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_is_served_that_loads_from_another_host(client: httpx.Client, path: str) -> None:
    assert "cdn" not in client.get(path).text
