"""The reviewers' tab in a real browser: locked without the key, and what a reviewer may do with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from assistant.approvals import Approvals
from assistant.contract import Question
from assistant.journal import Journal
from assistant.pipeline import Assistant
from assistant.recording import recording
from assistant.review import Reviewing
from assistant.storage import address_in, open_database
from knowledge_base.candidates import read_candidates
from tests.browser.desk import Desk
from tests.reviewing import KEY, filled
from tests.serving import serving

pytestmark = pytest.mark.browser
QUESTION = "苗绣图样被人抄去印T恤咋整"
SENTENCE = "鼓励知识产权服务机构开展诉讼代理、维权援助、调解等法律服务。"
TEXT = "可以找知识产权服务机构做诉讼代理、维权援助、调解，文件鼓励它们开展这些服务。"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def journal(assistant: Assistant, place: Path) -> Iterator[Journal]:
    engine = open_database(address_in(place))
    journal = Journal(engine)
    filled(assistant, journal)
    yield journal
    engine.dispose()


@pytest.fixture
def address(assistant: Assistant, journal: Journal, place: Path) -> Iterator[str]:
    with serving(assistant, journal, Reviewing(KEY, place)) as address:
        yield address


def entered(desk: Desk, name: str = "张三", key: str = KEY) -> Desk:
    desk.page.get_by_role("tab", name="反馈").click()
    desk.page.get_by_label("姓名").fill(name)
    desk.page.get_by_label("审核口令").fill(key)
    desk.page.get_by_role("button", name="打开").click()
    return desk


def opened(desk: Desk, question: str = QUESTION) -> None:
    desk.page.locator(".rv-pick", has_text=question).click()
    expect(desk.page.locator("#rv-work h3").first).to_have_text(question)


def test_the_desk_opens_with_the_key_alone(desk: Desk) -> None:
    entered(desk, key="not-the-right-key")
    expect(desk.page.locator("#rv-door [role=alert]")).to_contain_text("口令不对")
    expect(desk.page.locator("#rv-desk")).to_be_hidden()
    assert "办绿卡" not in desk.page.content()
    desk.page.get_by_label("审核口令").fill(KEY)
    desk.page.get_by_role("button", name="打开").click()
    expect(desk.page.locator(".rv-pick", has_text="办绿卡要交哪些材料")).to_be_visible()
    assert KEY not in desk.page.content()
    desk.page.get_by_role("button", name="退出").click()
    expect(desk.page.locator("#rv-door")).to_be_visible()
    assert "办绿卡" not in desk.page.content()


@pytest.mark.parametrize("path", ["queue", "written", "gaps", "gaps.md", "clauses?q=x", "case/0"])
@pytest.mark.parametrize("key", ["", "wrong", KEY[:-1], KEY + "x", "%E5%AF%86"])
def test_nothing_is_told_without_the_key(desk: Desk, address: str, path: str, key: str) -> None:
    headers = {"x-editor-key": key, "x-editor-name": "x"}
    response = desk.page.request.get(f"{address}/desk/review/{path}", headers=headers)
    assert response.status == 403
    assert response.headers["content-type"] == "application/problem+json"


def test_a_server_without_a_key_says_so(browser: Browser, assistant: Assistant, journal: Journal) -> None:
    with serving(assistant, journal) as address:
        desk = entered(Desk.open(browser, address))
        expect(desk.page.locator("#rv-door [role=alert]")).to_contain_text("POLICY_ASSISTANT_EDITOR_KEY")
        desk.close()


def test_a_case_shows_how_it_was_asked_and_what_people_said(desk: Desk) -> None:
    entered(desk)
    opened(desk, "办绿卡要交哪些材料")
    work = desk.page.locator("#rv-work")
    expect(work).to_contain_text("绿卡办理要交哪些材料")
    expect(work).to_contain_text("想知道要带什么证")
    work.get_by_text("当时的回答").click()
    expect(work).to_contain_text("文件未规定：材料")


def test_a_person_sets_the_right_sentence_and_the_question_becomes_a_candidate(
    desk: Desk, place: Path
) -> None:
    entered(desk)
    opened(desk)
    desk.page.locator("#rv-q").fill("诉讼代理 维权援助")
    desk.page.locator("#rv-find").click()
    desk.page.get_by_label(SENTENCE).check()
    desk.page.get_by_role("button", name="定为正确依据").click()
    expect(desk.page.locator("#rv-said")).to_contain_text("已加入题库候选 1 条")
    expect(desk.page.locator(".rv-pick", has_text=QUESTION)).to_have_count(0)
    (candidate,) = read_candidates(place)
    assert (candidate.question, candidate.quotes, candidate.silent) == (QUESTION, (SENTENCE,), False)
    assert (candidate.persona, candidate.reviewer) == ("enterprise", "张三")


def test_a_person_confirms_that_the_texts_are_silent(desk: Desk, place: Path) -> None:
    entered(desk)
    opened(desk, "社保卡丢了上哪补")
    desk.page.locator("#rv-choices input").first.check()
    desk.page.get_by_role("button", name="文件确实没写").click()
    expect(desk.page.locator("#rv-said")).to_contain_text("已加入题库候选")
    (candidate,) = read_candidates(place)
    assert candidate.silent


def test_a_choice_survives_another_search_and_a_fault_loses_nothing(desk: Desk) -> None:
    entered(desk)
    opened(desk)
    desk.page.locator("#rv-q").fill("诉讼代理 维权援助")
    desk.page.locator("#rv-q").press("Enter")
    desk.page.get_by_label(SENTENCE).check()
    desk.page.locator("#rv-q").fill("怎么质押")
    desk.page.locator("#rv-find").click()
    expect(desk.page.locator("#rv-choices")).to_contain_text("质押")
    expect(desk.page.get_by_label(SENTENCE)).to_be_checked()
    desk.page.get_by_text("起草审定回答").click()
    desk.page.locator("#rv-text").fill("必须赔5000元")
    desk.page.locator("#rv-draft").click()
    expect(desk.page.locator("#rv-said")).to_contain_text("5000")
    expect(desk.page.locator("#rv-text")).to_have_value("必须赔5000元")
    expect(desk.page.get_by_label(SENTENCE)).to_be_checked()


@pytest.mark.parametrize("persona", ["企业", "机关"])
def test_one_drafts_another_approves_and_everybody_sees_it_first(
    desk: Desk, browser: Browser, address: str, persona: str
) -> None:
    entered(desk)
    opened(desk)
    desk.page.locator("#rv-q").fill("诉讼代理 维权援助")
    desk.page.locator("#rv-find").click()
    desk.page.get_by_label(SENTENCE).check()
    desk.page.get_by_text("起草审定回答").click()
    desk.page.locator("#rv-text").fill(TEXT)
    desk.page.locator("#rv-draft").click()
    expect(desk.page.locator(".rv-draft .pa-badge")).to_have_text("待审核")
    desk.page.get_by_role("button", name="审核通过").click()
    expect(desk.page.locator("#rv-said")).to_contain_text("起草人不能审核自己的回答")
    other = entered(Desk.open(browser, address), "李四")
    other.page.get_by_role("tab", name="审定回答").click()
    other.page.get_by_role("button", name="审核通过").click()
    expect(other.page.locator(".rv-approved .pa-badge")).to_have_text("经审核，显示中")
    other.close()
    asker = Desk.open(browser, address)
    asker.as_persona(persona)
    answer = asker.ask(QUESTION).locator(".pa-answer")
    first = answer.locator("> *").first
    expect(first.locator(".pa-badge").first).to_have_text("经审核")
    expect(first).to_contain_text(TEXT)
    expect(first.locator("q")).to_have_text(SENTENCE)
    asker.close()


def test_the_brief_is_read_and_taken_away(desk: Desk) -> None:
    entered(desk)
    desk.page.get_by_role("tab", name="缺口简报").click()
    table = desk.page.get_by_role("table", name="文件提到而没有写清的")
    expect(table.get_by_role("row", name="材料")).to_contain_text("6")
    expect(table).not_to_contain_text("热线")
    for kind, button in (("docx", "下载 DOCX"), ("md", "下载 Markdown")):
        with desk.page.expect_download() as download:
            desk.page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == f"缺口简报.{kind}"
        raw = Path(download.value.path()).read_bytes()
        assert raw.startswith(b"PK") if kind == "docx" else "材料" in raw.decode()


INJECTION = (
    "<img src=x onerror='window.broken=1'></textarea></li><script>window.broken=1</script>办绿卡要哪些材料"
)


def test_what_people_wrote_is_shown_as_text(desk: Desk, assistant: Assistant, journal: Journal) -> None:
    answer = recording(lambda: assistant, journal)().answer(Question(question=INJECTION))
    journal.rate(answer.trace_id, "down", INJECTION)
    entered(desk, name=f"张三{INJECTION}")
    opened(desk, INJECTION)
    expect(desk.page.locator("#rv-work .rv-comments").filter(has_text=INJECTION)).to_be_visible()
    expect(desk.page.locator("#rv-work .rv-ways")).to_contain_text(INJECTION)
    desk.page.get_by_label(INJECTION).check()
    place = (answer.citations or assistant.answer(Question(question=QUESTION)).citations)[0]
    document = assistant.knowledge_base.documents[place.document_id]
    clause = next(c for c in document.clauses if c.start == place.start)
    Approvals(journal.engine).draft(
        [INJECTION],
        "<script>window.broken=1</script>",
        [(document.id, clause.key)],
        INJECTION,
        assistant.knowledge_base,
        assistant.today(),
    )
    desk.page.get_by_role("tab", name="审定回答").click()
    expect(desk.page.locator(".rv-answer")).to_contain_text("<script>")
    assert desk.page.evaluate("window.broken") is None
    assert desk.page.locator("#rv :is(script, img, svg, iframe)").count() == 0


def test_without_a_mouse(desk: Desk, place: Path) -> None:
    page = desk.page
    page.get_by_role("tab", name="反馈").focus()
    page.keyboard.press("Enter")
    page.get_by_label("姓名").focus()
    page.keyboard.type("wang")
    page.keyboard.press("Tab")
    page.keyboard.type(KEY)
    page.keyboard.press("Enter")
    expect(page.locator("#rv-t-queue")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#rv-t-written")).to_be_focused()
    expect(page.locator("#rv-written")).to_contain_text("还没有起草过回答")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".rv-pick").first).to_be_visible()
    page.keyboard.press("Tab")  # 退出
    page.keyboard.press("Tab")
    expect(page.locator(".rv-pick").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#rv-case")).to_be_focused()
    while not page.evaluate("document.activeElement.name === 'place'"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    while not page.evaluate("document.activeElement.textContent.startsWith('定为正确依据')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#rv-said")).to_contain_text("已加入题库候选")
    assert len(read_candidates(place)) == 1


def test_a_list_that_is_refreshed_keeps_the_place(desk: Desk) -> None:
    entered(desk)
    pick = desk.page.locator(".rv-pick").first
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.route("**/desk/review/queue", hold)
    desk.page.get_by_role("tab", name="待审问题").click()
    pick.focus()
    while not held:
        desk.page.wait_for_timeout(20)
    desk.page.evaluate("document.querySelector('.rv-pick').dataset.old = ''")
    held[0].continue_()
    expect(desk.page.locator("[data-old]")).to_have_count(0)
    expect(pick).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#rv-case")).to_be_focused()


@pytest.mark.parametrize("width", [390, 1920])
def test_it_fits_the_screen_and_loads_nothing_else(browser: Browser, address: str, width: int) -> None:
    desk = entered(Desk.open(browser, address, width=width))
    opened(desk)
    for tab in ("审定回答", "缺口简报", "待审问题"):
        desk.page.get_by_role("tab", name=tab).click()
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    assert desk.complaints == []
    assert all(url.startswith((address, "data:", "blob:")) for url in desk.fetched)
    desk.close()


def test_a_line_of_the_candidates_is_plain_json(desk: Desk, place: Path) -> None:
    entered(desk)
    opened(desk)
    desk.page.locator("#rv-choices input").first.check()
    desk.page.get_by_role("button", name="定为正确依据").click()
    expect(desk.page.locator("#rv-said")).to_contain_text("已加入题库候选")
    (line,) = (place / "candidates.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["question"] == QUESTION
