"""The page `/d/<newer>/against/<older>`: two versions side by side, provision by provision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from assistant.desk.linking import address, kind_badge, page, place, state_badge
from assistant.differences import Difference, Kind, differences
from assistant.library import Entry
from knowledge_base import Document, Provision
from knowledge_base.versions import Wording

KINDS: dict[Kind, str] = {"changed": "有改动", "added": "新增", "removed": "不再有", "same": "相同"}
# of digests: a point that one side lacks may well stand in the text behind it
POINTS: dict[Kind, str] = {
    "changed": "相应的要点",
    "added": "只见于新版摘要",
    "removed": "只见于旧版摘要",
    "same": "相同",
}
_DIGESTS = (
    "两边至少有一边是摘要，这里对照的是整理出来的要点，不是法条：一边没有写到，不等于那份文件没有规定。"
)


def comparison_page(before: Entry, after: Entry) -> str:
    """Two documents that follow each other."""
    return _page(before.document, after.document, _column(before), _column(after))


def earlier_page(wording: Wording, entry: Entry) -> str:
    """A document as an earlier version of the knowledge base held it, beside its text of today."""
    heading = (
        f"知识库 {wording.built:%Y-%m-%d} 的文本<span class='pa-number'>版本 {escape(wording.version)}</span>"
    )
    return _page(wording.document, entry.document, heading, _column(entry))


def _page(before: Document, after: Document, left: str, right: str) -> str:
    """What changed in numbers, and every provision in two columns."""
    rows = differences(before, after)
    counted = Counter(row.kind for row in rows)
    by_points = "digest" in (before.text_kind, after.text_kind)
    names = POINTS if by_points else KINDS
    told = "，".join(f"{name} {counted[kind]} 处" for kind, name in names.items() if counted[kind])
    note = f"<p class='pa-digest-note'>{_DIGESTS}</p>" if by_points else ""
    shown = "".join(_row(row, before, after, names[row.kind]) for row in rows)
    body = (
        f"<header class='pa-sheet-head'><h1>逐条对照</h1><p class='pa-tally'>{told}</p>{note}</header>"
        "<div class='pa-compare-wrap' id='text' tabindex='-1'><table class='pa-compare'>"
        "<caption class='pa-hidden'>两个版本逐条对照，左旧右新</caption>"
        f"<thead><tr><th scope='col'>{left}</th><th scope='col'>{right}</th></tr></thead>"
        f"<tbody>{shown}</tbody></table></div>"
    )
    return page("逐条对照", body)


def _column(entry: Entry) -> str:
    metadata = entry.document.metadata
    return (
        f"<a href='{address(entry.document)}'>《{escape(metadata.title)}》</a>"
        f"<span class='pa-number'>{escape(metadata.number)}</span>"
        f"{kind_badge(entry.document)}{state_badge(entry.state)}"
    )


def _row(row: Difference, before: Document, after: Document, name: str) -> str:
    old = _side(row, row.before, before, "removed", "del", name)
    new = _side(row, row.after, after, "added", "ins", name)
    return f"<tr class='pa-{row.kind}'>{old}{new}</tr>"


def _side(
    row: Difference, provision: Provision | None, document: Document, own: str, tag: str, name: str
) -> str:
    if provision is None:
        return "<td class='pa-absent'><span>没有对应的内容</span></td>"
    whole = row.before is None or row.after is None
    shown = "".join(
        f"<{tag}>{_lines(piece.text)}</{tag}>" if piece.kind == own and not whole else _lines(piece.text)
        for piece in row.pieces
        if piece.kind in ("same", own)
    )
    where = f"<a href='{address(document, provision.number)}'>{escape(place(provision))}</a>"
    return f"<td><p class='pa-where'>{where}<span>{name}</span></p><p>{shown}</p></td>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def comparable(entries: Sequence[Entry]) -> list[tuple[Document, Document]]:
    """Each text before its newer one, where the newer one is among the entries."""
    return [(older, entry.document) for entry in entries for older in entry.predecessors]
