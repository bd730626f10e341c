"""A language model behind the doors: the draft at once, the proven version in its place, the same through every door."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from assistant.contract import Answer, Question
from assistant.desk.talk import _answer, _revise
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.wiring import reviser_of
from tests.scripted_endpoint import Reply, Script, scripted
from tests.service.test_service import stable, streamed
from tests.serving import serving

BODY = {"question": "孩子上学有什么照顾"}
CARD = "为符合条件的高层次人才办理“高层次人才服务绿卡”。"


@pytest.fixture(scope="module")
def draft(assistant: Assistant) -> Answer:
    return assistant.answer(Question.model_validate(BODY))


@pytest.fixture(scope="module")
def number(draft: Answer) -> int:
    return next(citation.id for citation in draft.citations if "子女入学" in citation.quote)


@pytest.fixture(scope="module")
def script(number: int) -> Script:
    return Script([Reply(f"{CARD}[{number}]")])


@pytest.fixture(scope="module")
def revising(assistant: Assistant, script: Script) -> Iterator[Assistant]:
    with scripted(script) as address:
        settings = Settings(llm_base_url=address, llm_model="scripted", llm_timeout=60, llm_seconds=120)
        yield replace(assistant, reviser=reviser_of(settings))


@pytest.fixture(scope="module")
def client(revising: Assistant) -> Iterator[httpx.Client]:
    with serving(revising) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        yield client


def test_the_stream_shows_the_draft_and_ends_with_the_proven_version(
    client: httpx.Client, draft: Answer
) -> None:
    found = streamed(client, BODY)
    names = [name for name, _ in found]
    assert names[-3:] == ["draft", "status", "answer"]
    shown, last = found[-3][1], found[-1][1]
    assert stable(shown) == {**stable(draft.model_dump(mode="json")), "draft": True}
    assert (last["writer"], last["draft"]) == ("llm:scripted", False)
    assert CARD in last["text"]
    assert [piece for name, piece in found if name == "citation"] == shown["citations"] == last["citations"]
    assert stable(client.post("/v1/ask", json=BODY).json()) == stable(last)


def test_an_answer_that_no_model_revises_has_no_draft(client: httpx.Client) -> None:
    names = [name for name, _ in streamed(client, {"question": "你好"})]
    assert names == ["status", "answer"]


def test_the_page_shows_the_draft_first_and_then_replaces_it(revising: Assistant) -> None:
    pending, drafted = list(_answer(lambda: revising, BODY["question"], "", []))
    assert "正在查阅文件" in pending[1]
    turns, talk = drafted[0], drafted[1]
    assert turns[0].answer.draft
    assert "正在换成更好懂的说法" in talk
    assert CARD not in talk.replace("<q class='pa-quote'>", "")
    after, replaced = _revise(lambda: revising, turns)
    assert "正在换成更好懂的说法" not in replaced
    assert CARD in replaced
    assert [turn.answer.writer for turn in after] == ["llm:scripted"]
    assert not after[0].answer.draft


def test_the_page_keeps_the_draft_where_the_model_fails(revising: Assistant, script: Script) -> None:
    kept, script.rounds = script.rounds, [Reply("没有编号的一句话。")]
    *_, drafted = _answer(lambda: revising, BODY["question"], "", [])
    after, talk = _revise(lambda: revising, drafted[0])
    script.rounds = kept
    assert stable(after[0].answer.model_dump(mode="json")) == {
        **stable(drafted[0][0].answer.model_dump(mode="json")),
        "draft": False,
    }
    assert "正在换成更好懂的说法" not in talk


def test_the_page_does_nothing_more_where_there_was_no_draft(assistant: Assistant) -> None:
    *_, answered = _answer(lambda: assistant, BODY["question"], "", [])
    skipped: Any = _revise(lambda: assistant, answered[0])
    assert all(isinstance(update, dict) and update["__type__"] == "update" for update in skipped)


def test_others_are_answered_while_a_model_writes(
    client: httpx.Client, revising: Assistant, script: Script, draft: Answer
) -> None:
    script.gate = threading.Event()
    before = len(script.requests)
    waiting = threading.Thread(target=revising.answer, args=(Question.model_validate(BODY),))
    waiting.start()
    while len(script.requests) == before:
        threading.Event().wait(0.01)
    with client.stream("POST", "/v1/ask/stream", json=BODY) as response:
        for line in response.iter_lines():
            if line == "event: draft":
                break
        assert not script.gate.is_set()
        script.gate.set()
    script.gate = None
    waiting.join(60)
    assert draft.citations
