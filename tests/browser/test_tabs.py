"""Every tab is a tab at every width: none is put away in a menu."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from assistant.desk.page import ROOMS
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("persona", ["企业", "热线"])
def test_all_tabs_are_reachable(browser: Browser, address: str, width: int, persona: str) -> None:
    desk = Desk.open(browser, address, width=width)
    desk.as_persona(persona)
    for name in ("问答", *(room.label for room in ROOMS)):
        tab = desk.page.get_by_role("tab", name=name, exact=True)
        expect(tab).to_be_in_viewport(ratio=0.9)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    desk.close()
