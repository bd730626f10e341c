"""全景 in a real browser: every mark opens its text, arrows go from mark to mark, each picture is a table too."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, expect

from assistant.panorama import panorama
from assistant.pipeline import Assistant
from tests.browser.desk import Desk
from tests.conftest import OPINION

pytestmark = pytest.mark.browser
PICTURES = ["结构", "条 × 人群", "条 × 事项", "时间线", "文件关系"]


def show(desk: Desk, picture: str) -> Locator:
    desk.page.get_by_role("tab", name="全景").click()
    desk.page.locator("#pa-picture :is(figure, table, .pa-net)").first.wait_for()
    found = {"结构": ".pa-rings", "时间线": ".pa-time", "文件关系": ".pa-net"}.get(picture, ".pa-heat")
    desk.page.locator(".pa-pictures").get_by_text(picture, exact=True).click()
    box = desk.page.locator(found)
    if found == ".pa-heat":
        box = box.filter(has_text="哪些人" if "人群" in picture else "哪些事")
    box.wait_for()
    return box


@pytest.mark.parametrize("picture", PICTURES)
def test_every_mark_leads_to_a_text_that_is_there(desk: Desk, address: str, picture: str) -> None:
    targets = set(
        show(desk, picture).locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    )
    assert targets
    for target in targets:
        assert target.startswith("/d/")
        page, _, anchor = target.partition("#")
        reply = desk.context.request.get(address + page)
        assert reply.status == 200
        text = reply.text()
        assert not anchor or f"<section id='{anchor}'" in text
        assert "quote=" not in page or "<mark>" in text


def test_a_sentence_of_the_rings_opens_highlighted(desk: Desk) -> None:
    piece = show(desk, "结构").locator("svg a:has(.pa-fill-support)").first
    quote = piece.get_attribute("data-told") or ""
    piece.hover()
    expect(desk.page.locator(".pa-told-text")).to_have_text(quote)
    with desk.context.expect_page() as opened:
        piece.click()
    expect(opened.value.locator("mark").first).to_be_visible()
    assert "".join(opened.value.locator("mark").all_text_contents()) == quote


def test_the_rings_are_walked_with_keys_alone(desk: Desk) -> None:
    rings = show(desk, "结构")
    desk.page.get_by_role("radio", name="结构").focus()
    marks = rings.locator("svg a")
    for _ in range(6):
        desk.page.keyboard.press("Tab")
        if marks.first.evaluate("e => e === document.activeElement"):
            break
    expect(marks.first).to_be_focused()
    desk.page.keyboard.press("ArrowRight")
    desk.page.keyboard.press("ArrowRight")
    expect(marks.nth(2)).to_be_focused()
    expect(desk.page.locator(".pa-told-text")).to_have_text(marks.nth(2).get_attribute("data-told") or "")
    desk.page.keyboard.press("End")
    expect(marks.last).to_be_focused()
    with desk.context.expect_page() as opened:
        desk.page.keyboard.press("Enter")
    expect(opened.value.locator("mark").first).to_be_visible()


def test_pictures_are_chosen_and_cells_walked_with_keys_alone(desk: Desk) -> None:
    show(desk, "结构")
    desk.page.get_by_role("radio", name="结构").focus()
    desk.page.keyboard.press("ArrowRight")
    heat = desk.page.locator(".pa-heat")
    heat.wait_for()
    cell = heat.locator("tr:has-text('(三)') td a").first
    cell.focus()
    desk.page.keyboard.press("ArrowDown")
    expect(heat.locator("tr:has-text('(四)') td a").first).to_be_focused()
    desk.page.keyboard.press("ArrowRight")
    expect(heat.locator("tr:has-text('(四)') td a").nth(1)).to_be_focused()


def test_the_shaded_table_is_a_table(desk: Desk, assistant: Assistant) -> None:
    view = panorama(assistant.knowledge_base, assistant.today())
    assert view is not None
    heat = show(desk, "条 × 人群")
    expect(heat.get_by_role("columnheader")).to_have_count(len(view.groups.columns) + 1)
    expect(heat.get_by_role("rowheader")).to_have_count(len(view.groups.rows))
    shown = [int(text) for text in heat.locator("td a").all_text_contents()]
    assert sum(shown) == sum(len(cell) for cell in view.groups.cells.values())


def test_the_network_lights_up_what_belongs_together(desk: Desk, assistant: Assistant) -> None:
    view = panorama(assistant.knowledge_base, assistant.today())
    assert view is not None
    net = show(desk, "文件关系")
    net.locator("li a[data-measure='16']").focus()
    leaning = {bond.target.id for bond in view.bonds if bond.provision.number == 16}
    expect(net.locator("svg .pa-lit")).to_have_count(len(leaning))
    expect(net.locator("li a.pa-lit[data-document]")).to_have_count(len(leaning))


@pytest.mark.parametrize("picture", ["结构", "文件关系"])
def test_a_drawing_can_be_read_as_a_table(desk: Desk, picture: str) -> None:
    show(desk, picture)
    table = desk.page.locator(".pa-as-table table")
    expect(table).to_be_hidden()
    desk.page.get_by_text("用表格看").press("Enter")
    expect(table).to_be_visible()
    expect(table.locator("caption")).not_to_be_empty()
    expect(table.get_by_role("rowheader").first).to_be_visible()


def test_the_timeline_moves_with_the_day(desk: Desk) -> None:
    row = show(desk, "时间线").get_by_role("row").filter(has_text="商标法（2026年修订）")
    expect(row).to_contain_text("尚未施行")
    desk.page.locator(".pa-panorama").get_by_label("按哪一天").fill("2027-03-01")
    expect(row).to_contain_text("现行")
    expect(row).to_contain_text("2027-01-01 施行")


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_every_picture_fits_the_screen(browser: Browser, address: str, width: int) -> None:
    desk = Desk.open(browser, address, width=width)
    for picture in PICTURES:
        box = show(desk, picture)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, picture
        assert (box.bounding_box() or {"width": 0})["width"] <= width
    assert {urlsplit(url).netloc for url in desk.fetched if url.startswith("http")} == {
        urlsplit(address).netloc
    }
    assert not [said for said in desk.complaints if not re.search("Autofocus", said)]
    desk.close()


def test_the_opinion_is_where_the_rings_lead(desk: Desk) -> None:
    target = show(desk, "结构").locator("svg a").first.get_attribute("href") or ""
    assert target.startswith(f"/d/{OPINION}")
