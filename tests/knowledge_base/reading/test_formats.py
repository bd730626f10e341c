"""Each format on three files made in different ways: every character kept, every paragraph, eighteen measures."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from knowledge_base.reading import Reading, read, read_bytes
from tests.knowledge_base.reading import making, ofd_making
from tests.knowledge_base.reading.conftest import assert_whole, blankless, measures

TABLE = ["格00 | 格01 | 格02 |", "格10 | 格11 | 格12 |", "表后的正文。"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_plain_text_is_kept_as_it_is(tmp_path: Path, lines: list[str], encoding: str, suffix: str) -> None:
    path = tmp_path / f"意见.{suffix}"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    reading = read(str(path))
    assert reading.text == "\n".join(lines)
    assert (reading.format, reading.source, reading.warnings) == (suffix, f"意见.{suffix}", ())
    assert_whole(reading, lines)


def test_metadata_is_read_from_the_text(whole: list[str]) -> None:
    metadata = read_bytes("\n".join(whole).encode(), "意见.txt").metadata
    assert metadata.title == "关于加快推动知识产权服务业高质量发展的若干意见"
    assert metadata.number == "黔知办发〔2023〕11号"
    assert metadata.published == date(2023, 11, 16)
    assert metadata.signed == date(2023, 11, 6)
    assert len(metadata.issuers) == 15


def test_docx_of_plain_paragraphs_keeps_all_but_the_running_head(lines: list[str]) -> None:
    reading = read_bytes(making.plain_docx(lines), "意见.docx")
    assert reading.text == "\n".join(lines)
    assert reading.characters_in - reading.characters_kept == len(making.RUNNING_HEAD)
    assert_whole(reading, lines)


def test_docx_with_automatic_numbers_and_a_table(lines: list[str]) -> None:
    reading = read_bytes(making.numbered_docx(lines), "意见.docx")
    assert reading.text.split("\n") == [*lines, *TABLE]


def test_docx_with_a_text_box_keeps_it_once(lines: list[str]) -> None:
    reading = read_bytes(making.boxed_docx(lines, "贵州省知识产权局文件"), "意见.docx")
    assert reading.text.split("\n") == [lines[0], "贵州省知识产权局文件", *lines[1:]]


def test_docx_with_tracked_changes_and_content_controls(lines: list[str]) -> None:
    reading = read_bytes(making.edited_docx(lines), "意见.docx")
    assert reading.text == "\n".join(lines)


@pytest.mark.parametrize("suffix", ["doc", "wps"])
def test_legacy_word_and_wps(whole: list[str], suffix: str) -> None:
    reading = read_bytes((making.FILES / "plain.doc").read_bytes(), f"意见.{suffix}")
    assert reading.format == "doc"
    assert reading.warnings == ()
    assert_whole(reading, whole)


def test_legacy_word_with_automatic_numbers_and_a_table(whole: list[str]) -> None:
    reading = read_bytes((making.FILES / "numbered.doc").read_bytes(), "意见.doc")
    assert reading.text.split("\n") == [*whole, *TABLE]


def test_legacy_word_with_tracked_changes_keeps_what_is_in_force(whole: list[str]) -> None:
    assert_whole(read_bytes((making.FILES / "edited.doc").read_bytes(), "意见.doc"), whole)


def test_pdf_without_indents(lines: list[str]) -> None:
    if not making.FONT.exists():
        pytest.skip("no Chinese font to embed on this machine")
    assert_whole(read_bytes(making.simple_pdf(lines), "意见.pdf"), lines)


def test_pdf_as_issued_loses_running_heads_and_page_numbers_alone(lines: list[str], title: str) -> None:
    if not making.FONT.exists():
        pytest.skip("no Chinese font to embed on this machine")
    reading = read_bytes(making.official_pdf(lines, title), "意见.pdf")
    assert_whole(reading, lines)
    running = len(making.RUNNING_HEAD) + len("—1—")
    assert reading.characters_in - reading.characters_kept == running * reading.pages


def test_pdf_with_a_font_that_is_not_embedded(lines: list[str]) -> None:
    reading = read_bytes(making.reported_pdf(lines), "意见.pdf")
    assert_whole(reading, lines)
    assert reading.characters_in - reading.characters_kept == len(f"第1页共{reading.pages}页") * reading.pages


@pytest.mark.parametrize(
    "make", [ofd_making.by_line, ofd_making.by_character, ofd_making.by_page, ofd_making.with_template]
)
def test_ofd(lines: list[str], make: Callable[[list[str]], bytes]) -> None:
    reading = read_bytes(make(lines), "意见.ofd")
    assert_whole(reading, lines)
    assert "贵州省知识产权局 贵州省版权局" in reading.text
    assert reading.pages > 1


def test_ofd_drops_the_running_head_of_its_template(lines: list[str]) -> None:
    reading = read_bytes(ofd_making.with_template(lines), "意见.ofd")
    running = len(ofd_making.HEAD) + len("—1—")
    assert reading.characters_in - reading.characters_kept == running * reading.pages


def test_xlsx_of_one_column(lines: list[str]) -> None:
    reading = read_bytes(making.workbook({"正文": [[line] for line in lines]}), "意见.xlsx")
    assert_whole(reading, lines)


def test_xlsx_of_a_task_table(lines: list[str]) -> None:
    rows = [["序号", "任务", "责任单位"], *([n, line, None] for n, line in enumerate(lines, 1))]
    reading = read_bytes(making.workbook({"分工": rows}), "分工.xlsx")
    assert reading.text.split("\n")[0] == "序号 | 任务 | 责任单位 |"
    assert [row.split(" | ")[1].removesuffix(" |") for row in reading.text.split("\n")[1:]] == lines


def test_xlsx_of_several_sheets_names_them_and_shows_values_as_people_see_them() -> None:
    sheets = {
        "受理": [["日期", "金额"], [datetime(2023, 11, 6), 12.0], [datetime(2023, 11, 6, 9, 30), 1.5]],
        "空表": [],
        "说明": [["以上数据\n截至年底"]],
    }
    reading = read_bytes(making.workbook(sheets), "统计.xlsx")
    expected = [
        "# 受理",
        "日期 | 金额 |",
        "2023-11-06 | 12 |",
        "2023-11-06 09:30 | 1.5 |",
        "# 说明",
        "以上数据 截至年底",
    ]
    assert reading.text.split("\n") == expected
    assert reading.pages == 3


def test_a_scanned_page_is_recognised_where_the_engine_is_installed(lines: list[str], title: str) -> None:
    pytest.importorskip("rapidocr")
    pdfium = pytest.importorskip("pypdfium2")
    if not making.FONT.exists():
        pytest.skip("no Chinese font to embed on this machine")
    page = pdfium.PdfDocument(making.official_pdf(lines[:14], title))[0]
    stream = io.BytesIO()
    page.render(scale=120 / 72).to_pil().save(stream, "PNG")
    reading = read_bytes(stream.getvalue(), "扫描.png")
    assert reading.format == "image"
    assert "识别" in reading.warnings[0]
    assert title in reading.text.split("\n")
    assert abs(len(blankless(reading.text)) - len(blankless("".join(lines[:14])))) < 40


def test_a_name_that_lies_is_said_and_the_content_read(lines: list[str]) -> None:
    reading: Reading = read_bytes(making.plain_docx(lines), "意见.doc")
    assert reading.format == "docx"
    assert reading.warnings == ("文件名是 .doc，内容却是 docx：已按内容读取",)
    assert len(measures(reading.text)) == 18
