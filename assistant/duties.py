"""Every commitment of the text that has been read clause by clause, as the text words it; nothing is assigned to
anybody whom the text does not name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge_base import Clause, ClauseRecord, Document, KnowledgeBase, Provision, Strength
from knowledge_base.normalisation import searchable
from knowledge_base.records import STRENGTHS, Act
from knowledge_base.schemes import Division, load_schemes

UNSTATED = "未指明"
_LIMIT = re.compile(r"[到至在]?\d{4}年(?:底前|底|前|内)?")


@dataclass(frozen=True)
class Duty:
    """One act of one sentence; `None` where the text does not say. `[start, end)` is the act's span."""

    document: Document
    provision: Provision
    clause: Clause
    act: Act
    start: int
    end: int
    limit: str | None
    divisions: tuple[Division, ...]

    @property
    def quote(self) -> str:
        """The whole sentence."""
        return self.document.quote(self.clause)

    @property
    def strength(self) -> Strength:
        """How strongly the act is worded."""
        return self.act.strength


@dataclass(frozen=True)
class Wanted:
    """What is shown and how. An empty value asks for nothing; `actor` is `named`, `unnamed` or words of the text."""

    text: str = ""
    strength: str = ""
    actor: str = ""
    sort: str = "place"
    down: bool = False
    group: str = "measure"


def duties(base: KnowledgeBase) -> tuple[Duty, ...]:
    """All commitments in order of the text: acts that are more than statements, and goals with a time limit."""
    document = base.principal
    if document is None:
        return ()
    divisions = load_schemes(document, base.documents).divisions
    return tuple(
        duty
        for provision in document.provisions
        for duty in _of_provision(base, document, provision, divisions)
    )


def _of_provision(
    base: KnowledgeBase, document: Document, provision: Provision, divisions: Sequence[Division]
) -> Iterator[Duty]:
    limit: str | None = None
    for clause in provision.clauses:
        record = base.record(document.id, clause.key)
        if record is None:
            continue
        limit = _limit(record) or limit
        own = tuple(division for division in divisions if division.clause == clause.key)
        at = 0
        for act in record.acts:
            at = (
                record.quote.find(act.quote, at)
                if act.quote in record.quote[at:]
                else record.quote.find(act.quote)
            )
            if act.strength != "statement" or limit:
                start = clause.start + at
                yield Duty(document, provision, clause, act, start, start + len(act.quote), limit, own)
        if not record.quote.endswith((";", "；")):  # a limit holds for the whole sentence and no longer
            limit = None


def _limit(record: ClauseRecord) -> str | None:
    """The words of a time limit, where the reviewed reading says that there is one."""
    found = _LIMIT.search(record.quote) if "期限" in record.states else None
    return found.group() if found else None


_ORDERS: dict[str, Callable[[Duty], tuple[object, ...]]] = {
    "place": lambda duty: (duty.start,),
    "strength": lambda duty: (STRENGTHS.index(duty.strength), duty.start),
    "actor": lambda duty: (duty.act.actor is None, duty.act.actor or "", duty.start),
    "upon": lambda duty: (duty.act.upon is None, duty.act.upon or "", duty.start),
    "limit": lambda duty: (duty.limit is None, duty.limit or "", duty.start),
}


def chosen(rows: Sequence[Duty], wanted: Wanted) -> tuple[Duty, ...]:
    """The rows that were asked for, in the order asked for."""
    kept = [duty for duty in rows if _matches(duty, wanted)]
    kept.sort(key=_ORDERS.get(wanted.sort, _ORDERS["place"]), reverse=wanted.down)
    return tuple(kept)


def _matches(duty: Duty, wanted: Wanted) -> bool:
    said = searchable(
        " ".join(filter(None, [duty.quote, duty.provision.label, duty.provision.heading, duty.limit]))
    )
    actor = duty.act.actor
    return (
        all(word in said for word in searchable(wanted.text).split())
        and wanted.strength in ("", duty.strength)
        and (wanted.actor in ("", actor) or wanted.actor == ("named" if actor else "unnamed"))
    )


def grouped(rows: Sequence[Duty], group: str) -> list[tuple[str, tuple[Duty, ...]]]:
    """The rows by what they have in common, groups in order of the text or of strength; names for people's eyes
    are the door's, so a group is named by its measure's number, its strength or its actor."""
    keys: dict[str, Callable[[Duty], tuple[int, str]]] = {
        "measure": lambda duty: (duty.provision.number, str(duty.provision.number)),
        "strength": lambda duty: (STRENGTHS.index(duty.strength), duty.strength),
        "actor": lambda duty: (int(duty.act.actor is None), duty.act.actor or UNSTATED),
    }
    if group not in keys:
        return [("", tuple(rows))]
    key = keys[group]
    return [(name, tuple(members)) for (_, name), members in groupby(sorted(rows, key=key), key)]
