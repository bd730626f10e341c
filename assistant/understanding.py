"""Question and history → Inquiry: cleaned, made self-standing, its form and what it asks for made plain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.contract import Question
from knowledge_base.lexicon import aspects, speech_acts
from knowledge_base.normalisation import searchable, simplified
from knowledge_base.numerals import find_references

Script = Literal["simplified", "traditional", "english"]

_ALL = re.compile(
    r"哪些(?!条件|材料)|有哪几|所有|全部|都有什么|都有啥|列(?:一下|出|举|个|全)|一共|总共|盘点|梳理|汇总|凡是|各条|几处|清单|逐条|list (?:all|every)|all (?:the )?(?:measures|provisions)|which measures"
)
# A turn that leans on the one before: it points, goes on, or has no subject of its own.
_LEANS = re.compile(
    r"^(?:那|那么|那如果|这|它|他|她|其|上面|上述|刚才|刚刚|前面|还有|再|然后|接着|另外|具体|详细|展开|为什么|为啥|谁|原文|原话|出处|依据|第[一二三四五六]个|前者|后者|and |what about|how about|then )"
    r"|(?:呢|吗|嘛|么)[?？]?$"
    r"|这(?:个|条|些|项|方面|种|事|块|类|句)|那(?:个|条|些|项|方面|种|事|块|类|句)|上(?:面|述|一)|刚才|前面(?:说|提|讲)|你(?:刚|说的|讲的|提到)|您(?:刚|说的|讲的|提到)|它们?|其中|同样|也(?:可以|能|行|算|有|适用)|\bit\b|\bthat\b|\bthis\b|\bthose\b|\bthey\b"
)
_CORRECTION = re.compile(r"^(?:不是|不对|错了|我(?:的意思|是(?:想)?问|问的)是?|我是问)[,，。 ]?")
LEANING_LIMIT = 24  # characters: a longer turn says for itself what it is about


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question that needs no history.

    `text` is what is looked up, `own` the last turn alone; `provisions` and `parts` are the numbers
    that it names, `named` its words for them; `aspects` what it wants to know (金额, 期限, …).
    """

    text: str
    own: str
    understood_as: str | None
    script: Script
    speech_act: str | None
    wants_all: bool
    aspects: tuple[str, ...]
    provisions: tuple[int, ...]
    parts: tuple[int, ...]
    named: tuple[str, ...]


def understand(question: Question) -> Inquiry:
    """Everything later steps need to know of the question; a plain function of it."""
    own = searchable(question.question)
    speech_act = _speech_act(own)
    earlier = None if speech_act else _leaned_on(own, question)
    text = f"{searchable(earlier)} {own}" if earlier else own
    source = own
    references = find_references(own)
    if not references and earlier and len(own) <= LEANING_LIMIT:
        source = searchable(earlier)
        references = find_references(source)
    return Inquiry(
        text=text,
        own=own,
        understood_as=f"{earlier} → {question.question}" if earlier else None,
        script=_script(question.question),
        speech_act=speech_act,
        wants_all=bool(_ALL.search(own)),
        aspects=tuple(name for name, pattern in aspects().items() if pattern.search(own)),
        provisions=tuple(dict.fromkeys(r.number for r in references if r.kind == "provision")),
        parts=tuple(dict.fromkeys(r.number for r in references if r.kind == "part")),
        named=tuple(source[r.start : r.end] for r in references),
    )


def _leaned_on(own: str, question: Question) -> str | None:
    """The earlier question that this turn leans on, None where it stands alone."""
    if not question.history or _CORRECTION.match(own):
        return None
    if len(own) > LEANING_LIMIT or not _LEANS.search(own):
        return None
    for turn in reversed(question.history):
        earlier = searchable(turn.question)
        if earlier and not _speech_act(earlier):
            older = [t.question for t in question.history if searchable(t.question) != earlier]
            if older and len(earlier) <= LEANING_LIMIT and _LEANS.search(earlier):
                return f"{older[-1]} {turn.question}"
            return turn.question
    return None


def _speech_act(own: str) -> str | None:
    bare = re.sub(r"[^\w,]+", "", own).strip(",") if not own.isascii() else own.strip(" !?.,~")
    for name, pattern in speech_acts().items():
        if pattern.fullmatch(bare):
            return name
    return None


def _script(question: str) -> Script:
    letters = sum(c.isascii() and c.isalpha() for c in question)
    chinese = sum("\u3400" <= c <= "\u9fff" for c in question)
    if letters >= 6 and letters > 2 * chinese:
        return "english"
    return "traditional" if simplified(question) != question else "simplified"
