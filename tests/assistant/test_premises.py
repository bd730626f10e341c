"""What a question takes for granted and no text says is put right, never repeated as if it stood there."""

from __future__ import annotations

import pytest

from assistant.contract import Question
from assistant.pipeline import Assistant
from assistant.premises import another_subject, foreign_right, not_mentioned
from assistant.selection import Support, whole_of
from assistant.understanding import understand
from knowledge_base import KnowledgeBase
from knowledge_base.lexicon import subjects
from knowledge_base.normalisation import searchable
from knowledge_base.sources import packaged_sources


@pytest.mark.parametrize(
    ("question", "first", "missing"),
    [
        ("意见规定代理机构必须买保险，找哪家买", "文件没有作这样的硬性规定。", "必须"),
        ("十八个部门联合印发的，帮我把后三个部门念一下", "文件里没有十八个部门这一说。", "十八个部门"),
        ("强省领导小组每个季度都要通报一次，二季度的在哪下", "文件里没有每个季度", "每个季度"),
        ("意见第十八条公布的12330是不是停用了", "文件里没有12330这一说。", "12330"),
        ("科技厅负责的是哪几条", "文件没有写明哪一条归科技厅。", "科技厅"),
        ("黔知办发〔2022〕9号里怎么说人才", "文件里没有黔知办发〔2022〕9号这一说。", "黔知办发〔2022〕9号"),
        ("来电照文件打96567举报黑代理，人家不受理，怎么办", "文件没有写这件事找96567。", "96567"),
        ("为啥12315的人不给我办人才绿卡", "文件没有写这件事找12315。", "12315"),
        ("凡是在代理所上班的人人一张绿卡，老板不给办，找谁评理", "文件没有作这样的硬性规定。", "凡是"),
        ("专利导航指南总共五个部分，多出来那个是盗版吧", "文件里没有总共五个部分这一说。", "总共五个部分"),
        ("四川那边的专利贷款贴息政策咋样", "这里收的是贵州和国家的文件，没有收四川自己的规定。", "四川"),
        ("重庆那份意见第五条写了啥", "这里收的是贵州和国家的文件，没有收重庆自己的规定。", "重庆"),
        ("12315新办法规定十五天必须办结，超期了找谁", "文件里没有十五天这一说。", "十五天"),
        ("第三十条怎么说的来着", "这份意见里没有您说的第三十条，最后一条是（十八）。", "第三十条"),
        ("第三十条怎么说", "这份意见里没有您说的第三十条，最后一条是（十八）。", "第三十条"),
    ],
)
def test_a_false_premise_is_named_first(
    assistant: Assistant, question: str, first: str, missing: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.status == "not_specified"
    assert answer.text.startswith(first)
    assert missing in answer.unspecified


@pytest.mark.parametrize(
    "question",
    [
        "网上传老办法六十天必须办完，真的假的",
        "规定说商标代理情节严重的停业半年起步，是吧",
        "十五个部门联合印发的是哪些",
        "联合发文的十五家里头，统计和林业两个口在不在",
        "年报要每年交吗",
        "科技厅和人社厅是不是也盖了章",
        "15部门联合发的文，都有谁",
        "文件让打12315投诉代理机构，对不对",
        "跟四川那边的机构搭伙服务，有没有文件支撑",
        "成都的事务所想来贵阳开分所，当地支持不支持",
        "重庆的同行想跟我们联手接单，这种跨区域合作政策上怎么看",
    ],
)
def test_what_a_text_does_say_is_not_denied(assistant: Assistant, question: str) -> None:
    assert assistant.answer(Question(question=question)).status == "answered"


def test_a_must_that_is_asked_about_is_told_by_the_strength_of_the_words(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="代理机构必须在市州设分支机构吗"))
    assert answer.text.startswith("文件没有这样的硬性规定")


def test_whether_something_has_ended_is_not_confirmed_by_a_sentence_that_it_exists(
    assistant: Assistant,
) -> None:
    assert not assistant.answer(Question(question="绿卡的优惠是不是停用了")).text.startswith("有，")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("意见有没有提到元宇宙？", ("元宇宙",)),
        ("文件里写没写直播带货", ("直播带货",)),
        ("有没有提到区块链", ()),
        ("有没有提到区块链技术", ()),
        ("元宇宙怎么补贴", ()),
    ],
)
def test_what_no_word_is_known_of_is_not_mentioned(question: str, said: tuple[str, ...]) -> None:
    known = ("区块", "块链", "技术")
    assert not_mentioned(understand(question), lambda word: word in known) == said


def test_what_is_not_mentioned_is_named(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="意见有没有提到元宇宙？"))
    assert (answer.status, answer.unspecified) == ("not_specified", ("元宇宙",))
    assert assistant.answer(Question(question="意见有没有提到孩子上学？")).status == "answered"


@pytest.mark.parametrize(
    "question",
    [
        "外观设计专利保护期几年",
        "外观设计保护期多少年",
        "发明专利保护多少年",
        "实用新型专利保护期几年",
        "著作权保护多少年",
    ],
)
def test_what_is_stated_of_one_subject_is_no_answer_about_a_foreign_one(
    assistant: Assistant, question: str
) -> None:
    """The nearest sentence tells how long a layout design is protected, and no text treats these rights."""
    assert assistant.answer(Question(question=question)).status == "out_of_scope"


@pytest.mark.parametrize("question", ["芯片的布图设计保护多少年", "果树新品种的品种权保护多少年"])
def test_and_the_term_of_a_right_that_a_text_treats_is_told(assistant: Assistant, question: str) -> None:
    assert assistant.answer(Question(question=question)).status == "answered"


def test_a_right_is_foreign_only_to_sentences_about_protection(knowledge_base: KnowledgeBase) -> None:
    asked = understand("商标被仿冒了，投诉几天受理")
    document = knowledge_base.documents["12315-zanxing-banfa-2019"]
    assert "商标" not in document.text
    quotes = [document.quote(clause) for provision in document.provisions for clause in provision.clauses]
    assert not foreign_right(asked, document, quotes)


@pytest.mark.parametrize(
    ("question", "subject", "told"),
    [
        ("商标代理师要实习多久", "商标代理", "专利代理"),
        ("商标代理人考几门", "商标代理", "专利代理"),
        ("商标代理信用评价有A+档吗", "商标代理", "专利代理"),
        ("专利代理机构备案有效期几年", "专利代理", "商标代理"),
        ("商标代理师资格考试贵州办不办", "商标代理", "专利代理"),
    ],
)
def test_the_rule_for_one_profession_is_no_answer_about_another(
    assistant: Assistant, question: str, subject: str, told: str
) -> None:
    answer = assistant.answer(Question(question=question))
    assert answer.status == "not_specified"
    assert answer.text.startswith(f"查到的这一点是{told}的，{subject}的没有查到。")
    assert answer.unspecified == (subject,)


@pytest.mark.parametrize(
    "question",
    ["专利代理师要实习多久", "商标代理机构备案管几年", "专利和商标代理信用评价推行吗", "代理师要实习多久"],
)
def test_and_its_own_rule_is_told(assistant: Assistant, question: str) -> None:
    assert assistant.answer(Question(question=question)).status == "answered"


def test_who_asks_about_both_is_told_of_either(knowledge_base: KnowledgeBase) -> None:
    document = knowledge_base.documents["shangbiao-daili-guiding-2022"]
    support = whole_of(document, document.provision(2), ())
    assert another_subject(understand("专利代理要备案几年"), support) == ("专利代理", "商标代理")
    assert another_subject(understand("专利代理和商标代理都要备案吗"), support) is None
    assert another_subject(understand("要备案几年"), support) is None


def test_hardly_a_question_of_the_bank_is_answered_under_another_subject(
    knowledge_base: KnowledgeBase,
) -> None:
    """Of those that name a subject; what is left are mixed questions."""
    named = denied = 0
    for asked in packaged_sources().bank:
        if not asked.clauses:
            continue
        document = knowledge_base.documents[asked.document_id]
        clauses = tuple(document.clause(key) for key in asked.clauses)
        support = Support(document, document.provision(clauses[0].provision), clauses, ())
        question = searchable(asked.question)
        named += any(pattern.search(question) for group in subjects() for pattern in group.values())
        denied += another_subject(understand(asked.question), support) is not None
    assert named > 2500
    assert denied <= 5


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("专利导航指南第5部分管的是哪一块？", "gbt-39551-2020"),
        ("专利代理条例第二十五条罚多少", "zhuanli-daili-tiaoli-2018"),
    ],
)
def test_a_number_of_another_text_is_none_of_ours(assistant: Assistant, question: str, document: str) -> None:
    answer = assistant.answer(Question(question=question))
    assert (answer.status, answer.citations[0].document_id) == ("answered", document)
