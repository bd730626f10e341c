"""Question and history → Inquiry: cleaned, made self-standing, its form and what it asks for made plain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.contract import Question
from knowledge_base.lexicon import aspects, speech_acts
from knowledge_base.normalisation import searchable, simplified
from knowledge_base.numerals import find_references
from knowledge_base.romanisation import looks_like_pinyin

Script = Literal["simplified", "traditional", "english"]

_ALL = re.compile(
    r"哪些(?!条件|材料)|有哪几|所有|全部|都有什么|都有啥|列(?:一下|出|举|个|全)|一共|总共|盘点|梳理|汇总|凡是|各条|几处|清单|逐条|list (?:all|every)|all (?:the )?(?:measures|provisions)|which measures"
)
# A turn that leans on the one before: it points, goes on, or has no subject of its own.
_LEANS = re.compile(
    r"^(?:那|那么|下一|上一|前一|后一|最后一|nage|zhege|zhe |na |那如果|这|它|他|她|其|上面|上述|刚才|刚刚|前面|还有|再|然后|接着|另外|具体|详细|展开|为什么|为啥|谁|原文|原话|出处|依据|第[一二三四五六]个|前者|后者|and |what about|how about|then )"
    r"|(?:呢|吗|嘛|(?<![什怎])么)[?？]?$"
    r"|原话|原文|yuanwen|yuanhua|zhe (?:ju|ge|tiao)|这(?:一|整|个|条|些|项|方面|种|事|块|类|句)|那(?:一|整|个|条|些|项|方面|种|事|块|类|句)|上(?:面|述|一)|刚才|前面(?:说|提|讲)|你(?:刚|说的|讲的|提到)|您(?:刚|说的|讲的|提到)|它们?|其中|同样|也(?:可以|能|行|算|有|适用)|\bit\b|\bthat\b|\bthis\b|\bthose\b|\bthey\b"
)
_CORRECTION = re.compile(r"^(?:不是|不对|错了|我(?:的意思|是(?:想)?问|问的)是?|我是问)[,，。 ]?")
# All that such a turn says: pointing, asking, filler. What is left over is its subject.
_SUBJECTLESS = re.compile(
    r"[^\w]|那个|这个|那条|这条|那项|这项|上面|上述|刚才|前面|第[一二三四五六七八九十\d]+[个点]|怎么办?|怎样|如何|咋[个弄办整]?|啥子?|什么|哪[个些里儿]|哪|多少|几|谁|来管|管|细说|展开|说说|讲讲|说|讲"
    r"|具体|详细|原话|原文|出处|依据|给我|给|我们?|你们?|您|他们?|她|它|问|能不能|能|可以|可不可以|行不行|办|弄|搞|做|是|的|了|吗|呢|嘛|么|呀|啊|吧|那|这|有没有|有|还|再|一下|下|请|要|想|知道|查|看看?|念|在"
)
NAMED_LIMIT = 16  # characters of a person's own words that an answer repeats
LEANING_LIMIT = 24  # characters: a longer turn says for itself what it is about


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What was asked, made plain.

    `own` is the last turn, `with_history` the same with the subject before it; `leans` says that the turn
    points back. `empty`: it names no subject and nothing came before. `provisions` and `parts` are numbers that
    it names, `named` its words for them; `aspects` what it wants to know (金额, 期限, …).
    """

    own: str
    with_history: str | None
    earlier: str | None
    leans: bool
    script: Script
    speech_act: str | None
    empty: bool
    wants_all: bool
    aspects: tuple[str, ...]
    provisions: tuple[int, ...]
    parts: tuple[int, ...]
    named: tuple[str, ...]


def understand(question: Question) -> Inquiry:
    """Everything later steps need to know of the question; a plain function of it."""
    own = searchable(question.question)
    speech_act = _speech_act(own)
    earlier = None if speech_act or _CORRECTION.match(own) else _earlier(question)
    leans = bool(earlier) and len(own) <= LEANING_LIMIT and bool(_LEANS.search(own))
    source = own
    references = find_references(own)
    if not references and earlier and leans:
        source = searchable(earlier)
        references = find_references(source)
    return Inquiry(
        own=own,
        with_history=f"{searchable(earlier)} {own}" if earlier else None,
        earlier=earlier,
        leans=leans,
        script=_script(question.question),
        speech_act=speech_act,
        empty=not question.history and not _SUBJECTLESS.sub("", own),
        wants_all=bool(_ALL.search(own)),
        aspects=tuple(name for name, pattern in aspects().items() if pattern.search(own)),
        provisions=tuple(dict.fromkeys(r.number for r in references if r.kind == "provision")),
        parts=tuple(dict.fromkeys(r.number for r in references if r.kind == "part")),
        named=tuple(source[r.start : r.end][:NAMED_LIMIT] for r in references),
    )


def _earlier(question: Question) -> str | None:
    """The subject so far: the last question that was one, with what it leaned on itself."""
    asked = [turn.question for turn in question.history]
    asked = [text for text in asked if searchable(text) and not _speech_act(searchable(text))]
    if not asked:
        return None
    last = searchable(asked[-1])
    if len(asked) > 1 and len(last) <= LEANING_LIMIT and _LEANS.search(last):
        return f"{asked[-2]} {asked[-1]}"
    return asked[-1]


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
    return next((act for act in ("identity", "greeting", "thanks") if act in found), None)


def _act_of(piece: str) -> str | None:
    return next((name for name, pattern in speech_acts().items() if pattern.fullmatch(piece)), None)


def _script(question: str) -> Script:
    letters = sum(c.isascii() and c.isalpha() for c in question)
    chinese = sum("\u3400" <= c <= "\u9fff" for c in question)
    if letters > 1 and letters > 2 * chinese and not looks_like_pinyin(searchable(question)):
        return "english"
    return "traditional" if simplified(question) != question else "simplified"
