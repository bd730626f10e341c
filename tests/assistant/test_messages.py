"""Fixed sentences: each is used, and each blank is filled."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from assistant.messages import has_message, message

ROOT = Path(__file__).parents[2]
MESSAGES = {
    name: entry["text"]
    for name, entry in tomllib.loads((ROOT / "prompts" / "messages.toml").read_text("utf-8")).items()
}
CODE = "\n".join(path.read_text("utf-8") for path in (ROOT / "assistant").rglob("*.py"))
SPEECH_AND_STATUS = {"greeting", "thanks", "identity", "out_of_scope", "clarify"}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_is_used(name: str) -> None:
    named = name in SPEECH_AND_STATUS or name.removesuffix("_en") in SPEECH_AND_STATUS
    assert named or re.search(rf"message\(\s*['\"]{name}['\"]", CODE)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_blank_is_filled_where_the_message_is_used(name: str) -> None:
    for call in re.findall(
        rf'message\(\s*[\'"]{name}[\'"]([^()]*(?:\([^()]*(?:\([^()]*\))?[^()]*\)[^()]*)*)\)', CODE
    ):
        given = set(re.findall(r"(\w+)=", call))
        assert given == set(re.findall(r"\{(\w+)\}", MESSAGES[name]))


@pytest.mark.parametrize("name", [name for name in MESSAGES if "{" in MESSAGES[name]])
def test_a_blank_left_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        message(name)


def test_an_unknown_name_is_an_error() -> None:
    assert not has_message("没有这句")
    with pytest.raises(KeyError):
        message("没有这句")
