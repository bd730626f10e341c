"""Conversations as people leave them and come back: kept by their own browser, and by no other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
SESSIONS = 20


def lists(desk: Desk, *names: str) -> None:
    """Waits until the list offers these conversations, the newest first: then the browser has them."""
    if desk.page.get_by_role("button", name="改名").is_hidden():
        desk.page.get_by_role("button", name="以前的对话").click()
    expect(desk.page.locator(".pa-earlier label")).to_have_text(names)


@pytest.mark.parametrize(
    ("persona", "question"), [("企业", "孩子上学有什么照顾"), ("热线", "被黑代理骗了打哪个电话")]
)
def test_a_reload_keeps_the_conversation_and_it_goes_on(desk: Desk, persona: str, question: str) -> None:
    desk.as_persona(persona)
    before = desk.ask(question).locator(".pa-answer").inner_text()
    lists(desk, question)
    desk.page.reload()
    desk.answered(0)
    expect(desk.turns.first.locator(".pa-question")).to_have_text(question)
    assert desk.turns.first.locator(".pa-answer").inner_text() == before
    expect(desk.page.get_by_label(persona, exact=True)).to_be_checked()
    expect(desk.ask("原文给我看看").locator(".pa-answer")).to_contain_text(question)


def test_an_opinion_of_an_answer_taken_up_again_is_still_of_that_answer(desk: Desk) -> None:
    desk.ask("孩子上学有什么照顾")
    trace = desk.turns.first.locator("[data-trace]").first.get_attribute("data-trace")
    lists(desk, "孩子上学有什么照顾")
    desk.page.reload()
    desk.answered(0)
    assert desk.turns.first.locator("[data-trace]").first.get_attribute("data-trace") == trace


def test_conversations_are_listed_opened_renamed_and_deleted(desk: Desk) -> None:
    desk.ask("孩子上学有什么照顾")
    lists(desk, "孩子上学有什么照顾")
    desk.page.get_by_role("button", name="新对话").click()
    expect(desk.turns).to_have_count(0)
    desk.ask("被黑代理骗了打哪个电话")
    lists(desk, "被黑代理骗了打哪个电话", "孩子上学有什么照顾")
    desk.page.get_by_label("新名称").fill("王先生来电")
    desk.page.get_by_role("button", name="改名").click()
    lists(desk, "王先生来电", "孩子上学有什么照顾")
    desk.page.get_by_role("radio", name="孩子上学有什么照顾").check()
    expect(desk.turns.first.locator(".pa-question")).to_have_text("孩子上学有什么照顾")
    desk.page.get_by_role("button", name="删除").click()
    expect(desk.turns).to_have_count(0)
    lists(desk, "王先生来电")
    desk.page.reload()
    desk.box.wait_for()
    lists(desk, "王先生来电")


def test_the_last_question_is_put_in_other_words_or_answered_again(desk: Desk) -> None:
    desk.ask("孩子上学有什么照顾")
    desk.ask("原文给我看看")
    desk.page.get_by_role("button", name="改上一问").click()
    expect(desk.box).to_have_value("原文给我看看")
    expect(desk.turns).to_have_count(1)
    desk.page.get_by_role("button", name="重新回答").click()
    expect(desk.turns).to_have_count(1)
    expect(desk.turns.first.locator(".pa-answer")).to_contain_text("子女入学")


@pytest.mark.parametrize(
    "stored", ["[1]", '"x"', '{"open":"a","conversations":[{"id":"<script>","name":"x","said":[]}]}']
)
def test_what_is_not_ours_in_the_browser_does_no_harm(desk: Desk, stored: str) -> None:
    desk.page.evaluate("value => localStorage.setItem('policy-assistant', value)", stored)
    desk.page.reload()
    desk.box.wait_for()
    expect(desk.ask("孩子上学有什么照顾").locator(".pa-answer")).to_contain_text("子女入学")


def test_twenty_people_side_by_side_never_see_each_other(browser: Browser, address: str) -> None:
    desks = [Desk.open(browser, address, width=390) for _ in range(SESSIONS)]
    for number, desk in enumerate(desks):
        desk.box.fill(f"第{number + 1}位来电人问孩子上学")
    for desk in desks:
        desk.box.press("Enter")
    for desk in desks:
        desk.answered(0)
    for number, desk in enumerate(desks):
        expect(desk.turns).to_have_count(1)
        expect(desk.turns.first.locator(".pa-question")).to_have_text(f"第{number + 1}位来电人问孩子上学")
        desk.close()
