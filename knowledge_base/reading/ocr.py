"""Scanned pages and images, by an optional engine that brings its own models and needs no network."""

from __future__ import annotations

import io
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

from knowledge_base.reading.extract import Extract, count_characters
from knowledge_base.reading.faults import ReadingFault
from knowledge_base.reading.layout import Line, Page, flow

MEND = "安装 policy-assistant[ocr] 后重试"
MAX_PIXELS = 100_000_000
WARNING = "文字由识别得来，可能有错字：请对照原件"


def is_available() -> bool:
    """Whether the engine is installed; it is imported only where a page has to be recognised."""
    return find_spec("rapidocr") is not None


def read_image(data: bytes) -> Extract:
    """The text of one image. Raises `ReadingFault` where there is no engine, no image or no text."""
    from PIL import Image, UnidentifiedImageError

    if not is_available():
        raise ReadingFault(f"这是图片，需要文字识别：{MEND}")
    try:
        image = Image.open(io.BytesIO(data))
        if image.width * image.height > MAX_PIXELS:
            raise ReadingFault(f"图片有 {image.width} × {image.height} 像素，太大：请缩小后再导入")
        return read_pages([image.convert("RGB")])
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
        raise ReadingFault("图片损坏，打不开：请重新扫描或下载") from error


def read_pages(images: Iterable[Any]) -> Extract:
    """The text of pages given as images, one after the other."""
    import numpy as np
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})
    pages: list[Page] = []
    for image in images:
        found: Any = engine(np.asarray(image))
        texts = found.txts or ()
        boxes = found.boxes if found.boxes is not None else ()
        lines = _rows([_line(text, box) for text, box in zip(texts, boxes, strict=True)])
        pages.append(Page(lines, float(image.width)))
    text = flow(pages)
    if not text:
        raise ReadingFault("文字识别没有认出任何文字：请换更清晰的扫描件")
    characters = sum(count_characters(line.text) for page in pages for line in page.lines)
    return Extract(text, characters, len(pages), warnings=(WARNING,))


def _line(text: str, box: Any) -> Line:
    xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
    return Line(text, min(xs), max(xs), min(ys), max(ys) - min(ys))


def _rows(lines: list[Line]) -> list[Line]:
    """Boxes in reading order; those that stand side by side make one line."""
    rows: list[Line] = []
    for line in sorted(lines, key=lambda line: line.top):
        last = rows[-1] if rows else None
        if last and abs(line.top - last.top) < 0.5 * min(line.size, last.size):
            first, second = sorted((last, line), key=lambda piece: piece.left)
            text = f"{first.text} {second.text}"
            rows[-1] = Line(
                text, first.left, second.right, min(first.top, second.top), max(first.size, second.size)
            )
        else:
            rows.append(line)
    return rows
