"""Each exported file is opened again: quotes, places, states and receipts are in it, and the Chinese can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pypdf
import pytest
from docx import Document as open_word

from assistant.contract import Answer, Question
from assistant.export import FORMATS, Exchange, FontMissing, Format, Sheet, sheet, typeface, written
from assistant.pipeline import Assistant

DAY = date(2026, 11, 23)
EVIL = '#link("x") $x^2$ *粗* <script>alert(1)</script> [a](javascript:1) `码` \\n @ref ${x}'
ASKED = [
    "我们代理所评上高企有什么支持",
    "引进人才能拿多少补贴",
    "修订后的商标法第六十五条对商标代理从业人员有什么要求",
    "怎么考驾照",
    EVIL,
]


@pytest.fixture(scope="module")
def exchanges(assistant: Assistant) -> list[Exchange]:
    return [Exchange(asked, assistant.answer(Question(question=asked, as_of=DAY))) for asked in ASKED]


@pytest.fixture(scope="module")
def content(assistant: Assistant, exchanges: list[Exchange]) -> Sheet:
    return sheet(exchanges, assistant.knowledge_base, DAY)


def markdown_words(body: bytes) -> str:
    return re.sub(r"\\([\\`*_{}\[\]<>#|~!$&])", r"\1", body.decode("utf-8"))


def word_words(body: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in open_word(BytesIO(body)).paragraphs)


def pdf_words(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(body)).pages)


READERS: dict[Format, Callable[[bytes], str]] = {"md": markdown_words, "docx": word_words, "pdf": pdf_words}


def squeezed(text: str) -> str:
    """Blanks, line breaks and the footers that stand between two pages are the form's, not the text's."""
    text = re.sub(r"效力按[^\n]*第\s*\d+\s*页[^\n]*", "", text)
    return re.sub(r"[\s>]+", "", text)


@pytest.mark.parametrize("form", FORMATS)
def test_every_quote_place_number_and_receipt_is_in_the_file(
    form: Format, content: Sheet, exchanges: list[Exchange]
) -> None:
    said = squeezed(READERS[form](written(content, form)))
    for exchange in exchanges:
        assert squeezed(exchange.question) in said
        assert exchange.answer.receipt in said
        for citation in exchange.answer.citations:
            assert squeezed(citation.quote) in said
            assert squeezed(f"《{citation.document_title}》") in said
            assert squeezed(citation.document_number) in said
            assert squeezed(f"{citation.provision}{citation.heading}") in said
        for notice in exchange.answer.notices:
            assert squeezed(notice) in said
        assert squeezed("、".join(exchange.answer.unspecified)) in said


@pytest.mark.parametrize("form", FORMATS)
def test_kind_state_and_strength_are_told(form: Format, content: Sheet) -> None:
    said = squeezed(READERS[form](written(content, form)))
    assert "尚未施行（自2027年1月1日起施行。在此之前适用《商标法（2019年修正）》）" in said
    assert "摘要，不是原文" in said
    assert "力度：支持性表述" in said
    assert "效力按2026年11月23日判断" in said


def test_the_state_follows_the_day(assistant: Assistant, exchanges: list[Exchange]) -> None:
    later = sheet(exchanges[2:3], assistant.knowledge_base, date(2027, 1, 1))
    facts = dict(later.turns[0].references[0].facts)
    assert facts["效力"].startswith("现行（自2027年1月1日起施行")


def test_the_pdf_carries_its_chinese_typeface(content: Sheet) -> None:
    file = pypdf.PdfReader(BytesIO(written(content, "pdf")))
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in file.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        assert "CJK" in font["/FontName"]
        assert {"/FontFile2", "/FontFile3"} & set(font)
    assert file.metadata is not None
    assert file.metadata.title == "政策依据单"
    assert file.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert file.trailer["/Root"]["/Lang"] == "zh-CN"


@pytest.mark.parametrize("form", ["md", "pdf"])
def test_the_same_answers_give_the_same_bytes(form: Format, content: Sheet) -> None:
    assert written(content, form) == written(content, form)


def test_markup_that_was_typed_stays_words(content: Sheet) -> None:
    text = written(content, "md").decode("utf-8")
    assert "<script>" not in text.replace("\\<", "")
    assert "](javascript" not in text.replace("\\]", "")
    assert EVIL.partition(" ")[2][:5] in pdf_words(written(content, "pdf"))


def test_control_characters_do_not_break_a_file(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="孩子上学有什么照顾"))
    for form in FORMATS:
        content = sheet([Exchange("甲\x00\x0b乙", answer)], assistant.knowledge_base, DAY)
        assert written(content, form)


def forged(answer: Answer, **changes: object) -> Answer:
    first = answer.citations[0].model_copy(update=changes)
    return answer.model_copy(update={"citations": (first, *answer.citations[1:])})


@pytest.mark.parametrize(
    "changes", [{"quote": "每户奖励一百万元。"}, {"start": 0}, {"number": 3}, {"document_id": "none"}]
)
def test_a_quote_that_is_not_in_its_text_is_said_not_to_be(
    assistant: Assistant, exchanges: list[Exchange], changes: dict[str, object]
) -> None:
    answer = forged(exchanges[0].answer, **changes)
    turn = sheet([Exchange("问", answer)], assistant.knowledge_base, DAY).turns[0]
    assert turn.references[0].fault
    assert "不能作为依据" in turn.checked


def test_titles_come_from_the_texts_not_from_what_is_handed_in(
    assistant: Assistant, exchanges: list[Exchange]
) -> None:
    answer = forged(exchanges[0].answer, document_title="假标题", text_kind="original")
    turn = sheet([Exchange("问", answer)], assistant.knowledge_base, DAY).turns[0]
    assert "若干意见" in turn.references[0].title


def test_a_sentence_that_its_quotes_do_not_carry_is_counted(
    assistant: Assistant, exchanges: list[Exchange]
) -> None:
    answer = exchanges[0].answer
    promise = answer.statements[0].model_copy(update={"text": "每家奖励100万元。"})
    made_up = answer.model_copy(update={"statements": (promise,)})
    turn = sheet([Exchange("问", made_up)], assistant.knowledge_base, DAY).turns[0]
    assert "1 句不能由所引文字证明" in turn.checked


def test_without_a_typeface_the_person_is_told_the_mend(
    content: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    typeface.typefaces.cache_clear()
    monkeypatch.setattr(typeface, "FAMILIES", ("没有的字体",))
    with pytest.raises(FontMissing, match="make browser") as told:
        written(content, "pdf")
    assert "\n" not in str(told.value)
    assert written(content, "docx")
    typeface.typefaces.cache_clear()


def test_the_systems_typeface_serves_where_the_packages_is_missing(
    content: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    typeface.typefaces.cache_clear()
    monkeypatch.setattr(typeface, "package_folder", lambda: None)
    try:
        assert "政策依据单" in squeezed(pdf_words(written(content, "pdf")))
    except FontMissing:
        pytest.skip("this system has no Chinese typeface")
    finally:
        typeface.typefaces.cache_clear()
