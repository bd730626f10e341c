"""A turn that states one side of something and asks for the other (专利代理师考三门，商标代理人考几门): told from a question behind its setting by fitted weights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from difflib import SequenceMatcher

from assistant.follow_ups import logistic
from knowledge_base import Document
from knowledge_base.lexicon import patterns, sides
from knowledge_base.naming import documents_named

LEAST = 4  # letters of either stretch
_CUT = re.compile(r"[,，。;；:：?？!！]+|(?<=[\u4e00-\u9fff0-9a-z]) +(?=[\u4e00-\u9fff])")
_ENDS = " ?？。!！,，"
_RUN = 6  # letters that both have in one run, from which it makes no difference how many
_LONG = 20  # letters
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PLACE = re.compile(
    r"(?<![a-z])([a-d]\+?|第?[一二三四五六七八九十\d]+)(?=[、级条轮版部])"
)  # in an order or a scale
_TEXTS = {"forms": ("ours", "national", "other_text"), "turns": ("older", "newer")}


@dataclass(frozen=True, slots=True)
class Stretches:
    """The last stretch of a turn, that asks (`asked`), and all before it (`stated`)."""

    stated: str
    asked: str


@dataclass(frozen=True, slots=True)
class ContrastWeights:
    """Of a logistic regression; fitted by `eval/fit_contrasts.py`.

    `opposed`: the stretches speak of different texts. `measured`: a number is stated, and one asked for. `run`: the longest run of letters that both
    have, `echoed`: its share of what is asked. `setting`: who asks, or a bare subject, is what is stated. `long`, `brief`:
    letters of what is stated, and asked. `other`: they name different things of one group (`lexicon.sides`), or places in
    an order. `turns`: a word turns to something else (又, 那边, 改成); `asserts`: one says something of what is stated. Of what was found: `told`: that the texts have what is stated, `sure`: the share of
    the first provision there, `elsewhere`: what is asked leads to another document, `silent`: it is answered nowhere.
    """

    constant: float
    opposed: float
    measured: float
    run: float
    echoed: float
    setting: float
    long: float
    brief: float
    other: float
    turns: float
    asserts: float
    told: float
    sure: float
    elsewhere: float
    silent: float

    def probability(self, values: tuple[float, ...]) -> float:
        """That both sides are meant; `values` in the order of the weights."""
        return logistic(sum(w * value for w, value in zip(astuple(self), values, strict=True)))

    def reachable(self, said: tuple[float, ...]) -> float:
        """The most that the probability can come to, by what is `said` alone: each share found is at most 1."""
        found = astuple(self)[len(said) :]
        return self.probability((*said, *(float(weight > 0) for weight in found)))


def stated_and_asked(own: str) -> Stretches | None:
    """A `searchable` turn cut before its last stretch; nothing where that leaves too little on either side, or asks in another script."""
    text = own.strip(_ENDS)
    cuts = list(_CUT.finditer(text))
    if not cuts:
        return None
    stated, asked = text[: cuts[-1].start()].strip(_ENDS), text[cuts[-1].end() :].strip(_ENDS)
    if min(_letters(stated), _letters(asked)) < LEAST or not _CHINESE.search(asked):
        return None
    return Stretches(stated, asked)


def said_of(stretches: Stretches, documents: Mapping[str, Document]) -> tuple[float, ...]:
    """What the words alone tell, in the order of `ContrastWeights`."""
    words, stated, asked = patterns("asking"), stretches.stated, stretches.asked
    texts, others = (_texts(text, documents) for text in (stated, asked))
    shared = SequenceMatcher(None, stated, asked, autojunk=False).find_longest_match().size
    return (
        1.0,
        float(bool(texts and others) and texts.isdisjoint(others)),
        float(bool(words["states_number"].search(stated) and words["asks_number"].search(asked))),
        min(shared, _RUN) / _RUN,
        shared / len(asked),
        float(bool(words["setting"].search(stated))),
        _letters(stated) / _LONG,
        _letters(asked) / _LONG,
        float(_other(stated, asked)),
        float(bool(words["turns_to"].search(asked))),
        float(bool(words["asserts"].search(stated))),
    )


def _other(stated: str, asked: str) -> bool:
    """Whether both name something of one group, or a place in an order, and none the same."""
    named = [
        [{name for name, word in group.items() if word.search(text)} for group in sides()]
        for text in (stated, asked)
    ]
    pairs = [*zip(*named, strict=True), tuple(set(_PLACE.findall(text)) for text in (stated, asked))]
    return any(one and other and one.isdisjoint(other) for one, other in pairs)


def _texts(text: str, documents: Mapping[str, Document]) -> set[str]:
    """What texts a stretch speaks of: by name, as ours, as national ones, as older or newer."""
    found = set(documents_named(text, documents))
    for lexicon, names in _TEXTS.items():
        for name in names:
            if match := patterns(lexicon)[name].search(text):
                found.add(match.group() if name == "other_text" else name)
    return found


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
