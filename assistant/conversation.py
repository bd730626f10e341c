"""How a turn stands to those before it: whether it leans on them, and what of them it points at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from knowledge_base.lexicon import patterns
from knowledge_base.numerals import NUMERAL, parse_numeral

LEANING_LIMIT = 24  # characters: a longer turn says for itself what it is about
LAST = -1
Manner = Literal["", "verbatim", "plain"]

# 第三个, 头一条, 最后那项, 前者; 第三条 is an item only where the turn says that it was listed
_ITEM = re.compile(
    rf"第(?P<n>{NUMERAL}|\d{{1,2}})(?:个|招|类|种|件|样|步|句)|(?P<first>头一?[个条项点招]|前者|第一(?:个|招))"
    r"|(?P<last>最后(?:那|一|的)*[个条项点招件]|后者)|(?P<other>(?:那|另)(?:外)?(?:另)?一(?:个|条|项|种))"
    rf"|(?:上面|上述|刚才|前面|你说|列)[^,，]{{0,6}}第(?P<m>{NUMERAL}|\d{{1,2}})[条项点]"
)
# 下一条, 再上面一条: counted from what was shown last
_STEP = re.compile(r"再?(?:(?P<on>下|后)|上|前)面?一[个条项款点招](?!问题)")


@dataclass(frozen=True, slots=True)
class Pointing:
    """What a turn says of the turns before.

    `leans`: it means little without them. `item`: place in the list shown last, from 1, `LAST` for its end.
    `step`: 1 for what comes after the item or provision shown last, -1 for what comes before it, 0 for neither.
    `manner`: the same again, word for word or plainer. `away`: it says that another subject begins.
    `own`: it says something of its own besides pointing.
    """

    leans: bool = False
    item: int | None = None
    step: int = 0
    manner: Manner = ""
    away: bool = False
    own: bool = True


def pointing(turn: str) -> tuple[Pointing, str]:
    """Read a `searchable` turn; gives what is left of it without the words of a correction, too."""
    words = patterns("turns")
    said = words["correction"].sub("", turn, count=1) or turn
    if corrects := said != turn:
        said = words["rejected"].sub("", said)
    item = _ITEM.search(said)
    manner: Manner = ""
    for name in ("verbatim", "plain"):
        if words[name].search(said):
            manner = "verbatim" if name == "verbatim" else "plain"
    step = _STEP.search(said)
    bare = words["plain"].sub("", words["verbatim"].sub("", _STEP.sub("", _ITEM.sub("", said))))
    own = bool(words["filler"].sub("", bare))
    away = bool(words["new_subject"].search(said))
    leans = len(said) <= LEANING_LIMIT and (corrects or bool(words["leans"].search(said)))
    stepped = 0 if step is None or item else 1 if step["on"] else -1
    return Pointing(leans and not away, _place(item), stepped, manner if not own else "", away, own), said


def _place(item: re.Match[str] | None) -> int | None:
    if item is None:
        return None
    if item["last"]:
        return LAST
    if item["other"]:
        return 2
    numeral = item["n"] or item["m"]
    return parse_numeral(numeral) if numeral else 1
