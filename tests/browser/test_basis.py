"""依据: every marker opens the provision in its document, and gives the focus back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from assistant.contract import Question
from assistant.pipeline import Assistant
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
QUESTION = "孩子上学有什么照顾"


def opened(desk: Desk, turn: Locator) -> Locator:
    turn.locator(".pa-marker").first.click()
    panel = desk.page.get_by_role("dialog")
    panel.locator("mark").wait_for()
    return panel


@pytest.mark.parametrize(("persona", "code"), [("企业", "enterprise"), ("热线", "hotline")])
def test_a_marker_opens_its_sentence_in_its_document(
    desk: Desk, assistant: Assistant, persona: str, code: str
) -> None:
    desk.as_persona(persona)
    answer = assistant.answer(Question.model_validate({"question": QUESTION, "persona": code}))
    cited = answer.citations[0]
    panel = opened(desk, desk.ask(QUESTION))
    expect(panel.locator("mark")).to_have_text(cited.quote)
    for said in (cited.part, cited.heading, cited.document_title, "原文", cited.level, "现行"):
        expect(panel).to_contain_text(said)
    expect(panel.get_by_label("在文件中的位置").get_by_role("listitem")).to_have_count(3)
    with desk.context.expect_page() as page:
        panel.get_by_role("link", name="看全文（新页）").click()
    expect(page.value.locator("mark")).to_have_text(cited.quote)


def test_an_earlier_answer_keeps_its_own_markers(desk: Desk) -> None:
    first = desk.ask("被黑代理骗了打哪个电话")
    desk.ask(QUESTION)
    expect(opened(desk, first).locator("mark")).to_contain_text("12315")


@pytest.mark.parametrize("width", [390, 1280])
def test_escape_closes_it_and_the_focus_returns(browser: Browser, address: str, width: int) -> None:
    desk = Desk.open(browser, address, width=width)
    marker = desk.ask(QUESTION).locator(".pa-marker").first
    marker.focus()
    desk.page.keyboard.press("Enter")
    panel = desk.page.get_by_role("dialog")
    panel.locator("mark").wait_for()
    assert panel.evaluate("e => e.matches(':modal')") == (width < 1100)
    assert panel.evaluate("e => e.contains(document.activeElement)")
    box = panel.bounding_box()
    assert box
    assert (box["width"] == width) == (width < 1100)
    if width >= 1100:  # it stands beside what one asks with, not on it
        send = desk.page.get_by_role("button", name="发送").bounding_box()
        assert send
        assert send["x"] + send["width"] <= box["x"]
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    desk.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(marker).to_be_focused()
    desk.close()


def test_a_narrow_sheet_keeps_the_focus(browser: Browser, address: str) -> None:
    desk = Desk.open(browser, address, width=390)
    panel = opened(desk, desk.ask(QUESTION))
    for _ in range(40):
        desk.page.keyboard.press("Tab")
        assert panel.evaluate(
            "e => e.contains(document.activeElement) || document.activeElement === document.body"
        )
    desk.close()


@pytest.mark.parametrize("persona", ["企业", "机关"])
def test_a_digest_is_told_from_an_original(desk: Desk, persona: str) -> None:
    desk.as_persona(persona)
    turn = desk.ask("市场监督管理投诉举报处理办法规定多久处理")
    digest = turn.locator(".pa-provision:has(.pa-digest) mark").first
    number = digest.get_attribute("data-number")
    turn.get_by_label(f"看依据 {number}", exact=True).first.click()
    panel = desk.page.get_by_role("dialog")
    expect(panel.locator(".pa-kind").first).to_have_text("摘要")
    expect(panel).to_contain_text("不是原文")
    expect(panel).to_contain_text("来源")
    expect(panel.get_by_role("region", name="用到它的措施")).to_be_visible()


def test_a_version_that_is_gone_is_said(desk: Desk) -> None:
    turn = desk.ask(QUESTION)
    turn.locator(".pa-marker").first.evaluate("e => { e.dataset.basis += 'x' }")
    turn.locator(".pa-marker").first.click()
    expect(desk.page.get_by_role("dialog")).to_contain_text("已经更新")
