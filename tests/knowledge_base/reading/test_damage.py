"""Whatever happens to a file's bytes on the way, the answer is a text or a fault, never a library's own error."""

from __future__ import annotations

import io
import random
from zipfile import ZipFile

import pytest

from knowledge_base.reading import ReadingFault, doc, ocr, read_bytes
from tests.knowledge_base.reading import making, ofd_making, pages

TRIALS = 40
ZIPPED = ("docx", "xlsx", "ofd")


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "ofd", "pdf", "doc", "html", "txt"])
def test_damaged_bytes_give_a_text_or_a_fault(
    monkeypatch: pytest.MonkeyPatch, lines: list[str], suffix: str
) -> None:
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    monkeypatch.setattr(doc.shutil, "which", lambda _: None)
    seed = _seed(suffix, lines[:24])
    chance = random.Random(suffix)
    faults = 0
    for trial in range(TRIALS):
        inside = suffix in ZIPPED and trial % 3 > 0
        data = _damaged_inside(seed, chance) if inside else _damaged(seed, chance)
        try:
            assert read_bytes(data, f"意见.{suffix}").text
        except ReadingFault:
            faults += 1
    assert faults < TRIALS or suffix in ZIPPED


def _seed(suffix: str, lines: list[str]) -> bytes:
    match suffix:
        case "docx":
            return making.numbered_docx(lines)
        case "xlsx":
            return making.workbook({"正文": [[line] for line in lines]})
        case "ofd":
            return ofd_making.with_template(lines)
        case "pdf":
            return making.reported_pdf(lines)
        case "doc":
            return (making.FILES / "numbered.doc").read_bytes()
        case "html":
            return pages.ministerial(lines, lines[0]).encode("gb18030")
        case _:
            return "\n".join(lines).encode()


def _damaged(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 3, 20])):
        place = chance.randrange(len(damaged))
        kind = chance.random()
        if kind < 0.6:
            damaged[place] = chance.randrange(256)
        elif kind < 0.8:
            del damaged[place : place + chance.randrange(1, min(200, len(damaged)))]
        else:
            damaged[place:place] = chance.randbytes(5)
    return bytes(damaged)


def _damaged_inside(data: bytes, chance: random.Random) -> bytes:
    """The zip stays whole and an entry is damaged, or is missing."""
    with ZipFile(io.BytesIO(data)) as archive:
        entries: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name, content in entries.items() if len(content) > 1])
    content = entries.pop(name)
    assert isinstance(content, bytes)
    if chance.random() > 0.2:
        entries[name] = _damaged(content, chance)
    return ofd_making.zipped(entries)


def test_tags_left_open_lose_no_text() -> None:
    page = (
        "<html><body>" + "".join(f"<font><b>第{number}段。<br>" for number in range(150)) + "</body></html>"
    )
    assert read_bytes(page.encode(), "a.html").text.split("\n") == [
        f"第{number}段。" for number in range(150)
    ]


def test_a_page_nested_without_end_is_refused() -> None:
    page = "<html><body>" + "<div>" * 20_000 + "知识产权服务业" + "</div>" * 20_000 + "</body></html>"
    with pytest.raises(ReadingFault, match="嵌套"):
        read_bytes(page.encode(), "a.html")
