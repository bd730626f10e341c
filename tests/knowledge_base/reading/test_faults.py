"""Every fault says in one Chinese line what is wrong and what mends it."""

from __future__ import annotations

import io
import re
import stat
import struct
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from knowledge_base import reading
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.reading import ReadingFault, archive, doc, ocr, pdf, read, read_bytes
from tests.knowledge_base.reading import making, ofd_making

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PAGE = '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"/>'


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(ReadingFault) as caught:
        read_bytes(data, name)
    message = str(caught.value)
    assert isinstance(caught.value, KnowledgeBaseError)
    assert "\n" not in message
    assert re.search("[一-鿿]", message)
    return message


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "空.txt", "空的"),
        (b" \n\t ", "空.txt", "空的"),
        ("\u200b\ufeff".encode(), "空.txt", "没有读出文字"),
        (b"\x00\x01\x02\x03" * 20, "a.txt", "不是能读的格式"),
        (b"{\\rtf1\\ansi hello}", "旧.doc", "RTF"),
        (b"MIME-Version: 1.0\r\n", "旧.doc", "MHT"),
        (b"Rar!\x1a\x07\x00", "包.rar", "解压"),
        (b"7z\xbc\xaf\x27\x1c", "包.7z", "解压"),
        (b"\x1f\x8b\x08\x00", "包.gz", "解压"),
        (b"PK\x05\x06" + bytes(18), "包.zip", "压缩包"),
        (b"PK\x03\x04" + bytes(40), "坏.docx", "损坏"),
        (b"%PDF-1.7\nnothing", "坏.pdf", "损坏"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "坏.png", "图片"),
        (OLE, "坏.doc", "没有文字稿"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "锁.docx", "先去掉密码"),
        (OLE + "Workbook".encode("utf-16-le"), "旧.xls", "xlsx"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_content(data: bytes, name: str, said: str) -> None:
    assert said in refusal(data, name)


@pytest.mark.parametrize(
    ("entries", "name", "said"),
    [
        ({"ppt/presentation.xml": "<a/>"}, "讲稿.pptx", "演示文稿"),
        ({"readme.txt": "正文"}, "包.zip", "解压后逐个导入"),
        ({"word/document.xml": "<a/>"}, "坏.docx", "损坏"),
        ({"xl/workbook.xml": "<a"}, "坏.xlsx", "损坏"),
        ({"OFD.xml": "<a"}, "坏.ofd", "不是合格的 XML"),
        (
            {"OFD.xml": "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>"},
            "坏.ofd",
            "Doc_0/Document.xml",
        ),
        ({"OFD.xml": "<OFD/>"}, "坏.ofd", "没有页面"),
    ],
)
def test_archives_that_are_none_of_ours_or_broken(
    entries: dict[str, str | bytes], name: str, said: str
) -> None:
    assert said in refusal(ofd_making.zipped(entries), name)


def test_ofd_coordinates_that_are_no_numbers() -> None:
    made = ofd_making.package(
        [['<ofd:TextObject Boundary="a b c d" Size="4"><ofd:TextCode>字</ofd:TextCode></ofd:TextObject>']]
    )
    assert "坐标不是数字" in refusal(made, "坏.ofd")


def test_ofd_entities_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    made = ofd_making.package(
        [
            [
                "<ofd:TextObject Boundary='0 0 9 9' Size='4'><ofd:TextCode X='0' Y='0'>公开&x;</ofd:TextCode></ofd:TextObject>"
            ]
        ]
    )
    entries: dict[str, str | bytes] = {
        name: ZipFile(io.BytesIO(made)).read(name) for name in ZipFile(io.BytesIO(made)).namelist()
    }
    page = "Doc_0/Pages/Page_0/Content.xml"
    declared = f'<!DOCTYPE p [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    content = entries[page]
    assert isinstance(content, bytes)
    entries[page] = content.replace(b'encoding="UTF-8"?>', b'encoding="UTF-8"?>' + declared.encode())
    assert "机密" not in read_bytes(ofd_making.zipped(entries), "a.ofd").text


def test_a_truncated_file_is_broken(lines: list[str]) -> None:
    for data, name in [
        (making.plain_docx(lines), "a.docx"),
        (making.workbook({"a": [["字"]]}), "a.xlsx"),
        (ofd_making.by_line(lines), "a.ofd"),
    ]:
        assert "损坏" in refusal(data[: len(data) // 2], name)


def test_a_damaged_entry_is_broken(lines: list[str]) -> None:
    data = bytearray(ofd_making.by_line(lines))
    start = data.index(b"Page_0/Content.xml") + 40
    data[start : start + 60] = bytes(60)
    assert "损坏" in refusal(bytes(data), "a.ofd")


def test_a_zip_bomb_is_refused_unopened() -> None:
    bomb = ofd_making.zipped({"word/document.xml": bytes(20 * 1024 * 1024)})
    assert "压缩炸弹" in refusal(bomb, "a.docx")


def test_an_archive_of_too_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    assert "4 个条目" in refusal(ofd_making.zipped({f"{n}.xml": "<a/>" for n in range(4)}), "a.ofd")


def test_an_archive_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 100)
    assert "压缩炸弹" in refusal(ofd_making.zipped({"OFD.xml": "x" * 101}), "a.ofd")


def test_a_locked_archive() -> None:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as made:
        made.writestr("OFD.xml", "<a/>")
        made.infolist()[0].flag_bits |= 1
    assert "先去掉密码" in refusal(stream.getvalue(), "a.ofd")


def test_a_locked_pdf(lines: list[str]) -> None:
    assert "先去掉密码" in refusal(making.reported_pdf(lines, encrypt="secret"), "锁.pdf")


def test_a_locked_legacy_file() -> None:
    data = bytearray((making.FILES / "plain.doc").read_bytes())
    header = data.index(b"\xec\xa5")
    (flags,) = struct.unpack_from("<H", data, header + 0x0A)
    struct.pack_into("<H", data, header + 0x0A, flags | 0x0100)
    assert "先去掉密码" in refusal(bytes(data), "锁.doc")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (making.blank_pdf(3), "扫描.pdf"),
        (ofd_making.package([[ofd_making.picture()]] * 2), "扫描.ofd"),
        (b"\xff\xd8\xff\xe0", "扫描.jpg"),
    ],
)
def test_scans_name_the_mend_where_no_engine_is_installed(
    monkeypatch: pytest.MonkeyPatch, data: bytes, name: str
) -> None:
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    message = refusal(data, name)
    assert "文字识别" in message
    assert "policy-assistant[ocr]" in message


def test_a_word_file_of_pictures(tmp_path: Path) -> None:
    from docx import Document
    from PIL import Image

    Image.new("RGB", (20, 20)).save(tmp_path / "scan.png")
    document = Document()
    document.add_picture(str(tmp_path / "scan.png"))
    document.save(str(tmp_path / "scan.docx"))
    assert "只有图片" in refusal((tmp_path / "scan.docx").read_bytes(), "扫描.docx")


def test_a_pdf_with_far_fewer_characters_than_its_pages_promise() -> None:
    assert "3 页几乎没有文字" in refusal(making.reported_pages(["正" * 30, *[""] * 3, "文" * 30]), "a.pdf")


def test_a_pdf_with_some_bare_pages_is_read_with_a_warning() -> None:
    found = read_bytes(making.reported_pages(["正" * 30, "", "文" * 30]), "a.pdf")
    assert found.warnings == ("第 2 页几乎没有文字：如果是扫描页，其中的内容没有读到",)


def test_a_pdf_of_glyphs_without_meaning() -> None:
    assert "乱码" in refusal(making.reported_pages(["\ue123" * 30]), "a.pdf")


def test_radicals_that_stand_for_characters_are_said_and_mended() -> None:
    if not making.FONT.exists():
        pytest.skip("no Chinese font to embed on this machine")
    found = read_bytes(making.simple_pdf(["第⼀条　⽅案由省⼈民政府批准，⾃公布之日起施行。"]), "a.pdf")
    assert "第一条" in found.text
    assert "方案由省人民政府批准，自公布之日起施行。" in found.text
    assert "部首" in found.warnings[0]


def test_a_pdf_of_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    assert "3 页，超过上限 2 页" in refusal(making.blank_pdf(3), "a.pdf")


def test_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert "超过上限" in refusal(b"x" * 11, "a.txt")
    (tmp_path / "a.txt").write_bytes(b"x" * 11)
    with pytest.raises(ReadingFault, match="超过上限"):
        read(str(tmp_path / "a.txt"))


def test_a_workbook_of_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge_base.reading import xlsx

    monkeypatch.setattr(xlsx, "MAX_CELLS", 3)
    assert "太大" in refusal(making.workbook({"a": [["字"] * 4]}), "a.xlsx")


def test_hidden_sheets_are_said() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(making.workbook({"公开": [["甲"]], "底稿": [["乙"]]})))
    book["底稿"].sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    assert "底稿" in read_bytes(stream.getvalue(), "a.xlsx").warnings[0]


def test_no_such_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadingFault, match="找不到文件"):
        read(str(tmp_path / "没有.txt"))
    with pytest.raises(ReadingFault, match="是文件夹"):
        read(str(tmp_path))
    with pytest.raises(ReadingFault, match="读不了"):
        read("a\0b.txt")


def damaged_doc() -> bytes:
    """A legacy file whose header is whole and whose piece table is gone."""
    data = bytearray((making.FILES / "plain.doc").read_bytes())
    header = data.index(b"\xec\xa5")
    struct.pack_into("<II", data, header + 0x1A2, 0xFFFFFF, 0xFFFF)
    return bytes(data)


def test_a_legacy_file_that_nothing_can_read_names_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc.shutil, "which", lambda _: None)
    assert "LibreOffice" in refusal(damaged_doc(), "坏.doc")


def test_office_is_asked_where_the_library_gives_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: list[str]
) -> None:
    (tmp_path / "answer.docx").write_bytes(making.plain_docx(lines))
    office = _program(tmp_path, f'cp "{tmp_path}/answer.docx" "$(dirname "${{@: -1}}")/source.docx"')
    monkeypatch.setattr(doc.shutil, "which", lambda _: office)
    assert read_bytes(damaged_doc(), "旧.doc").text == "\n".join(lines)


@pytest.mark.parametrize("does", ["exit 1", "exit 0"])
def test_where_office_gives_up_too_the_file_is_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, does: str
) -> None:
    office = _program(tmp_path, does)
    monkeypatch.setattr(doc.shutil, "which", lambda _: office)
    assert "已损坏" in refusal(damaged_doc(), "坏.doc")


def _program(folder: Path, does: str) -> str:
    path = folder / "soffice"
    path.write_text(f"#!/bin/bash\n{does}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)
