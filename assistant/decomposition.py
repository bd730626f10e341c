"""A tangled question taken apart: the pieces that ask something of their own, in order."""

from __future__ import annotations

import re

from knowledge_base.lexicon import patterns

_CHINESE = re.compile("[\u4e00-\u9fff]")
PARTS_AT_MOST = 5
_NUMBERED = re.compile(r"(?:^|[\s,，。;；:：?？])(?:\d[.、．)）](?!\d)|[(（]\d[)）]|[①②③④⑤⑥])\s*")
_MARKS = " ,，、"
LEAST = 3  # characters that a question of its own has

_BREAK = re.compile(
    r"[?？!！。;；\n]+|[,，、](?=\S)|(?<=[吗嘛])(?=[^\s,，。?？!！呢啊]{4})|(?:,|，)?(?=(?<!要)(?<!要不)(?<!能不)(?<!有没有)另外|还有[^没]|顺便|再就是|以及|再(?:说说|讲讲|问))|\s+"
)
_QUOTED = re.compile(r"“[^“”]*”|「[^「」]*」|《[^《》]*》|\"[^\"]*\"")


def pieces(question: str) -> tuple[str, ...]:
    """The questions in a text as typed; the text itself where it asks only one.

    Items that are numbered are questions each. A stretch that asks nothing is the setting of the question after it, or the tail of the one before;
    one that only asks whether or how that is put (写了没, 文件里怎么规定的) is its tail, too. Whether something is true (真的吗) is asked of what was said
    before it, or else of what comes after. What is quoted is never taken apart.
    """
    words = patterns("asking")
    items = [item.strip(" ,，;；") for item in _NUMBERED.split(question)[1:]]
    if len(items) > 1 and all(len(item) >= LEAST for item in items):
        return tuple(items[:PARTS_AT_MOST])
    if not _CHINESE.search(question):
        return (question,)
    found: list[str] = []
    setting = ""
    at = 0
    quoted = [match.span() for match in _QUOTED.finditer(question)]
    cuts = [match.span() for match in _BREAK.finditer(question)]
    cuts = [cut for cut in cuts if not any(start < cut[0] and cut[1] < end for start, end in quoted)]
    cuts.append((len(question), len(question)))
    for start, end in cuts:
        stretch = question[at:start]
        bare = stretch.strip(_MARKS)
        joined = question[start:end].strip() or (" " if end > start else "")
        at = end
        if not _asks(bare) or (not setting and words["asks_nothing"].search(bare)):
            setting += stretch + joined
            continue
        if found and not setting and words["mention_alone"].search(bare):
            found[-1] = f"{found[-1].rstrip('?？')} {bare}"
            continue
        found.append((setting + stretch).strip() + (joined if joined in "?？" else ""))
        setting = ""
    if not found or len(found) == 1:
        return (question,)
    if setting.strip():
        found[-1] += " " + setting.strip()
    return tuple(found[:PARTS_AT_MOST])


def _asks(stretch: str) -> bool:
    long = len(re.sub(r"\W", "", stretch)) >= LEAST
    return long and bool(patterns("asking")["asks"].search(stretch))
