"""A real Chromium in front of the real server. One server a session, one context a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from assistant.pipeline import Assistant
from tests.browser.desk import Desk
from tests.serving import serving

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def address(assistant: Assistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture
def desk(address: str, browser: Browser) -> Iterator[Desk]:
    desk = Desk.open(browser, address)
    yield desk
    desk.close()
