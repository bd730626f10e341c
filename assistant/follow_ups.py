"""A turn alone and the turn after its subject: two findings, made into one by fitted weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from knowledge_base import Finding, Hit
from knowledge_base.aspects import Told

FLOOR = 1e-4  # probability of a provision that a finding does not list
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class FollowWeights:
    """Of the log-linear fusion of a turn alone with the turn after its subject; fitted by `eval/fit_follow_ups.py`.

    `own`, `earlier`: of the log probabilities of both findings. The others are added: for a provision shown before, for
    another of a digest shown before, for a digest that the provisions shown rest on, for any digest, for front matter
    that was not shown, for a provision that leaves open what is asked, for a digest by whose name the subject goes.
    """

    own: float
    earlier: float
    shown: float
    document: float
    linked: float
    digest: float
    front: float
    left_open: float
    spoken: float


@dataclass(frozen=True, slots=True)
class FollowBelief:
    """Of the logistic regression that tells whether the texts answer a turn; fitted by `eval/fit_follow_ups.py`.

    `own`, `earlier`: of the log odds of both findings. The others are added: where the provision that comes first leaves
    open what is asked, where it is a digest's.
    """

    constant: float
    own: float
    earlier: float
    left_open: float
    digest: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What a turn is read against: the provisions shown before, the documents that they rest on, all digests.

    `spoken`: documents by whose name the subject goes. `asked`: the aspects that the turn wants; `told` says of a
    provision which it states and leaves open.
    """

    shown: Collection[Place]
    linked: Collection[str]
    digests: Collection[str]
    spoken: Collection[str] = ()
    asked: Collection[str] = ()
    told: Callable[[Place], Told] = lambda _: Told()

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
                float(self.leaves_open(place)),
                float(place[0] in self.spoken),
            )
            for place in {**believed[0], **believed[1]}
        }

    def leaves_open(self, place: Place) -> bool:
        """Whether a provision leaves open any of what is asked, and states it nowhere."""
        told = self.told(place)
        return not (told.leaves_open - told.states).isdisjoint(self.asked)

    def answering(self, own: Finding, earlier: Finding, first: Place) -> tuple[float, ...]:
        """The numbers that `FollowBelief` weighs, in its order; `first` is the provision that came first."""
        return (
            1.0,
            _log_odds(own.answered),
            _log_odds(earlier.answered),
            float(self.leaves_open(first)),
            float(first[0] in self.digests),
        )


def merged(
    own: Finding, earlier: Finding, scene: Scene, weights: FollowWeights, belief: FollowBelief
) -> Finding:
    """One finding of the turn alone and of the turn after its subject.

    What is not answered is silent or foreign as both findings together have it.
    """
    hits = ranked(own, earlier, scene, weights)
    if not hits:
        return own
    first = (hits[0].document_id, hits[0].provision.number)
    values = scene.answering(own, earlier, first)
    answered = _logistic(sum(w * value for w, value in zip(astuple(belief), values, strict=True)))
    foreign = own.out_of_scope + earlier.out_of_scope
    outside = foreign / max(foreign + own.not_specified + earlier.not_specified, FLOOR)
    silent = 1 - answered
    return Finding(hits, answered, silent * (1 - outside), silent * outside, own.aspects)


def ranked(own: Finding, earlier: Finding, scene: Scene, weights: FollowWeights) -> tuple[Hit, ...]:
    """The provisions of both findings, best first, by the weights."""
    weighed = astuple(weights)
    scores = {
        place: sum(weight * value for weight, value in zip(weighed, values, strict=True))
        for place, values in scene.features(own, earlier).items()
    }
    if not scores:
        return ()
    top = max(scores.values())
    total = sum(math.exp(score - top) for score in scores.values())
    by_place = [{(h.document_id, h.provision.number): h for h in f.hits} for f in (own, earlier)]
    return tuple(
        replace(_stronger(by_place, place), probability=share, score=share)
        for place in sorted(scores, key=lambda place: -scores[place])
        if (share := math.exp(scores[place] - top) / total) >= FLOOR
    )


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _log_odds(probability: float) -> float:
    kept = min(max(probability, FLOOR), 1 - FLOOR)
    return math.log(kept / (1 - kept))


def _probabilities(finding: Finding) -> dict[Place, float]:
    return {(hit.document_id, hit.provision.number): max(hit.probability, FLOOR) for hit in finding.hits}


def _stronger(believed: Sequence[Mapping[Place, Hit]], place: Place) -> Hit:
    """The hit of the finding that believes more in it: with the sentences that spoke there."""
    return max((hits[place] for hits in believed if place in hits), key=lambda hit: hit.probability)
