"""How a turn stands to those before it: what it points at, and the finding that both together make."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Literal

from knowledge_base import Finding, Hit
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
    corrects = said != turn
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


@dataclass(frozen=True, slots=True)
class FollowWeights:
    """Of the log-linear fusion of a turn alone with the turn after its subject; fitted by `eval/fit_follow_ups.py`.

    `own`, `earlier`: of the log probabilities of both findings. The others are added: for a provision shown before, for
    another of a digest shown before, for a digest that the provisions shown rest on, for any digest, for front matter
    that was not shown.
    """

    own: float
    earlier: float
    shown: float
    document: float
    linked: float
    digest: float
    front: float


FLOOR = 1e-4  # probability of a provision that a finding does not list
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a turn is read against: the provisions shown before, the documents that they rest on, all digests."""

    shown: Collection[Place]
    linked: Collection[str]
    digests: Collection[str]

    def features(self, own: Finding, earlier: Finding) -> dict[Place, tuple[float, ...]]:
        """For every provision of both findings the numbers that `FollowWeights` weigh, in its order."""
        before = {document for document, _ in self.shown if document in self.digests}
        believed = [_probabilities(finding) for finding in (own, earlier)]
        return {
            place: (
                math.log(believed[0].get(place, FLOOR)),
                math.log(believed[1].get(place, FLOOR)),
                float(place in self.shown),
                float(place[0] in before),
                float(place[0] in self.linked and place[0] not in before),
                float(place[0] in self.digests),
                float(place[1] == 0 and place not in self.shown),
            )
            for place in {**believed[0], **believed[1]}
        }


def merged(own: Finding, earlier: Finding, scene: Scene, weights: FollowWeights) -> Finding:
    """One finding of the turn alone and of the turn after its subject.

    Whether the texts answer is told by the two findings in proportion to their belief in the winner.
    """
    weighed = astuple(weights)
    scores = {
        place: sum(weight * value for weight, value in zip(weighed, values, strict=True))
        for place, values in scene.features(own, earlier).items()
    }
    if not scores:
        return own
    top = max(scores.values())
    total = sum(math.exp(score - top) for score in scores.values())
    order = sorted(scores, key=lambda place: -scores[place])
    by_place = [{(h.document_id, h.provision.number): h for h in f.hits} for f in (own, earlier)]
    hits = tuple(
        replace(_stronger(by_place, place), probability=share, score=share)
        for place in order
        if (share := math.exp(scores[place] - top) / total) >= FLOOR
    )
    first, second = (_probabilities(finding).get(order[0], FLOOR) for finding in (own, earlier))
    alone = first / (first + second)
    return Finding(
        hits,
        alone * own.answered + (1 - alone) * earlier.answered,
        alone * own.not_specified + (1 - alone) * earlier.not_specified,
        alone * own.out_of_scope + (1 - alone) * earlier.out_of_scope,
        own.aspects,
    )


def _probabilities(finding: Finding) -> dict[Place, float]:
    return {(hit.document_id, hit.provision.number): max(hit.probability, FLOOR) for hit in finding.hits}


def _stronger(believed: Sequence[Mapping[Place, Hit]], place: Place) -> Hit:
    """The hit of the finding that believes more in it: with the sentences that spoke there."""
    return max((hits[place] for hits in believed if place in hits), key=lambda hit: hit.probability)
