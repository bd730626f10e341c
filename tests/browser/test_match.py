"""支持匹配 as enterprises and universities use it, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.desk import Desk
from tests.browser.test_page import INJECTIONS

pytestmark = pytest.mark.browser


@pytest.fixture
def room(desk: Desk) -> Locator:
    desk.page.get_by_role("tab", name="支持匹配").click()
    room = desk.page.locator("#pa-match")
    room.get_by_label("您是").wait_for()
    return room


def test_before_anything_is_chosen_the_room_says_what_to_do(room: Locator) -> None:
    expect(room.locator("#pa-match-found")).to_contain_text("先说说您的情况")


@pytest.mark.parametrize(
    ("who", "need", "words"),
    [("企业", "资金、税费", "财税支持政策"), ("高校、科研院所", "交易、转化", "转化运用渠道")],
)
def test_what_applies_is_shown_with_why_and_how_strongly(
    desk: Desk, room: Locator, who: str, need: str, words: str
) -> None:
    room.get_by_label("您是").select_option(who)
    room.get_by_label(need, exact=True).check()
    first = room.locator(".pa-matched").first
    expect(room.locator(".pa-summary")).to_contain_text("有关的")
    expect(room.locator("#pa-match-found")).to_contain_text(words)
    expect(first.locator("mark").first).to_be_visible()
    for told in ("为什么", "没有写明", "问谁"):
        expect(first).to_contain_text(told)
    assert desk.complaints == []


def test_the_self_check_asks_only_what_decides_next(room: Locator) -> None:
    room.get_by_label("您是").select_option("企业")
    room.get_by_label("资金、税费", exact=True).check()
    check = room.get_by_role("region", name="条件自查").first
    expect(check).to_contain_text("还要问")
    expect(check.get_by_role("button", name="是", exact=True)).to_have_count(1)
    check.get_by_role("button", name="是", exact=True).click()
    expect(check.locator(".pa-met")).to_have_count(1)
    check.get_by_role("button", name="否", exact=True).click()
    expect(check.locator("h4")).to_contain_text("不符合")
    expect(check.get_by_role("button", name="是", exact=True)).to_have_count(0)
    expect(check).to_contain_text("摘要，不是原文")
    expect(check).not_to_contain_text("可能性")


def test_one_page_to_print_holds_question_quotes_state_and_receipt(desk: Desk, room: Locator) -> None:
    room.get_by_label("您是").select_option("企业")
    room.get_by_label("资金、税费", exact=True).check()
    expect(room.locator(".pa-matched").first).to_be_visible()
    with desk.context.expect_page() as opened:
        room.get_by_role("button", name="打印政策依据单").click()
    sheet = opened.value
    sheet.wait_for_load_state()
    for told in ("政策依据单", "问题", "回答", "依据", "现行", "文件未规定", "回执"):
        expect(sheet.locator(".pa-print")).to_contain_text(told)
    sheet.emulate_media(media="print")
    expect(sheet.get_by_role("button", name="打印")).to_be_hidden()


def test_keys_alone_choose_and_answer(desk: Desk, room: Locator) -> None:
    who = room.get_by_label("您是")
    who.focus()
    desk.page.keyboard.type("企业")
    box = room.get_by_label("资金、税费", exact=True)
    for _ in range(6):
        if box.evaluate("e => e === document.activeElement"):
            break
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Space")
    yes = room.locator("[data-yes]").first
    yes.wait_for()
    yes.focus()
    desk.page.keyboard.press("Enter")
    expect(room.locator(".pa-met").first).to_be_visible()
    expect(room.locator("[data-yes]").first).to_be_focused()


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_looks_like_markup_stays_text(desk: Desk, room: Locator, text: str) -> None:
    room.get_by_label("或者用自己的话说").fill(text)
    expect(room.locator("#pa-match-found")).not_to_contain_text("先说说您的情况")
    assert desk.page.evaluate("window.broken") is None
    with desk.context.expect_page() as opened:
        room.get_by_role("button", name="打印政策依据单").click()
    opened.value.wait_for_load_state()
    expect(opened.value.locator(".pa-print-asked")).to_have_text(text.strip())
    assert opened.value.evaluate("window.broken") is None


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_room_fits_the_screen(browser: Browser, address: str, width: int) -> None:
    desk = Desk.open(browser, address, width=width)
    desk.page.get_by_role("tab", name="支持匹配").click()
    desk.page.locator("#pa-match").get_by_label("您是").select_option("企业")
    desk.page.locator(".pa-matched").first.wait_for()
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    desk.close()
