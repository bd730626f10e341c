"""Prompts are files under `prompts/`: a header that says what each is for, then the messages it makes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "prompts"
HEADER = ("purpose", "version", "variables", "reader")
_FILE = re.compile(r"---\n(?P<header>.*?)\n---\n(?P<body>.*)", re.DOTALL)
_PART = re.compile(r"^# (system|user)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """`variables` are the blanks; `parts` are role and text in order; `reader` says who reads what comes back."""

    name: str
    purpose: str
    version: int
    variables: tuple[str, ...]
    reader: str
    parts: tuple[tuple[str, str], ...]

    def messages(self, **values: str) -> list[tuple[str, str]]:
        """Role and text with every blank filled. Raises `KeyError` where `values` are not just the variables."""
        if set(values) != set(self.variables):
            raise KeyError(f"{self.name}: {sorted(set(values) ^ set(self.variables))}")
        return [(role, text.format(**values)) for role, text in self.parts]


@cache
def read_prompt(name: str) -> Prompt:
    """The prompt of this name. Raises `ValueError` where its file lacks the header or a part."""
    found = _FILE.fullmatch((FOLDER / f"{name}.md").read_text("utf-8"))
    if not found:
        raise ValueError(f"prompts/{name}.md 缺少文件头")
    header = dict(line.split(": ", 1) for line in found["header"].splitlines())
    if tuple(header) != HEADER:
        raise ValueError(f"prompts/{name}.md 的文件头应为 {'、'.join(HEADER)}")
    _, *pieces = _PART.split(found["body"])
    parts = tuple((role, text.strip()) for role, text in zip(pieces[::2], pieces[1::2], strict=True))
    return Prompt(
        name,
        header["purpose"],
        int(header["version"]),
        tuple(header["variables"].split(", ")),
        header["reader"],
        parts,
    )
