"""Pictures of the real page for the README and `docs/`: `python -m tests.browser.screenshots`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from assistant.settings import read_settings
from assistant.wiring import open_assistant
from tests.browser.serving import CHROMIUM, LAUNCH, serving

FOLDER = Path(__file__).parents[2] / "docs" / "images"
SHOTS = [
    ("enterprise", "企业", "我们代理所评上高企有什么支持", 1280),
    ("not-specified", "企业", "办绿卡要交哪些材料", 1280),
    ("hotline", "热线", "被黑代理骗了打哪个电话", 390),
]


def main() -> None:
    """Write one PNG for each of `SHOTS`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    assistant = open_assistant(read_settings(), lambda *_: None)
    with serving(assistant) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        for name, persona, question, width in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": 860}, locale="zh-CN")
            page.goto(address)
            page.get_by_label(persona, exact=True).check()
            page.get_by_role("textbox", name="问题").fill(question)
            page.keyboard.press("Enter")
            page.locator(".pa-answer").first.wait_for()
            page.wait_for_timeout(300)
            page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=width < 640)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
