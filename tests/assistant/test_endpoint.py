"""The door to a language model: what it asks, what it gives up on, and when it lets the next one try."""

from __future__ import annotations

import threading

import pytest
from openai import OpenAI
from pydantic import SecretStr

from assistant.endpoint import Access, Endpoint, EndpointFault, Gate
from tests.scripted_endpoint import Reply, Script, scripted


def _fail(gate: Gate) -> None:
    with pytest.raises(RuntimeError), gate.passage():
        raise RuntimeError("scripted")


def _closed(gate: Gate) -> bool:
    try:
        with gate.passage():
            return False
    except EndpointFault as fault:
        return fault.reason == "closed"


def test_the_gate_closes_after_failures_in_a_row() -> None:
    gate = Gate(2, 3600)
    _fail(gate)
    assert not _closed(gate)  # a success: counting starts anew
    _fail(gate)
    assert not _closed(gate)
    _fail(gate)
    _fail(gate)
    assert _closed(gate)


def test_after_the_pause_one_tries_for_all() -> None:
    gate = Gate(1, 0)
    _fail(gate)
    with gate.passage():
        assert _closed(gate)
    assert not _closed(gate)


def test_a_trial_that_fails_closes_the_gate_again() -> None:
    gate = Gate(1, 0)
    _fail(gate)
    _fail(gate)  # the trial
    with gate.passage():
        assert _closed(gate)


def test_a_refusal_keeps_no_frames_of_the_refused() -> None:
    gate = Gate(1, 3600)
    _fail(gate)
    depths = set()
    for _ in range(20):
        assert _closed(gate)
        opened = gate._breaker.context._state
        depths.add(opened.__traceback__)  # type: ignore[attr-defined]
    assert depths == {None}


def test_nobody_waits_in_the_gate_for_another() -> None:
    gate = Gate(2, 3600)
    inside, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with gate.passage():
            inside.set()
            leave.wait(30)

    thread = threading.Thread(target=stay)
    thread.start()
    assert inside.wait(30)
    assert not _closed(gate)
    leave.set()
    thread.join(30)


def test_the_request_is_bounded_and_calm() -> None:
    script = Script([Reply("好")])
    with scripted(script) as address:
        endpoint = Endpoint(Access(address, "m", SecretStr(""), 30, 77))
        assert endpoint.reply([("system", "规则"), ("user", "问题")], 30) == "好"
    (body,) = script.requests
    assert (body["model"], body["stream"], body["max_completion_tokens"]) == ("m", True, 77)
    assert body["temperature"] == 0
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


@pytest.mark.parametrize("stream", [True, False])
def test_the_scripted_endpoint_speaks_the_protocol(stream: bool) -> None:
    """What the other tests rest on, read by the protocol's own client."""
    with scripted(Script([Reply("一二三四五")])) as address:
        client = OpenAI(base_url=address, api_key="none", max_retries=0)
        asked = [{"role": "user", "content": "问"}]
        made = client.chat.completions.create(model="m", messages=asked, stream=stream)  # type: ignore[call-overload]
        if stream:
            assert "".join(chunk.choices[0].delta.content or "" for chunk in made) == "一二三四五"
        else:
            assert made.choices[0].message.content == "一二三四五"
