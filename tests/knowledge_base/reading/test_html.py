"""Pages of three kinds of government sites, with and without the names that their systems give the main body."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from knowledge_base.reading import ReadingFault, read_bytes
from tests.knowledge_base.reading import pages
from tests.knowledge_base.reading.conftest import assert_whole

Make = Callable[[Sequence[str], str], str]
KINDS = [(pages.provincial, "utf-8"), (pages.ministerial, "gb18030"), (pages.county, "utf-8")]


@pytest.mark.parametrize(("make", "encoding"), KINDS)
@pytest.mark.parametrize("named", [True, False])
def test_the_main_body_alone_is_kept(
    lines: list[str], title: str, make: Make, encoding: str, named: bool
) -> None:
    page = make(lines, title)
    page = page if named else re.sub(' (?:class|id)="[^"]*"', "", page)
    reading = read_bytes(page.encode(encoding), "意见.html")
    assert_whole(reading, lines)
    assert reading.format == "html"
    assert reading.characters_in > reading.characters_kept


def test_metadata_comes_from_meta_tags_and_the_record_table(
    whole: list[str], lines: list[str], title: str
) -> None:
    reading = read_bytes(pages.provincial(whole, title).encode(), "意见.html")
    assert_whole(reading, lines)
    assert reading.metadata.number == "黔知办发〔2023〕11号"
    assert reading.metadata.published == date(2023, 11, 16)
    assert reading.metadata.fields["索引号"] == "000014349/2023-3645961"
    assert reading.metadata.fields["是否有效"] == ""
    assert reading.metadata.fields["文件标题"] == title


def test_what_the_text_leaves_out_is_completed_by_the_page() -> None:
    lines = ["为了做好今年的工作，现将有关事项公布如下。" * 3, "请各单位遵照执行。" * 6]
    metadata = read_bytes(
        pages.ministerial(lines, "知识产权服务工作安排").encode("gb18030"), "a.html"
    ).metadata
    assert metadata.title == "知识产权服务工作安排"
    assert metadata.issuers == ("贵州省知识产权局",)
    assert metadata.published == date(2023, 11, 16)


def test_source_lines_are_no_lines_of_the_text() -> None:
    page = "<html><body><p>知识\n产权服务<b>业</b>促进\r\n  发展。\n</p><div>GB/T\n29490<br>第二行</div></body></html>"
    assert read_bytes(page.encode(), "a.html").text == "知识产权服务业促进发展。\nGB/T 29490\n第二行"


def test_a_table_of_data_keeps_its_rows() -> None:
    page = "<html><body><p>标准如下：</p><table><tr><th>项目</th><th>标准</th></tr><tr><td><p>一等奖</p></td><td>十名</td></tr></table></body></html>"
    assert read_bytes(page.encode(), "a.html").text.split("\n") == [
        "标准如下：",
        "项目 | 标准 |",
        "一等奖 | 十名 |",
    ]


@pytest.mark.parametrize(
    "page", ["<html><body><div id='app'></div><script>show()</script></body></html>", "<!doctype html>"]
)
def test_a_page_that_scripts_fill_is_refused(page: str) -> None:
    with pytest.raises(ReadingFault, match=r"没有(读出文字|内容)"):
        read_bytes(page.encode(), "a.html")
