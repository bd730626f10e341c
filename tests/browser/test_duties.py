"""责任清单 as agency staff use it, in a real browser."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, expect

from assistant.duties import duties
from knowledge_base import KnowledgeBase
from tests.browser.desk import Desk
from tests.browser.test_page import INJECTIONS

pytestmark = pytest.mark.browser
ROWS = "#pa-duties tbody tr:not(.pa-group)"


@pytest.fixture
def rows(desk: Desk) -> Locator:
    desk.page.get_by_role("tab", name="责任清单").click()
    found = desk.page.locator(ROWS)
    found.first.wait_for()
    return found


def test_every_commitment_is_a_row(desk: Desk, rows: Locator, knowledge_base: KnowledgeBase) -> None:
    expected = duties(knowledge_base)
    expect(rows).to_have_count(len(expected))
    quotes = rows.locator("summary").all_text_contents()
    assert quotes == [duty.act.quote for duty in expected]
    unnamed = sum(1 for duty in expected if duty.act.actor is None)
    by_whom = rows.locator("td:nth-child(4)").all_text_contents()
    assert by_whom.count("未指明") == unnamed
    assert all(
        said == "未指明" or said in knowledge_base.documents[expected[0].document.id].text for said in by_whom
    )
    first = rows.first
    first.locator("summary").click()
    expect(first.locator("mark")).to_have_text(expected[0].act.quote)
    assert desk.complaints == []


def test_search_filter_sort_and_group(desk: Desk, rows: Locator) -> None:
    page = desk.page
    page.get_by_label("在清单里找").fill("信用")
    expect(page.locator("#pa-duties .pa-summary")).to_contain_text("项中的")
    assert all("信用" in text for text in rows.locator("details").all_text_contents())
    page.get_by_label("在清单里找").fill("")
    page.get_by_label("力度", exact=True).select_option("guidance")
    expect(page.locator(f"{ROWS} .pa-tag-action")).to_have_count(0)
    page.get_by_label("力度", exact=True).select_option("")
    page.get_by_label("由谁", exact=True).select_option("named")
    expect(rows).to_have_count(10)
    page.get_by_label("分组", exact=True).select_option("none")
    expect(page.locator("#pa-duties .pa-group")).to_have_count(0)
    before = rows.locator("summary").all_text_contents()
    page.get_by_role("button", name="措施").click()
    expect(page.locator("#pa-duties th").first).to_have_attribute("aria-sort", "descending")
    assert rows.locator("summary").all_text_contents() == before[::-1]


def test_keys_alone_search_sort_and_open(desk: Desk, rows: Locator) -> None:
    page = desk.page
    page.get_by_label("在清单里找").focus()
    page.keyboard.type("12315")
    expect(rows).to_have_count(3)
    for _ in range(5):  # three lists and two files
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="导出 Word")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="责任清单表格")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#pa-duties th").first).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("button", name="措施")).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(rows.first.locator("details .pa-text")).to_be_visible()


@pytest.mark.parametrize("kind", ["Excel", "Word"])
def test_what_is_shown_can_be_taken_along(desk: Desk, rows: Locator, kind: str) -> None:
    page = desk.page
    page.get_by_label("在清单里找").fill("信用")
    expect(page.locator("#pa-duties .pa-summary")).to_contain_text("项中的")
    shown = rows.locator("summary").all_text_contents()
    with page.expect_download() as awaited:
        page.get_by_role("button", name=f"导出 {kind}").click()
    assert awaited.value.suggested_filename == f"责任清单.{'xlsx' if kind == 'Excel' else 'docx'}"
    content = BytesIO(Path(awaited.value.path()).read_bytes())
    if kind == "Excel":
        book = load_workbook(content)
        lines = [[str(cell or "") for cell in line] for line in book["责任清单"].iter_rows(values_only=True)]
        notes = "".join(str(cell.value) for cell in book["说明"]["A"])
    else:
        document = Document(content)
        lines = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
        notes = "".join(paragraph.text for paragraph in document.paragraphs)
    assert lines[0][:4] == ["措施", "做什么（原文）", "力度", "由谁"]
    assert [line[1] for line in lines[1:]] == shown
    assert "黔知办发〔2023〕11号" in notes
    assert "查找：信用" in notes


@pytest.mark.parametrize("typed", INJECTIONS)
def test_what_is_typed_is_never_run(desk: Desk, rows: Locator, typed: str) -> None:
    desk.page.get_by_label("在清单里找").fill(typed)
    expect(desk.page.locator("#pa-duties .pa-summary")).to_contain_text("没有符合")
    assert desk.page.evaluate("window.broken") is None


def test_a_search_that_looks_like_a_formula_stays_text(desk: Desk, address: str) -> None:
    reply = desk.page.request.get(f"{address}/desk/duties/file.xlsx?text==1%2B1")
    cells = list(load_workbook(BytesIO(reply.body()))["说明"]["A"])
    assert all(cell.data_type == "s" for cell in cells)


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_tab_fits_its_screen(browser: Browser, address: str, width: int) -> None:
    desk = Desk.open(browser, address, width=width)
    desk.page.get_by_role("tab", name="责任清单").click()
    desk.page.locator(ROWS).first.wait_for()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    desk.close()
