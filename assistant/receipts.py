"""A receipt that somebody reads out → which answer it was, and whether it still stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.contract import Citation
from assistant.grounding import check_citation
from assistant.journal import Journal, Kept
from assistant.pipeline import receipt
from knowledge_base import KnowledgeBase

_FORM = re.compile(r"^([2-9A-HJ-NP-Z]{4})-?([2-9A-HJ-NP-Z]{4})$")


@dataclass(frozen=True, slots=True)
class Traced:
    """The latest answer with a receipt; how often it was given; what has changed since.

    `genuine`: the code is that of the kept answer, computed anew; None where personal data was masked in it, so that
    it cannot be. `moved`: citations whose quote no longer stands at its place in the texts that serve now.
    """

    kept: Kept
    times: int
    genuine: bool | None
    same_version: bool
    moved: tuple[Citation, ...]


def well_formed(code: str) -> str | None:
    """`k7q4 2m9x` as `K7Q4-2M9X`; None where it cannot be a receipt."""
    found = _FORM.match(re.sub(r"[\s—–－]+", "", code).upper())
    return f"{found[1]}-{found[2]}" if found else None


def trace(code: str, journal: Journal, base: KnowledgeBase) -> Traced | None:
    """What the journal holds under this receipt; None where it holds nothing."""
    given = journal.given(code)
    if not given:
        return None
    last = given[0]
    answer = last.answer
    computed = receipt(answer.text, answer.citations, answer.knowledge_base)
    return Traced(
        last,
        len(given),
        None if last.masked and computed != code else computed == code,
        answer.knowledge_base == base.version,
        tuple(citation for citation in answer.citations if check_citation(citation, base.documents)),
    )
