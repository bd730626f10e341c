"""A language model behind the page: its version takes the draft's place, and nobody has to wait for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from assistant.contract import Question
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.wiring import reviser_of
from tests.browser.desk import Desk
from tests.scripted_endpoint import Reply, Script, scripted
from tests.serving import serving

pytestmark = pytest.mark.browser
ASKED = "孩子上学有什么照顾"
SYSTEM = "落实好省级高层次人才制度。"


@pytest.fixture
def script(assistant: Assistant) -> Script:
    citations = assistant.answer(Question(question=ASKED)).citations
    number = next(citation.id for citation in citations if "子女入学" in citation.quote)
    return Script([Reply(f"{SYSTEM}[{number}]")], gate=threading.Event())


@pytest.fixture
def drafting(assistant: Assistant, script: Script, browser: Browser) -> Iterator[Desk]:
    with scripted(script) as endpoint:
        settings = Settings(llm_base_url=endpoint, llm_model="scripted", llm_timeout=60, llm_seconds=120)
        with serving(replace(assistant, reviser=reviser_of(settings))) as address:
            desk = Desk.open(browser, address)
            yield desk
            desk.close()
        if script.gate:
            script.gate.set()


def test_the_draft_is_shown_at_once_and_replaced_when_the_model_is_done(
    drafting: Desk, script: Script
) -> None:
    turn = drafting.ask(ASKED)
    expect(turn.locator(".pa-answer")).to_contain_text("原文")
    expect(drafting.page.locator(".pa-revising")).to_be_visible()
    drafting.box.fill("还没问完的下一句")
    assert script.gate
    script.gate.set()
    expect(turn.locator(".pa-answer")).to_contain_text(SYSTEM)
    expect(drafting.page.locator(".pa-revising")).to_have_count(0)
    expect(drafting.box).to_have_value("还没问完的下一句")


def test_who_asks_on_keeps_the_draft_and_does_not_wait(drafting: Desk, script: Script) -> None:
    drafting.ask(ASKED)
    expect(drafting.page.locator(".pa-revising")).to_be_visible()
    second = drafting.ask("怎么考驾照")
    expect(second.locator(".pa-badge").first).to_have_text("不在文件范围")
    assert script.gate
    script.gate.set()
    drafting.page.wait_for_timeout(1500)  # what would replace the first answer, arrives now
    expect(drafting.turns).to_have_count(2)
    expect(drafting.turns.first.locator(".pa-answer")).not_to_contain_text(SYSTEM + "[")
    expect(drafting.page.locator(".pa-revising")).to_have_count(0)


def test_who_has_had_enough_stops_it_and_keeps_the_draft(drafting: Desk, script: Script) -> None:
    turn = drafting.ask(ASKED)
    expect(drafting.page.locator(".pa-revising")).to_be_visible()
    drafting.page.get_by_role("button", name="停止").focus()
    drafting.page.keyboard.press("Enter")
    expect(drafting.page.locator(".pa-revising")).to_have_count(0)
    assert script.gate
    script.gate.set()
    drafting.page.wait_for_timeout(1500)  # what would replace it, would arrive now
    expect(turn.locator(".pa-answer")).to_contain_text("子女入学")
    expect(turn.locator(".pa-answer")).not_to_contain_text(SYSTEM + "[")
    expect(drafting.ask("怎么考驾照").locator(".pa-badge").first).to_have_text("不在文件范围")
