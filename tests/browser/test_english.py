"""The page's own words in English at a switch; what the texts say stays as it is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
ROOMS = ["Look up", "Find support", "Duties", "Overview", "Library", "Feedback"]
CHINESE = re.compile("[\u4e00-\u9fff]")
QUESTION = "孩子上学有什么照顾"
# what is the page's own, wherever it stands: all but follow-ups, which people asked, and the names of texts
OWN = "button:not(.pa-suggestions button):visible, legend, .pa-badge:visible, .pa-keys span, dt:visible, h4:visible"
NAMES = re.compile("条件自查|Self-check")  # the scheme's own name follows


@pytest.mark.parametrize("persona", ["Enterprise", "Hotline"])
def test_the_switch_turns_the_page_and_leaves_the_quote(desk: Desk, persona: str) -> None:
    quote = desk.ask(QUESTION).locator("mark").all_text_contents()
    desk.in_english()
    expect(desk.page.get_by_role("tab", name="Find support")).to_be_visible()
    expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    expect(desk.turns.first.locator(".pa-badge").first).to_have_text("Stated")
    expect(desk.page.locator(".pa-question").first).to_have_text(QUESTION)
    desk.page.get_by_label(persona, exact=True).check()
    desk.page.get_by_role("textbox", name="Question").fill(QUESTION)
    desk.page.get_by_role("button", name="Send", exact=True).first.click()
    turn = desk.answered(1)
    expect(turn.locator(".pa-copy")).to_have_text("Copy answer and sources")
    assert turn.locator("mark").all_text_contents() == quote


@pytest.mark.parametrize("persona", ["Enterprise", "Hotline"])
def test_an_example_is_shown_and_asked_in_english(desk: Desk, persona: str) -> None:
    desk.in_english()
    desk.page.get_by_label(persona, exact=True).check()
    examples = desk.page.locator(".pa-suggestions").get_by_role("button")
    offered = "bank" if persona == "Enterprise" else "green card"
    expect(examples.filter(has_text=offered)).to_be_visible()
    said = examples.filter(has_text=offered).inner_text()
    assert not CHINESE.search(said)
    examples.filter(has_text=offered).focus()
    desk.page.keyboard.press("Enter")
    turn = desk.answered(0)
    expect(turn.locator(".pa-question")).to_have_text(said)
    expect(turn.locator(".pa-answer")).to_contain_text("ntellectual property")
    expect(turn.locator("mark").first).to_be_visible()
    expect(examples.filter(has_text=said)).to_have_count(0)


def test_what_the_text_says_in_a_table_stays_as_it_is(desk: Desk) -> None:
    desk.page.get_by_role("tab", name="责任清单").click()
    cells = desk.page.locator(".pa-duty-table td:not(:has(.pa-tag, .pa-unstated))")
    cells.first.wait_for()
    said = cells.all_text_contents()
    desk.in_english()
    expect(desk.page.locator(".pa-duty-table .pa-unstated").first).to_have_text("not named")
    assert cells.all_text_contents() == said


def test_the_choice_survives_a_reload_and_can_be_taken_back(desk: Desk) -> None:
    desk.page.get_by_role("button", name="English").click()
    desk.page.reload()
    expect(desk.page.get_by_role("tab", name="Look up")).to_be_visible()
    desk.page.get_by_role("button", name="中文").click()
    expect(desk.page.get_by_role("tab", name="速查")).to_be_visible()
    expect(desk.page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert not [said for said in desk.complaints if "dialog" not in said]


def test_no_control_of_any_tab_stays_chinese(desk: Desk) -> None:
    desk.ask(QUESTION)
    desk.in_english()
    for room in ["Ask", *ROOMS]:
        desk.page.get_by_role("tab", name=room).click()
        if room == "Look up":
            desk.page.locator("#pa-lookup-field").fill("黑代理 举报")
            desk.page.locator(".pa-card:visible").wait_for()
        if room == "Find support":
            desk.page.locator("select[name=who]").select_option(index=1)
            desk.page.locator(".pa-matched").first.wait_for()
        desk.page.wait_for_timeout(800)  # what a tab fetches on being opened
        said = [text.strip() for text in desk.page.locator(OWN).all_inner_texts()]
        said += [box.get_attribute("placeholder") or "" for box in desk.page.locator("input:visible").all()]
        left = {text for text in said if CHINESE.search(text) and not NAMES.search(text) and text != "中文"}
        assert left == set(), room
