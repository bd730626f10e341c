"""管理文件 as whoever adds texts uses it, in a real browser: key, files, confirmation, progress, cancelling, going back."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.intake import Intake
from assistant.pipeline import Assistant
from knowledge_base import KnowledgeBase
from knowledge_base.indexing import Progress
from knowledge_base.sources import folder_sources
from knowledge_base.versions import ensure_version
from tests.intake import EMBEDDER, FIRST, KEY, LAW
from tests.serving import serving

pytestmark = pytest.mark.browser
EVIL = LAW.replace("某市专利保护条例", "某市<img src=x onerror=window.broken=1>条例")


def _welcome(base: KnowledgeBase, progress: Progress) -> Sequence[str]:
    return ()


class Scores:
    """An evaluation of 40 questions that stops after the tenth until it is told to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def __call__(self, progress: Progress) -> Sequence[str]:
        for number in range(1, 41):
            progress("评测 report.jsonl", number, 40)
            while number == 10 and not self.go_on.wait(0.05):
                progress("评测 report.jsonl", number, 40)
        return ["report.jsonl（40 题）：首条即中 97.0%"]


@pytest.fixture
def scores() -> Scores:
    return Scores()


@pytest.fixture
def page(tmp_path: Path, browser: Browser, assistant: Assistant, scores: Scores) -> Iterator[Page]:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "某办法.txt").write_text(FIRST, "utf-8")
    packaged = folder_sources(folder)
    ensure_version(tmp_path / "home", packaged, EMBEDDER)
    intake = Intake(
        tmp_path / "home",
        lambda: packaged,
        lambda: EMBEDDER,
        _welcome,
        lambda impact, _: impact.document_id,
        scores,
        KEY,
    )
    with serving(assistant, intake=intake) as address:
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(f"{address}/desk/intake")
        yield page
        page.close()


def enter(page: Page, key: str = KEY) -> None:
    page.get_by_label("管理口令").fill(key)
    page.get_by_label("管理口令").press("Enter")


def hand_in(page: Page, *texts: str) -> None:
    files = [
        {"name": f"文件{n}.txt", "mimeType": "text/plain", "buffer": text.encode()}
        for n, text in enumerate(texts)
    ]
    page.get_by_label("文件（").set_input_files(files)  # type: ignore[arg-type]  # as its documentation has it
    page.get_by_role("button", name="读入").click()


def test_without_the_key_nothing_opens(page: Page) -> None:
    enter(page, "wrong-key-of-tests")
    expect(page.locator("#in-said")).to_contain_text("口令不对")
    expect(page.get_by_role("button", name="读入")).to_be_hidden()


def test_a_text_is_read_confirmed_added_and_taken_back(page: Page) -> None:
    enter(page)
    hand_in(page, LAW, "")
    card = page.locator(".pa-proposal")
    expect(card).to_contain_text("某市专利保护条例")
    expect(card).to_contain_text("3 条")
    expect(page.locator("#in-proposals .pa-notice")).to_contain_text("没有读入 文件1.txt")
    page.get_by_role("button", name="确认加入").click()
    expect(page.locator("#in-stage")).to_contain_text("已启用版本")
    expect(page.locator("#in-told li")).to_have_count(1)
    rows = page.locator("#in-versions tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="回到这一版").click()
    expect(page.locator("#in-said")).to_contain_text("已回到版本")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_a_text_holds_is_shown_as_text(page: Page) -> None:
    enter(page)
    hand_in(page, EVIL)
    expect(page.locator(".pa-proposal h3")).to_contain_text("<img")
    assert page.evaluate("window.broken") is None


def test_an_evaluation_shows_how_far_it_is_and_what_came_of_it(page: Page, scores: Scores) -> None:
    enter(page)
    page.get_by_role("button", name="评测", exact=True).click()
    expect(page.locator("#in-stage")).to_contain_text("10/40")
    page.get_by_role("button", name="重建").click()
    expect(page.locator("#in-said")).to_contain_text("还没有结束")
    scores.go_on.set()
    expect(page.locator("#in-stage")).to_have_text("评测完成")
    expect(page.locator("#in-told li")).to_have_text(["report.jsonl（40 题）：首条即中 97.0%"])


def test_an_evaluation_is_cancelled_and_a_text_that_waits_goes_on_waiting(page: Page) -> None:
    enter(page)
    hand_in(page, LAW)
    expect(page.locator(".pa-proposal")).to_be_visible()
    page.get_by_role("button", name="评测", exact=True).click()
    expect(page.locator("#in-stage")).to_contain_text("10/40")
    page.get_by_role("button", name="取消").click()
    expect(page.locator("#in-stage")).to_contain_text("已取消")
    page.get_by_role("button", name="确认加入").click()
    expect(page.locator("#in-stage")).to_contain_text("已启用版本")


def test_the_version_is_made_again_by_keyboard(page: Page) -> None:
    enter(page)
    rows = page.locator("#in-versions tbody tr")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="重建").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#in-stage")).to_contain_text("已启用版本")
    expect(rows).to_have_count(1)  # the same sources give the same version
    expect(rows).to_contain_text("正在服务")
