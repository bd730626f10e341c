"""The tab 问答: a conversation; each session holds its own turns, nothing is shared."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from pydantic import ValidationError

from assistant.contract import HISTORY_TURNS, Answer, Question
from assistant.desk.render import complaint, conversation, turn_html, welcome
from assistant.faults import first_fault
from assistant.live import Current

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
_SHOW_NEWEST = "() => window.paShowNewest()"


class Shown(NamedTuple):
    """A finished turn, with its HTML as it was shown: the version that it cites may be gone later."""

    number: int
    question: Question
    answer: Answer
    html: str


Turns = list[Shown]


def tab(assistant: Current) -> None:
    """The layout and its wiring, within the tab that is open."""
    import gradio as gr

    base = assistant().knowledge_base
    greeting = welcome(base)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    turns = gr.State([])
    persona = gr.Radio(PERSONAS, value="", label="我是", elem_classes="pa-persona", container=False)
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

    shown = [turns, talk, box, fault, *buttons]
    answer = partial(_answer, assistant)
    triggers: list[tuple[Callable[..., Any], Any]] = [(box.submit, box), (send.click, box)]
    triggers += [(button.click, button) for button in buttons]
    revising = []
    for trigger, source in triggers:
        asked = trigger(answer, [source, persona, turns], shown, **quiet)
        asked.then(None, js=_SHOW_NEWEST, **quiet)
        revising.append(asked.then(partial(_revise, assistant), turns, [turns, talk], **quiet))
    # Who asks on does not wait for a model: the draft stays, and what would replace it is dropped.
    for trigger in [*(trigger for trigger, _ in triggers), clear.click]:
        trigger(None, cancels=revising, **quiet)
    persona.change(_suggestions, [persona, turns], buttons, **quiet)
    clear.click(lambda who: ([], greeting, "", "", *_suggestions(who, [])), persona, shown, **quiet)


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
    offered = [text for text in dict.fromkeys([*follow_ups, *EXAMPLES[who]]) if text not in asked]
    padded = [*offered[:SUGGESTIONS], *[""] * SUGGESTIONS][:SUGGESTIONS]
    return [gr.update(value=text, visible=bool(text)) for text in padded]
