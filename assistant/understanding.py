"""A question as typed → Inquiry: cleaned, its form and what it asks for made plain; a function of the text alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.conversation import Pointing, pointing
from assistant.decomposition import ACCOUNT_LENGTH
from assistant.orders import without_orders
from knowledge_base.lexicon import aspects, patterns, speech_acts
from knowledge_base.normalisation import searchable, simplified
from knowledge_base.numerals import Reference, find_references
from knowledge_base.romanisation import looks_like_pinyin

Script = Literal["simplified", "traditional", "english"]
Form = Literal["plain", "compare", "count", "polar", "scenario"]
ACTS = ("identity", "greeting", "thanks")
FORMS: tuple[Form, ...] = ("compare", "count", "polar")

_ALL = re.compile(
    r"哪些(?!条件|材料)|有哪几|所有|全部|都有什么|都有啥|列(?:一下|出|举|个|全)|一共|总共|盘点|梳理|汇总|凡是|各条|几处|清单|逐条|list (?:all|every)|all (?:the )?(?:measures|provisions)|which measures"
)
_QUOTED = re.compile(r"[“\"「『‘][^”\"」』’]*[”\"」』’]")
_SENTENCE = re.compile(r"[。!?;\n]+|(?<=[\u4e00-\u9fff\]】])[:：](?=.)")
_NUMERAL = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十百千两半]+)"
# 二十万元, 每个季度, 两小时: what a question takes for granted where it says that a text says so
_QUANTITY = re.compile(
    rf"每(?:个)?(?:季度|月|年|周)|(?<![前后上下第这那哪几另]){_NUMERAL}(?:个)?(?:多)?(?:万|千|百|亿)?(?:元|块钱?|小时|天|日|年|月|周|名|家|件|次|成|倍|%|万|亿"
    r"|部门|单位|机构|分支|站|季度|工作日)"
    r"|百分之[一二三四五六七八九十百]+"
)
_STRETCH = re.compile("[,，。;；?？!！]")
_RATE = re.compile("(?:每|一)个?(?:季度|月|年|周|天|日)")
_DATE = re.compile(  # 2019年, 23年, 4月, and no 10年 or 30日
    r"(?:(?:19|20)\d{2}|[12][1-9]|[〇零一二三四五六七八九]{2,4})年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月"
)
_ORDINARY = re.compile("一(?:次|家|件|名|站|个)")  # said of anything; lays nothing down
NAMED_LIMIT = 16  # characters of a person's own words that an answer repeats
SCENARIO_LENGTH = 26  # characters: a shorter question tells no story
COUNTED = "数量"  # the aspect that a list answers


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What was asked, made plain.

    `asked` is the text as typed, `own` what of it is looked up, `core` its sentences that ask something. `commanded`: it told the assistant what to do or say,
    which was left out. `empty`: it names no subject, and could be asked of anything. `provisions` and `parts` are numbers that it names, `named` its
    words for them, `bare` where it says nothing else; `aspects` what it wants to know (金额, 期限, …); `claimed` quantities that it says are laid down.
    `demands`: words by which it says that something is a must, or forbidden. `of_principal`: it asks what the opinion itself says;
    `by_measure`: which measure says something; `asks_mention`: where a text names something.
    """

    asked: str
    own: str
    core: str
    pointing: Pointing
    script: Script
    form: Form
    speech_act: str | None
    commanded: bool
    empty: bool
    wants_all: bool
    aspects: tuple[str, ...]
    provisions: tuple[int, ...]
    parts: tuple[int, ...]
    named: tuple[str, ...]
    bare: bool
    claimed: tuple[str, ...]
    demands: tuple[str, ...]
    of_principal: bool
    by_measure: bool
    asks_mention: bool


def understand(question: str) -> Inquiry:
    """Everything later steps need to know of one question."""
    whole = searchable(question)
    said, commanded = without_orders(whole)
    speech_act = _speech_act(whole)
    points, own = pointing(said)
    words, form = patterns("forms"), _form(own)
    references = find_references(own)
    return Inquiry(
        asked=question,
        own=own,
        core=_core(own),
        pointing=points,
        script=_script(question),
        form=form,
        speech_act=speech_act,
        commanded=commanded,
        empty=not points.own or bool(patterns("asking")["of_anything"].search(own)),
        wants_all=bool(_ALL.search(own)),
        aspects=_aspects(own, form),
        provisions=tuple(dict.fromkeys(r.number for r in references if r.kind == "provision")),
        parts=tuple(dict.fromkeys(r.number for r in references if r.kind == "part")),
        named=tuple(own[r.start : r.end][:NAMED_LIMIT] for r in references),
        bare=_bare(_without(references, own)),
        claimed=_claimed(own, form),
        demands=_demands(own, form),
        of_principal=bool(words["principal"].search(own)),
        by_measure=bool(words["by_measure"].search(own)),
        asks_mention=bool(patterns("turns")["mention"].search(own)),
    )


def _core(own: str) -> str:
    """The sentences that ask something, without what others are quoted with; all of it where none does."""
    sentences = [sentence for sentence in _SENTENCE.split(_QUOTED.sub(" ", own)) if sentence.strip()]
    asking = [
        sentence.strip() for sentence in sentences if patterns("asking")["asks"].search(sentence.strip())
    ]
    return ", ".join(asking) if 0 < len(asking) < len(sentences) else own


def _without(references: Sequence[Reference], text: str) -> str:
    for reference in reversed(references):
        text = text[: reference.start] + text[reference.end :]
    return text


def _bare(text: str) -> bool:
    """Whether a text asks for nothing in particular: what it says, all of it, word for word."""
    left = patterns("turns")["verbatim"].sub("", patterns("forms")["recited"].sub("", text))
    return not patterns("turns")["filler"].sub("", left)


def _aspects(own: str, form: Form) -> tuple[str, ...]:
    """What is wanted to be known; how many measures there are is told by listing them."""
    asked = (name for name, pattern in aspects().items() if pattern.search(own))
    return tuple(name for name in asked if not (form == "count" and name == COUNTED))


def _demands(own: str, form: Form) -> tuple[str, ...]:
    said = _claiming(own, form)
    return tuple(dict.fromkeys(match.group() for match in patterns("forms")["demand"].finditer(said)))


def _claimed(own: str, form: Form) -> tuple[str, ...]:
    said = _claiming(own, form)
    if not said:
        found = patterns("forms")["asserted"].finditer(own)
        return tuple(dict.fromkeys(match.group() for match in found))
    said = _without_persons(said)
    # 一年最多几回: a number is asked for by the year, and none is said
    ordinary = [_ORDINARY, *([_RATE] if patterns("asking")["asks_number"].search(said) else [])]
    ordinary += [_DATE] if len(own) >= ACCOUNT_LENGTH else []  # when it happened, or a text came out
    quantities = (match.group() for match in _QUANTITY.finditer(said))
    return tuple(dict.fromkeys(q for q in quantities if not any(word.fullmatch(q) for word in ordinary)))


def _claiming(own: str, form: Form) -> str:
    """What of a turn says how things are laid down; of a story or a long account the stretches that speak of a text, for the others tell of the asker."""
    words = patterns("forms")
    if form != "scenario" and len(own) < ACCOUNT_LENGTH:
        return own if words["claim"].search(own) else ""
    kept: list[str] = []
    for sentence in _SENTENCE.split(own):
        speaks = False
        for stretch in _STRETCH.split(sentence):
            of_text = bool(words["claim_of_text"].search(stretch)) and not words["of_oneself"].search(stretch)
            if of_text or (speaks and words["demand"].search(stretch)):
                kept.append(stretch)
            speaks = speaks or of_text
    return ", ".join(kept)


def _without_persons(said: str) -> str:
    """A turn without the stretches that tell of a person and of no text (来电的被坑了九千八): what they count is no claim."""
    words = patterns("forms")
    stretches = [stretch for stretch in _STRETCH.split(said) if stretch]
    kept = [
        stretch
        for stretch in stretches
        if not words["of_a_person"].search(stretch)
        or words["speaks_of_text"].search(stretch)
        or (words["claim_of_text"].search(stretch) and not words["of_oneself"].search(stretch))
    ]
    return ", ".join(kept) if len(stretches) > 1 else said


def _form(own: str) -> Form:
    words = patterns("forms")
    if words["compare"].search(own):
        return "compare"
    if len(own) >= SCENARIO_LENGTH and (
        words["scenario"].search(own) or not patterns("asking")["asks"].search(own)
    ):
        return "scenario"
    return next((name for name in FORMS if words[name].search(own)), "plain")


def _speech_act(own: str) -> str | None:
    """`identity`, `greeting` or `thanks` where every piece of the turn is one of these; else None."""
    pieces = [piece for piece in re.split(r"[^\w'-]+", own) if piece]
    whole = re.sub(r"[^\w ]+", "", own).strip()
    found: set[str] = set()
    for piece in [whole] if _act_of(whole) else pieces:
        act = _act_of(piece)
        if act is None:
            return None
        found.add(act)
    return next((act for act in ACTS if act in found), None)


def _act_of(piece: str) -> str | None:
    for pattern in speech_acts():
        if match := pattern.fullmatch(piece):
            return next((name for name in ACTS if match.groupdict()[name]), None)
    return None


def _script(question: str) -> Script:
    letters = sum(c.isascii() and c.isalpha() for c in question)
    chinese = sum("\u3400" <= c <= "\u9fff" for c in question)
    if letters > 1 and letters > 2 * chinese and not looks_like_pinyin(searchable(question)):
        return "english"
    return "traditional" if simplified(question) != question else "simplified"
