"""One asked question as it was consulted, and what a later turn can point at in what it showed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.contract import Status
from assistant.conversation import LAST
from assistant.follow_ups import Place
from assistant.judgement import Verdict
from assistant.selection import Support, whole_of, whole_support
from assistant.understanding import Inquiry
from knowledge_base import Finding
from knowledge_base.reader import Past


@dataclass(frozen=True)
class Consultation:
    """One asked question: how it was read, what was found, how the texts meet it.

    `looked_up` is the text that was searched, `subject` what a later turn may lean on, `understood_as` the
    self-standing question where the turn was none. `listed`: the list that the turn picked one of. `stated`: it was said, not asked.
    """

    inquiry: Inquiry
    finding: Finding
    verdict: Verdict
    looked_up: str
    subject: str
    understood_as: str | None = None
    listed: tuple[Support, ...] = ()
    stated: bool = False

    @property
    def past(self) -> Past:
        """What a turn after it comes after."""
        support = next(iter(self.verdict.supports), None)
        return Past(self.subject, support.document.quote(support.clauses[0]) if support else "")

    @property
    def places(self) -> list[Place]:
        """The provisions answered from."""
        return [(support.document.id, support.provision.number) for support in self.verdict.supports]


def apart(found: Sequence[Consultation]) -> tuple[Consultation, ...]:
    """Questions that rest on the very same sentences with the same outcome are one."""
    kept: list[Consultation] = []
    for consultation in found:
        same = [
            other
            for other in kept
            if (other.verdict.status, other.verdict.supports)
            == (consultation.verdict.status, consultation.verdict.supports)
            and other.verdict.missing == consultation.verdict.missing
        ]
        if not same:
            kept.append(consultation)
    return tuple(kept)


def status_of(consultations: Sequence[Consultation]) -> Status:
    """Of all that was asked in a turn: answered where anything is, else not specified where anything is, else that of the first."""
    statuses = [one.verdict.status for one in consultations if not one.stated]
    treated: tuple[Status, ...] = ("answered", "not_specified")
    return next((status for status in treated if status in statuses), statuses[0])


def items_of(inquiry: Inquiry, before: Consultation) -> tuple[Support, ...]:
    """What a place is counted in: the list that was picked from, the provisions shown, or the sentences of the only one.

    From a provision shown alone one steps on to its neighbours in the text.
    """
    supports = before.verdict.supports
    if before.listed and "句" not in inquiry.own:
        return before.listed
    if len(supports) > 1:
        return tuple(whole_support(support) for support in supports)
    only = supports[0]
    if inquiry.pointing.step:
        return tuple(whole_of(only.document, provision, ()) for provision in only.document.provisions)
    clauses = only.clauses if len(only.clauses) > 1 else whole_support(only).clauses
    return tuple(replace(only, clauses=(clause,)) for clause in clauses)


def position_of(inquiry: Inquiry, before: Consultation, items: Sequence[Support]) -> int | None:
    """Where in the list the turn points, from 0; beyond its ends too."""
    points = inquiry.pointing
    if points.item is not None:
        return len(items) - 1 if points.item == LAST else points.item - 1
    if _counts_along(inquiry, before, items):
        return inquiry.provisions[0] - 1
    if not points.step:
        return None
    shown = before.verdict.supports[0]
    here = [at for at, item in enumerate(items) if item.provision == shown.provision]
    found = [at for at in here if items[at].clauses == shown.clauses] or here
    return found[0] + points.step if found else None


def _counts_along(inquiry: Inquiry, before: Consultation, items: Sequence[Support]) -> bool:
    """Whether 第二条 means the second of the provisions that were just listed, not the text's own."""
    listed = before.listed or (before.inquiry.wants_all and len(before.verdict.supports) > 1)
    numbers = {item.provision.number for item in items}
    return bool(
        listed
        and inquiry.bare
        and len(inquiry.provisions) == 1
        and inquiry.named[0].startswith("第")
        and inquiry.provisions[0] <= len(items)
        and inquiry.provisions[0] not in numbers
    )


def alike(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts come to the same: then what came before made no difference, and is not spoken of."""
    firsts = [[(s.document.id, s.provision.number) for s in v.supports[:1]] for v in (one, other)]
    return one.status == other.status and firsts[0] == firsts[1]


def with_references(inquiry: Inquiry, before: Consultation) -> Inquiry:
    """A provision that the turn before named by number is still meant, where it was what was answered from."""
    return replace(
        inquiry, provisions=before.inquiry.provisions, parts=before.inquiry.parts, named=before.inquiry.named
    )


def joined(before: Consultation, inquiry: Inquiry) -> str:
    """The turn after the one that it leans on, as one question."""
    return f"{before.inquiry.asked}；{inquiry.asked}"
