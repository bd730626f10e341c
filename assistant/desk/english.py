"""The page's own words in English: `english.json`, which `english.js` puts in their place at a switch."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".json")


@cache
def renderings() -> dict[str, str]:
    """What the page says → the same in English; `#` stands for a number and `{}` for anything else."""
    read: dict[str, str] = json.loads(_FILE.read_text("utf-8"))
    return read


def as_script() -> str:
    """The same as an object of a script; `<` is escaped as in any script of a page."""
    return json.dumps(renderings(), ensure_ascii=False).replace("<", "\\u003c")
