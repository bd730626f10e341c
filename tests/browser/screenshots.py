"""Pictures of the real page for the README and `docs/`: `python -m tests.browser.screenshots [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from assistant.settings import read_settings
from assistant.wiring import open_assistant
from tests.browser.desk import CHROMIUM, LAUNCH, Desk
from tests.serving import serving

FOLDER = Path(__file__).parents[2] / "docs" / "images"
SHOTS = [
    ("enterprise", "企业", "我们代理所评上高企有什么支持", 1280),
    ("not-specified", "企业", "办绿卡要交哪些材料", 1280),
    ("hotline", "热线", "被黑代理骗了打哪个电话", 390),
]


def main() -> None:
    """Write one PNG for each of `SHOTS`."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    assistant = open_assistant(read_settings(), lambda *_: None)
    with serving(assistant) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        for name, persona, question, width in SHOTS:
            desk = Desk.open(browser, address, width, 740 if width > 640 else 1180)
            desk.as_persona(persona)
            desk.ask(question)
            desk.page.wait_for_timeout(1200)  # the scroll to the newest turn is smooth
            desk.page.evaluate("scrollTo(0, 0)")
            desk.page.wait_for_timeout(600)
            desk.page.screenshot(path=folder / f"{name}-{width}.png")
            desk.close()
        browser.close()


if __name__ == "__main__":
    main()
