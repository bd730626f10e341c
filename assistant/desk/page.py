"""The page at `/`: Gradio, Chinese, nothing loaded from another host; one tab a room, each room a file beside this one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fastapi import APIRouter, FastAPI, HTTPException

from assistant.desk import basis, duties, english, intake, library, lookup, match, panorama, review, talk
from assistant.desk.render import head
from assistant.live import Current

if TYPE_CHECKING:
    import gradio as gr

FONTS = (
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "system-ui",
    "sans-serif",
)
ANSWERING = 8  # questions answered at once; the framework's own limit of 1 lets one long question hold up all
CLOSED = (
    "/gradio_api/upload",
    "/gradio_api/proxy={rest:path}",
)  # the framework's doors that this page never uses
_FOLDER = Path(__file__).parent


class Room(NamedTuple):
    """A tab besides 问答.

    `shell` is its HTML before anything is asked of it and holds nothing of a knowledge-base version; `router`
    serves the fragments that its script fetches under `/desk`.
    """

    label: str
    id: str
    shell: Callable[[], str]
    router: Callable[[Current], APIRouter]


ROOMS: tuple[Room, ...] = (
    Room("速查", "lookup", lookup.shell, lookup.router),
    Room("支持匹配", "match", match.shell, match.router),
    Room("责任清单", "duties", duties.shell, duties.router),
    Room("全景", "panorama", panorama.shell, panorama.router),
    Room("文库", "library", library.shell, library.router),
    Room("反馈", "review", review.shell, review.router),
)


def mount(app: FastAPI, assistant: Current) -> FastAPI:
    """Put the page at `/` of the service's app."""
    import gradio as gr

    for path in CLOSED:
        app.add_api_route(path, _closed, methods=["GET", "HEAD", "POST"], include_in_schema=False)
    for room in ROOMS:
        app.include_router(room.router(assistant), prefix="/desk", include_in_schema=False)
    app.include_router(basis.router(assistant), prefix="/desk", include_in_schema=False)
    app.include_router(intake.router(assistant), prefix="/desk", include_in_schema=False)
    app.include_router(library.reading_router(assistant, _joined("css")), include_in_schema=False)
    theme = gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=["monospace"])
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _page(assistant),
        path="/",
        theme=theme,
        css=_joined("css"),
        head=f"<script>window.paEnglish = {english.as_script()};\n{_joined('js')}</script>",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
    )
    return mounted


async def _closed() -> None:
    raise HTTPException(404, "这里不接收文件，也不转接别的网站")


def _joined(kind: str) -> str:
    """The page's own file first, then those of the rooms."""
    files = sorted(_FOLDER.glob(f"*.{kind}"), key=lambda path: (path.stem != "page", path.stem))
    return "\n".join(path.read_text("utf-8") for path in files)


def _page(assistant: Current) -> gr.Blocks:
    """The title bar and the tabs."""
    import gradio as gr

    with gr.Blocks(title="政策助手", analytics_enabled=False, fill_width=True) as page:
        gr.HTML(head(assistant().knowledge_base), elem_classes="pa-top")
        with gr.Tabs(elem_classes="pa-tabs"):
            with gr.Tab("问答", id="talk"):
                talk.tab(assistant, page)
            for room in ROOMS:
                with gr.Tab(room.label, id=room.id):
                    gr.HTML(room.shell())
    page.queue(default_concurrency_limit=ANSWERING)
    return page
