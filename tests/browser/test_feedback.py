"""Opinions under answers, in a real browser: kept before they are thanked for, never lost, mouse or no mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from assistant.journal import Journal, Opinion
from assistant.pipeline import Assistant
from assistant.storage import address_in, open_database
from tests.browser.desk import Desk
from tests.serving import serving

pytestmark = pytest.mark.browser
QUESTION = "孩子上学有什么照顾"
THANKS = "已记下，谢谢"


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    engine = open_database(address_in(tmp_path_factory.mktemp("journal")))
    yield Journal(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def address(assistant: Assistant, journal: Journal) -> Iterator[str]:
    with serving(assistant, journal) as address:
        yield address


def opinions(journal: Journal, turn: Locator) -> tuple[Opinion, ...]:
    trace_id = turn.locator(".pa-opinion").get_attribute("data-trace")
    kept = journal.traced(trace_id or "")
    assert kept is not None
    return kept.opinions


@pytest.mark.parametrize("persona", ["企业", "热线"])
def test_a_yes_is_on_disk_when_the_thanks_appear(desk: Desk, journal: Journal, persona: str) -> None:
    desk.as_persona(persona)
    turn = desk.ask(QUESTION)
    turn.get_by_role("button", name="有用").click()
    expect(turn.locator(".pa-opinion-said")).to_contain_text(THANKS)
    assert [opinion.rating for opinion in opinions(journal, turn)] == ["up"]


@pytest.mark.parametrize("question", [QUESTION, "引进人才能拿多少补贴", "怎么考驾照"])
def test_a_no_tells_why(desk: Desk, journal: Journal, question: str) -> None:
    turn = desk.ask(question)
    turn.get_by_role("button", name="没帮上").click()
    turn.get_by_label("引错了条款").check()
    turn.get_by_role("textbox").fill("应是第十条 <b>x</b>")
    turn.get_by_role("button", name="提交").click()
    expect(turn.locator(".pa-opinion-said")).to_contain_text(THANKS)
    (opinion,) = opinions(journal, turn)
    assert (opinion.rating, opinion.comment) == ("down", "引错了条款：应是第十条 <b>x</b>")
    expect(turn.get_by_role("button", name="没帮上")).to_have_attribute("aria-pressed", "true")


def test_no_thanks_before_the_service_has_it(desk: Desk, journal: Journal) -> None:
    turn = desk.ask(QUESTION)
    held: list[Route] = []
    desk.page.route("**/v1/feedback", lambda route: held.append(route))  # noqa: PLW0108  the library marks the handler
    turn.get_by_role("button", name="有用").click()
    expect(turn.locator(".pa-opinion-said")).to_have_text("正在保存…")
    assert opinions(journal, turn) == ()
    held[0].continue_()
    expect(turn.locator(".pa-opinion-said")).to_contain_text(THANKS)
    assert len(opinions(journal, turn)) == 1


def test_what_could_not_be_kept_stays_to_be_sent_again(desk: Desk, journal: Journal) -> None:
    turn = desk.ask(QUESTION)
    desk.page.route("**/v1/feedback", lambda route: route.abort())
    turn.get_by_role("button", name="没帮上").click()
    turn.get_by_role("textbox").fill("说得不对")
    turn.get_by_role("button", name="提交").click()
    expect(turn.locator(".pa-opinion-said")).to_contain_text("没有存下来")
    expect(turn.get_by_role("textbox")).to_have_value("说得不对")
    desk.page.unroute("**/v1/feedback")
    turn.get_by_role("button", name="提交").click()
    expect(turn.locator(".pa-opinion-said")).to_contain_text(THANKS)
    assert [opinion.comment for opinion in opinions(journal, turn)] == ["说得不对"]


def test_the_next_question_takes_nothing_away(desk: Desk) -> None:
    first = desk.ask(QUESTION)
    first.get_by_role("button", name="有用").click()
    expect(first.locator(".pa-opinion-said")).to_contain_text(THANKS)
    second = desk.ask("怎么考驾照")
    second.get_by_role("button", name="没帮上").click()
    second.get_by_role("textbox").fill("还没写完")
    desk.ask("你好")
    expect(first.get_by_role("button", name="有用")).to_have_attribute("aria-pressed", "true")
    expect(second.get_by_role("textbox")).to_have_value("还没写完")


def test_without_a_mouse(desk: Desk, journal: Journal) -> None:
    turn = desk.ask(QUESTION)
    turn.get_by_role("button", name="有用").focus()
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")  # 没帮上 opens the reasons and goes there
    desk.page.keyboard.press("Space")
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type("look")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    expect(turn.locator(".pa-opinion-said")).to_contain_text(THANKS)
    assert [opinion.comment for opinion in opinions(journal, turn)] == ["没答到点上：look"]


@pytest.mark.parametrize("width", [390, 1920])
def test_the_reasons_fit_the_screen(browser: Browser, address: str, width: int, tmp_path: Path) -> None:
    desk = Desk.open(browser, address, width=width)
    desk.ask(QUESTION).get_by_role("button", name="没帮上").click()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    assert desk.complaints == []
    desk.close()
