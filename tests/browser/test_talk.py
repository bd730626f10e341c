"""问答 beyond the answer itself: copying, what was understood, texts no longer in force, and examples to each persona."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
EXAMPLES = {"企业": "拿专利去银行借钱，文件怎么说", "热线": "黑代理 举报电话"}


@pytest.mark.parametrize("persona", ["企业", "热线"])
def test_an_answer_is_copied_with_its_sources(desk: Desk, persona: str) -> None:
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.as_persona(persona)
    turn = desk.ask("孩子上学有什么照顾")
    copy = turn.get_by_role("button", name="复制回答和出处")
    copy.focus()
    desk.page.keyboard.press("Enter")
    expect(turn.get_by_role("button", name="已复制")).to_be_visible()
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert "子女入学" in copied
    assert "黔知办发〔2023〕11号" in copied


@pytest.mark.parametrize("persona", ["企业", "机关"])
def test_what_was_understood_is_said_only_where_history_was_used(desk: Desk, persona: str) -> None:
    desk.as_persona(persona)
    opening = desk.ask("被黑代理骗了打哪个电话")
    expect(opening.get_by_text("接着上文理解为")).to_have_count(0)
    leaning = desk.ask("原文给我看看")
    expect(leaning.get_by_text("接着上文理解为")).to_contain_text("被黑代理骗了打哪个电话")


@pytest.mark.parametrize("persona", ["机关", "热线"])
def test_a_text_no_longer_in_force_says_so_before_anything_else(desk: Desk, persona: str) -> None:
    desk.as_persona(persona)
    turn = desk.ask("十四五知识产权规划对服务业怎么说")
    expect(turn.locator(".pa-answer .pa-notice").first).to_contain_text("不再有效，接续的是")
    expect(turn.locator(".pa-evidence")).to_contain_text("当日不在施行期")
    current = desk.ask("孩子上学有什么照顾")
    expect(current.get_by_text("不再有效")).to_have_count(0)
    expect(current.get_by_text("当日不在施行期")).to_have_count(0)


@pytest.mark.parametrize("persona", EXAMPLES)
def test_examples_are_the_persona_s_own_and_change_with_what_was_asked(desk: Desk, persona: str) -> None:
    desk.as_persona(persona)
    example = desk.page.locator(".pa-suggestions").get_by_role("button", name=EXAMPLES[persona])
    expect(example).to_be_visible()
    others = [text for name, text in EXAMPLES.items() if name != persona]
    for text in others:
        expect(desk.page.get_by_role("button", name=text)).to_have_count(0)
    example.click()
    desk.answered(0)
    expect(example).to_have_count(0)
    expect(desk.page.locator(".pa-suggestions").get_by_role("button").first).to_be_visible()
