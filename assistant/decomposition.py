"""A tangled question taken apart: the pieces that ask something of their own, in order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge_base.lexicon import patterns

_CHINESE = re.compile("[\u4e00-\u9fff]")
PARTS_AT_MOST = 5
_NUMBERED = re.compile(r"(?:^|[\s,，。;；:：?？])(?:\d[.、．)）](?!\d)|[(（]\d[)）]|[①②③④⑤⑥])\s*")
_MARKS = " ,，、"
_PAUSES = tuple(_MARKS)
_ASKED, _STATED = set("?？"), set("。！!")
LEAST = 3  # characters that a question of its own has
ACCOUNT_LENGTH = 50  # characters: who writes more tells a story, too, whatever its words
_SENTENCE_END = re.compile(r"[。！!?？]+|\n")

_BREAK = re.compile(
    r"[?？!！。;；\n]+|[,，、](?=\S)|(?<=[吗嘛])(?=[^\s,，。?？!！呢啊]{4})|(?:,|，)?(?=(?<!要)(?<!要不)(?<!能不)(?<!有没有)另外|还有[^没]|顺便|再就是|以及|再(?:说说|讲讲|问))|\s+"
)
_QUOTED = re.compile(r"“[^“”]*”|「[^「」]*」|《[^《》]*》|\"[^\"]*\"")


def pieces(question: str) -> tuple[str, ...]:
    """The questions in a text as typed; the text itself where it asks only one.

    Items that are numbered are questions each. A stretch that asks nothing is the setting of the question after it, or the tail of the one before;
    one that only asks whether or how that is put (写了没, 文件里怎么规定的) is its tail, too. Whether something is true (真的吗) is asked of what was said
    before it, or else of what comes after; what is only turned to (国家那份呢，几个部门) is the setting of what is asked of it. Of an account with
    question marks the sentences without one tell, whatever their words. What is quoted is never taken apart.
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
    told = _told(question, quoted)
    for start, end in cuts:
        stretch = question[at:start]
        bare = stretch.strip(_MARKS)
        joined = question[start:end].strip() or (" " if end > start else "")
        turned_to = joined in _PAUSES and not found and not setting and words["turned_to"].search(bare)
        telling = turned_to or _within(at, told)
        at = end
        if telling or not _asks(bare, joined) or (not setting and words["asks_nothing"].search(bare)):
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


def _told(question: str, quoted: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where the sentences of an account stand that end in no question mark, if any of it does, and that do not plainly ask."""
    ends = [match for match in _SENTENCE_END.finditer(question) if not _within(match.start(), quoted)]
    spans = list(zip([0, *(match.end() for match in ends)], ends, strict=False))
    if len(question) < ACCOUNT_LENGTH or not any(set(end.group()) & _ASKED for _, end in spans):
        return []
    told = [
        (begin, end.end())
        for begin, end in spans
        if set(end.group()) & _STATED and not set(end.group()) & _ASKED
    ]
    plainly = patterns("asking")["plainly"]
    return [(begin, stop) for begin, stop in told if not plainly.search(question[begin:stop])]


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _asks(stretch: str, mark: str) -> bool:
    """Whether a stretch asks something; words that ask are taken for said of something unknown (囤了几个牌子) before no question mark."""
    words = patterns("asking")
    if not set(mark) & _ASKED:
        stretch = words["unasked"].sub("", stretch)
    return len(re.sub(r"\W", "", stretch)) >= LEAST and bool(words["asks"].search(stretch))
