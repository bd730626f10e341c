"""A real Chromium in front of the real server. One server and one browser a session, one context a test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from assistant.pipeline import Assistant
from tests.browser.desk import CHROMIUM, LAUNCH, Desk
from tests.serving import serving


@pytest.fixture(scope="session")
def address(assistant: Assistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"no browser at {CHROMIUM}: run `make browser`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        yield browser
        browser.close()


@pytest.fixture
def desk(address: str, browser: Browser) -> Iterator[Desk]:
    desk = Desk.open(browser, address)
    yield desk
    desk.close()
