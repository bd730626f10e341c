"""Documents → passages: the runs of clauses that are indexed, each under a header that says where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from knowledge_base.documents import Clause, Document, Provision

PASSAGE_LIMIT = 300  # characters; sentence-packed runs of this size served best on policy texts
TITLE_LIMIT = 60  # characters of the title in a header
EMBEDDED_AT_MOST = 2000  # passages; a larger corpus is embedded by the heads of its provisions
HEAD_PASSAGES = 2  # of each provision; as good as all on 599 policy texts, at a third of the time


@dataclass(frozen=True, slots=True)
class Passage:
    """Clauses `first`..`last` of one provision; `text` is what is indexed, header included."""

    document_id: str
    provision: int
    first: int
    last: int
    text: str


def passages(document: Document, by_clause: Collection[str] = ()) -> Iterator[Passage]:
    """Passages in order of the text: one a clause for documents named in `by_clause`, packed runs otherwise."""
    for provision in document.provisions:
        header = _header(document, provision)
        if document.id in by_clause:
            for clause in provision.clauses:
                text = document.quote(clause)
                yield Passage(
                    document.id, provision.number, clause.number, clause.number, f"{header}\n{text}"
                )
        else:
            yield from _packed(document, provision, header)


def _header(document: Document, provision: Provision) -> str:
    names = (document.metadata.title[:TITLE_LIMIT], provision.part, provision.label + provision.heading)
    return " › ".join(dict.fromkeys(name for name in names if name))


def _packed(document: Document, provision: Provision, header: str) -> Iterator[Passage]:
    run: list[Clause] = []
    for clause in provision.clauses:
        if run and clause.quote_end - run[0].start > PASSAGE_LIMIT:
            yield _run_passage(document, provision, run, header)
            run = []
        run.append(clause)
    if run:
        yield _run_passage(document, provision, run, header)


def _run_passage(document: Document, provision: Provision, run: list[Clause], header: str) -> Passage:
    text = document.text[run[0].start : run[-1].quote_end]
    return Passage(document.id, provision.number, run[0].number, run[-1].number, f"{header}\n{text}")


def embedded_rows(rows: Sequence[Passage]) -> list[int]:
    """Which passages get a vector: all, or in a large corpus the first of each provision."""
    if len(rows) <= EMBEDDED_AT_MOST:
        return list(range(len(rows)))
    seen: Counter[tuple[str, int]] = Counter()
    picked = []
    for row, passage in enumerate(rows):
        key = (passage.document_id, passage.provision)
        if seen[key] < HEAD_PASSAGES:
            picked.append(row)
        seen[key] += 1
    return picked
