"""速查 as an operator uses it: keys only, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from assistant.lookup import look_up
from assistant.pipeline import Assistant
from assistant.speech import READ_OUT_LIMIT
from tests.browser.desk import Desk
from tests.browser.test_page import INJECTIONS

pytestmark = pytest.mark.browser

PASTED = "喂你好嗯那个我想问一下就是说我我我家孩子转学到贵阳来读书那个有没有什么照顾啊然后呢就是说要找哪个"


class Operator:
    """One operator at the tab 速查."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.get_by_role("tab", name="速查").click()
        self.field.wait_for()

    @property
    def field(self) -> Locator:
        return self.page.locator("#pa-lookup-field")

    @property
    def rows(self) -> Locator:
        return self.page.locator("#pa-lookup-list [role=option]")

    @property
    def card(self) -> Locator:
        return self.page.locator("#pa-lookup-found .pa-card:not([hidden])")

    def types(self, text: str) -> None:
        self.field.focus()
        self.page.keyboard.insert_text(text)

    def copied(self) -> str:
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text


@pytest.fixture
def operator(desk: Desk) -> Operator:
    return Operator(desk)


@pytest.mark.parametrize("asked", ["孩子上学", "黑代理 举报电话"])
def test_a_card_has_a_line_to_read_the_exact_sentence_and_what_must_not_be_promised(
    operator: Operator, assistant: Assistant, asked: str
) -> None:
    expected = look_up(assistant, asked).cards[0]
    operator.types(asked)
    expect(operator.card.locator(".pa-say-line")).to_have_text(expected.line)
    assert len(expected.line) <= READ_OUT_LIMIT
    assert not re.search(r"\d", expected.line)
    expect(operator.card.locator("mark")).to_have_text(expected.quote, use_inner_text=True)
    for point in expected.leaves_open:
        expect(operator.card.locator(".pa-not")).to_contain_text(point)
    for channel in expected.channels:
        number = operator.card.locator(".pa-number strong", has_text=channel.number)
        assert number.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 32


def test_where_no_one_is_named_nobody_is_named(operator: Operator) -> None:
    operator.types("专利质押融资")
    expect(operator.card.locator(".pa-pass")).to_contain_text("文件未指明")


def test_what_the_text_does_not_say_is_said_first(operator: Operator) -> None:
    operator.types("引进人才能拿多少补贴")
    expect(operator.page.locator(".pa-verdict")).to_contain_text("文件未规定：金额")
    operator.field.fill("怎么考驾照")
    expect(operator.page.locator(".pa-verdict")).to_contain_text("没有涉及")
    expect(operator.rows).to_have_count(0)


def test_keys_alone_do_everything(operator: Operator, assistant: Assistant) -> None:
    found = look_up(assistant, "被黑代理骗了打哪个电话")
    page = operator.page
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(operator.field).to_be_focused()
    page.keyboard.insert_text("被黑代理骗了打哪个电话")
    expect(operator.rows.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(operator.rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(operator.field).to_have_attribute("aria-activedescendant", "pa-lookup-1")
    page.keyboard.press("Enter")
    expect(operator.card).to_be_focused()
    page.keyboard.press("c")
    expect(operator.card.locator("[data-gives=line]")).to_have_attribute("data-done", "")
    assert operator.copied() == found.cards[1].line
    page.keyboard.press("ArrowUp")
    expect(operator.card).to_be_focused()
    page.keyboard.press("b")
    expect(operator.card.locator("[data-gives=basis]")).to_have_attribute("data-done", "")
    basis = operator.copied()
    for said in (found.cards[0].line, found.cards[0].quote, found.receipt, "12315"):
        assert said in basis
    page.keyboard.press("Escape")
    expect(operator.field).to_be_focused()
    assert operator.desk.complaints == []


def test_recent_look_ups_come_back_and_can_be_cleared(operator: Operator) -> None:
    operator.types("被黑代理骗了打哪个电话，我是13812345678")
    operator.rows.first.wait_for()
    operator.page.keyboard.press("Enter")
    operator.page.reload()
    operator.page.get_by_role("tab", name="速查").click()
    operator.field.focus()
    again = operator.page.locator("#pa-lookup-recent [data-said]")
    expect(again).to_have_count(1)
    expect(again).not_to_contain_text("13812345678")
    again.press("Enter")
    operator.rows.first.wait_for()
    expect(operator.page.locator("#pa-lookup-recent")).to_be_hidden()
    operator.field.fill("")
    operator.page.get_by_role("button", name="清空").press("Enter")
    expect(operator.page.locator("#pa-lookup-recent")).to_be_hidden()


def test_pasted_speech_recognition_is_understood(operator: Operator) -> None:
    operator.types(PASTED + "\n" + PASTED)
    expect(operator.card.locator("mark")).to_contain_text("子女入学")
    operator.field.fill("嗯" * 15_000)
    expect(operator.page.locator(".pa-verdict")).to_contain_text("还没有听出")


def test_a_late_reply_does_not_replace_a_newer_one(operator: Operator) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "孩子" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    operator.page.route("**/desk/lookup/cards", hold)
    operator.types("孩子上学")
    operator.page.wait_for_timeout(200)
    operator.field.fill("黑代理 举报电话")
    expect(operator.card.locator("mark")).to_contain_text("12315")
    assert held
    for route in held:
        route.continue_()
    operator.page.wait_for_timeout(800)
    expect(operator.card.locator("mark")).to_contain_text("12315")


@pytest.mark.parametrize("typed", INJECTIONS)
def test_what_is_typed_is_never_run(operator: Operator, typed: str) -> None:
    operator.types(typed)
    operator.page.locator(".pa-verdict").wait_for()
    operator.page.keyboard.press("Enter")
    operator.field.fill("")
    assert operator.page.evaluate("window.broken") is None
    assert operator.page.locator("#pa-lookup :is(script, img, svg, style, iframe)").count() == 0


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_tab_fits_its_screen(browser: Browser, address: str, width: int) -> None:
    desk = Desk.open(browser, address, width=width)
    operator = Operator(desk)
    operator.types("孩子上学")
    operator.rows.first.wait_for()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    desk.close()
