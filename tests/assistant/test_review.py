"""Cases, rulings, approved answers and the gap brief."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.approvals import Approvals, ReviewFault, changed, standing
from assistant.contract import Question
from assistant.gap_brief import LEAST, gap_brief, markdown, word
from assistant.grounding import check_citation
from assistant.journal import Journal
from assistant.pipeline import Assistant
from assistant.recording import recording
from assistant.review import LOW_CONFIDENCE, case_of, cases, reasons, rule, ruled
from assistant.storage import address_in, open_database
from assistant.touching import told
from eval.gate import cases_about
from knowledge_base import KnowledgeBase
from knowledge_base.adding import Impact
from tests.conftest import OPINION
from tests.reviewing import filled

DAY = date(2026, 1, 15)
TEXT = "可以找知识产权服务机构做诉讼代理、维权援助、调解，文件鼓励它们开展这些服务。"
QUESTION = "苗绣图样被人抄去印T恤咋整"
PLACE = (OPINION, "7.3")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    engine = open_database(address_in(tmp_path))
    yield Journal(engine)
    engine.dispose()


@pytest.fixture
def approvals(journal: Journal) -> Approvals:
    return Approvals(journal.engine)


def altered(base: KnowledgeBase, quote: str) -> KnowledgeBase:
    """The same texts, but for one character of this sentence."""
    document = base.documents[OPINION]
    text = document.text.replace(quote, "改" + quote[1:])
    return replace(base, documents={**base.documents, OPINION: replace(document, text=text)})


def ended(base: KnowledgeBase) -> KnowledgeBase:
    """The same texts, the opinion no longer in force."""
    document = base.documents[OPINION]
    validity = replace(document.validity, ended=date(2025, 1, 1))
    return replace(base, documents={**base.documents, OPINION: replace(document, validity=validity)})


def test_unanswered_uncertain_and_refused_questions_come_together_by_likeness(
    assistant: Assistant, journal: Journal
) -> None:
    filled(assistant, journal)
    found = {case.question: case for case in cases(journal.latest(100), [])}
    assert "孩子上学有什么照顾" not in found
    assert set(found["办绿卡要交哪些材料"].wordings) == {"办绿卡要交哪些材料", "绿卡办理要交哪些材料"}
    assert found["办绿卡要交哪些材料"].reasons == {"unanswered": 8, "refused": 1}
    assert found["办绿卡要交哪些材料"].persona == "enterprise"
    totals = [sum(case.reasons.values()) for case in found.values()]
    assert totals == sorted(totals, reverse=True)


def test_an_answer_that_is_not_sure_wants_a_person(assistant: Assistant, journal: Journal) -> None:
    recording(lambda: assistant, journal)().answer(Question(question="孩子上学有什么照顾"))
    sure = journal.latest(1)[0]
    unsure = replace(sure, answer=sure.answer.model_copy(update={"confidence": LOW_CONFIDENCE / 2}))
    assert (reasons(sure), reasons(unsure)) == ((), ("uncertain",))


def test_a_ruling_settles_a_wording_until_it_goes_wrong_again(
    assistant: Assistant, journal: Journal, knowledge_base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = filled(assistant, journal)
    trace_id = last[QUESTION].trace_id
    assert case_of(journal, trace_id) is not None
    (candidate,) = rule(journal, [QUESTION], "enterprise", [PLACE], False, "张三", knowledge_base)
    assert candidate.quotes == ("鼓励知识产权服务机构开展诉讼代理、维权援助、调解等法律服务。",)
    assert [ruling.question for ruling in ruled(journal)] == [QUESTION]
    assert case_of(journal, trace_id) is None
    monkeypatch.setattr("assistant.journal.now", lambda: "2999-01-01T00:00:00+00:00")
    again = recording(lambda: assistant, journal)().answer(Question(question=QUESTION))
    assert case_of(journal, again.trace_id) is not None


@pytest.mark.parametrize(
    ("questions", "places", "reviewer"),
    [
        ([QUESTION], [], "张三"),
        ([QUESTION], [PLACE, ("gbt-29490-2023", "1.1")], "张三"),
        ([QUESTION], [(OPINION, "7.99")], "张三"),
        ([QUESTION], [("none", "1.1")], "张三"),
        ([QUESTION], [(OPINION, "x")], "张三"),
        (["  "], [PLACE], "张三"),
        ([QUESTION], [PLACE], " "),
    ],
)
def test_a_ruling_names_its_sentences_and_its_reviewer(
    journal: Journal,
    knowledge_base: KnowledgeBase,
    questions: list[str],
    places: list[tuple[str, str]],
    reviewer: str,
) -> None:
    with pytest.raises(ReviewFault):
        rule(journal, questions, None, places, False, reviewer, knowledge_base)
    assert ruled(journal) == []


def test_an_approved_answer_is_shown_through_the_assistant(
    assistant: Assistant, journal: Journal, approvals: Approvals, knowledge_base: KnowledgeBase
) -> None:
    asked = recording(lambda: assistant, journal)()
    number = approvals.draft([QUESTION, "图样被抄怎么办"], TEXT, [PLACE], "张三", knowledge_base, DAY)
    assert asked.answer(Question(question=QUESTION)).approved is None
    approvals.approve(number, "李四", knowledge_base, DAY)
    for wording in (QUESTION, f"请问{QUESTION}？", "图样被抄怎么办呢"):
        approved = asked.answer(Question(question=wording)).approved
        assert approved is not None
        assert approved.text == TEXT
        (citation,) = approved.citations
        assert not check_citation(citation, knowledge_base.documents)
        assert "维权援助" in citation.quote
    for other in ("商标图样被抄怎么办", "图样没被抄怎么办", "孩子上学有什么照顾"):
        assert asked.answer(Question(question=other)).approved is None
    turn = Question.model_validate({"question": QUESTION, "history": [{"question": "孩子上学有什么照顾"}]})
    assert asked.answer(turn).approved is None
    approvals.withdraw(number)
    assert asked.answer(Question(question=QUESTION)).approved is None


@pytest.mark.parametrize("approver", ["张三", " 张 三 ", "", "  "])
def test_nobody_approves_their_own_answer(
    approvals: Approvals, knowledge_base: KnowledgeBase, approver: str
) -> None:
    number = approvals.draft([QUESTION], TEXT, [PLACE], "张三", knowledge_base, DAY)
    with pytest.raises(ReviewFault):
        approvals.approve(number, approver, knowledge_base, DAY)
    assert standing(approvals.all()[0], knowledge_base, DAY) == "draft"


def test_an_answer_is_approved_once(approvals: Approvals, knowledge_base: KnowledgeBase) -> None:
    number = approvals.draft([QUESTION], TEXT, [PLACE], "张三", knowledge_base, DAY)
    approvals.approve(number, "李四", knowledge_base, DAY)
    with pytest.raises(ReviewFault):
        approvals.approve(number, "王五", knowledge_base, DAY)
    with pytest.raises(ReviewFault):
        approvals.approve(99, "王五", knowledge_base, DAY)


def test_it_is_suspended_at_once_when_its_sentence_or_its_standing_changes(
    approvals: Approvals, knowledge_base: KnowledgeBase
) -> None:
    number = approvals.draft([QUESTION], TEXT, [PLACE, (OPINION, "7.2")], "张三", knowledge_base, DAY)
    approvals.approve(number, "李四", knowledge_base, DAY)
    (approval,) = approvals.all()
    asked = Question(question=QUESTION)
    assert approvals.shown_for(asked, knowledge_base, DAY) is not None
    for base, gone in ((altered(knowledge_base, approval.pins[0].quote), 1), (ended(knowledge_base), 2)):
        assert standing(approval, base, DAY) == "suspended"
        assert len(changed(approval, base, DAY)) == gone
        assert approvals.shown_for(asked, base, DAY) is None
    assert approvals.shown_for(asked, knowledge_base, DAY) is not None  # and back, when the text is back


def test_an_impact_names_the_cases_and_the_approved_answers_that_it_stops(
    approvals: Approvals, knowledge_base: KnowledgeBase
) -> None:
    number = approvals.draft([QUESTION], TEXT, [PLACE], "张三", knowledge_base, DAY)
    approvals.withdraw(approvals.draft(["别的问题"], TEXT, [PLACE], "张三", knowledge_base, DAY))
    approvals.approve(number, "李四", knowledge_base, DAY)
    impact = Impact(OPINION, 18, (), 3)
    resting = told(impact, cases_about(OPINION), approvals.all(), knowledge_base, DAY)
    assert f"评测 {cases_about(OPINION)} 题；审定回答 1 条" in resting
    assert cases_about(OPINION) > 300
    assert "停用" not in resting
    changed_base = altered(knowledge_base, approvals.all()[-1].pins[0].quote)
    assert f"其中 第 {number} 号 所依据的句子变了，已停用" in told(
        impact, 0, approvals.all(), changed_base, DAY
    )
    assert cases_about("no-such-text") == 0


def test_a_draft_whose_sentence_changed_meanwhile_is_not_approved(
    approvals: Approvals, knowledge_base: KnowledgeBase
) -> None:
    number = approvals.draft([QUESTION], TEXT, [PLACE], "张三", knowledge_base, DAY)
    base = altered(knowledge_base, approvals.all()[0].pins[0].quote)
    with pytest.raises(ReviewFault, match="变动"):
        approvals.approve(number, "李四", base, DAY)


@pytest.mark.parametrize(
    "text",
    [
        "必须为企业做维权援助。",
        "可以领5000元。",
        "文件说「应当开展诉讼代理」。",
        "见《著作权法》。",
        "",
        "字" * 2001,
    ],
)
def test_people_keep_the_laws_too(approvals: Approvals, knowledge_base: KnowledgeBase, text: str) -> None:
    with pytest.raises(ReviewFault):
        approvals.draft([QUESTION], text, [PLACE], "张三", knowledge_base, DAY)
    assert approvals.all() == []


def test_the_brief_counts_what_was_missed_and_hides_the_few(
    assistant: Assistant, journal: Journal, knowledge_base: KnowledgeBase
) -> None:
    filled(assistant, journal)
    recorded = recording(lambda: assistant, journal)()
    for _ in range(LEAST):
        recorded.answer(Question(question="我叫王小明，怎么考驾照"))
    brief = gap_brief(journal.latest(100), knowledge_base)
    told = {(gap.provision, gap.aspect, gap.who): gap.count for gap in brief.gaps}
    place = "(十二)加强知识产权服务业人才队伍建设"
    assert told == {(place, "材料", "企业"): 6, (place, "金额", "机关"): 5}
    assert [(subject.question, subject.count) for subject in brief.subjects] == [("社保卡丢了上哪补", 5)]
    assert brief.withheld >= 2
    for said in (markdown(brief), _words(word(brief))):
        assert "材料" in said
        assert "热线" not in said
        assert "利率" not in said
        assert "王小明" not in said
        assert "驾照" not in said


def test_the_brief_counts_what_one_of_several_questions_missed(
    assistant: Assistant, journal: Journal, knowledge_base: KnowledgeBase
) -> None:
    recorded = recording(lambda: assistant, journal)()
    for _ in range(LEAST):
        recorded.answer(Question(question="12315是管什么的？办绿卡要交哪些材料？"))
    (gap,) = gap_brief(journal.latest(100), knowledge_base).gaps
    assert (gap.provision, gap.aspect) == ("(十二)加强知识产权服务业人才队伍建设", "材料")
    assert all("unanswered" in reasons(kept) for kept in journal.latest(100))


def test_an_empty_brief_says_so(knowledge_base: KnowledgeBase) -> None:
    brief = gap_brief([], knowledge_base)
    assert "没有达到" in markdown(brief)
    assert "没有达到" in _words(word(brief))


def _words(file: bytes) -> str:
    from docx import Document

    document = Document(io.BytesIO(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
