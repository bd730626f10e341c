"""The tab 问答: a conversation; each session holds its own turns, nothing is shared."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assistant.contract import HISTORY_TURNS, Answer, Question
from assistant.desk.conversations import Conversation, Kept, Shown, Turns, taken_up
from assistant.desk.english import renderings
from assistant.desk.render import complaint, conversation, turn_html, welcome
from assistant.faults import first_fault
from assistant.live import Current

if TYPE_CHECKING:
    import gradio as gr

PERSONAS = [("不限", ""), ("企业", "enterprise"), ("机关", "agency"), ("热线", "hotline")]
EXAMPLES = {
    "": ["孩子上学有什么照顾", "被黑代理骗了打哪个电话", "到2030年要达到什么目标"],
    "enterprise": [
        "拿专利去银行借钱，文件怎么说",
        "我们代理所想评高企行不行",
        "产品卖到国外，知识产权谁来帮",
    ],
    "agency": ["哪些条款讲到信用监管", "年度报告制度由哪条提出", "人才队伍建设要做哪几件事"],
    "hotline": ["绿卡 孩子上学", "黑代理 举报电话", "乱申请专利 谁管"],
}
SUGGESTIONS = 3  # buttons above the box: follow-ups first, then examples not yet asked
_LOG = logging.getLogger(__name__)
_STORE = "policy-assistant"  # where the browser keeps what was asked; it is nobody's secret there
_SHOW_NEWEST = "() => window.paShowNewest()"


def tab(assistant: Current, page: gr.Blocks) -> None:
    """The layout and its wiring, within the tab that is open; `page` tells when it has loaded."""
    import gradio as gr

    greeting = welcome(assistant().knowledge_base)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    turns, kept = gr.State([]), gr.BrowserState(Kept().stored(), storage_key=_STORE, secret=_STORE)
    with gr.Row(elem_classes="pa-talk-bar"):
        persona = gr.Radio(PERSONAS, value="", label="我是", elem_classes="pa-persona", container=False)
        with gr.Accordion("以前的对话", open=False, elem_classes="pa-kept"):
            earlier = gr.Radio([], label="打开", container=False, elem_classes="pa-earlier")
            with gr.Row():
                name = gr.Textbox(
                    placeholder="新名称", label="新名称", container=False, max_length=24, scale=2
                )
                rename = gr.Button("改名", size="sm", scale=0, min_width=64)
                delete = gr.Button("删除", size="sm", scale=0, min_width=64)
    talk = gr.HTML(greeting, elem_id="talk")
    with gr.Column(elem_classes="pa-composer"):
        with gr.Row(elem_classes="pa-suggestions"):
            buttons = [gr.Button(text, size="sm", variant="secondary") for text in EXAMPLES[""]]
        fault = gr.HTML(elem_id="fault")
        with gr.Row(elem_classes="pa-ask"):
            box = gr.Textbox(
                placeholder="用平常的话问，回车发送",
                label="问题",
                show_label=False,
                container=False,
                max_lines=6,
                scale=1,
                autofocus=True,
            )
            send = gr.Button("发送", variant="primary", scale=0, min_width=72)
            clear = gr.Button("新对话", variant="secondary", scale=0, min_width=72)
        with gr.Row(elem_classes="pa-again"):
            edit = gr.Button("改上一问", size="sm", scale=0, min_width=84)
            again = gr.Button("重新回答", size="sm", scale=0, min_width=84)
            stop = gr.Button("停止", size="sm", scale=0, min_width=84, elem_classes="pa-stop")

    shown = [turns, talk, box, fault, *buttons]
    answer = partial(_answer, assistant)
    triggers: list[tuple[Callable[..., Any], Any]] = [(box.submit, box), (send.click, box)]
    triggers += [(button.click, button) for button in buttons]
    asked = [trigger(answer, [source, persona, turns], shown, **quiet) for trigger, source in triggers]
    asked.append(again.click(partial(_again, assistant), [persona, turns], shown, **quiet))
    revising = []
    for event in asked:
        event.then(None, js=_SHOW_NEWEST, **quiet)
        event.then(_keep, [turns, kept], [kept, earlier], **quiet)
        revising.append(event.then(partial(_revise, assistant), turns, [turns, talk], **quiet))
    # Who asks on does not wait for a model: the draft stays, and what would replace it is dropped.
    for trigger in [*(trigger for trigger, _ in triggers), clear.click, again.click]:
        trigger(None, cancels=revising, **quiet)
    stop.click(partial(_stopped, greeting), turns, [turns, talk], cancels=[*asked, *revising], **quiet)
    edit.click(partial(_without_last, greeting), turns, [turns, talk, box], **quiet).then(
        _keep, [turns, kept], [kept, earlier], **quiet
    )
    persona.change(_suggestions, [persona, turns], buttons, **quiet)

    opened = [kept, earlier, persona, *shown]
    begun = partial(_begun, greeting)
    clear.click(begun, [persona, kept], opened, **quiet)
    page.load(partial(_come_back, assistant, greeting), kept, opened, **quiet)
    earlier.input(partial(_opened, assistant, greeting), [earlier, kept], opened, **quiet)
    rename.click(_renamed, [name, kept], [kept, earlier, name], **quiet)
    delete.click(partial(_deleted, greeting), [persona, kept], opened, **quiet)


def _keep(turns: Turns, stored: Any) -> tuple[Any, Any]:
    """What the browser keeps after a turn."""
    kept = Kept.read(stored).with_turns(turns)
    return kept.stored(), _listed(kept)


def _listed(kept: Kept) -> Any:
    import gradio as gr

    return gr.update(choices=kept.choices(), value=kept.open or None)


def _begun(greeting: str, who: str, stored: Any) -> tuple[Any, ...]:
    """A new conversation; those before stay kept."""
    kept = Kept.read(stored).model_copy(update={"open": ""})
    return (kept.stored(), _listed(kept), who, [], greeting, "", "", *_suggestions(who, []))


def _deleted(greeting: str, who: str, stored: Any) -> tuple[Any, ...]:
    """The conversation on the page is forgotten."""
    return _begun(greeting, who, Kept.read(stored).without_open().stored())


def _renamed(name: str, stored: Any) -> tuple[Any, ...]:
    kept = Kept.read(stored).renamed(name)
    return kept.stored(), _listed(kept), ""


def _opened(assistant: Current, greeting: str, chosen: str, stored: Any) -> tuple[Any, ...]:
    """A kept conversation on the page again."""
    return _reopened(
        assistant, greeting, Kept.read(stored).model_copy(update={"open": chosen or ""}).stored()
    )


def _come_back(assistant: Current, greeting: str, stored: Any) -> tuple[Any, ...]:
    """As the page was left; where there was nothing on it, nothing that may have been asked by now is touched."""
    import gradio as gr

    kept = Kept.read(stored)
    if kept.find(kept.open):
        return _reopened(assistant, greeting, stored)
    return (gr.skip(), _listed(kept), *[gr.skip()] * (5 + SUGGESTIONS))


def _reopened(assistant: Current, greeting: str, stored: Any) -> tuple[Any, ...]:
    """The conversation that was on the page when it was left."""
    kept = Kept.read(stored)
    found: Conversation | None = kept.find(kept.open)
    who = (found.persona if found else None) or ""
    turns = taken_up(assistant(), found) if found else []
    talk = conversation([turn.html for turn in turns]) if turns else greeting
    return (kept.stored(), _listed(kept), who, turns, talk, "", "", *_suggestions(who, turns))


def _again(assistant: Current, who: str, past: Turns) -> Iterator[tuple[Any, ...]]:
    """The last question once more, as from whoever asks now."""
    if past:
        yield from _answer(assistant, past[-1].question.question, who, past[:-1])


def _without_last(greeting: str, turns: Turns) -> tuple[Any, ...]:
    """The last question back in the box, to be put in other words."""
    import gradio as gr

    if not turns:
        return gr.skip(), gr.skip(), gr.skip()
    left = turns[:-1]
    talk = conversation([turn.html for turn in left]) if left else greeting
    return left, talk, turns[-1].question.question


def _stopped(greeting: str, turns: Turns) -> tuple[Any, Any]:
    """What stands when somebody has had enough: every turn that has its answer, a draft as it is."""
    if not turns:
        return turns, greeting
    last = turns[-1]
    kept = [*turns[:-1], last._replace(answer=last.answer.model_copy(update={"draft": False}))]
    return kept, conversation([turn.html for turn in kept])


def _answer(assistant: Current, text: str, who: str, past: Turns) -> Iterator[tuple[Any, ...]]:
    """One more turn: first the question at once, then everything that the page shows after its answer or its draft."""
    import gradio as gr

    kept = [gr.skip()] * SUGGESTIONS
    history = [{"question": turn.question.question, "answer": turn.answer.text} for turn in past]
    try:
        question = Question.model_validate({"question": text, "persona": who or None, "history": history})
    except ValidationError as error:
        yield (past, gr.skip(), text, complaint(first_fault(error.errors())), *kept)
        return
    before = [turn.html for turn in past]
    yield (past, conversation(before, pending=question.question), "", "", *kept)
    current = assistant()
    try:
        answer = next(piece for piece in current.stream(question) if isinstance(piece, Answer))
    except Exception as error:  # noqa: BLE001  a door: the person keeps the conversation and gets a number to quote
        trace_id = secrets.token_hex(8)
        _LOG.error("%s %s", trace_id, type(error).__name__, exc_info=error)
        kept_talk = conversation(before) if past else welcome(current.knowledge_base)
        yield (past, kept_talk, text, complaint(f"服务内部出错，请稍后再试（编号 {trace_id}）"), *kept)
        return
    number = past[-1].number + 1 if past else 1
    html = turn_html(number, question.question, answer, current.knowledge_base)
    turns = [*past, Shown(number, question, answer, html)][-HISTORY_TURNS:]
    yield (
        turns,
        conversation([turn.html for turn in turns], answer.draft),
        "",
        "",
        *_suggestions(who, turns),
    )


def _revise(assistant: Current, turns: Turns) -> tuple[Any, Any]:
    """The last turn as it stays, where it was a draft: the model's words in its place, or the same ones without the note."""
    import gradio as gr

    if not turns or not turns[-1].answer.draft:
        return gr.skip(), gr.skip()
    last, current = turns[-1], assistant()
    try:
        answer = current.answer(last.question)
    except Exception as error:  # noqa: BLE001  a door: the draft is a whole answer, so it stays
        _LOG.error("%s", type(error).__name__, exc_info=error)
        answer = last.answer.model_copy(update={"draft": False})
    html = turn_html(last.number, last.question.question, answer, current.knowledge_base)
    kept = [*turns[:-1], Shown(last.number, last.question, answer, html)]
    return kept, conversation([turn.html for turn in kept])


def _suggestions(who: str, turns: Sequence[Shown]) -> list[Any]:
    """Follow-ups of the last answer, then this persona's examples; none that was already asked."""
    import gradio as gr

    asked = {turn.question.question for turn in turns}
    follow_ups = turns[-1].answer.follow_ups if turns else ()
    fresh = (text for text in EXAMPLES[who] if renderings().get(text) not in asked)
    offered = [text for text in dict.fromkeys([*follow_ups, *fresh]) if text not in asked]
    padded = [*offered[:SUGGESTIONS], *[""] * SUGGESTIONS][:SUGGESTIONS]
    return [gr.update(value=text, visible=bool(text)) for text in padded]
