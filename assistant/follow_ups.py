"""A turn alone and the turn after what came before: findings made into one by fitted weights."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace

from knowledge_base import Finding, Hit
from knowledge_base.aspects import Told

FLOOR = 1e-4  # probability of a provision that a finding does not list
SHARE_FLOOR = 1e-3  # share of a document, or of a provision after what came before, that is not listed
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class FollowWeights:
    """Of the log-linear fusion of a turn alone with the turn after what came before; fitted by `eval/fit_follow_ups.py`.

    `own`, `together`: of the log probabilities in the finding of the turn alone, and after its subject. `own_sure`: of `own` times the highest probability there; `own_document`: of the log share of the
    whole document there; `own_of_principal`: of `own`, where the turn asks what the opinion says.

    Added for a provision: `shown` before; of another point of a digest that was (`document`); of a digest that the
    provisions shown rest on (`linked`); of any `digest`; `front` matter not shown; that has `left_open` what is asked; of
    a digest by whose name the subject goes (`spoken`); of the opinion, where the turn asks for it (`principal`), and there
    resting on the document shown (`resting`); of a `sibling`, a document behind the same sentence as one shown; of its
    `successor`, and where the turn speaks of something newer, or older, `newer`, `older`, `replaced`. `subject_document`:
    of the log share of the document in the finding before, where the turn says little.
    """

    own: float
    together: float
    own_sure: float
    own_document: float
    own_of_principal: float
    shown: float
    document: float
    linked: float
    digest: float
    front: float
    left_open: float
    spoken: float
    principal: float
    resting: float
    sibling: float
    successor: float
    newer: float
    older: float
    replaced: float
    subject_document: float


@dataclass(frozen=True, slots=True)
class FollowBelief:
    """Of the logistic regression that tells whether the texts answer a turn; fitted by `eval/fit_follow_ups.py`.

    `own`, `together`: of the log odds of the findings. `sure`: of the share of the provision that comes first, `here`: of the
    log odds together times its share there.
    """

    constant: float
    own: float
    together: float
    sure: float
    here: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for the turn alone, and for the turn after its subject."""

    own: Finding
    together: Finding

    @property
    def all(self) -> tuple[Finding, ...]:
        """In that order."""
        return self.own, self.together


@dataclass(frozen=True, slots=True)
class Scene:
    """What a turn is read against.

    `shown`: the provisions shown before, `shares` how much of the finding before fell on each document. Documents:
    `digests`, all of them; `linked`, that the provisions shown rest on; `spoken`, by whose name the subject goes;
    `siblings`, that rest on the same sentence as one shown; `successors` and `predecessors` of those shown. `resting`: the
    opinion's provisions that name a document shown. `asked`: the aspects that the turn wants; `told` says of a provision
    which it states and leaves open. The turn asks what the opinion says (`of_principal`), says little (`brief`), speaks of
    something `newer` or `older`.
    """

    shown: Collection[Place] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    digests: Collection[str] = ()
    linked: Collection[str] = ()
    spoken: Collection[str] = ()
    siblings: Collection[str] = ()
    successors: Collection[str] = ()
    predecessors: Collection[str] = ()
    principal: str = ""
    resting: Collection[Place] = ()
    asked: Collection[str] = ()
    told: Callable[[Place], Told] = lambda _: Told()
    of_principal: bool = False
    brief: bool = False
    newer: bool = False
    older: bool = False

    def features(self, findings: Findings) -> dict[Place, tuple[float, ...]]:
        """For every provision of the findings the numbers that `FollowWeights` weigh, in its order."""
        before = {document for document, _ in self.shown if document in self.digests}
        own, together = (_probabilities(finding) for finding in findings.all)
        highest = max(own.values(), default=0.0)
        of_document: defaultdict[str, float] = defaultdict(float)
        for place, probability in own.items():
            of_document[place[0]] += probability
        found: dict[Place, tuple[float, ...]] = {}
        for place in {**own, **together}:
            document, number = place
            alone = math.log(own.get(place, FLOOR))
            found[place] = (
                alone,
                math.log(together.get(place, 0.0) + SHARE_FLOOR),
                alone * highest,
                math.log(of_document[document] + SHARE_FLOOR),
                alone * self.of_principal,
                float(place in self.shown),
                float(document in before),
                float(document in self.linked and document not in before),
                float(document in self.digests),
                float(number == 0 and place not in self.shown),
                float(self.leaves_open(place)),
                float(document in self.spoken),
                float(self.of_principal and document == self.principal),
                float(self.of_principal and place in self.resting),
                float(document in self.siblings),
                float(document in self.successors),
                float(self.newer and document in self.successors),
                float(self.older and document in self.predecessors),
                float(self.newer and bool(self.successors) and document in before),
                self.brief * math.log(self.shares.get(document, 0.0) + SHARE_FLOOR),
            )
        return found

    def leaves_open(self, place: Place) -> bool:
        """Whether a provision leaves open any of what is asked, and states it nowhere."""
        told = self.told(place)
        return not (told.leaves_open - told.states).isdisjoint(self.asked)


def merged(findings: Findings, scene: Scene, weights: FollowWeights, belief: FollowBelief) -> Finding:
    """One finding of the turn alone and of the turn after what came before.

    What is not answered is silent or foreign as the turn alone and after its subject together have it.
    """
    own, together = findings.own, findings.together
    hits = ranked(findings, scene, weights)
    if not hits:
        return own
    values = answering(findings, hits[0])
    answered = logistic(sum(w * value for w, value in zip(astuple(belief), values, strict=True)))
    foreign = own.out_of_scope + together.out_of_scope
    outside = foreign / max(foreign + own.not_specified + together.not_specified, FLOOR)
    silent = 1 - answered
    aspects = together.aspects or own.aspects
    return Finding(hits, answered, silent * (1 - outside), silent * outside, aspects)


def answering(findings: Findings, first: Hit) -> tuple[float, ...]:
    """The numbers that `FollowBelief` weighs, in its order; `first` is the provision that came first."""
    together = log_odds(findings.together.answered)
    share = _probabilities(findings.together).get((first.document_id, first.provision.number), 0.0)
    return 1.0, log_odds(findings.own.answered), together, first.probability, together * share


def ranked(findings: Findings, scene: Scene, weights: FollowWeights) -> tuple[Hit, ...]:
    """The provisions of the findings, best first, by the weights."""
    weighed = astuple(weights)
    scores = {
        place: sum(weight * value for weight, value in zip(weighed, values, strict=True))
        for place, values in scene.features(findings).items()
    }
    if not scores:
        return ()
    top = max(scores.values())
    total = sum(math.exp(score - top) for score in scores.values())
    by_place = [{(h.document_id, h.provision.number): h for h in finding.hits} for finding in findings.all]
    return tuple(
        replace(_stronger(by_place, place), probability=share, score=share)
        for place in sorted(scores, key=lambda place: -scores[place])
        if (share := math.exp(scores[place] - top) / total) >= FLOOR
    )


def logistic(value: float) -> float:
    """Log odds → probability."""
    return 1 / (1 + math.exp(-value))


def log_odds(probability: float) -> float:
    """Probability → log odds, kept from the extremes."""
    kept = min(max(probability, FLOOR), 1 - FLOOR)
    return math.log(kept / (1 - kept))


def _probabilities(finding: Finding) -> dict[Place, float]:
    return {(hit.document_id, hit.provision.number): max(hit.probability, FLOOR) for hit in finding.hits}


def _stronger(believed: Sequence[Mapping[Place, Hit]], place: Place) -> Hit:
    """The hit of the finding that believes more in it: with the sentences that spoke there."""
    return max((hits[place] for hits in believed if place in hits), key=lambda hit: hit.probability)
