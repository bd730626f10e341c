"""Measures by groups or kinds as a shaded table: the picture and the table for screen readers are one."""

from __future__ import annotations

from html import escape

from assistant.desk.linking import address, sentence_address
from assistant.desk.render import STRENGTH
from assistant.panorama import Grid, Sentence, strongest
from knowledge_base import Document, Provision

FAINTEST, DARKEST = 14, 88  # per cent of ink in a cell with one sentence and in the fullest


def heatmap(grid: Grid, document: Document, caption: str, note: str) -> str:
    """One row a measure, one column a group or kind, the number of sentences in the cell."""
    heads = "".join(f"<th scope='col'><span>{escape(column)}</span></th>" for column in grid.columns)
    rows = "".join(_row(grid, provision, document) for provision in grid.rows)
    return (
        f"<section class='pa-heat'><p class='pa-quiet'>{note}</p><div class='pa-scroll' tabindex='0' role='region' "
        f"aria-label='{caption}'><table data-roving><caption>{caption}</caption>"
        f"<thead><tr><th scope='col' class='pa-corner'><span>条</span></th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _row(grid: Grid, provision: Provision, document: Document) -> str:
    cells = "".join(
        _cell(grid, provision, column, grid.cells.get((provision.number, column), ()), document)
        for column in grid.columns
    )
    target = address(document, provision.number)
    return (
        f"<tr><th scope='row'><a href='{target}' target='_blank' rel='noopener'>{escape(provision.label)}"
        f"<span>{escape(provision.heading)}</span></a></th>{cells}</tr>"
    )


def _cell(
    grid: Grid, provision: Provision, column: str, sentences: tuple[Sentence, ...], document: Document
) -> str:
    if not sentences:
        return "<td></td>"
    share = (len(sentences) - 1) / max(grid.most - 1, 1)
    ink = round(FAINTEST + share * (DARKEST - FAINTEST))
    worded = STRENGTH[strongest(sentences)]
    told = f"{provision.label}，{column}，{len(sentences)} 句，最强的是“{worded}”"
    topics = "；".join(sentence.record.topic for sentence in sentences)
    dark = " class='pa-dark-cell'" if ink > 50 else ""
    return (
        f"<td{dark} style='--ink:{ink}%'><a href='{sentence_address(document, *(s.clause for s in sentences))}' "
        f"target='_blank' rel='noopener' aria-label='{escape(told)}' title='{escape(f'{told}：{topics}')}'>"
        f"{len(sentences)}</a></td>"
    )
