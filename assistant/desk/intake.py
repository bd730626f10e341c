"""The page 管理文件, behind the admin key: hand texts in, confirm what was read, watch the work, go back to a version."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from assistant.desk.linking import page
from assistant.intake import Intake
from assistant.live import Current
from knowledge_base.adding import Proposal
from knowledge_base.documents import Level
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.versions import changing, switch, versions

KINDS = {"added": "新增", "removed": "删去", "changed": "改动"}
CHANGES = 20  # provisions of a difference that are listed
TOLD = 60  # characters of a provision there
_BODY = """
<article class='pa-intake' id='text' tabindex='-1'>
  <h1>管理文件</h1>
  <form id='in-door' autocomplete='off'><label><span>管理口令</span>
    <input name='key' type='password' required maxlength='200' autocomplete='current-password'></label>
    <button class='pa-do' type='submit'>打开</button></form>
  <p id='in-said' role='status'></p>
  <div id='in-desk' hidden>
    <section aria-labelledby='in-h1'><h2 id='in-h1'>添加</h2>
      <form id='in-form'><label><span>级别</span><select name='level'><option>国家</option><option>省</option><option>标准</option></select></label>
      <label><span>文件（txt、md、html、pdf、docx、doc、wps、ofd、xlsx，可多选）</span><input name='files' type='file' multiple></label>
      <label><span>或网址</span><input name='address' type='url' maxlength='2000' placeholder='https://'></label>
      <button class='pa-do' type='submit'>读入</button></form>
      <div id='in-proposals'></div>
      <p id='in-confirm' hidden><button class='pa-do' type='button' data-start>确认加入</button></p></section>
    <section aria-labelledby='in-h3'><h2 id='in-h3'>维护</h2>
      <p class='pa-quiet'>重建：从源文件重新建立索引，学入审核员定下的问法。评测：用随附的题库检验正在服务的版本，一两分钟。</p>
      <p class='pa-row'><button class='pa-do' type='button' data-begin='rebuild'>重建</button>
      <button class='pa-do' type='button' data-begin='evaluate'>评测</button>
      <label><input type='checkbox' id='in-force'> 评测低于下限也启用</label></p></section>
    <section id='in-work' aria-live='polite' hidden><h2>进度</h2><progress max='1' value='0' aria-label='进度'></progress>
      <p id='in-stage'></p><button class='pa-do' type='button' data-cancel>取消</button><ul id='in-told'></ul></section>
    <section aria-labelledby='in-h2'><h2 id='in-h2'>版本</h2><div id='in-versions'></div></section>
  </div>
</article>
"""


class Address(BaseModel):
    """A web address to read."""

    address: str
    level: Level = "国家"


class Confirmed(BaseModel):
    """The proposals to add; `force`: whatever the evaluation says."""

    tokens: list[str]
    force: bool = False


class Rebuild(BaseModel):
    """`force`: whatever the evaluation says of the questions that were learnt."""

    force: bool = False


def admitted(request: Request, x_admin_key: Annotated[str, Header()] = "") -> Intake:
    """The intake, for whoever has its key; compared in constant time."""
    intake: Intake | None = request.app.state.intake
    if intake is None or not intake.key:
        raise HTTPException(403, "还没有设置管理口令：请在服务器上设置 POLICY_ASSISTANT_ADMIN_KEY 后重启")
    if not secrets.compare_digest(unquote(x_admin_key).encode(), intake.key.encode()):
        raise HTTPException(403, "口令不对：请核对后再输")
    return intake


Admitted = Annotated[Intake, Depends(admitted)]


def router(current: Current) -> APIRouter:
    """`/intake`: the page; everything under it asks for the key."""
    routes = APIRouter(prefix="/intake")

    @routes.get("", response_class=HTMLResponse)
    def opened() -> str:
        script = (Path(__file__).with_suffix(".js")).read_text("utf-8")
        return page("管理文件", f"{_BODY}<script>{script}</script>", room="管理文件")

    @routes.post("/files", response_class=HTMLResponse)
    def handed_in(
        intake: Admitted, name: str, content: Annotated[bytes, Body()], level: Level = "国家"
    ) -> str:
        return _card(*_done(lambda: intake.propose_file(name, content, level)))

    @routes.post("/address", response_class=HTMLResponse)
    def fetched(intake: Admitted, asked: Address) -> str:
        return _card(*_done(lambda: intake.propose_address(asked.address.strip(), asked.level)))

    @routes.post("/start")
    def started(intake: Admitted, confirmed: Confirmed) -> dict[str, str]:
        _done(lambda: intake.start(confirmed.tokens, confirmed.force))
        return {"said": "已开始"}

    @routes.post("/rebuild")
    def rebuilt(intake: Admitted, asked: Rebuild) -> dict[str, str]:
        _done(lambda: intake.rebuild(asked.force))
        return {"said": "已开始"}

    @routes.post("/evaluate")
    def evaluated(intake: Admitted) -> dict[str, str]:
        _done(intake.evaluate)
        return {"said": "已开始"}

    @routes.post("/cancel")
    def cancelled(intake: Admitted) -> dict[str, str]:
        intake.cancel()
        return {"said": "正在取消"}

    @routes.get("/work")
    def watched(intake: Admitted) -> dict[str, Any]:
        work = intake.work
        names = ("stage", "done", "total", "running", "failed", "said", "told")
        return {name: getattr(work, name) for name in names}

    @routes.get("/versions", response_class=HTMLResponse)
    def built(intake: Admitted) -> str:
        return _versions(intake)

    @routes.post("/rollback/{version}")
    def rolled_back(intake: Admitted, version: str) -> dict[str, str]:
        def change() -> None:
            with changing(intake.home):
                switch(intake.home, version)

        _done(change)
        return {"said": f"已回到版本 {version}"}

    return routes


def _done(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except KnowledgeBaseError as fault:
        raise HTTPException(422, str(fault)) from fault


def _card(token: str, proposal: Proposal) -> str:
    """What was read, for a person to confirm: metadata, characters in and kept, doubts, differences."""
    text, reading = proposal.text, proposal.reading
    provisions = sum(1 for provision in proposal.document.provisions if provision.number)
    facts = (
        ("文号", text.number or "未读出"),
        ("发文机关", "、".join(text.issuers) or "未读出"),
        ("日期", str(text.signed or "未读出")),
        ("来源", f"{text.source}（{reading.format}）"),
        ("字数", f"读到 {reading.characters_in}，保留 {reading.characters_kept}"),
        ("结构", f"{provisions} 条，编号疑问 {len(proposal.document.complaints)} 处"),
    )
    doubts = [*reading.warnings, *(complaint.message for complaint in proposal.document.complaints[:3])]
    listed = "".join(f"<dt>{label}</dt><dd>{escape(value)}</dd>" for label, value in facts)
    warned = "".join(f"<p class='pa-notice'>{escape(doubt)}</p>" for doubt in doubts)
    choice = (
        f"<p class='pa-quiet'>已在库中：{escape(proposal.known.id)}，不再加入</p>"
        if proposal.known and proposal.same
        else f"<label><input type='checkbox' name='token' value='{token}' checked> 加入知识库</label>"
    )
    return (
        f"<section class='pa-proposal'><h3>《{escape(text.title)}》</h3><dl>{listed}</dl>{warned}"
        f"{_changes(proposal)}{choice}</section>"
    )


def _changes(proposal: Proposal) -> str:
    if proposal.known is None or proposal.same:
        return ""
    rows = "".join(
        f"<li>{KINDS[change.kind]} {escape(change.label)}：{escape((change.after or change.before)[:TOLD])}</li>"
        for change in proposal.changes[:CHANGES]
    )
    return (
        f"<p>是 {escape(proposal.known.id)} 的另一版本，{len(proposal.changes)} 条不同：</p><ul>{rows}</ul>"
    )


def _versions(intake: Intake) -> str:
    rows = "".join(
        f"<tr><td>{escape(version.id)}</td><td>{version.built:%Y-%m-%d %H:%M} UTC</td><td>{version.documents}</td>"
        f"<td>{escape('、'.join(version.added)) or '—'}</td><td>"
        + (
            "正在服务"
            if version.serves
            else f"<button type='button' class='pa-do' data-back='{escape(version.id)}'>回到这一版</button>"
        )
        + "</td></tr>"
        for version in versions(intake.home)
    )
    heads = "".join(f"<th scope='col'>{head}</th>" for head in ("版本", "建立", "文件", "另加", ""))
    return f"<table><caption class='pa-hidden'>建好的版本</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
