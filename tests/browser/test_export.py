"""The buttons that save answers, in a real browser: one click, one file with the quotes in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant.contract import Question
from assistant.pipeline import Assistant
from tests.assistant.test_export import READERS, squeezed
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
EVIL = "孩子上学有什么照顾\"'><img src=x onerror=window.broken=1>"


@pytest.mark.parametrize(("label", "form"), [("PDF", "pdf"), ("Word", "docx"), ("Markdown", "md")])
def test_one_click_saves_the_answer_with_its_quotes(
    desk: Desk, assistant: Assistant, tmp_path: Path, label: str, form: str
) -> None:
    answer = assistant.answer(Question(question=EVIL))
    desk.ask(EVIL)
    with desk.page.expect_download() as saved:
        desk.page.get_by_role("group", name="导出这一条").get_by_role("button", name=label).click()
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    assert path.name.startswith("政策依据单-")
    assert path.suffix == f".{form}"
    said = squeezed(READERS[form](path.read_bytes()))  # type: ignore[index]
    assert all(squeezed(citation.quote) in said for citation in answer.citations)
    expect(desk.page.locator(".pa-export [role=status]")).to_have_text("已导出")
    assert desk.page.evaluate("window.broken") is None


def test_the_whole_conversation_is_saved_by_keys_alone(
    desk: Desk, assistant: Assistant, tmp_path: Path
) -> None:
    asked = ["孩子上学有什么照顾", "被黑代理骗了打哪个电话"]
    answers = [assistant.answer(Question(question=question)) for question in asked]
    for question in asked:
        desk.ask(question)
    desk.page.get_by_role("group", name="导出整段对话").get_by_role("button", name="Markdown").focus()
    with desk.page.expect_download() as saved:
        desk.page.keyboard.press("Enter")
    path = tmp_path / "saved.md"
    saved.value.save_as(path)
    said = squeezed(READERS["md"](path.read_bytes()))
    assert all(squeezed(citation.quote) in said for answer in answers for citation in answer.citations)


def test_a_refusal_is_told_beside_the_button(desk: Desk, assistant: Assistant) -> None:
    desk.ask("孩子上学有什么照顾")
    desk.page.route(
        "**/v1/export/**", lambda route: route.fulfill(status=503, json={"detail": "没有中文字体"})
    )
    desk.page.get_by_role("button", name="PDF").click()
    expect(desk.page.locator(".pa-export [role=status]")).to_have_text("没有导出：没有中文字体")


def test_nothing_to_save_is_said(desk: Desk) -> None:
    desk.ask("你好")
    desk.ask("谢谢")
    desk.page.get_by_role("group", name="导出整段对话").get_by_role("button", name="PDF").click()
    expect(desk.page.locator(".pa-export [role=status]")).to_have_text("还没有可以导出的回答")
