"""Pictures of the real page for the README and `docs/`: `python -m tests.browser.screenshots [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from assistant.journal import Journal
from assistant.pipeline import Assistant
from assistant.review import Reviewing
from assistant.settings import read_settings
from assistant.storage import address_in, open_database
from assistant.wiring import open_assistant
from tests.browser.desk import CHROMIUM, LAUNCH, Desk
from tests.reviewing import APPROVED, KEY, approved, filled
from tests.serving import serving

FOLDER = Path(__file__).parents[2] / "docs" / "images"
SHOTS = [
    ("enterprise", "企业", "我们代理所评上高企有什么支持", 1280),
    ("not-specified", "企业", "办绿卡要交哪些材料", 1280),
    ("hotline", "热线", "被黑代理骗了打哪个电话", 390),
]
# name, tab, what is chosen there (None: as it opens)
TABS: list[tuple[str, str, str | None]] = [
    ("lookup", "速查", None),
    ("match", "支持匹配", None),
    ("duties", "责任清单", None),
    ("library", "文库", None),
    ("structure", "全景", None),
    ("groups", "全景", "条 × 人群"),
    ("kinds", "全景", "条 × 事项"),
    ("timeline", "全景", "时间线"),
    ("network", "全景", "文件关系"),
]
PAGES = [
    ("reading", "/d/qianzhibanfa-2023-11#12"),
    ("digest", "/d/shangbiao-fa-2026"),
    ("against", "/d/shangbiao-fa-2026/against/shangbiao-fa-2019"),
]
WIDTHS = (390, 1280, 1920)


def main() -> None:
    """Write one PNG for each of `SHOTS`, and one a width for each of `TABS` and `PAGES`."""
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
        for width in WIDTHS:
            _tabs_and_pages(browser, address, folder, width)
        browser.close()
    _reviewing(assistant, folder)


def _reviewing(assistant: Assistant, folder: Path) -> None:
    """The tab 反馈, and an approved answer, over a journal of their own."""
    with TemporaryDirectory() as home, sync_playwright() as playwright:
        journal = Journal(open_database(address_in(Path(home))))
        filled(assistant, journal)
        approved(assistant, journal)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        with serving(assistant, journal, Reviewing(KEY, Path(home))) as address:
            for width in (390, 1280, 1920):
                desk = Desk.open(browser, address, width, 1080)
                desk.ask(APPROVED)
                desk.page.wait_for_timeout(1200)
                desk.page.screenshot(path=folder / f"approved-{width}.png")
                desk.page.get_by_role("tab", name="反馈").click()
                desk.page.get_by_label("姓名").fill("张三")
                desk.page.get_by_label("审核口令").fill(KEY)
                desk.page.get_by_role("button", name="打开").click()
                desk.page.locator(".rv-pick").first.click()
                desk.page.locator("#rv-work").wait_for()
                for tab, name in (("审定回答", "written"), ("缺口简报", "gaps"), ("待审问题", "review")):
                    desk.page.get_by_role("tab", name=tab).click()
                    desk.page.wait_for_timeout(400)
                    desk.page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
                desk.close()
        browser.close()
        journal.engine.dispose()


def _tabs_and_pages(browser: Browser, address: str, folder: Path, width: int) -> None:
    desk = Desk.open(browser, address, width, 1180 if width < 640 else 900)
    for name, tab, chosen in TABS:
        desk.page.get_by_role("tab", name=tab).click()
        if chosen:
            desk.page.get_by_text(chosen, exact=True).click()
        if tab == "速查":
            desk.page.locator("#pa-lookup-field").fill("绿卡 孩子上学")
        if tab == "支持匹配":
            desk.page.get_by_label("您是").select_option("企业")
            desk.page.get_by_label("资金、税费", exact=True).check()
        desk.page.wait_for_timeout(900)  # the tab's fragment comes and is drawn
        desk.page.screenshot(path=folder / f"{name}-{width}.png")
    for name, path in PAGES:
        desk.page.goto(address + path)
        desk.page.screenshot(path=folder / f"{name}-{width}.png")
    desk.close()


if __name__ == "__main__":
    main()
