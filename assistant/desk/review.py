"""The tab 反馈: what needs a person, answers that people approve, and the brief of what the texts do not say."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from assistant.approvals import Approvals, ReviewFault
from assistant.contract import Persona
from assistant.desk.reviewing import case_panel, choices, gap_table, queue, written
from assistant.gap_brief import gap_brief, markdown, word
from assistant.journal import Journal
from assistant.live import Current
from assistant.review import LOOKED_AT, Reviewing, case_of, cases, rule, ruled
from knowledge_base.candidates import keep

FOUND = 6  # provisions that a search offers
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHELL = """
<section class='rv' id='rv' aria-label='反馈与审核'>
  <form class='rv-door' id='rv-door' autocomplete='off'>
    <h2>反馈与审核</h2>
    <p class='pa-quiet'>没答上来的、拿不准的、被点了「没帮上」的问题都在这里，由人定下正确的条文。<br
    >常问的问题可以起草回答，换一个人审核后先于自动回答显示。</p>
    <label><span>姓名</span><input name='name' required maxlength='40' autocomplete='name'></label>
    <label><span>审核口令</span><input name='key' type='password' required maxlength='200' autocomplete='current-password'></label>
    <button class='rv-main' type='submit'>打开</button>
    <p class='rv-said' role='alert'></p>
  </form>
  <div class='rv-desk' id='rv-desk' hidden>
    <header class='rv-bar'>
      <div class='rv-tabs' role='tablist' aria-label='审核'>
        <button type='button' role='tab' id='rv-t-queue' aria-controls='rv-queue' aria-selected='true'>待审问题</button>
        <button type='button' role='tab' id='rv-t-written' aria-controls='rv-written' aria-selected='false' tabindex='-1'>审定回答</button>
        <button type='button' role='tab' id='rv-t-gaps' aria-controls='rv-gaps' aria-selected='false' tabindex='-1'>缺口简报</button>
      </div>
      <p><span id='rv-who'></span><button type='button' class='rv-link' id='rv-leave'>退出</button></p>
    </header>
    <p class='rv-said' id='rv-said' role='status'></p>
    <div role='tabpanel' id='rv-queue' aria-labelledby='rv-t-queue' class='rv-split'>
      <div class='rv-list' id='rv-list'></div><div class='rv-case' id='rv-case' tabindex='-1'></div>
    </div>
    <div role='tabpanel' id='rv-written' aria-labelledby='rv-t-written' hidden></div>
    <div role='tabpanel' id='rv-gaps' aria-labelledby='rv-t-gaps' hidden></div>
  </div>
</section>
"""


class RulingForm(BaseModel):
    """The right sentences of some questions; `silent`: the texts do not say it, these are the nearest."""

    questions: list[str]
    persona: Persona | None = None
    places: list[str]
    silent: bool = False


class DraftForm(BaseModel):
    """An answer that somebody else is to approve; one way of asking a line."""

    questions: str
    text: str
    places: list[str]


def shell() -> str:
    """The locked door, and the empty desk behind it."""
    return _SHELL


def reviewer(
    request: Request,
    x_editor_key: Annotated[str, Header()] = "",
    x_editor_name: Annotated[str, Header()] = "",
) -> str:
    """Who reviews. Raises a problem where the key is not the one that is set; it is compared in constant time."""
    reviewing: Reviewing | None = request.app.state.reviewing
    if reviewing is None or not reviewing.key:
        raise HTTPException(403, "还没有设置审核口令：请在服务器上设置 POLICY_ASSISTANT_EDITOR_KEY 后重启")
    if not secrets.compare_digest(unquote(x_editor_key).encode(), reviewing.key.encode()):
        raise HTTPException(403, "口令不对：请核对后再输")
    name = unquote(x_editor_name).strip()
    if not name:
        raise HTTPException(422, "请写明姓名：起草和审核都要署名")
    return name


Reviewer = Annotated[str, Depends(reviewer)]


def router(current: Current) -> APIRouter:
    """Fragments and actions under `/desk/review`; every one asks for the key."""
    desk = APIRouter(prefix="/review")

    @desk.get("/queue", response_class=HTMLResponse)
    def waiting(request: Request, who: Reviewer) -> str:
        return queue(cases(_journal(request).latest(LOOKED_AT), ruled(_journal(request))))

    @desk.get("/case/{trace_id}", response_class=HTMLResponse)
    def opened(request: Request, who: Reviewer, trace_id: str) -> str:
        found = case_of(_journal(request), trace_id)
        if found is None:
            raise HTTPException(404, "这个问题已经审过了：请刷新列表")
        base = current().knowledge_base
        return case_panel(found, choices(base, base.retriever.retrieve(found.question, FOUND)))

    @desk.get("/clauses", response_class=HTMLResponse)
    def searched(who: Reviewer, q: str) -> str:
        base = current().knowledge_base
        if not q.strip():
            raise HTTPException(422, "请输入要找的词")
        return choices(base, base.retriever.retrieve(q[:200], FOUND))

    @desk.post("/rulings")
    def set_right(request: Request, who: Reviewer, form: RulingForm) -> dict[str, str]:
        reviewing: Reviewing = request.app.state.reviewing
        found = _done(
            lambda: rule(
                _journal(request),
                form.questions,
                form.persona,
                _places(form.places),
                form.silent,
                who,
                current().knowledge_base,
            )
        )
        for candidate in found:
            keep(reviewing.home, candidate)
        return {"said": f"已加入题库候选 {len(found)} 条，下次 policy-assistant kb rebuild 学入。"}

    @desk.get("/written", response_class=HTMLResponse)
    def listed(request: Request, who: Reviewer) -> str:
        assistant = current()
        return written(_approvals(request).all(), assistant.knowledge_base, assistant.today())

    @desk.post("/written")
    def drafted(request: Request, who: Reviewer, form: DraftForm) -> dict[str, str]:
        assistant = current()
        questions, places = form.questions.splitlines(), _places(form.places)
        base, day = assistant.knowledge_base, assistant.today()
        _done(lambda: _approvals(request).draft(questions, form.text, places, who, base, day))
        return {"said": "已起草，等另一位审核人通过后显示。"}

    @desk.post("/written/{number}/{act}")
    def decided(
        request: Request, who: Reviewer, number: int, act: Literal["approve", "withdraw"]
    ) -> dict[str, str]:
        assistant, approvals = current(), _approvals(request)
        if act == "withdraw":
            _done(lambda: approvals.withdraw(number))
            return {"said": "已撤回，不再显示。"}
        _done(lambda: approvals.approve(number, who, assistant.knowledge_base, assistant.today()))
        return {"said": "已审核通过，从现在起显示在自动回答之前。"}

    @desk.get("/gaps", response_class=HTMLResponse)
    def gaps(request: Request, who: Reviewer) -> str:
        return gap_table(gap_brief(_journal(request).latest(LOOKED_AT), current().knowledge_base))

    @desk.get("/gaps.{kind}")
    def downloaded(request: Request, who: Reviewer, kind: Literal["md", "docx"]) -> Response:
        brief = gap_brief(_journal(request).latest(LOOKED_AT), current().knowledge_base)
        if kind == "md":
            return Response(markdown(brief), media_type="text/markdown; charset=utf-8")
        return Response(word(brief), media_type=_WORD)

    return desk


def _journal(request: Request) -> Journal:
    journal: Journal | None = request.app.state.journal
    if journal is None:
        raise HTTPException(503, "这台服务器不保存回答，没有可审的")
    return journal


def _approvals(request: Request) -> Approvals:
    return Approvals(_journal(request).engine)


def _places(chosen: list[str]) -> list[tuple[str, str]]:
    """`document|3.2` as its two halves."""
    return [(place.partition("|")[0], place.partition("|")[2]) for place in chosen]


def _done(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except ReviewFault as fault:
        raise HTTPException(422, str(fault)) from fault
