"""The structure of a text as rings: parts, measures, sentences. Every piece opens its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import cos, pi, sin

from assistant.desk.linking import address, sentence_address
from assistant.desk.render import STRENGTH
from assistant.panorama import Branch, Measure, Panorama
from knowledge_base import Document

HOLE, PARTS, MEASURES, SENTENCES = 84.0, 150.0, 224.0, 292.0  # radii at which the rings end
GAP = 1.2  # between two pieces, along the arc


def sunburst(view: Panorama) -> str:
    """The drawing, its key, and the place where the piece under the pointer or the focus is told."""
    measures = sum(len(branch.measures) for branch in view.branches)
    sentences = sum(branch.size for branch in view.branches)
    return (
        "<div class='pa-rings'><figure><svg viewBox='-300 -300 600 600' data-roving role='group' "
        f"aria-label='结构图：{len(view.branches)} 部分，{measures} 条，{sentences} 句；方向键移动，回车打开原文'>"
        f"{''.join(_pieces(view))}"
        f"<text class='pa-hub' y='-12'>{measures} 条</text><text class='pa-hub-2' y='20'>{sentences} 句</text></svg>"
        f"<figcaption>{key()}</figcaption></figure>"
        "<div class='pa-told' aria-live='polite'><p class='pa-told-place'>指一指，或用方向键</p>"
        "<p class='pa-told-text'>内圈是部分，中圈是条，外圈是句子；颜色深浅是句子的力度。点开就到原文。</p></div>"
        f"{_parts(view)}</div>"
    )


def _parts(view: Panorama) -> str:
    """The names of the parts, for which the inner ring has no room."""
    items = "".join(
        f"<li><a href='{address(view.document, branch.measures[0].provision.number)}' target='_blank' rel='noopener'>"
        f"{escape(branch.label)}</a><span>{len(branch.measures)} 条 {branch.size} 句</span></li>"
        for branch in view.branches
    )
    return f"<ul class='pa-parts' aria-label='各部分'>{items}</ul>"


def key() -> str:
    """What the shades mean."""
    return "".join(
        f"<span class='pa-key pa-fill-{strength}'>{STRENGTH[strength]}</span>"
        for strength in ("action", "support", "guidance", "statement")
    )


def _pieces(view: Panorama) -> Iterator[str]:
    total = sum(branch.size for branch in view.branches)
    at = 0
    for branch in view.branches:
        first = branch.measures[0].provision.number
        begin, end = _angle(at, total), _angle(at + branch.size, total)
        told = f"{branch.label}：{len(branch.measures)} 条，{branch.size} 句"
        yield _piece(
            "pa-ring-part", address(view.document, first), begin, end, HOLE, PARTS, branch.label, told
        )
        yield _label(branch.label.partition("、")[0], begin, end, (HOLE + PARTS) / 2, "pa-ring-name")
        for measure in branch.measures:
            yield from _measure(view.document, branch, measure, at, total)
            at += len(measure.sentences)


def _measure(document: Document, branch: Branch, measure: Measure, at: int, total: int) -> Iterator[str]:
    provision = measure.provision
    begin, end = _angle(at, total), _angle(at + len(measure.sentences), total)
    place = f"{provision.label}{provision.heading}"
    told = f"{branch.label} › {len(measure.sentences)} 句"
    yield _piece(
        "pa-ring-measure", address(document, provision.number), begin, end, PARTS, MEASURES, place, told
    )
    yield _label(provision.label.strip("()（）"), begin, end, (PARTS + MEASURES) / 2, "pa-ring-label")
    for index, sentence in enumerate(measure.sentences, at):
        strength = sentence.record.strength
        yield _piece(
            f"pa-fill-{strength}",
            sentence_address(document, sentence.clause),
            _angle(index, total),
            _angle(index + 1, total),
            MEASURES,
            SENTENCES,
            f"{place}　{STRENGTH[strength]}",
            sentence.quote,
        )


def _angle(done: int, total: int) -> float:
    """Clockwise from the top."""
    return 2 * pi * done / total - pi / 2


def _piece(
    name: str, target: str, begin: float, end: float, inner: float, outer: float, place: str, told: str
) -> str:
    """A piece of a ring as a link, told by its place and words."""
    path = _ring(begin, end, inner + 1, outer - 1)
    return (
        f"<a href='{target}' target='_blank' rel='noopener' aria-label='{escape(place)}：{escape(told)}' "
        f"data-place='{escape(place)}' data-told='{escape(told)}'><path class='{name}' d='{path}'/></a>"
    )


def _ring(begin: float, end: float, inner: float, outer: float) -> str:
    large = int(end - begin > pi)
    inner_gap, outer_gap = GAP / inner / 2, GAP / outer / 2
    a, b = _point(outer, begin + outer_gap), _point(outer, end - outer_gap)
    c, d = _point(inner, end - inner_gap), _point(inner, begin + inner_gap)
    return f"M{a}A{outer:g} {outer:g} 0 {large} 1 {b}L{c}A{inner:g} {inner:g} 0 {large} 0 {d}Z"


def _point(radius: float, angle: float) -> str:
    return f"{radius * cos(angle):.1f} {radius * sin(angle):.1f}"


def _label(text: str, begin: float, end: float, radius: float, name: str) -> str:
    x, y = _point(radius, (begin + end) / 2).split()
    return f"<text class='{name}' x='{x}' y='{y}' aria-hidden='true'>{escape(text)}</text>"


def outline_table(branches: Sequence[Branch], document: Document) -> str:
    """The same as a table: every measure with its sentences by strength."""
    strengths = ("action", "support", "guidance", "statement")
    heads = "".join(f"<th scope='col'>{STRENGTH[strength]}</th>" for strength in strengths)
    rows = []
    for branch in branches:
        rows.append(f"<tr><th scope='rowgroup' colspan='6'>{escape(branch.label)}</th></tr>")
        for measure in branch.measures:
            counts = [sum(s.record.strength == strength for s in measure.sentences) for strength in strengths]
            cells = "".join(f"<td>{count or ''}</td>" for count in counts)
            link = address(document, measure.provision.number)
            name = f"{measure.provision.label}{measure.provision.heading}"
            rows.append(
                f"<tr><th scope='row'><a href='{link}' target='_blank' rel='noopener'>{escape(name)}</a></th>"
                f"<td>{len(measure.sentences)}</td>{cells}</tr>"
            )
    return (
        "<table class='pa-plain-table'><caption>各条的句数，按力度分</caption><thead><tr><th scope='col'>条</th>"
        f"<th scope='col'>句数</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
