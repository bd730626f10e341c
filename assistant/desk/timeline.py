"""When each document applies: a bar from its first day to its last, open where a day is not known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from assistant.desk.linking import address, kind_badge, state_badge
from assistant.panorama import Lifetime, Panorama
from assistant.standing import chinese_day

SPAN = 10  # years shown before the day that is looked at; what began earlier begins at the edge
AHEAD = 2
# per cent of the width that one date, or two, need to the left of a bar; with less room they stand inside it
INSIDE = {False: 26, True: 50}


def timeline(view: Panorama) -> str:
    """One row a document, those of unknown dates below without a bar."""
    dated = [life for life in view.lifetimes if life.begins or life.ends]
    bare = [life for life in view.lifetimes if not (life.begins or life.ends)]
    dated.sort(key=lambda life: (life.begins or life.ends or date.min, life.ends or date.max))
    scale = _Scale(view.day)
    years = "".join(
        f"<span style='left:{scale.place(date(year, 1, 1)):.2f}%'>{year}</span>"
        for year in range(scale.first + 1, scale.last + 1)
    )
    rows = "".join(_row(life, scale) for life in dated)
    return (
        f"<section class='pa-time' style='--today:{scale.place(view.day):.2f}%;--years:{scale.last + 1 - scale.first}'>"
        f"<table data-roving><caption>{len(dated)} 份文件的施行与失效，竖线是{chinese_day(view.day)}</caption><thead><tr>"
        f"<th scope='col'>文件</th><th scope='col'><span class='pa-hidden'>起止</span>"
        f"<span class='pa-years' aria-hidden='true'>{years}</span></th></tr></thead><tbody>{rows}</tbody></table>"
        f"{_bare(bare)}</section>"
    )


class _Scale:
    """Days as per cent of the width."""

    def __init__(self, day: date) -> None:
        self.first, self.last = day.year - SPAN, day.year + AHEAD
        self._begin = date(self.first, 1, 1).toordinal()
        self._length = date(self.last + 1, 1, 1).toordinal() - self._begin

    def place(self, day: date) -> float:
        return min(100.0, max(0.0, 100 * (day.toordinal() - self._begin) / self._length))


def _row(life: Lifetime, scale: _Scale) -> str:
    document = life.entry.document
    left = scale.place(life.begins) if life.begins else 0.0
    right = scale.place(life.ends) if life.ends else 100.0
    open_left = "" if life.begins and life.begins.year >= scale.first else " pa-open-left"
    open_right = "" if life.ends else " pa-open-right"
    side = " pa-says-left" if left > INSIDE[life.ends is not None] else f" pa-inside pa-{life.entry.state}"
    return (
        f"<tr><th scope='row'><a href='{address(document)}' target='_blank' rel='noopener'>"
        f"{escape(document.metadata.title)}</a>{state_badge(life.entry.state)}</th>"
        f"<td><div class='pa-track'><span class='pa-bar pa-{life.entry.state}{open_left}{open_right}' "
        f"style='left:{left:.2f}%;width:{max(right - left, 0.6):.2f}%'></span>"
        f"<span class='pa-dates{side}{open_left}' style='--at:{left:.2f}%'>{_dates(life)}</span></div></td></tr>"
    )


def _dates(life: Lifetime) -> str:
    begins = f"{life.begins.isoformat()} {life.begins_with}" if life.begins else "施行日期未查明"
    return f"{begins}，{life.ends.isoformat()} 失效" if life.ends else begins


def _bare(lives: Sequence[Lifetime]) -> str:
    if not lives:
        return ""
    items = "".join(
        f"<li><a href='{address(life.entry.document)}' target='_blank' rel='noopener'>"
        f"{escape(life.entry.document.metadata.title)}</a>{kind_badge(life.entry.document)}</li>"
        for life in lives
    )
    return f"<h2>施行和失效日期都未查明的 {len(lives)} 份，画不出来</h2><ul class='pa-bare'>{items}</ul>"
