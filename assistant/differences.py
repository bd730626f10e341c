"""What a newer text says otherwise than the one before it, provision by provision and character by character.

Texts with articles are matched by their labels, what is left (renumbered articles, points of digests) by likeness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rapidfuzz.fuzz import ratio

from knowledge_base import Document, Provision

ALIKE = 50.0  # of 100: two provisions below it are two subjects
SHORTEST_SAME = 2  # a single character in common between two changes is read as part of the change

Kind = Literal["same", "changed", "removed", "added"]
PieceKind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that both texts have, or only the older or the newer one."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A provision of the older text beside that of the newer; one side is None where there is none."""

    before: Provision | None
    after: Provision | None
    pieces: tuple[Piece, ...]

    @property
    def kind(self) -> Kind:
        """What became of the provision."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "same" if all(piece.kind == "same" for piece in self.pieces) else "changed"


def differences(before: Document, after: Document) -> tuple[Difference, ...]:
    """All provisions of both, in order of the newer text; what is only in the older one stands after its forerunner."""
    partner = _matched(before, after)
    rows = []
    for new in after.provisions:
        old = partner.get(new.number)
        rows.append(Difference(old, new, compare(_text(before, old), _text(after, new))))
    taken = {provision.number for provision in partner.values()}
    for old in before.provisions:
        if old.number in taken:
            continue
        row = Difference(old, None, compare(_text(before, old), ""))
        rows.insert(_place(rows, old), row)
    return tuple(rows)


def _matched(before: Document, after: Document) -> dict[int, Provision]:
    """Number of a newer provision → the older one it is compared with; each is used once."""
    by_points = "digest" in (before.text_kind, after.text_kind)
    by_label = {provision.label: provision for provision in before.provisions}
    partner: dict[int, Provision] = {}
    for new in after.provisions:
        old = by_label.get(new.label)
        if old and (
            not by_points or not new.number
        ):  # the third point of one digest is not the third of another
            partner[new.number] = old
    free_old = [p for p in before.provisions if p not in partner.values()]
    free_new = [p for p in after.provisions if p.number not in partner]
    likeness = [
        (ratio(_text(before, old), _text(after, new)), -new.number, -old.number, new, old)
        for old in free_old
        for new in free_new
    ]
    used: set[int] = set()
    for score, _, _, new, old in sorted(likeness, key=lambda row: row[:3], reverse=True):
        if score >= ALIKE and new.number not in partner and old.number not in used:
            partner[new.number] = old
            used.add(old.number)
    return partner


def _place(rows: Sequence[Difference], old: Provision) -> int:
    """Behind the last row whose older side comes before `old`."""
    earlier = [i for i, row in enumerate(rows) if row.before and row.before.number < old.number]
    return max(earlier, default=len(rows) - 1) + 1


def _text(document: Document, provision: Provision | None) -> str:
    return document.text[provision.start : provision.end].strip() if provision else ""


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Runs of characters; the `same` and `removed` ones make up `before`, `same` and `added` make up `after`."""
    pieces: list[Piece] = []
    removed = added = ""
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal" and (j - i >= SHORTEST_SAME or not (removed or added)):
            pieces += _changed(removed, added)
            pieces.append(Piece("same", before[i:j]))
            removed = added = ""
        else:
            removed += before[i:j]
            added += after[k:m]
    return (*pieces, *_changed(removed, added))


def _changed(removed: str, added: str) -> list[Piece]:
    pieces: list[Piece] = []
    if removed:
        pieces.append(Piece("removed", removed))
    if added:
        pieces.append(Piece("added", added))
    return pieces
