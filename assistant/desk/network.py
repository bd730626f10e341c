"""Which measure leans on which document: two columns, a line for every pair, laid out here so that few lines cross."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.desk.linking import address, place, sentence_address, state_badge
from assistant.desk.render import STATE
from assistant.panorama import Bond, Panorama
from knowledge_base import Document, Provision

ROW = 32  # pixels from one document to the next


def network(view: Panorama) -> str:
    """Measures to the left, documents to the right, ordered by the middle of the measures that lean on them."""
    measures = sorted({bond.provision.number: bond.provision for bond in view.bonds}.items())
    position = {number: index for index, (number, _) in enumerate(measures)}
    documents = _ordered(view.bonds, position)
    height = ROW * len(documents)
    step = height / max(len(measures), 1)
    left = {number: step * (index + 0.5) for number, index in position.items()}
    right = {document.id: ROW * (index + 0.5) for index, document in enumerate(documents)}
    lines = "".join(
        _line(bond, view.document, left[bond.provision.number], right[bond.target.id]) for bond in view.bonds
    )
    names = "".join(_measure(provision, view.document, left[number]) for number, provision in measures)
    titles = "".join(_title(document, view, right[document.id]) for document in documents)
    return (
        f"<section class='pa-net' style='height:{height}px' aria-label='措施与文件的关系图'>"
        f"<ul data-roving aria-label='措施'>{names}</ul>"
        f"<svg viewBox='0 0 100 {height}' preserveAspectRatio='none' style='height:{height}px' "
        f"role='presentation'>{lines}</svg>"
        f"<ul data-roving aria-label='文件'>{titles}</ul></section>"
    )


def _ordered(bonds: Sequence[Bond], position: dict[int, int]) -> list[Document]:
    """Each document at the mean of its measures: neighbours stay neighbours, so few lines cross."""
    places: dict[str, list[int]] = {}
    documents: dict[str, Document] = {}
    for bond in bonds:
        places.setdefault(bond.target.id, []).append(position[bond.provision.number])
        documents[bond.target.id] = bond.target
    mean = {name: sum(found) / len(found) for name, found in places.items()}
    return [documents[name] for name in sorted(mean, key=lambda name: (mean[name], name))]


def _line(bond: Bond, document: Document, start: float, end: float) -> str:
    phrases = "、".join(dict.fromkeys(f"「{tie.phrase}」" for tie in bond.ties))
    told = f"{place(bond.provision)} 因{phrases}依托《{bond.target.metadata.title}》"
    target = sentence_address(document, *dict.fromkeys(tie.clause for tie in bond.ties))
    return (
        f"<a href='{target}' target='_blank' rel='noopener' tabindex='-1' data-measure='{bond.provision.number}' "
        f"data-document='{escape(bond.target.id)}'><title>{escape(told)}</title>"
        f"<path d='M0 {start:.1f}C55 {start:.1f} 45 {end:.1f} 100 {end:.1f}'/></a>"
    )


def _measure(provision: Provision, document: Document, at: float) -> str:
    heading = provision.heading or "文首"
    return (
        f"<li style='top:{at:.1f}px'><a href='{address(document, provision.number)}' target='_blank' rel='noopener' "
        f"data-measure='{provision.number}'>{escape(provision.label)}{escape(heading)}</a></li>"
    )


def _title(document: Document, view: Panorama, at: float) -> str:
    state = view.entries[document.id].state
    title = document.metadata.title
    return (
        f"<li style='top:{at:.1f}px'><a class='pa-dot-{state}' href='{address(document)}' target='_blank' rel='noopener' "
        f"data-document='{escape(document.id)}' title='{escape(title)}（{STATE[state]}）'>{escape(title)}</a></li>"
    )


def network_table(view: Panorama) -> str:
    """The same as a table: every pair with the words that make it."""
    rows = "".join(
        f"<tr><th scope='row'><a href='{sentence_address(view.document, *dict.fromkeys(t.clause for t in bond.ties))}' "
        f"target='_blank' rel='noopener'>{escape(place(bond.provision))}</a></th>"
        f"<td>{escape('、'.join(dict.fromkeys(tie.phrase for tie in bond.ties)))}</td>"
        f"<td><a href='{address(bond.target)}' target='_blank' rel='noopener'>{escape(bond.target.metadata.title)}</a></td>"
        f"<td>{state_badge(view.entries[bond.target.id].state)}</td></tr>"
        for bond in view.bonds
    )
    return (
        "<table class='pa-plain-table'><caption>哪一条因哪些字句依托哪份文件</caption><thead><tr><th scope='col'>条</th>"
        "<th scope='col'>字句</th><th scope='col'>文件</th><th scope='col'>效力</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
