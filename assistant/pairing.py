"""Two provisions that stand for the two sides of a comparison: all pairs, and the best of them by fitted weights."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import product

from assistant.follow_ups import FLOOR, Place
from knowledge_base import Document, Finding, Hit

CANDIDATES = 12  # provisions of a side that are paired
HEARD = 0.1  # of the loudest one's share, from which a provision may stand for a side whose text nobody named


@dataclass(frozen=True, slots=True)
class PairWeights:
    """Of the log-linear score of a pair; fitted by `eval/fit_comparisons.py`.

    `side`: of the log probability of each provision in the finding of its own side; `whole`: in that of the whole question.
    Added for each that is `front` matter, and where the text of one replaced that of the other (`successor`).
    """

    side: float
    whole: float
    front: float
    successor: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two different provisions, in the order of the sides, and the numbers that `PairWeights` weigh, in its order."""

    hits: tuple[Hit, Hit]
    values: tuple[float, ...]


def pairs_of(
    whole: Finding,
    sides: tuple[Finding, Finding],
    texts: Sequence[Collection[str]],
    documents: Mapping[str, Document],
) -> list[Pair]:
    """The pairs of the loudest provisions of each side; of its `texts`, where those are known.

    None where both sides come to the same provision and nothing else is heard.
    """
    found = []
    likely = [_loudest(whole, side, texts[at] if texts else None) for at, side in enumerate(sides)]
    for one, other in product(*likely):
        if one == other:
            continue
        hits = likely[0][one], likely[1][other]
        alone = [math.log(hit.side) for hit in hits]
        asked = [math.log(hit.whole) for hit in hits]
        fronts = sum(number == 0 for _, number in (one, other))
        validity = documents[one[0]].validity
        follows = other[0] in {*validity.replaces, validity.replaced_by}
        values = (sum(alone), sum(asked), float(fronts), float(follows))
        found.append(Pair((hits[0].hit, hits[1].hit), values))
    return found


def best_pair(pairs: Sequence[Pair], weights: PairWeights) -> Pair | None:
    """The pair that the weights prefer; none where there is none."""
    weighed = astuple(weights)
    return max(
        pairs,
        key=lambda pair: sum(w * value for w, value in zip(weighed, pair.values, strict=True)),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class _Likely:
    hit: Hit
    side: float
    whole: float


def _loudest(whole: Finding, side: Finding, texts: Collection[str] | None) -> dict[Place, _Likely]:
    """What may stand for a side, with its probability there and in the whole."""
    of_side, of_whole = (_heard(finding, texts) for finding in (side, whole))
    found = {
        place: _Likely(
            max(
                (hits[place] for hits in (of_side, of_whole) if place in hits),
                key=lambda hit: hit.probability,
            ),
            _probability(of_side, place),
            _probability(of_whole, place),
        )
        for place in {**of_side, **of_whole}
    }
    ranked = sorted(found, key=lambda place: -found[place].side * found[place].whole)
    return {place: found[place] for place in ranked[:CANDIDATES]}


def _heard(finding: Finding, texts: Collection[str] | None) -> dict[Place, Hit]:
    """The hits of the texts, whatever they are worth; without texts those that are heard beside the loudest."""
    least = 0.0 if texts is not None else HEARD * finding.hits[0].probability if finding.hits else 0.0
    return {
        (hit.document_id, hit.provision.number): hit
        for hit in finding.hits
        if (texts is None or hit.document_id in texts) and hit.probability >= least
    }


def _probability(hits: Mapping[Place, Hit], place: Place) -> float:
    return max(hits[place].probability if place in hits else 0.0, FLOOR)
