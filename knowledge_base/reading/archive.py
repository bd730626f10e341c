"""Opening zip-based formats without being blown up by them."""

from __future__ import annotations

import io
from zipfile import ZipFile

from knowledge_base.reading.faults import ReadingFault, damaged

MAX_ENTRIES = 5_000
MAX_UNPACKED = 256 * 1024 * 1024
# Deflate packs plain XML perhaps 30 to 1; only what was made to explode comes near its limit of 1,032.
MAX_RATIO = 400
_RATIO_FROM = 8 * 1024 * 1024
_ENCRYPTED = 0x1
_BROKEN = "文件损坏，打不开其中的压缩包：请重新下载，或用原程序打开后另存一份"


def open_archive(data: bytes) -> ZipFile:
    """The archive with its announced sizes checked; `zipfile` itself never unpacks more than announced.

    Raises `ReadingFault` where it is broken, encrypted or a bomb.
    """
    with damaged(_BROKEN):
        archive = ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise ReadingFault("文件加了密码：请先去掉密码再导入")
    if len(entries) > MAX_ENTRIES:
        raise ReadingFault(
            f"文件里有 {len(entries)} 个条目，超过上限 {MAX_ENTRIES} 个：不像正常的公文，已拒绝"
        )
    if unpacked > MAX_UNPACKED or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * len(data)):
        raise ReadingFault(
            f"文件解压后有 {unpacked // 1024 // 1024} MB，疑似压缩炸弹，已拒绝：请核对来源，或另存为较小的文件"
        )
    return archive


def check_entries(archive: ZipFile) -> None:
    """For libraries that unpack by themselves. Raises `ReadingFault` where an entry is damaged."""
    with damaged(_BROKEN):
        bad = archive.testzip()
    if bad is not None:
        raise ReadingFault(_BROKEN)


def read_entry(archive: ZipFile, name: str) -> bytes:
    """One entry's bytes. Raises `ReadingFault` where it is missing or damaged."""
    with damaged(f"文件损坏，缺少或读不出 {name}：请重新下载，或用原程序打开后另存一份"):
        return archive.read(name)
