"""The page as a person uses it, in a real Chromium."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

CHROMIUM = "/usr/bin/chromium"
LAUNCH = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # every other host is unreachable for every test: what the page needs it has to bring itself
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@dataclass
class Desk:
    """One person's page: asks, and remembers what the browser fetched, said and complained of."""

    context: BrowserContext
    page: Page
    fetched: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser, address: str, width: int = 1280, height: int = 860) -> Desk:
        """A fresh session on the page, ready to be asked."""
        desk = cls.coming(browser, address, width, height)
        desk.box.wait_for()
        return desk

    @classmethod
    def coming(cls, browser: Browser, address: str, width: int = 1280, height: int = 860) -> Desk:
        """A fresh session whose page is on its way."""
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            reduced_motion="reduce",  # a page that glides under the pointer lets a click miss
        )
        desk = cls(context, context.new_page())
        desk.page.on("request", lambda request: desk.fetched.append(request.url))
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        desk.page.on("dialog", lambda dialog: desk._dismiss(dialog.message, dialog.dismiss))
        desk.page.on(
            "console", lambda said: desk.complaints.append(said.text) if said.type == "error" else None
        )
        desk.page.goto(address, wait_until="commit")
        return desk

    def _dismiss(self, message: str, dismiss: object) -> None:
        self.complaints.append(f"dialog: {message}")
        if callable(dismiss):
            dismiss()

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="问题")

    @property
    def turns(self) -> Locator:
        return self.page.locator(".pa-turn:has(.pa-answer)")

    def as_persona(self, name: str) -> None:
        """Choose 不限, 企业, 机关 or 热线."""
        self.page.get_by_label(name, exact=True).check()

    def in_english(self) -> None:
        """Turn the switch by the keyboard, which finds it wherever the page has scrolled."""
        self.page.get_by_role("button", name="English").press("Enter")
        expect(self.page.locator("html")).to_have_attribute("lang", "en")

    def ask(self, question: str) -> Locator:
        """Type, press Enter, wait for the answer; gives the turn."""
        before = self.turns.count()
        self.box.fill(question)
        self.box.press("Enter")
        return self.answered(before)

    def answered(self, before: int) -> Locator:
        """The turn after the first `before`, once its answer stands."""
        turn = self.turns.nth(before)
        turn.wait_for()
        return turn

    def close(self) -> None:
        self.context.close()
