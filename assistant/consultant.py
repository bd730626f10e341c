"""Question and history → consultations: each asked question looked up, with what came before where it leans on that, and judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, lru_cache

from assistant.comparison import against, compares_both, judge_comparison, last_two, looked_up, sides_of
from assistant.consultation import (
    Consultation,
    alike,
    apart,
    items_of,
    joined,
    position_of,
    with_references,
)
from assistant.conversation import LAST
from assistant.decomposition import pieces
from assistant.follow_ups import Findings, FollowWeights, Place, Scene, merged
from assistant.in_force import dated, in_force_first
from assistant.judgement import Verdict, judge
from assistant.scenario import judge_scenario, stretches_of
from assistant.scenes import asking, resting_on, scene_of, stands_alone
from assistant.second_reading import read_again
from assistant.selection import Support, told_of
from assistant.thresholds import Thresholds
from assistant.two_sides import apart_where_two_sided
from assistant.understanding import Inquiry, understand
from knowledge_base import Finding, KnowledgeBase
from knowledge_base.aspects import Told
from knowledge_base.naming import documents_named
from knowledge_base.reader import NOTHING

DEPTH = 10  # provisions ranked for one question
MERGED_DEPTH = 40  # provisions looked at where two findings are brought together
REMEMBERED = 4096  # consultations kept: the turns of a conversation are looked up once
# What is shown beside a declined turn: what leaves it open, of what was shown before, and no title or date. Of the declined
# turns of the fit split the nearest provision was then right for 91 of 137; with the weights for answers, for 79 (commit 4522889).
WHERE_SILENT = {"left_open": 0.0, "shown": 3.0, "front": -4.0}
_NOTHING = Finding((), 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Consultant:
    """Looks questions up in one knowledge-base version, as of a day. Pure, but for a memory of what it found before."""

    knowledge_base: KnowledgeBase
    thresholds: Thresholds
    day: date

    def scene(self, inquiry: Inquiry, before: Consultation) -> tuple[Findings, Scene]:
        """What is found for a turn with and without what came before, and what it is read against."""
        retriever = self.knowledge_base.retriever
        alone = retriever.search(inquiry.own, MERGED_DEPTH)
        findings = Findings(alone, retriever.consult(inquiry.own, MERGED_DEPTH, before.past))
        asked = asking(inquiry, findings.own, self.thresholds)
        return findings, replace(scene_of(asked, before, self.knowledge_base, self.day), told=self._told)

    @cached_property
    def _told(self) -> Callable[[Place], Told]:
        return cache(self._told_in)

    def _told_in(self, place: Place) -> Told:
        document = self.knowledge_base.documents[place[0]]
        return told_of(document, document.provision(place[1]).clauses, self.knowledge_base)

    def before(self, past: tuple[str, ...]) -> Consultation | None:
        """The last of the questions before that an answer was found for, or that was asked back."""
        for at in range(len(past) - 1, -1, -1):
            consultation = self.consult(past[at], past[:at])[-1]
            if consultation.verdict.supports or consultation.verdict.status == "clarify":
                return consultation
        return None

    def consult(self, question: str, past: tuple[str, ...] = ()) -> tuple[Consultation, ...]:
        """One consultation an asked question, in order; `past` are the questions before, oldest first."""
        return self._remembered(question, past)

    @cached_property
    def _remembered(self) -> Callable[[str, tuple[str, ...]], tuple[Consultation, ...]]:
        return lru_cache(REMEMBERED)(self._consult)

    def _consult(self, question: str, past: tuple[str, ...]) -> tuple[Consultation, ...]:
        whole = understand(question)
        asked = pieces(whole.own if whole.commanded else question)
        if whole.speech_act or whole.form == "compare" or len(asked) == 1:
            documents, weights = self.knowledge_base.documents, self.thresholds.contrast
            return apart_where_two_sided(whole, past, self.one, documents, weights) or (
                self.one(whole, past),
            )
        found: list[Consultation] = []
        for piece in asked:
            inquiry = understand(piece)
            if inquiry.speech_act or (inquiry.commanded and not inquiry.own):
                continue
            found.append(self.one(inquiry, (*past, *(c.inquiry.asked for c in found))))
        kept = apart(found)
        return kept if len(kept) > 1 else (self.one(whole, past),)

    def one(self, inquiry: Inquiry, past: tuple[str, ...]) -> Consultation:
        """A turn as the one question that it is taken for; `past` are the questions before, oldest first."""
        if inquiry.speech_act or not inquiry.own:
            return self._judged(inquiry, _NOTHING, inquiry.own)
        before = self.before(past)
        if before is None:
            return self._alone(inquiry)
        return self._part(inquiry, past) or self._both(inquiry, past) or self._follow(inquiry, before)

    def _alone(self, inquiry: Inquiry) -> Consultation:
        if inquiry.empty:
            return self._judged(inquiry, _NOTHING, inquiry.own)
        if inquiry.form == "compare":
            finding, sides = looked_up(inquiry, self.knowledge_base.retriever)
            verdict = judge_comparison(inquiry, finding, sides, self.knowledge_base, self.thresholds)
            return Consultation(inquiry, finding, verdict, inquiry.own, inquiry.own)
        if inquiry.form == "scenario":
            finding = self._read_again(inquiry, self._look(inquiry, inquiry.own))
            parts = {stretch: self._look(inquiry, stretch) for stretch in stretches_of(inquiry.own)}
            verdict = judge_scenario(inquiry, finding, parts, self.knowledge_base, self.thresholds)
            verdict = self._dated(inquiry, finding, verdict)
            return Consultation(inquiry, finding, verdict, inquiry.own, inquiry.own)
        finding = self._look(inquiry, inquiry.own)
        if inquiry.core != inquiry.own:
            core = self._look(inquiry, inquiry.core)
            if core.answered > finding.answered:
                return self._judged(replace(inquiry, own=inquiry.core), core, inquiry.core)
        return self._judged(inquiry, finding, inquiry.own)

    def _look(self, inquiry: Inquiry, asked: str) -> Finding:
        """What is found for a part of the question, in the version that the whole of it means."""
        finding = self.knowledge_base.retriever.consult(asked, DEPTH)
        return in_force_first(inquiry.own, finding, self.knowledge_base.documents, self.day)

    def _judged(self, inquiry: Inquiry, finding: Finding, looked_up: str) -> Consultation:
        finding = self._read_again(inquiry, finding)
        inquiry = asking(inquiry, finding, self.thresholds)
        verdict = judge(inquiry, finding, self.knowledge_base, self.thresholds)
        verdict = self._dated(inquiry, finding, verdict)
        return Consultation(inquiry, finding, verdict, looked_up, inquiry.own)

    def _read_again(self, inquiry: Inquiry, finding: Finding) -> Finding:
        weights = self.thresholds.second_reading_alone
        return read_again(finding, inquiry, NOTHING, self.knowledge_base.retriever, weights)

    def _dated(self, inquiry: Inquiry, finding: Finding, verdict: Verdict) -> Verdict:
        return dated(inquiry, finding, verdict, self.day, self.knowledge_base, self.thresholds)

    def _follow(self, inquiry: Inquiry, before: Consultation) -> Consultation:
        points = inquiry.pointing
        if before.verdict.status == "clarify":
            return self._chosen(inquiry, before)
        both = inquiry.form == "compare" and not points.leans and sides_of(inquiry.own)
        # who names both sides of a comparison needs nothing of what came before
        if not before.verdict.supports or points.away or both:
            return self._alone(inquiry)
        if points.manner:
            return self._again(inquiry, before)
        items = items_of(inquiry, before)
        at = position_of(inquiry, before, items)
        if at is not None and 0 <= at < len(items):
            return replace(self._item(inquiry, before, items[at]), listed=items)
        found = self._leaning(inquiry, before)
        if inquiry.form != "compare" or sides_of(inquiry.own):
            return found
        return replace(found, verdict=against(before.verdict, found.verdict))  # one side was spoken of before

    def _part(self, inquiry: Inquiry, past: tuple[str, ...]) -> Consultation | None:
        """The asked question of the turn before that is meant by its place (第二个细说), where several were asked in one."""
        parts, at = self.consult(past[-1], past[:-1]), inquiry.pointing.item
        if at is None or len(parts) < 2 or not (at == LAST or 1 <= at <= len(parts)):
            return None
        part = parts[at if at == LAST else at - 1]
        if not part.verdict.supports or len(parts[-1].verdict.supports) >= len(parts):
            return None
        return self._leaning(inquiry, part) if inquiry.pointing.own else self._again(inquiry, part)

    def _both(self, inquiry: Inquiry, past: tuple[str, ...]) -> Consultation | None:
        """What was spoken of last beside what was spoken of before that, where the turn compares these two."""
        if not compares_both(inquiry, self.knowledge_base):
            return None
        earlier = (self.consult(past[at], past[:at])[-1] for at in range(len(past) - 1, -1, -1))
        pair = last_two(consultation for consultation in earlier if consultation.verdict.status == "answered")
        if pair is None:
            return None
        before, latest = pair
        supports = (*before.verdict.supports[:1], *latest.verdict.supports[:1])
        verdict = Verdict("answered", supports, confidence=latest.verdict.confidence)
        subject = f"{before.subject} {latest.subject} {inquiry.own}"
        return Consultation(inquiry, latest.finding, verdict, subject, subject, joined(latest, inquiry))

    def _chosen(self, inquiry: Inquiry, before: Consultation) -> Consultation:
        """After asking back: the reading that was chosen by its place, else the turn alone. Never asked back twice."""
        readings = before.verdict.alternatives
        item = inquiry.pointing.item
        if item is not None and 1 <= item <= len(readings):
            return self._alone(understand(readings[item - 1]))
        if inquiry.empty:
            return Consultation(inquiry, _NOTHING, Verdict("out_of_scope", ()), inquiry.own, inquiry.own)
        return self._alone(inquiry)

    def _again(self, inquiry: Inquiry, before: Consultation) -> Consultation:
        """The same provisions once more, in another manner; their very words can be shown where they answered nothing, too."""
        verdict = replace(before.verdict, alternatives=())
        if inquiry.pointing.manner == "plain":
            verdict = replace(verdict, supports=verdict.supports[:1], beside=None)
        if inquiry.pointing.manner == "verbatim" and verdict.status == "not_specified":
            verdict = Verdict("answered", verdict.supports[:1], confidence=1.0)
        return Consultation(
            inquiry, before.finding, verdict, before.looked_up, before.subject, joined(before, inquiry)
        )

    def _item(self, inquiry: Inquiry, before: Consultation, item: Support) -> Consultation:
        """What was listed at that place; a turn that asks more of it is judged against it alone."""
        narrowed = replace(before, verdict=replace(before.verdict, supports=(item,)))
        if inquiry.pointing.own and not inquiry.bare:
            return self._leaning(inquiry, narrowed)
        verdict = Verdict("answered", (item,), confidence=1.0)
        subject = f"{before.subject} {item.document.quote(item.clauses[0])}"
        understood = joined(before, inquiry)
        return Consultation(inquiry, before.finding, verdict, before.looked_up, subject, understood)

    def _leaning(self, inquiry: Inquiry, before: Consultation) -> Consultation:
        """The turn alone where it is clearly about something; else together with its subject."""
        limits = self.thresholds
        if (
            inquiry.of_principal
            and inquiry.asks_mention
            and (supports := resting_on(before, self.knowledge_base))
        ):
            verdict = Verdict("answered", supports, confidence=1.0)
            return Consultation(
                inquiry, before.finding, verdict, inquiry.own, before.subject, joined(before, inquiry)
            )
        findings, scene = self.scene(inquiry, before)
        own = findings.own
        if stands_alone(inquiry, findings, limits):
            return self._alone(inquiry)
        finding = self._merged(inquiry, findings, scene, limits.follow)
        finding = read_again(
            finding, inquiry, before.past, self.knowledge_base.retriever, limits.second_reading
        )
        inquiry = asking(inquiry, finding, limits)
        references = inquiry if inquiry.provisions or inquiry.parts else with_references(inquiry, before)
        verdict = judge(references, finding, self.knowledge_base, limits, before.subject)
        if verdict.status == "not_specified":  # what leaves it open is what to show, and stays the subject
            weights = replace(limits.follow, **WHERE_SILENT)
            nearest = replace(finding, hits=self._merged(inquiry, findings, scene, weights).hits)
            shown = judge(references, nearest, self.knowledge_base, limits, before.subject)
            verdict = shown if shown.status == "not_specified" else verdict
        if inquiry.form != "compare":
            verdict = self._dated(inquiry, finding, verdict)
        together = f"{before.subject} {inquiry.own}"
        alone = judge(asking(inquiry, own, limits), own, self.knowledge_base, limits)
        understood = None if not inquiry.pointing.leans and alike(alone, verdict) else joined(before, inquiry)
        return Consultation(inquiry, finding, verdict, together, together, understood)

    def _merged(self, inquiry: Inquiry, findings: Findings, scene: Scene, weights: FollowWeights) -> Finding:
        """What was found with and without what came before as one, within the documents that the turn names."""
        finding = merged(findings, scene, weights, self.thresholds.follow_answered)
        return _within(finding, self._named(inquiry))

    def _named(self, inquiry: Inquiry) -> tuple[str, ...]:
        return documents_named(inquiry.own, self.knowledge_base.documents)


def _within(finding: Finding, named: Sequence[str]) -> Finding:
    """The hits of the documents that the turn names, where there are any."""
    hits = tuple(hit for hit in finding.hits if hit.document_id in named)
    return replace(finding, hits=hits) if hits else finding
