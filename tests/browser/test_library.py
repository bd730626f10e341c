"""文库 in a real browser: finding a text, reading it, and both without a mouse."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from knowledge_base import KnowledgeBase
from tests.browser.desk import Desk
from tests.conftest import OPINION

pytestmark = pytest.mark.browser


def open_library(desk: Desk) -> Locator:
    desk.page.get_by_role("tab", name="文库").click()
    rows = desk.page.locator(".pa-documents tbody tr")
    rows.first.wait_for()
    return rows


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_all_documents_stand_with_kind_state_and_ties(desk: Desk, knowledge_base: KnowledgeBase) -> None:
    rows = open_library(desk)
    expect(rows).to_have_count(len(knowledge_base.documents))
    law = rows.filter(has_text="商标法（2026年修订）").filter(has_text="尚未施行")
    expect(law.locator(".pa-kind")).to_have_text("摘要")
    expect(law.get_by_role("link", name="(六)")).to_be_visible()
    expect(rows.filter(has_text="黔知办发〔2023〕11号").locator(".pa-kind")).to_have_text("原文")


def test_the_list_follows_what_one_types_and_chooses(desk: Desk) -> None:
    rows = open_library(desk)
    desk.page.get_by_label("查找").fill("绿卡")
    expect(rows.filter(has_text="绿卡")).not_to_have_count(0)
    expect(rows.filter(has_not_text="绿卡")).to_have_count(0)
    expect(rows.locator("mark").first).to_have_text("绿卡")
    desk.page.get_by_label("查找").fill("")
    desk.page.get_by_label("效力").select_option("已不再有效")
    expect(rows.filter(has_not=desk.page.locator(".pa-ended"))).to_have_count(0)
    desk.page.get_by_label("效力").select_option("不限")
    desk.page.get_by_label("按哪一天").fill("2027-06-01")
    law = rows.filter(has=desk.page.get_by_role("rowheader", name="商标法（2026年修订）"))
    expect(law.locator(".pa-state")).to_have_text("现行")


def test_nothing_found_says_what_to_do(desk: Desk) -> None:
    open_library(desk)
    desk.page.get_by_label("查找").fill("<b onmouseover=alert(1)>")
    expect(desk.page.locator(".pa-library .pa-empty")).to_contain_text("少写几个字")
    assert not [said for said in desk.complaints if "dialog" in said]


def test_a_document_opens_beside_the_conversation(desk: Desk) -> None:
    desk.ask("孩子上学有什么照顾")
    rows = open_library(desk)
    with desk.context.expect_page() as opened:
        rows.filter(has_text="黔知办发〔2023〕11号").get_by_role("link").first.click()
    page = opened.value
    expect(page.get_by_role("heading", level=1)).to_contain_text("若干意见")
    expect(page.locator("section[id='12']")).to_contain_text("子女入学")
    desk.page.get_by_role("tab", name="问答").click()
    expect(desk.turns).to_have_count(1)


def test_a_linked_sentence_is_in_view_and_highlighted(
    browser: Browser, address: str, knowledge_base: KnowledgeBase
) -> None:
    clause = knowledge_base.documents[OPINION].clause("12.3")
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(f"{address}/d/{OPINION}?quote={clause.start}-{clause.quote_end}#12")
    expect(page.locator("mark")).to_have_text(knowledge_base.documents[OPINION].quote(clause))
    expect(page.locator("mark")).to_be_in_viewport()
    page.close()


def test_the_library_works_with_keys_alone(desk: Desk) -> None:
    desk.page.get_by_role("tab", name="问答").focus()
    for target in (desk.page.get_by_role("tab", name="文库"), desk.page.get_by_label("查找")):
        target.wait_for()
        for _ in range(12):
            desk.page.keyboard.press("Tab")
            if target.evaluate("e => e === document.activeElement"):
                break
        expect(target).to_be_focused()
        desk.page.keyboard.press("Enter")
    desk.page.keyboard.type("12315投诉")
    link = desk.page.get_by_role("link", name="12315投诉举报渠道").first
    link.wait_for()
    for _ in range(12):
        desk.page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            break
    expect(link).to_be_focused()
    with desk.context.expect_page() as opened:
        desk.page.keyboard.press("Enter")
    page = opened.value
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_list_page_and_comparison_fit_the_screen(browser: Browser, address: str, width: int) -> None:
    desk = Desk.open(browser, address, width=width)
    open_library(desk)
    assert overflow(desk.page) <= 0
    for path in (f"/d/{OPINION}", "/d/shangbiao-fa-2026", "/d/shangbiao-fa-2026/against/shangbiao-fa-2019"):
        desk.page.goto(address + path)
        assert overflow(desk.page) <= 0, path
    assert {urlsplit(url).netloc for url in desk.fetched if url.startswith("http")} == {
        urlsplit(address).netloc
    }
    assert not [said for said in desk.complaints if "Autofocus" not in said]
    desk.close()


def test_on_paper_the_text_stands_without_the_furniture(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/d/{OPINION}")
    page.emulate_media(media="print")
    expect(page.locator(".pa-outline")).to_be_hidden()
    expect(page.locator(".pa-sheet-tools")).to_be_hidden()
    expect(page.locator("section[id='16'] .pa-ties a").first).to_be_visible()
    page.close()
