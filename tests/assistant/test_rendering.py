"""How an answer is set: the characters of the question around quotes that stay as they were issued."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.contract import Question
from assistant.grounding import check_statement
from assistant.pipeline import Assistant
from assistant.rendering import cells_of, listed
from knowledge_base.normalisation import simplified, traditional

ASKED = ["子女入學有什麼優惠", "補貼多少錢", "以前的規定裡舉報人資料會保密嗎", "被黑代理騙了打哪個電話"]


def test_a_list_counted_in_traditional_characters_keeps_the_laws(assistant: Assistant) -> None:
    question = "維權援助在哪幾條出現過"
    answer = assistant.answer(Question(question=question))
    assert answer.text.startswith(f"下面列出的共 {len(answer.citations)} 條")
    documents = assistant.knowledge_base.documents
    assert not any(check_statement(s, answer.citations, documents, question) for s in answer.statements)


@pytest.mark.parametrize("question", ASKED)
def test_a_traditional_question_is_answered_in_its_characters(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(Question(question=question))
    outside = re.sub("「[^」]*」", "", answer.text)
    assert simplified(outside) != outside
    assert answer.citations
    for citation in answer.citations:
        document = assistant.knowledge_base.documents[citation.document_id]
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.quote in answer.text
    plain = assistant.answer(Question(question=simplified(question)))
    assert [c.quote for c in plain.citations] == [c.quote for c in answer.citations]


def test_the_quoted_words_of_a_title_stay_as_they_were_issued(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="專利事務所被隨機抽查的機率大概多高?一年會抽幾次?"))
    documents = assistant.knowledge_base.documents
    assert "“双随机、一公开”" in answer.text
    assert not [
        fault
        for said in answer.statements
        for fault in check_statement(said, answer.citations, documents, "")
    ]


@pytest.mark.parametrize("question", ["怎麼考駕照", "你好，請問你是誰"])
def test_fixed_sentences_are_in_its_characters_too(assistant: Assistant, question: str) -> None:
    text = assistant.answer(Question(question=question)).text
    assert simplified(text) != text


@given(
    st.lists(
        st.sampled_from(["文件规定", "「国家标准」", "条", "「为业内“服务绿卡”」", " [1]\n"]), max_size=8
    )
)
def test_quotes_pass_unchanged(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert re.findall("「[^」]*」", traditional(text)) == re.findall("「[^」]*」", text)
    assert simplified(traditional(text)) == text


def test_two_texts_stand_side_by_side_and_each_sentence_keeps_its_marker(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="GB/T 29490-2013和2023有啥不同"))
    head, rule, cells = (line for line in answer.text.splitlines() if line.startswith("| "))
    assert len(cells_of(head)) == len(cells_of(rule)) == len(cells_of(cells)) == 2
    for citation in answer.citations:
        column = next(at for at, name in enumerate(cells_of(head)) if citation.document_number in name)
        assert f"「{citation.quote}」 [{citation.id}]" in cells_of(cells)[column]


def test_where_no_table_can_stand_its_columns_follow_each_other(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="GB/T 29490-2013和2023有啥不同"))
    text = listed(answer.text)
    assert "|" not in text
    assert text.count("**") == 4
    for citation in answer.citations:
        assert f"「{citation.quote}」 [{citation.id}]" in text


def test_a_text_without_a_table_is_listed_as_it_is(assistant: Assistant) -> None:
    text = assistant.answer(Question(question="孩子上学有什么照顾")).text
    assert listed(text) == text
