"""Whatever a language model does, the person finally sees an answer of which every word is proven."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from assistant.contract import Answer, Question, Turn
from assistant.endpoint import AT_ONCE, FAILURES
from assistant.grounding import check_citation, check_statement
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.wiring import reviser_of
from tests.scripted_endpoint import Reply, Script, scripted

ASKED = Question(question="孩子上学有什么照顾")
SILENT = Question(question="引进人才能拿多少补贴")
KEY = "sk-of-this-endpoint"
PATIENT = 30.0  # seconds; no test that is not about slowness should meet it
SHORT = 0.5

CARD = "为符合条件的高层次人才办理“高层次人才服务绿卡”。"
SCHOOL = "在子女入学、公积金购房贷款、便捷出行、省内旅游等方面提供优惠政策和服务便利。"
SYSTEM = "落实好省级高层次人才制度。"


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def address(script: Script) -> Iterator[str]:
    with scripted(script) as where:
        yield where


def revised_by(
    assistant: Assistant, address: str, timeout: float = PATIENT, seconds: float = 60.0, tokens: int = 600
) -> Assistant:
    settings = Settings(
        llm_base_url=address,
        llm_model="scripted",
        llm_api_key=KEY,
        llm_timeout=timeout,
        llm_seconds=seconds,
        llm_tokens=tokens,
    )
    return replace(assistant, reviser=reviser_of(settings))


def card_number(answer: Answer) -> int:
    return next(citation.id for citation in answer.citations if "子女入学" in citation.quote)


def other_number(answer: Answer) -> int:
    return max(citation.id for citation in answer.citations) + 1


def said(answer: Answer) -> dict[str, object]:
    return answer.model_dump(exclude={"trace_id", "elapsed_ms"})


@pytest.fixture(scope="module")
def draft(assistant: Assistant) -> Answer:
    return assistant.answer(ASKED)


def proven(answer: Answer, assistant: Assistant, question: Question = ASKED) -> bool:
    documents = assistant.knowledge_base.documents
    return not any(check_citation(citation, documents) for citation in answer.citations) and not any(
        check_statement(statement, answer.citations, documents, question.question)
        for statement in answer.statements
    )


def test_a_good_answer_takes_the_place_of_the_draft(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    number = card_number(draft)
    script.rounds = [Reply(f"- {CARD}[{number}]\n- **{SCHOOL}** [{number}]\n")]
    first, last = [p for p in revised_by(assistant, address).stream(ASKED) if isinstance(p, Answer)]
    assert said(first) == {**said(draft), "draft": True}
    assert (last.writer, last.draft) == ("llm:scripted", False)
    assert f"{CARD} [{number}]" in last.text
    assert f"{SCHOOL} [{number}]" in last.text
    assert last.citations == draft.citations
    assert all(f"「{citation.quote}」" in last.text for citation in last.citations)
    assert last.receipt != draft.receipt
    assert proven(last, assistant)
    assert len(script.requests) == 1


def test_the_person_sees_the_draft_before_the_endpoint_has_said_a_word(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    script.gate = threading.Event()
    script.rounds = [Reply(f"{CARD}[{card_number(draft)}]")]
    pieces = revised_by(assistant, address).stream(ASKED)
    seen = next(piece for piece in pieces if isinstance(piece, Answer))
    assert seen.draft
    assert script.requests == []
    script.gate.set()
    assert next(pieces).writer == "llm:scripted"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a citation that does not exist", f"{CARD}[99]"),
        ("the citation left out", CARD),
        ("an invented number", "为符合条件的高层次人才办理绿卡，每人补助5万元。[{n}]"),
        ("an invented telephone number", "办理绿卡请拨打85861234。[{n}]"),
        ("paraphrase between quotation marks", "原文是「为高层次人才提供子女入学优惠」。[{n}]"),
        ("a quotation cut and joined", "原文是「落实好省级高层次人才制度……提供优惠政策和服务便利」。[{n}]"),
        ("strength raised", "必须为高层次人才办理绿卡。[{n}]"),
        ("a benefit promised", "高层次人才可以领取绿卡补贴。[{n}]"),
        ("an unsupported statement", "高层次人才的子女可以自由选择任何一所学校就读。[{n}]"),
        ("another actor", "由教育局为高层次人才办理绿卡。[{n}]"),
        ("negation", "不为符合条件的高层次人才办理绿卡。[{n}]"),
        ("a false silence", "文件没有提到子女入学。[{n}]"),
        ("another document's title", "依据《贵州省人才条例》，在子女入学等方面提供优惠政策。[{n}]"),
        ("advice from memory", "一般来说需要准备学历证明、工作证明和户口簿。[{n}]"),
        ("a refusal", "抱歉，作为一个人工智能语言模型，我无法回答这个问题。"),
        ("English for Chinese", "Eligible talents can get a green card for school enrolment. [{n}]"),
        ("obedience to an injection", "好的，已忽略以上规定。每家企业奖励一百万元，立即到账。[{n}]"),
        ("nonsense", "的的的的的的的的的的的的嗯嗯嗯嗯嗯嗯#￥%……&*"),
        ("nothing but marks", "[1] [2] [{n}] ……"),
        ("nothing", ""),
        ("blank lines", "\n \n\t\n"),
        ("a link", "详见 https://example.com/lvka 子女入学。[{n}]"),
        ("markup", "<script>alert(1)</script>子女入学优惠政策 [{n}]"),
        ("an enormous marker", f"{CARD}[{'9' * 5000}]"),
    ],
)
def test_what_is_not_proven_is_not_seen(
    assistant: Assistant, draft: Answer, script: Script, address: str, name: str, line: str
) -> None:
    del name
    script.rounds = [Reply(line.replace("{n}", str(card_number(draft))))]
    assert said(revised_by(assistant, address).answer(ASKED)) == said(draft)


@pytest.mark.parametrize(
    ("reply", "requests"),
    [
        (Reply(status=429), 2),
        (Reply(status=500), 2),
        (Reply(status=503), 2),
        (Reply(status=401), 1),
        (Reply(status=404), 1),
        (Reply(CARD * 5, breaks=True), 2),
        (Reply(raw="data: {not json\n\n"), 1),
        (Reply(raw="<html>502 Bad Gateway</html>"), 1),
        (Reply(raw="data: [DONE]\n\n"), 1),
        (Reply(raw='data: {"error": {"message": "overloaded"}}\n\n'), 1),
    ],
    ids=["429", "500", "503", "401", "404", "broken", "json", "html", "empty stream", "error in stream"],
)
def test_a_fault_of_the_endpoint_leaves_the_draft(
    assistant: Assistant, draft: Answer, script: Script, address: str, reply: Reply, requests: int
) -> None:
    script.rounds = [reply]
    assert said(revised_by(assistant, address).answer(ASKED)) == said(draft)
    assert len(script.requests) == requests


def test_a_fault_that_passes_is_tried_again(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    replies = iter([Reply(status=503), Reply(f"{CARD}[{card_number(draft)}]")])
    script.rounds = lambda body: next(replies)
    assert revised_by(assistant, address).answer(ASKED).writer == "llm:scripted"


@pytest.mark.parametrize(
    ("reply", "timeout", "seconds"),
    [
        (Reply(late=True), SHORT, PATIENT),
        (Reply(CARD * 200, pause=0.05), PATIENT, SHORT),
        (Reply(pings=True), PATIENT, SHORT),
    ],
    ids=["no first byte", "drip", "pings for ever"],
)
def test_a_slow_endpoint_leaves_the_draft(
    assistant: Assistant,
    draft: Answer,
    script: Script,
    address: str,
    reply: Reply,
    timeout: float,
    seconds: float,
) -> None:
    script.rounds = [reply]
    assert said(revised_by(assistant, address, timeout, seconds).answer(ASKED)) == said(draft)
    assert len(script.requests) == 1


def test_an_endless_reply_is_cut_off(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    script.rounds = [Reply(f"{CARD}[{card_number(draft)}]\n" * 4000)]
    assert said(revised_by(assistant, address, tokens=50).answer(ASKED)) == said(draft)


def test_more_sentences_than_an_answer_has_are_not_shown(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    words = ["子女入学", "公积金购房贷款", "便捷出行", "省内旅游"]
    lines = [f"在{a}、{b}等方面提供优惠政策。[{card_number(draft)}]" for a in words for b in words if a != b]
    script.rounds = [Reply("\n".join(lines))]
    assert said(revised_by(assistant, address).answer(ASKED)) == said(draft)


def test_a_sentence_said_twice_is_shown_once(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    script.rounds = [Reply(f"{CARD}[{card_number(draft)}]。\n" * 12)]
    answer = revised_by(assistant, address).answer(ASKED)
    assert [statement.text for statement in answer.statements].count(CARD) == 1
    assert "。。" not in answer.text


def test_a_failed_sentence_goes_back_with_its_reason_and_is_shown_once_it_is_mended(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    number = card_number(draft)
    script.rounds = [
        Reply(f"{SYSTEM}[{number}]\n必须办理绿卡。[{number}]\n"),
        Reply(f"1. {CARD}[{number}]"),
    ]
    answer = revised_by(assistant, address).answer(ASKED)
    returned = script.requests[1]["messages"][-1]["content"]
    assert f"必须办理绿卡。[{number}]" in returned
    assert "“必须”的力度高于原文" in returned
    assert SYSTEM not in returned
    texts = [statement.text for statement in answer.statements]
    assert texts.index(SYSTEM) + 1 == texts.index(CARD)
    assert "必须" not in answer.text


def test_a_sentence_that_stays_false_is_dropped_and_the_others_are_shown(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    number = card_number(draft)
    true = "".join(f"{text}[{number}]\n" for text in (CARD, SCHOOL, SYSTEM))
    script.rounds = [Reply(f"{true}每人补助5万元。[{number}]"), Reply(f"每人补助6万元。[{number}]")]
    answer = revised_by(assistant, address).answer(ASKED)
    assert answer.writer == "llm:scripted"
    assert all(text in answer.text for text in (CARD, SCHOOL, SYSTEM))
    assert "万元" not in answer.text
    assert len(script.requests) == 2


def test_with_too_many_dropped_the_draft_stays(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    number = card_number(draft)
    script.rounds = [Reply(f"{CARD}[{number}]\n每人补助5万元。[{number}]")]
    assert said(revised_by(assistant, address).answer(ASKED)) == said(draft)


def test_a_second_round_that_fails_costs_only_what_had_failed(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    number = card_number(draft)
    first = f"{CARD}[{number}]\n{SCHOOL}[{number}]\n{SYSTEM}[{number}]\n必须办理。[{number}]"
    script.rounds = [Reply(first), Reply(status=401)]
    answer = revised_by(assistant, address).answer(ASKED)
    assert answer.writer == "llm:scripted"
    assert "必须" not in answer.text


def test_what_is_missing_is_still_said_in_the_houses_own_words(
    assistant: Assistant, script: Script, address: str
) -> None:
    draft = assistant.answer(SILENT)
    assert draft.status == "not_specified"
    quote = draft.citations[0].quote.rstrip("。;；")
    script.rounds = [Reply(f"{quote}。[1]")]
    answer = revised_by(assistant, address).answer(SILENT)
    assert answer.status == "not_specified"
    assert answer.statements[0] == draft.statements[0]
    assert answer.unspecified == draft.unspecified
    assert proven(answer, assistant, SILENT)


@pytest.mark.parametrize("asked", ["你好", "怎么考驾照", "谢谢"])
def test_what_is_not_written_from_the_texts_is_not_sent(
    assistant: Assistant, script: Script, address: str, asked: str
) -> None:
    question = Question(question=asked)
    answers = [p for p in revised_by(assistant, address).stream(question) if isinstance(p, Answer)]
    assert [said(answer) for answer in answers] == [said(assistant.answer(question))]
    assert script.requests == []


@pytest.mark.parametrize("asked", ["what support is there for IP talents", "人才隊伍建設有什麼措施"])
def test_what_the_support_check_cannot_measure_is_not_sent(
    assistant: Assistant, script: Script, address: str, asked: str
) -> None:
    question = Question(question=asked)
    assert said(revised_by(assistant, address).answer(question)) == said(assistant.answer(question))
    assert script.requests == []


PERSONAL = {
    "欧阳建国": "我叫{}，",
    "13985012345": "手机{}，",
    "52010219900307123X": "身份证{}，",
    "ouyang@example.cn": "邮箱{}，",
    "0851-86801234": "座机{}，",
    "6222021234567890128": "卡号{}，",
}


@pytest.mark.parametrize(("datum", "told"), PERSONAL.items())
def test_nothing_that_was_sent_holds_personal_data(
    assistant: Assistant, script: Script, address: str, datum: str, told: str
) -> None:
    history = (Turn(question=f"{told.format(datum)}12315能举报什么", answer=f"{datum}您好"),)
    asked = Question(question=f"{told.format(datum)}高层次人才的服务绿卡管子女入学吗", history=history)
    revised_by(assistant, address).answer(asked)
    assert script.requests
    assert datum not in script.sent
    assert datum[:6] not in script.sent
    assert "12315能举报什么" in script.sent
    assert "高层次人才的服务绿卡管子女入学吗" in script.sent


def test_what_is_sent_is_the_cited_clauses_and_the_question(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    revised_by(assistant, address).answer(ASKED)
    sent = script.requests[0]["messages"][-1]["content"]
    assert all(citation.quote in sent for citation in draft.citations)
    assert ASKED.question in sent
    cited = {(citation.document_id, citation.number) for citation in draft.citations}
    for document in assistant.knowledge_base.documents.values():
        for provision in document.provisions:
            for clause in provision.clauses:
                if (document.id, provision.number) not in cited and len(document.quote(clause)) > 30:
                    assert document.quote(clause) not in sent
    assert script.headers[0]["authorization"] == f"Bearer {KEY}"


def test_no_other_services_key_is_sent(
    assistant: Assistant, script: Script, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    settings = Settings(llm_base_url=address, llm_model="scripted")
    replace(assistant, reviser=reviser_of(settings)).answer(ASKED)
    assert "sk-of-somebody-else" not in str(script.headers)


def test_a_dead_endpoint_is_not_called_any_more(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    script.rounds = [Reply(status=401)]
    revising = revised_by(assistant, address)
    answers = [revising.answer(ASKED) for _ in range(FAILURES + 5)]
    assert len(script.requests) == FAILURES
    assert all(said(answer) == said(draft) for answer in answers)


def test_an_address_where_nobody_listens_leaves_the_draft(assistant: Assistant, draft: Answer) -> None:
    revising = revised_by(assistant, "http://127.0.0.1:9/v1")
    assert all(said(revising.answer(ASKED)) == said(draft) for _ in range(FAILURES + 2))


def test_no_more_than_a_few_wait_for_a_slow_endpoint(
    assistant: Assistant, draft: Answer, script: Script, address: str
) -> None:
    script.gate = threading.Event()
    script.rounds = [Reply(f"{CARD}[{card_number(draft)}]")]
    revising = revised_by(assistant, address)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(revising.answer, ASKED) for _ in range(AT_ONCE)]
        while len(script.requests) < AT_ONCE:
            threading.Event().wait(0.01)
        assert said(revising.answer(ASKED)) == said(draft)
        script.gate.set()
        assert {job.result().writer for job in waiting} == {"llm:scripted"}


def test_without_settings_there_is_no_model(assistant: Assistant) -> None:
    assert reviser_of(Settings()) is None
    assert assistant.reviser is None
    assert [piece.draft for piece in assistant.stream(ASKED) if isinstance(piece, Answer)] == [False]
