"""Who somebody is and what they need → the sentences that apply, each with the words that say so; and how far
they meet the conditions that digests have been verified to name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.contract import Answer, Question
from assistant.pipeline import Assistant
from assistant.standing import state_of
from knowledge_base import Clause, ClauseRecord, Document, KnowledgeBase, Provision
from knowledge_base.records import STRENGTHS
from knowledge_base.schemes import Choice, Condition, Scheme, Schemes, load_schemes
from knowledge_base.validity import State

Meets = Literal["met", "unmet", "unspecified", "unasked"]
ASKED = ("who", "size", "field", "need", "right")


@dataclass(frozen=True)
class Profile:
    """What somebody said of themselves; labels of the choices, empty where nothing was chosen.

    `answers`: `document#number` of a condition → whether it is met.
    """

    who: str = ""
    size: str = ""
    field: str = ""
    needs: tuple[str, ...] = ()
    right: str = ""
    text: str = ""
    answers: Mapping[str, bool] = dataclasses.field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing has been said yet."""
        return not (self.who or self.size or self.field or self.needs or self.right or self.text.strip())


@dataclass(frozen=True)
class Reason:
    """Why a sentence is shown: what was said, and the words of the text that meet it, with their span."""

    said: str
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Checked:
    """One condition with its outcome; `key` names it in `Profile.answers`."""

    key: str
    condition: Condition
    outcome: Meets


@dataclass(frozen=True)
class SelfCheck:
    """A scheme against the answers. `asks` is the one condition worth asking next: none once a condition is not met."""

    scheme: Scheme
    document: Document
    state: State
    conditions: tuple[Checked, ...]

    @property
    def outcome(self) -> Meets:
        """`unmet` where one condition is not; `unspecified` where what is known does not decide; else `met`."""
        outcomes = [checked.outcome for checked in self.conditions]
        if "unmet" in outcomes:
            return "unmet"
        if "unasked" in outcomes:
            return "unasked"
        return "unspecified" if "unspecified" in outcomes or not outcomes else "met"

    @property
    def asks(self) -> Checked | None:
        """The next condition to ask about."""
        if self.outcome != "unasked":
            return None
        return next(checked for checked in self.conditions if checked.outcome == "unasked")


@dataclass(frozen=True)
class Match:
    """A sentence that applies. `direct`: its reviewed reading names this kind of asker."""

    document: Document
    provision: Provision
    clause: Clause
    record: ClauseRecord
    reasons: tuple[Reason, ...]
    direct: bool
    checks: tuple[SelfCheck, ...]


@dataclass(frozen=True)
class Matched:
    """The sentences, those that name the asker first. `answer` is that to the free text, where there was one."""

    matches: tuple[Match, ...]
    answer: Answer | None
    state: State


def choices(base: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """What can be said, by what is asked: labels in the order of the data, and the rights that the records name."""
    if base.principal is None:
        return dict.fromkeys(ASKED, ())
    found = {asked: tuple(c.label for c in rows) for asked, rows in _schemes(base).choices.items()}
    records = base.records[base.principal.id].values()
    return found | {"right": tuple(dict.fromkeys(right for record in records for right in record.rights))}


def match(assistant: Assistant, profile: Profile) -> Matched:
    """What applies to this profile on the assistant's day."""
    base = assistant.knowledge_base
    document = base.principal
    if document is None or profile.empty:
        return Matched((), None, "in_force")
    schemes = _schemes(base)
    answer = _answered(assistant, profile.text) if profile.text.strip() else None
    groups = {group for choice in _of(schemes, "who", (profile.who,)) for group in choice.groups}
    found = []
    for clause in document.clauses:
        record = base.record(document.id, clause.key)
        if record is None or record.strength == "statement":
            continue
        reasons = tuple(_reasons(document, clause, record, profile, schemes, groups, answer))
        direct = bool(groups & set(record.groups))
        if _applies(reasons, profile, direct):
            checks = tuple(_checks(assistant, schemes, clause, profile))
            provision = document.provision(clause.provision)
            found.append(Match(document, provision, clause, record, reasons, direct, checks))
    found.sort(
        key=lambda m: (not m.direct, -len(m.reasons), STRENGTHS.index(m.record.strength), m.clause.start)
    )
    return Matched(tuple(found), answer, state_of(document, assistant.today()))


def question(profile: Profile) -> str:
    """What is asked for the sheet: the person's own words where there are any, else the choices in one sentence."""
    if profile.text.strip():
        return profile.text.strip()
    who = profile.who or "我们"
    about = "、".join(filter(None, [profile.size, profile.field, profile.right]))
    needs = "和".join(f"“{need}”" for need in profile.needs)
    said = f"{who}（{about}）" if about else who
    return f"{said}在{needs}方面有什么支持？" if needs else f"{said}有什么支持？"


def _schemes(base: KnowledgeBase) -> Schemes:
    assert base.principal is not None
    return load_schemes(base.principal, base.documents)


def _answered(assistant: Assistant, text: str) -> Answer:
    asked = Question(question=text, persona="enterprise")
    return next(piece for piece in assistant.stream(asked) if isinstance(piece, Answer))


def _of(schemes: Schemes, asked: str, labels: Sequence[str]) -> list[Choice]:
    return [choice for choice in schemes.choices[asked] if choice.label in labels]


def _reasons(
    document: Document,
    clause: Clause,
    record: ClauseRecord,
    profile: Profile,
    schemes: Schemes,
    groups: set[str],
    answer: Answer | None,
) -> Iterator[Reason]:
    """Whatever was said that words of this sentence meet, the free text first."""
    for citation in answer.citations if answer else ():
        if (citation.document_id, citation.start) == (document.id, clause.start):
            yield Reason("您的描述", citation.quote, citation.start, citation.end)
    said = [("need", profile.needs), ("field", (profile.field,)), ("size", (profile.size,))]
    for asked, labels in said:
        for choice in _of(schemes, asked, labels):
            for key, words in choice.ties:
                if key == clause.key:
                    yield _reason(document, clause, choice.label, words)
    if profile.right in record.rights and profile.right in record.quote:
        yield _reason(document, clause, profile.right, profile.right)
    for group in record.groups:
        if group in groups:
            yield _reason(document, clause, profile.who, _words_for(group, record))


def _words_for(group: str, record: ClauseRecord) -> str:
    """Where a reviewed reading speaks of a group in other words than its name: its topic, or what is to be done."""
    offered = (group, record.topic, *(act.quote for act in record.acts))
    return next((words for words in offered if words in record.quote), record.quote)


def _reason(document: Document, clause: Clause, said: str, words: str) -> Reason:
    start = document.text.index(words, clause.start, clause.quote_end)
    return Reason(said, words, start, start + len(words))


def _applies(reasons: Sequence[Reason], profile: Profile, direct: bool) -> bool:
    """What was asked for decides: the free text or a need; else the field, the right or the size; else the asker."""
    said = {reason.said for reason in reasons}
    if profile.text.strip() or profile.needs:
        return bool(said & {"您的描述", *profile.needs})
    narrowing = {profile.field, profile.right, profile.size} - {""}
    return (
        direct and bool(said & narrowing) if narrowing and profile.who else direct or bool(said & narrowing)
    )


def _checks(assistant: Assistant, schemes: Schemes, clause: Clause, profile: Profile) -> Iterator[SelfCheck]:
    for scheme in schemes.schemes:
        if scheme.clause == clause.key:
            document = assistant.knowledge_base.documents[scheme.document_id]
            yield SelfCheck(
                scheme,
                document,
                state_of(document, assistant.today()),
                tuple(_checked(scheme, number, profile.answers) for number in range(len(scheme.conditions))),
            )


def _checked(scheme: Scheme, number: int, answers: Mapping[str, bool]) -> Checked:
    condition, key = scheme.conditions[number], f"{scheme.document_id}#{number}"
    if not condition.ask:
        return Checked(key, condition, "unspecified")
    if key not in answers:
        return Checked(key, condition, "unasked")
    return Checked(key, condition, "met" if answers[key] else "unmet")
