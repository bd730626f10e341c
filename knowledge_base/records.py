"""What each clause does, for whom, how strongly, and what it leaves open: reviewed data, checked on loading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from knowledge_base.documents import Document
from knowledge_base.errors import SourceFault

Strength = Literal["duty", "action", "support", "guidance", "statement"]
# Strongest first; `statement` orders nothing and promises nothing (goals, metadata, headings).
STRENGTHS: tuple[Strength, ...] = get_args(Strength)


def stronger(one: Strength, other: Strength) -> bool:
    """Whether `one` binds more than `other`: duty > action > support > guidance > statement."""
    return STRENGTHS.index(one) < STRENGTHS.index(other)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a clause in its own words: who does what, upon whom, by which means; None where unsaid."""

    quote: str
    strength: Strength
    verb: str
    actor: str | None
    upon: str | None
    instrument: str | None


@dataclass(frozen=True, slots=True)
class Channel:
    """Whom the clause names to call, in its own words."""

    number: str
    name: str


@dataclass(frozen=True)
class ClauseRecord:
    """The reading of one clause. `gist` and `english` say no more than `quote` does."""

    clause: str
    quote: str
    topic: str
    strength: Strength
    acts: tuple[Act, ...]
    rights: tuple[str, ...]
    groups: tuple[str, ...]
    channels: tuple[Channel, ...]
    documents: tuple[str, ...]
    states: tuple[str, ...]
    leaves_open: tuple[str, ...]
    gist: str
    english: str

    @cached_property
    def verbs(self) -> tuple[str, ...]:
        """The operative verbs in order of the clause, without repeats."""
        return tuple(dict.fromkeys(act.verb for act in self.acts))


def load_records(path: Path, document: Document) -> dict[str, ClauseRecord]:
    """Clause key → record, one for every clause of `document`.

    Raises `SourceFault` where a clause has none or two, a quote is not the clause's text, or an act's
    words are not in it.
    """
    records: dict[str, ClauseRecord] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        place = f"{path.name} 第 {number} 行"
        try:
            record = _record(json.loads(line))
            expected = document.quote(document.clause(record.clause))
        except (ValueError, KeyError, TypeError) as error:
            raise SourceFault(f"{place}：记录不合格式（{error}）") from error
        if record.quote != expected:
            raise SourceFault(f"{place}：引文与 {document.id} 的 {record.clause} 不一致")
        if record.clause in records:
            raise SourceFault(f"{place}：{record.clause} 有两条记录")
        _check(record, place)
        records[record.clause] = record
    missing = [clause.key for clause in document.clauses if clause.key not in records]
    if missing:
        raise SourceFault(f"{path.name}：缺少 {'、'.join(missing)} 的记录")
    return records


def _record(row: Mapping[str, Any]) -> ClauseRecord:
    values: dict[str, Any] = dict(row)
    values |= {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    values["acts"] = tuple(Act(**act) for act in row["acts"])
    values["channels"] = tuple(Channel(**channel) for channel in row["channels"])
    return ClauseRecord(**values)


def _check(record: ClauseRecord, place: str) -> None:
    for strength in (record.strength, *(act.strength for act in record.acts)):
        if strength not in STRENGTHS:
            raise SourceFault(f"{place}：不认识的力度 {strength!r}")
    # A clause of mixed strength is as strong as the act that leads it: 支持…申报…,落实… promises no more than 支持.
    if record.acts and record.strength not in {act.strength for act in record.acts}:
        raise SourceFault(f"{place}：没有一个行为的力度是 {record.strength}")
    called = [part for channel in record.channels for part in (channel.number, channel.name)]
    parts = [
        part for act in record.acts for part in (act.quote, act.verb, act.actor, act.upon, act.instrument)
    ]
    for part in (*parts, *called, *record.documents):
        if part and part not in record.quote:
            raise SourceFault(f"{place}：“{part}”不在原文里")
