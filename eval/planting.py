"""Statements for and against the support check: written ones, and faults planted in the true ones.

A clause's statements are all in one half, so that no wording of the report half was seen while fitting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from assistant.contract import Citation, Statement
from assistant.grounding import check_statement
from assistant.support import Limits, Source, unsupported
from knowledge_base import ClauseRecord, Document
from knowledge_base.lexicon import support_words
from knowledge_base.sources import Sources

SET = Path(__file__).parent / "sets" / "support.jsonl"
WRONG_CLAUSE = 7  # places further on in the list of clauses: always another measure
TAILS = (
    "并给予一次性奖励",
    "名额每年30个",
    "由省知识产权局负责受理",
    "可享受税收优惠",
    "五个工作日内办结",
    "不收取任何费用",
    "优先推荐参评省级奖项",
    "需要提交营业执照复印件",
    "逾期不予办理",
    "并纳入政府采购目录",
    "可以线上提交材料",
    "有效期为三年",
)
OTHER_ACTORS = ("银行", "市场监管局", "行业协会", "律师", "高校院所")

Half = Literal["fit", "report"]


@dataclass(frozen=True)
class Claim:
    """A statement that cites clauses, and whether their words carry it."""

    id: str
    clauses: tuple[str, ...]
    kind: str
    text: str
    supported: bool

    @property
    def half(self) -> Half:
        """Measures of odd number are fitted on, of even number reported on."""
        return "fit" if int(self.clauses[0].partition(".")[0]) % 2 else "report"


@dataclass(frozen=True)
class Desk:
    """What a claim is put to: the opinion and its readings."""

    document: Document
    records: Mapping[str, ClauseRecord]

    def faults(self, claim: Claim) -> list[str]:
        """The laws that the claim breaks; no limit changes them."""
        citations = self._citations(claim)
        statement = Statement(text=claim.text, citations=tuple(c.id for c in citations))
        documents = {self.document.id: self.document}
        return [fault.detail for fault in check_statement(statement, citations, documents, "")]

    def unsupported(self, claim: Claim, limits: Limits) -> str:
        """Why the cited words do not carry the claim."""
        citations = zip(self._citations(claim), claim.clauses, strict=True)
        return unsupported(claim.text, [Source(c, self.records[key]) for c, key in citations], (), limits)

    def _citations(self, claim: Claim) -> list[Citation]:
        return [self._cite(number, key) for number, key in enumerate(claim.clauses, 1)]

    def _cite(self, number: int, key: str) -> Citation:
        clause = self.document.clause(key)
        provision = self.document.provision(clause.provision)
        return Citation(
            id=number,
            document_id=self.document.id,
            document_title=self.document.metadata.title,
            document_number=self.document.metadata.number,
            provision=provision.label,
            number=provision.number,
            heading=provision.heading,
            part=provision.part,
            quote=self.document.quote(clause),
            start=clause.start,
            end=clause.quote_end,
            text_kind=self.document.text_kind,
            level=self.document.level,
            in_force=True,
            strength=self.records[key].strength,
        )


def open_desk(sources: Sources, document_id: str) -> Desk:
    """The desk over one read document."""
    return Desk(sources.documents[document_id], sources.records[document_id])


def read_claims(desk: Desk, path: Path = SET) -> list[Claim]:
    """The written claims, each true paraphrase followed by the faults planted in it."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    written = [
        Claim(row["id"], tuple(row["clauses"]), row["kind"], row["text"], row["supported"]) for row in rows
    ]
    whole: list[Claim] = []
    for number, claim in enumerate(written):
        whole.append(claim)
        if claim.kind == "paraphrase":
            whole += _planted(claim, number, desk.records)
    return whole


def _planted(claim: Claim, number: int, records: Mapping[str, ClauseRecord]) -> Iterator[Claim]:
    bare = claim.text.rstrip("。")
    tail = TAILS[number % len(TAILS)]
    yield _false(claim, "tail", f"{bare}，{tail}。")
    yield replace(
        _false(claim, "wrong_clause", claim.text), clauses=(_elsewhere(claim.clauses[0], list(records)),)
    )
    verb = next((word for word in support_words().directing if word in bare), None)
    if verb:
        yield _false(claim, "negated", claim.text.replace(verb, f"不{verb}", 1))
        yield _false(claim, "must", claim.text.replace(verb, "必须", 1))
        if records[claim.clauses[0]].strength == "guidance":
            yield _false(claim, "raised", claim.text.replace(verb, "支持" if verb != "支持" else "落实", 1))
        rest = re.sub("|".join(support_words().directing), "", bare)
        if len(claim.clauses) == 1 and records[claim.clauses[0]].strength in ("guidance", "support"):
            yield _false(claim, "verb_dropped", f"{rest}。")
    actor = next((form for name in support_words().actors for form in name if form in bare), None)
    if actor:
        other = next(name for name in OTHER_ACTORS[number % 5 :] + OTHER_ACTORS if name not in actor)
        yield _false(claim, "other_actor", claim.text.replace(actor, other, 1))


def _false(claim: Claim, kind: str, text: str) -> Claim:
    return Claim(f"{claim.id}-{kind}", claim.clauses, kind, text, supported=False)


def _elsewhere(key: str, keys: Sequence[str]) -> str:
    return keys[(keys.index(key) + WRONG_CLAUSE) % len(keys)]
