"""Fixed sentences shown to people, read from `prompts/messages.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[1] / "prompts" / "messages.toml"


@cache
def _messages() -> dict[str, str]:
    return {name: entry["text"] for name, entry in tomllib.loads(_FILE.read_text("utf-8")).items()}


def message(name: str, /, **values: str) -> str:
    """The sentence of this name with its blanks filled. Raises `KeyError` for an unknown name or a blank left."""
    return _messages()[name].format(**values)


def has_message(name: str) -> bool:
    """Whether there is a sentence of this name."""
    return name in _messages()
