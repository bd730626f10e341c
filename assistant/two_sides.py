"""A turn with two sides, consulted as two: one that it states and one that it asks for (docs/adr/0013), or those of a comparison that the texts do not answer for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.comparison import sides_of
from assistant.consultation import Consultation
from assistant.contrast import ContrastWeights, Stretches, said_of, stated_and_asked
from assistant.orders import repeatable
from assistant.understanding import Inquiry, understand
from knowledge_base import Document

BOTH_MEANT = 0.5  # probability from which a turn is taken to state one side and to ask for the other
Consult = Callable[
    [Inquiry, tuple[str, ...]], Consultation
]  # a turn and the questions before it → what it comes to


def apart_where_two_sided(
    whole: Inquiry,
    past: tuple[str, ...],
    consult: Consult,
    documents: Mapping[str, Document],
    weights: ContrastWeights,
) -> tuple[Consultation, ...]:
    """Both sides of a turn in order; nothing where it has but one, or is answered better as a whole."""
    if whole.form == "compare":
        sides = tuple(consult(understand(side), past) for side in sides_of(whole.own))
        return sides if a_side_silent(sides) else ()
    if (cut := cut_of(whole)) is None:
        return ()
    said = said_of(cut, documents)
    if weights.reachable(said) <= BOTH_MEANT or dictated(whole):
        return ()
    if (both := both_sides(cut, past, consult)) is None:
        return ()
    return both if weights.probability((*said, *found_of(*both))) > BOTH_MEANT else ()


def cut_of(whole: Inquiry) -> Stretches | None:
    """The stretches of a turn that may state one side and ask for the other."""
    if whole.speech_act or whole.commanded or whole.form == "compare":
        return None
    return stated_and_asked(whole.own)


def dictated(whole: Inquiry) -> bool:
    """Whether some of a turn is likelier an order than a question: what is dictated is not stated."""
    return repeatable(whole.asked) != whole.asked


def both_sides(
    cut: Stretches, past: tuple[str, ...], consult: Consult
) -> tuple[Consultation, Consultation] | None:
    """Both stretches of a turn, the second after the first; nothing where they come to one."""
    one = consult(understand(cut.stated), past)
    other = consult(understand(cut.asked), (*past, cut.stated))
    if not two_sided(one, other):
        return None
    return replace(one, verdict=replace(one.verdict, missing=()), stated=True), other


def two_sided(stated: Consultation, asked: Consultation) -> bool:
    """Whether the texts have what is stated, and another sentence, or none, for what is asked after it."""
    if stated.verdict.status != "answered":
        return False
    if asked.verdict.status == "answered":
        return asked.places[:1] != stated.places[:1]
    return asked.verdict.status == "not_specified"


def a_side_silent(sides: Sequence[Consultation]) -> bool:
    """Whether the texts have nothing for one of two sides, or for both, or tell it of another.

    Any other false premise may be of the words alone that a side was cut to.
    """
    silent = [
        side
        for side in sides
        if side.verdict.status in ("not_specified", "out_of_scope")
        and (not side.verdict.denied or side.verdict.instead)
    ]
    answered = sum(side.verdict.status == "answered" for side in sides)
    unspecified = any(side.verdict.status == "not_specified" for side in silent)
    return unspecified and len(silent) + answered == 2


def found_of(stated: Consultation, asked: Consultation) -> tuple[float, ...]:
    """What the texts have for both, in the order of `contrast.ContrastWeights`."""
    first = stated.finding.hits[0].probability if stated.finding.hits else 0.0
    here, there = stated.places[:1], asked.places[:1]
    elsewhere = bool(here and there) and here[0][0] != there[0][0]
    silent = asked.verdict.status == "not_specified"
    return stated.finding.answered, first, float(elsewhere), float(silent)
