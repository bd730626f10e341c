"""The tab 全景: four pictures of the texts, drawn here; each mark opens its text, each picture is a table too."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant.desk.heatmap import heatmap
from assistant.desk.linking import chosen_day
from assistant.desk.network import network, network_table
from assistant.desk.sunburst import outline_table, sunburst
from assistant.desk.timeline import timeline
from assistant.live import Current
from assistant.panorama import Panorama, panorama

_EMPTY = "<p class='pa-empty'>知识库里没有逐句读过的文件，画不出全景：请用随项目附带的知识库，或在文库里逐份查看。</p>"


def _structure(view: Panorama) -> str:
    return sunburst(view) + _folded(outline_table(view.branches, view.document))


def _groups(view: Panorama) -> str:
    note = "格子里是句数，颜色越深句子越多。一句可以说到几类人；没有说到人的句子不在表里。"
    return heatmap(view.groups, view.document, "各条说到哪些人", note)


def _kinds(view: Panorama) -> str:
    note = "按句子里的字词归类，一句可以归几类；总目标不算。归到一类，不等于文件承诺兑现，力度以原句为准。"
    return heatmap(view.kinds, view.document, "各条说到哪些事", note)


def _network(view: Panorama) -> str:
    note = "<p class='pa-quiet'>左边是条，右边是它的字句提到或依托的文件。指到哪里，哪里的线亮起；点线到那一句。</p>"
    return note + network(view) + _folded(network_table(view))


PICTURES: dict[str, tuple[str, Callable[[Panorama], str]]] = {
    "structure": ("结构", _structure),
    "groups": ("条 × 人群", _groups),
    "kinds": ("条 × 事项", _kinds),
    "time": ("时间线", timeline),
    "network": ("文件关系", _network),
}


def shell() -> str:
    """The choice of pictures, and the place where the chosen one goes."""
    choices = "".join(
        f"<label><input type='radio' name='picture' value='{name}'{' checked' if name == 'structure' else ''}>"
        f"<span>{label}</span></label>"
        for name, (label, _) in PICTURES.items()
    )
    return (
        "<section class='pa-panorama' aria-label='全景'><form class='pa-pictures' data-list='/desk/panorama/picture' "
        f"data-into='pa-picture'><fieldset><legend class='pa-hidden'>看哪一张图</legend>{choices}</fieldset>"
        "<label class='pa-on'>按哪一天<input type='date' name='on'></label></form>"
        "<div id='pa-picture' class='pa-list'><p class='pa-quiet'>正在作图…</p></div></section>"
    )


def router(assistant: Current) -> APIRouter:
    """`/panorama/picture`: one picture as HTML."""
    routes = APIRouter()

    @routes.get("/panorama/picture", response_class=HTMLResponse)
    def picture(picture: str = "structure", on: str = "") -> str:
        current = assistant()
        view = panorama(current.knowledge_base, chosen_day(on) or current.today())
        _, draw = PICTURES.get(picture, PICTURES["structure"])
        return draw(view) if view else _EMPTY

    return routes


def _folded(table: str) -> str:
    return f"<details class='pa-as-table'><summary>用表格看</summary>{table}</details>"
