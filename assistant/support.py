"""Is a statement supported by the words it cites? Measured, with limits fitted on planted faults.

The laws of `grounding` forbid foreign numbers, quotations and stronger words. They let pass what is false in plain
words: another actor, a benefit nobody mentioned, one clause's verb upon another clause's object. This room refuses those.
It errs on the side of refusing: a true sentence lost costs a nicer wording, a false one let through costs trust.

Limits: `eval/fit_support.py` fits them and measures precision and recall; see `docs/evaluation.md`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from assistant.contract import Citation
from assistant.grounding import tokens
from knowledge_base import ClauseRecord
from knowledge_base.lexicon import support_words
from knowledge_base.normalisation import searchable
from knowledge_base.sources import DATA

_MARKER = re.compile(r"\[\d+\]")
_SEGMENT = re.compile(r"[,;。!?:\n]+")  # in searchable form, where commas are half width
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z][a-z0-9.]*")
# Counts that the laws' numbers leave out: 三个, 两家. 一个 and 一批 count nothing.
_COUNT = re.compile(
    r"(?:[二三四五六七八九十百千万两几数]|(?<!第)一(?![个批些项方定系致体直般切])|十?[一二三四五六七八九])+(?:个|家|名|项|次|所|件|类|种|位|人|户|倍|届|轮)"
)
_PLACE = re.compile(
    r"第[〇零一二三四五六七八九十百\d]+[条款项章部分]+|\([一二三四五六七八九十]+\)|《[^》]*》"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares are of content characters, 0..1; `gap` counts content characters in a row that the source lacks."""

    coverage: float
    gap: int
    bound: float


@dataclass(frozen=True)
class Source:
    """A citation and, where its clause has been read, the reading."""

    citation: Citation
    record: ClauseRecord | None

    @property
    def text(self) -> str:
        """What may be said on the strength of it: the quote, its reviewed gist, the names of its document.

        Not the heading: its verb upon the clause's object is a sentence that nobody wrote.
        """
        said = [self.citation.quote, self.record.gist if self.record else ""]
        named = [self.citation.document_title, self.citation.document_number]
        return searchable("\n".join([*said, *named, self.citation.provision]))


def read_limits(path: Path = DATA / "support" / "limits.json") -> Limits:
    """The fitted limits."""
    return Limits(**json.loads(path.read_text("utf-8"))["limits"])


def unsupported(text: str, sources: Sequence[Source], missing: Iterable[str], limits: Limits) -> str:
    """Why the cited words do not carry the statement, in one Chinese phrase; empty where they do.

    `missing` names the aspects that the judge found unstated; a statement that a text is silent may only name these
    and those that the cited clauses leave open.
    """
    bare = searchable(_MARKER.sub(" ", text))
    segments = [segment for segment in map(str.strip, _SEGMENT.split(bare)) if _HAN.search(segment)]
    if not segments:
        return "没有内容"
    if "?" in bare:
        return "要写成陈述句，不要提问"
    silent = re.compile(support_words().silence)
    told = [segment for segment in segments if not silent.search(segment)]
    for segment in segments:
        if silent.search(segment):
            # 申报条件和材料,文件未规定: what is missing stands before the comma
            named = segment if _aspects(segment) or len(told) == 0 else bare
            if fault := _false_silence(named, sources, missing, limits):
                return fault
    if len(told) < len(segments):
        told = [segment for segment in told if not _aspects(segment)]
    before: set[int] | None = None
    for segment in told:
        faults = [_fault(segment, source, limits) for source in sources]
        if all(faults):
            return faults[0]
        carriers = {number for number, fault in enumerate(faults) if not fault}
        if before is not None and not before & carriers and not _stands_alone(segment):
            return "两条原文的内容要分成两句"  # it would go on with the subject of another clause
        before = carriers
    return _unhedged(bare, sources) if told else ""


def _fault(segment: str, source: Source, limits: Limits) -> str:
    """Why one citation alone does not carry the segment: facts of two clauses are not to be mixed in one breath."""
    words, said = support_words(), source.text
    for token in [*tokens(segment), *_COUNT.findall(segment), *_LATIN.findall(segment)]:
        if token.replace(" ", "") not in said.replace(" ", ""):
            return f"“{token}”不在所引原文里"
    covered = _covered(segment, said)
    for word in (*words.critical, *words.negations):
        for found in re.finditer(re.escape(word), segment):
            if not _stands_in(segment, found, said):
                return f"“{word}”不是原文的意思"
    foreign = [actor for actor in _actors(segment) if not _has_actor(actor, said)]
    if foreign:
        return f"原文没有说“{foreign[0]}”"
    content = _content(segment)
    share = sum(covered[at] for at in content) / len(content) if content else 1.0
    if share < limits.coverage or _longest_gap(content, covered) > limits.gap:
        return "有原文没有的内容"
    return _misbound(segment, said, limits)


def _stands_alone(segment: str) -> bool:
    """Whether the segment has a verb or a subject of its own."""
    return bool(_actors(segment)) or any(word in segment for word in support_words().directing)


def _stands_in(segment: str, found: re.Match[str], said: str) -> bool:
    """Whether the word stands in the source beside a character that it stands beside here: 非正常, not 非 alone."""
    begin, end = found.span()
    if end - begin > 1:
        return found.group() in said
    around = [segment[max(begin - 1, 0) : end], segment[begin : end + 1]]
    return any(len(pair) > 1 and _HAN.match(pair[-1]) and pair in said for pair in around)


def _covered(segment: str, said: str) -> list[bool]:
    """Character by character: is it part of two characters in a row that the source has too?"""
    covered = [False] * len(segment)
    for at in range(len(segment) - 1):
        if segment[at : at + 2] in said and not segment[at : at + 2].isspace():
            covered[at] = covered[at + 1] = True
    return covered


def _content(segment: str) -> list[int]:
    """Places of the Chinese characters that say something of their own."""
    words = support_words()
    blank = list(segment)
    for pattern in (_PLACE, _any_of((*words.common, *words.neutral))):
        for found in pattern.finditer(segment):
            blank[found.start() : found.end()] = " " * (found.end() - found.start())
    return [at for at, one in enumerate(blank) if _HAN.match(one) and one not in words.function]


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


def _longest_gap(content: Sequence[int], covered: Sequence[bool]) -> int:
    longest = run = 0
    for at in content:
        run = 0 if covered[at] else run + 1
        longest = max(longest, run)
    return longest


def _actors(text: str) -> list[str]:
    """Names of who acts or is acted upon, in order, the longest form of each."""
    forms = [form for name in support_words().actors for form in name]
    return _any_of(forms).findall(text)


def _forms(actor: str) -> tuple[str, ...]:
    return next(name for name in support_words().actors if actor in name)


def _has_actor(actor: str, said: str) -> bool:
    return any(form in said for form in _forms(actor))


def _misbound(segment: str, said: str, limits: Limits) -> str:
    """Every directing word works upon what it works upon in the source, and upon whom."""
    directing = _any_of(support_words().directing)
    places = [(found.group(), found.start(), found.end()) for found in directing.finditer(segment)]
    for (word, _, begin), (_, end, _) in pairwise([*places, ("", len(segment), 0)]):
        scopes = _scopes(word, said)
        if not scopes:
            return f"原文没有用“{word}”"
        mine = segment[begin:end]
        content = _content(mine)
        shares = [
            sum(covered[at] for at in content) / len(content) if content else 1.0
            for covered in (_covered(mine, scope) for scope in scopes)
        ]
        meant = [scope for scope, share in zip(scopes, shares, strict=True) if share >= limits.bound]
        if not meant:
            return f"原文的“{word}”说的不是这件事"
        theirs = [other for scope in meant for other in _actors(scope)[:1]]
        upon = _actors(mine)[:1]
        if upon and theirs and not any(other in _forms(upon[0]) for other in theirs):
            return f"原文的“{word}”针对的不是“{upon[0]}”"
    return ""


def _scopes(word: str, said: str) -> list[str]:
    """What follows each occurrence of a directing word in the source, up to the next such word or the line's end."""
    others = _any_of(support_words().directing)
    scopes = []
    for found in re.finditer(re.escape(word), said):
        rest = said[found.end() :]
        following = others.search(rest)
        scopes.append(rest[: following.start()] if following else rest)
    return scopes


def _unhedged(bare: str, sources: Sequence[Source]) -> str:
    """Guidance told without its 鼓励 or 引导 is told as a fact, which is more than the text says."""
    weak = all(source.citation.strength in ("guidance", "support") for source in sources)
    if not weak or any(word in bare for word in support_words().hedges):
        return ""
    return "原文是鼓励、引导或支持，要照样写出来"


def _aspects(text: str) -> list[str]:
    return [name for name, forms in support_words().aspects.items() if any(form in text for form in forms)]


def _false_silence(text: str, sources: Sequence[Source], missing: Iterable[str], limits: Limits) -> str:
    """That a text does not say something is a claim too: only of what is known to be left open."""
    stated = {name for source in sources if source.record for name in source.record.states}
    opened = {name for source in sources if source.record for name in source.record.leaves_open} | {*missing}
    named = _aspects(text)
    if not named or any(name in stated or name not in opened for name in named):
        return "不能说文件没有写这一点"
    aspects = [form for forms in support_words().aspects.values() for form in forms]
    rest = re.sub(support_words().silence, " ", _any_of(aspects).sub(" ", text))
    gaps = [_longest_gap(_content(rest), _covered(rest, source.text)) for source in sources]
    return "有原文没有的内容" if min(gaps) > limits.gap + 1 else ""
