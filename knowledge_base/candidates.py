"""Questions that reviewers tied to sentences: kept in the home folder, learnt by the next version that is built.

Each line holds the sentences themselves beside their keys: where a text has changed since, the tie is left out of the
version and told, never moved to whatever stands there now.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from knowledge_base.documents import Document
from knowledge_base.normalisation import searchable
from knowledge_base.question_bank import BankQuestion
from knowledge_base.sources import Sources
from knowledge_base.weights import Weights

FILE = "candidates.jsonl"
BATCH = "reviewed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, the sentences that answer it, or, where `silent`, those nearest to what the texts do not say."""

    question: str
    persona: str
    document_id: str
    clauses: tuple[str, ...]
    quotes: tuple[str, ...]
    silent: bool
    reviewer: str

    def bank_question(self) -> BankQuestion:
        """As the question bank holds it."""
        answering, nearest = ((), self.clauses) if self.silent else (self.clauses, ())
        return BankQuestion(self.question, self.document_id, answering, nearest, self.persona, BATCH, BATCH)


@dataclass(frozen=True, slots=True)
class Learnt:
    """Sources with the candidates that fit them, and one line for each that does not."""

    sources: Sources
    left_out: tuple[str, ...]


def proposed(
    question: str,
    persona: str | None,
    document: Document,
    clauses: Sequence[str],
    silent: bool,
    reviewer: str,
) -> Candidate:
    """A candidate with its sentences as they stand. Raises `KeyError` or `ValueError` for a key that is none."""
    quotes = tuple(document.quote(document.clause(key)) for key in clauses)
    return Candidate(question, persona or "everyone", document.id, tuple(clauses), quotes, silent, reviewer)


def keep(home: Path, candidate: Candidate) -> None:
    """Append it to the home's candidates; on disk when this returns."""
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / f"{FILE}.lock"), (home / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(candidate), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_candidates(folder: Path) -> tuple[Candidate, ...]:
    """The candidates of a home or of a version, the last word on each question; a line cut short is passed over."""
    path = folder / FILE
    found: dict[str, Candidate] = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            candidate = _candidate(json.loads(line))
        except (ValueError, TypeError, KeyError):
            continue
        found[searchable(candidate.question)] = candidate
    return tuple(found.values())


def write_candidates(folder: Path, candidates: Sequence[Candidate]) -> None:
    """Write those that a version has learnt into its folder."""
    lines = (json.dumps(asdict(candidate), ensure_ascii=False) for candidate in candidates)
    (folder / FILE).write_text("".join(f"{line}\n" for line in lines), "utf-8")


def learnt(sources: Sources, candidates: Sequence[Candidate]) -> Learnt:
    """The sources with these questions in their bank; a reviewed question takes the place of the same one there."""
    fitting, left_out = [], []
    known = frozenset(Weights.read(sources.weights).clauses) if sources.weights else frozenset()
    for candidate in candidates:
        fault = _fault(candidate, sources, known)
        if fault:
            left_out.append(f"“{candidate.question}”没有学入：{fault}")
        else:
            fitting.append(candidate)
    if not fitting:
        return Learnt(sources, tuple(left_out))
    asked = {searchable(candidate.question) for candidate in fitting}
    bank = tuple(question for question in sources.bank if searchable(question.question) not in asked)
    whole = json.dumps([asdict(candidate) for candidate in fitting], ensure_ascii=False)
    mark = hashlib.sha256(f"{sources.fingerprint}{whole}".encode("utf-8", "surrogatepass")).hexdigest()
    reviewed = tuple(candidate.bank_question() for candidate in fitting)
    taught = replace(sources, bank=bank + reviewed, fingerprint=mark, candidates=tuple(fitting))
    return Learnt(taught, tuple(left_out))


def _fault(candidate: Candidate, sources: Sources, known: frozenset[str]) -> str:
    document = sources.documents.get(candidate.document_id)
    if document is None:
        return f"没有文件 {candidate.document_id}"
    if any(f"{document.id}#{key}" not in known for key in candidate.clauses):
        return "新增的文件还不能从问题里学"
    try:
        quotes = tuple(document.quote(document.clause(key)) for key in candidate.clauses)
    except (KeyError, ValueError):
        return "所连的句子不在了"
    return "" if quotes == candidate.quotes else "所连的句子改动过"


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(**{**row, "clauses": tuple(row["clauses"]), "quotes": tuple(row["quotes"])})
