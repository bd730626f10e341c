"""`policy-assistant kb …`: what is in the knowledge base, and how a text gets in, out and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, NoReturn, get_args

import typer

from assistant.terminal import Bar, day_of, fail, settings_of_person
from knowledge_base.documents import Level
from knowledge_base.errors import KnowledgeBaseError

if TYPE_CHECKING:
    from assistant.journal import Journal
    from knowledge_base.adding import Impact, Proposal
    from knowledge_base.indexing import KnowledgeBase, Progress
    from knowledge_base.sources import Sources

kb = typer.Typer(no_args_is_help=True, help="知识库。")
STATES = {"in_force": "现行", "not_yet": "尚未施行", "ended": "已不再有效"}
KINDS = {"added": "新增", "removed": "删去", "changed": "改动"}
SHOWN = 40  # characters of a provision in a difference


def _sources() -> Sources:
    """The packaged sources with the texts that people added and the questions that the version has learnt."""
    from knowledge_base.sources import packaged_sources
    from knowledge_base.versions import serving_sources

    try:
        return serving_sources(settings_of_person().home, packaged_sources())
    except KnowledgeBaseError as error:
        fail(str(error))


@kb.command("add")
def kb_add(
    places: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL...", help="文件、文件夹或网址")],
    level: Annotated[str, typer.Option(help="国家、省 或 标准")] = "国家",
    effective: Annotated[str | None, typer.Option(help="施行日期 YYYY-MM-DD")] = None,
    ended: Annotated[str | None, typer.Option(help="自哪一天起不再有效 YYYY-MM-DD")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不逐份确认")] = False,
    force: Annotated[bool, typer.Option("--force", help="评测低于下限也启用")] = False,
) -> None:
    """添加文件：读出文字和文号等信息供确认，建立新版本，评测过关后启用。"""
    from assistant.wiring import embedder_of, open_journal, silence_telemetry
    from knowledge_base.adding import add, files_of, impact, propose
    from knowledge_base.sources import packaged_sources

    silence_telemetry()
    if level not in get_args(Level):
        fail("--level 应为 国家、省 或 标准", 2)
    settings, sources = settings_of_person(), _sources()
    days = day_of(effective), day_of(ended)
    bar, wanted, unread = Bar(), [], 0
    files = list(files_of(places))
    for number, place in enumerate(files, 1):
        try:
            proposal = propose(place, sources, level, *days)  # type: ignore[arg-type]  # checked above
        except KnowledgeBaseError as error:
            unread += 1
            typer.echo(f"没有读入 {place}：{error}")
            continue
        finally:
            bar("读取文件", number, len(files))
        _show(proposal)
        if not proposal.same and (yes or typer.confirm("加入知识库？")):
            wanted.append(proposal.text)
    if wanted:
        try:
            base = add(settings.home, packaged_sources(), wanted, embedder_of(settings), Bar(), _gate(force))
        except KnowledgeBaseError as error:
            _refuse(error)
        told = telling(open_journal(settings))
        for text in wanted:
            typer.echo(f"影响 {told(impact(sources, text), base)}")
        typer.echo(f"已启用版本 {base.version}")
    typer.echo(f"读了 {len(files)} 份：加入 {len(wanted)}，未读入 {unread}，其余已在库中或未确认")
    if unread and not wanted:
        raise typer.Exit(1)


def _show(proposal: Proposal) -> None:
    reading, text = proposal.reading, proposal.text
    typer.echo(
        f"《{text.title}》 {text.number or '文号未读出'}  {'、'.join(text.issuers) or '发文机关未读出'}"
        f"  {text.signed or '日期未读出'}  [{reading.format}]"
    )
    typer.echo(
        f"  字数：读到 {reading.characters_in}，保留 {reading.characters_kept}；"
        f"{sum(1 for p in proposal.document.provisions if p.number)} 条，编号疑问 {len(proposal.document.complaints)} 处"
    )
    for warning in (*reading.warnings, *(c.message for c in proposal.document.complaints[:3])):
        typer.echo(f"  注意：{warning}")
    if proposal.known and proposal.same:
        typer.echo(f"  已在库中：{proposal.known.id}")
    elif proposal.known:
        typer.echo(f"  是 {proposal.known.id} 的另一版本，{len(proposal.changes)} 条不同：")
        for change in proposal.changes[:20]:
            told = (change.after or change.before).replace("\n", " ")[:SHOWN]
            typer.echo(f"    {KINDS[change.kind]} {change.label}：{told}")


def gated(base: KnowledgeBase, progress: Progress) -> Sequence[str]:
    """What speaks against letting a version serve, found out with progress."""
    from eval.gate import shortfalls

    return shortfalls(base, progress=progress)


def scored(base: KnowledgeBase, progress: Progress) -> Sequence[str]:
    """How a version does on the evaluation sets, a line each, found out with progress."""
    from eval.gate import scores

    return scores(base, progress)


def telling(journal: Journal) -> Callable[[Impact, KnowledgeBase], str]:
    """Tells what a text that was added touches: evaluation cases and this journal's approved answers too."""
    from assistant.approvals import Approvals
    from assistant.touching import told
    from eval.gate import cases_about

    def line(impact: Impact, base: KnowledgeBase) -> str:
        approvals = Approvals(journal.engine).all()
        return told(impact, cases_about(impact.document_id), approvals, base, date.today())

    return line


def _gate(force: bool) -> Callable[[KnowledgeBase], Sequence[str]]:
    """The evaluation sets that every version has to pass before it serves."""
    from eval.gate import shortfalls

    def accept(base: KnowledgeBase) -> Sequence[str]:
        found = shortfalls(base)
        for line in found:
            typer.echo(f"评测：{line}", err=True)
        return () if force else found

    return accept


def _refuse(error: KnowledgeBaseError) -> NoReturn:
    from knowledge_base.adding import Refused

    fail(f"{error}。确要启用，请加 --force" if isinstance(error, Refused) else str(error))


@kb.command("rebuild")
def kb_rebuild(
    force: Annotated[bool, typer.Option("--force", help="学了新问法后评测低于下限也启用")] = False,
) -> None:
    """从源文件重新建立索引，并学入审核员定下的问法。"""
    from assistant.wiring import embedder_of, silence_telemetry
    from knowledge_base.rebuilding import rebuild
    from knowledge_base.sources import packaged_sources

    silence_telemetry()
    settings = settings_of_person()
    try:
        done = rebuild(settings.home, packaged_sources(), embedder_of(settings), Bar(), _gate(force))
    except KnowledgeBaseError as error:
        _refuse(error)
    for line in done.left_out:
        typer.echo(line, err=True)
    if done.broken_off:
        typer.echo(f"清理了 {done.broken_off} 次中断的建立；正在服务的版本没有受影响")
    if done.learnt:
        typer.echo(f"学入审核员定下的问法 {done.learnt} 条")
    typer.echo(f"已建立版本 {done.version}")


@kb.command("versions")
def kb_versions() -> None:
    """列出建好的版本，* 为正在服务的。"""
    from knowledge_base.versions import versions

    for version in versions(settings_of_person().home):
        mark = "*" if version.serves else " "
        added = f"，另加 {'、'.join(version.added)}" if version.added else ""
        typer.echo(
            f"{mark} {version.id}  {version.built:%Y-%m-%d %H:%M} UTC  {version.documents} 份文件{added}"
        )


@kb.command("rollback")
def kb_rollback(version: Annotated[str, typer.Argument(metavar="VERSION", help="版本号")]) -> None:
    """回到以前的版本。"""
    from knowledge_base.versions import changing, switch

    home = settings_of_person().home
    try:
        with changing(home):
            switch(home, version)
    except KnowledgeBaseError as error:
        fail(str(error))
    typer.echo(f"已回到版本 {version}")


@kb.command("verify")
def kb_verify() -> None:
    """核对正在服务的版本：引文位置、索引每一行、链接、来源指纹、嵌入模型；逐个说出问题。"""
    from assistant.wiring import embedder_of, silence_telemetry
    from knowledge_base.checking import faults
    from knowledge_base.versions import current_version, folder_of

    silence_telemetry()
    settings = settings_of_person()
    serving = current_version(settings.home)
    if serving is None:
        fail("还没有建立过版本：请运行 policy-assistant kb rebuild")
    found = list(faults(folder_of(settings.home, serving), _sources(), embedder_of(settings)))
    for fault in found:
        typer.echo(fault)
    if found:
        fail(f"版本 {serving} 有 {len(found)} 处问题：请运行 policy-assistant kb rebuild")
    typer.echo(f"版本 {serving} 没有问题")


@kb.command("list")
def kb_list() -> None:
    """列出知识库里的文件。"""
    for document in _sources().documents.values():
        provisions = sum(1 for provision in document.provisions if provision.number)
        kind = "摘要" if document.text_kind == "digest" else "原文"
        state = STATES[document.validity.on(date.today())]
        about = (document.id, document.level, kind, state, document.metadata.number, document.metadata.title)
        typer.echo("\t".join([*about, f"{provisions} 条"]))


@kb.command("show")
def kb_show(document_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """显示一份文件的结构。"""
    document = _sources().documents.get(document_id)
    if document is None:
        fail(f"没有文件 {document_id}：policy-assistant kb list 列出全部")
    for provision in document.provisions:
        typer.echo(
            f"{provision.number}\t{provision.label}{provision.heading}\t[{provision.start}, {provision.end})"
        )
    for complaint in document.complaints:
        typer.echo(f"注意：{complaint.message}（第 {complaint.start} 字）")
