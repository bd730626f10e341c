"""What a person sees on the page, in a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, expect

from assistant.contract import Question
from assistant.pipeline import Assistant
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

INJECTIONS = [
    "<script>window.broken=1</script>孩子上学有什么照顾",
    "<img src=x onerror='window.broken=1'>孩子上学",
    "**粗体** _斜_ `码` [链接](javascript:window.broken=1) # 标题",
    "${window.broken=1} {{value}} {% raw %}",
    "</div></article><style>*{display:none}</style>孩子上学",
    "\"'><svg/onload=window.broken=1>",
    "&lt;b&gt; &#60;script&#62; $x^2$ $$y$$",
]


@pytest.mark.parametrize("persona", ["企业", "热线"])
def test_an_answer_shows_its_sentence_highlighted_in_its_provision(
    desk: Desk, assistant: Assistant, persona: str
) -> None:
    code = {"企业": "enterprise", "热线": "hotline"}[persona]
    question = "孩子上学有什么照顾"
    answer = assistant.answer(Question.model_validate({"question": question, "persona": code}))
    desk.as_persona(persona)
    turn = desk.ask(question)
    marks = turn.locator(".pa-evidence mark")
    assert sorted(marks.all_text_contents()) == sorted(citation.quote for citation in answer.citations)
    first = answer.citations[0]
    place = turn.locator(".pa-provision").first
    for said in (first.part, first.heading, first.document_title, first.document_number):
        expect(place).to_contain_text(said)
    expect(turn.locator(".pa-answer")).to_contain_text(answer.receipt)
    expect(desk.box).to_have_value("")


def test_a_long_address_stays_within_its_card(desk: Desk) -> None:
    desk.ask("高新技术企业要成立几年才能申请")
    card = desk.page.locator(".pa-provision", has_text="https://").first
    expect(card).to_be_visible()
    assert card.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_the_persona_changes_the_form_and_not_the_evidence(desk: Desk) -> None:
    question = "孩子上学有什么照顾"
    bodies, quotes = [], []
    for persona in ("企业", "热线"):
        desk.as_persona(persona)
        turn = desk.ask(question)
        bodies.append(turn.locator(".pa-answer").inner_text())
        quotes.append(turn.locator("mark").all_text_contents())
    assert bodies[0] != bodies[1]
    assert quotes[0] == quotes[1]


def test_silence_looks_different_from_an_answer(desk: Desk) -> None:
    said = desk.ask("孩子上学有什么照顾").locator(".pa-answer")
    silent = desk.ask("引进人才能拿多少补贴").locator(".pa-answer")
    outside = desk.ask("怎么考驾照").locator(".pa-answer")
    expect(silent.locator(".pa-badge")).to_have_text("文件未规定")
    grounds = {
        answer.evaluate("e => getComputedStyle(e).backgroundColor + getComputedStyle(e).borderLeftColor")
        for answer in (said, silent, outside)
    }
    assert len(grounds) == 3
    expect(outside.locator("xpath=..").locator(".pa-evidence")).to_have_count(0)


@pytest.mark.parametrize("question", INJECTIONS)
def test_what_a_person_types_is_shown_as_text(desk: Desk, question: str) -> None:
    turn = desk.ask(question)
    expect(turn.locator(".pa-question")).to_have_text(question, use_inner_text=True)
    turn = desk.ask("那这个呢")  # the same words again, as history and as what was understood
    expect(turn.locator(".pa-answer")).to_be_visible()
    assert desk.page.evaluate("window.broken") is None
    assert desk.page.locator("#talk :is(script, img, svg, style, iframe)").count() == 0
    assert not [said for said in desk.complaints if "dialog" in said]


def test_every_test_runs_with_all_other_hosts_out_of_reach(desk: Desk) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        desk.page.goto("http://www.gov.cn/")


def test_nothing_is_fetched_from_another_host(desk: Desk, address: str) -> None:
    desk.ask("孩子上学有什么照顾")
    desk.ask("怎么考驾照")
    desk.page.wait_for_timeout(1500)  # what loads late, loads now
    own = {address.removeprefix("http://")}
    assert {urlsplit(url).netloc for url in desk.fetched if not url.startswith(("data:", "blob:"))} == own
    assert desk.complaints == []


def test_the_page_leads_nowhere_else(desk: Desk) -> None:
    desk.ask("孩子上学有什么照顾")
    targets = desk.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    assert targets
    assert all(target.startswith(("#", "/d/")) for target in targets)
    assert desk.page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(desk.page.locator("footer")).to_be_hidden()


def test_a_follow_up_is_read_with_what_was_asked_before(desk: Desk) -> None:
    desk.ask("被黑代理骗了打哪个电话")
    turn = desk.ask("那原文呢")
    expect(turn.locator(".pa-answer")).to_contain_text("被黑代理骗了打哪个电话")


def test_a_suggestion_is_asked_by_one_click(desk: Desk) -> None:
    desk.as_persona("机关")
    button = desk.page.locator(".pa-suggestions button").first
    expect(button).to_have_text("哪些条款讲到信用监管")
    button.click()
    turn = desk.answered(0)
    expect(turn.locator(".pa-question")).to_have_text("哪些条款讲到信用监管")
    offered = desk.page.locator(".pa-suggestions button:visible").all_text_contents()
    assert offered
    assert "哪些条款讲到信用监管" not in [text.strip() for text in offered]


def test_each_session_has_its_own_conversation(desk: Desk, browser: Browser, address: str) -> None:
    desk.ask("孩子上学有什么照顾")
    other = Desk.open(browser, address)
    expect(other.turns).to_have_count(0)
    other.ask("怎么考驾照")
    expect(other.turns).to_have_count(1)
    desk.ask("被黑代理骗了打哪个电话")
    expect(desk.turns).to_have_count(2)
    other.close()


def test_a_new_conversation_forgets_the_old_one(desk: Desk) -> None:
    desk.ask("被黑代理骗了打哪个电话")
    desk.page.get_by_role("button", name="新对话").click()
    expect(desk.turns).to_have_count(0)
    turn = desk.ask("那原文呢")
    expect(turn.locator(".pa-answer")).not_to_contain_text("黑代理")


@pytest.mark.parametrize(("question", "fault"), [("   ", "不能为空"), ("知" * 2001, "2000")])
def test_a_question_that_cannot_be_asked_stays_in_the_box(desk: Desk, question: str, fault: str) -> None:
    desk.box.fill(question)
    desk.box.press("Enter")
    expect(desk.page.get_by_role("alert")).to_contain_text(fault)
    expect(desk.box).to_have_value(question)
    expect(desk.turns).to_have_count(0)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_fits_its_screen(browser: Browser, address: str, width: int) -> None:
    desk = Desk.open(browser, address, width=width)
    desk.ask("孩子上学有什么照顾")
    desk.ask("知" * 300 + "a" * 300)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    expect(desk.box).to_be_in_viewport(ratio=1)
    expect(desk.page.get_by_role("button", name="发送")).to_be_in_viewport(ratio=1)
    expect(desk.page.get_by_role("button", name="新对话")).to_be_in_viewport(ratio=1)
    desk.close()


@pytest.mark.parametrize("persona", ["企业", "机关"])
def test_each_of_several_questions_is_told_with_what_became_of_it(desk: Desk, persona: str) -> None:
    desk.as_persona(persona)
    turn = desk.ask("被黑代理骗了打哪个电话？引进人才能拿多少补贴？")
    parts = turn.get_by_role("list", name="逐个问题的结果").get_by_role("listitem")
    expect(parts).to_have_count(2)
    expect(parts.nth(0)).to_contain_text("有依据")
    expect(parts.nth(1)).to_contain_text("文件未规定")


def test_two_texts_are_compared_in_a_table(desk: Desk) -> None:
    turn = desk.ask("GB/T 29490-2013和2023有啥不同")
    expect(turn.get_by_role("columnheader")).to_have_count(2)
    expect(turn.get_by_role("cell").first.locator(".pa-marker").first).to_be_visible()
