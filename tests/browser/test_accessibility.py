"""axe-core over every tab and the pages of the texts: no serious or critical finding, light or dark, wide or narrow."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
FILLED = {  # what is done in a room before it is looked at: its first data to wait for
    "问答": "#talk .pa-answer",
    "速查": "#pa-lookup .pa-card:not([hidden])",
    "支持匹配": ".pa-matched",
    "责任清单": "#pa-duties tbody tr",
    "全景": "#pa-panorama svg, .pa-panorama svg",
    "文库": ".pa-library a:visible",
    "反馈": "#rv-door",
}
PAGES = ["/d/qianzhibanfa-2023-11", "/d/gaoqi-rending-banfa-2016", "/desk/match/sheet?who=企业"]


def findings(page: Page) -> list[str]:
    """What is wrong, with the first places of each."""
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {found['help']}: {[node['html'][:120] for node in found['nodes'][:3]]}"
        for found in violations
        if found["impact"] in GRAVE
    ]


def fill(desk: Desk, room: str) -> None:
    """The room with something in it."""
    if room == "问答":
        desk.ask("孩子上学有什么照顾")
        desk.ask("引进人才能拿多少补贴")
    desk.page.get_by_role("tab", name=room, exact=True).click()
    if room == "速查":
        desk.page.locator("#pa-lookup-field").fill("绿卡 孩子上学")
        desk.page.keyboard.press("ArrowDown")
        desk.page.keyboard.press("Enter")
    if room == "支持匹配":
        desk.page.locator("#pa-match").get_by_label("您是").select_option("企业")
        desk.page.locator("#pa-match").get_by_label("资金、税费", exact=True).check()
    desk.page.locator(FILLED[room]).first.wait_for()


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("room", FILLED)
def test_no_room_keeps_anybody_out(browser: Browser, address: str, room: str, width: int, theme: str) -> None:
    desk = Desk.open(browser, f"{address}/?__theme={theme}", width=width)
    fill(desk, room)
    desk.page.wait_for_timeout(400)  # colours fade in
    found = findings(desk.page)
    desk.close()
    assert found == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_keeps_anybody_out(browser: Browser, address: str, path: str, dark: bool) -> None:
    page = browser.new_page(color_scheme="dark" if dark else "light")
    page.goto(f"{address}{path}")
    found = findings(page)
    page.close()
    assert found == []
