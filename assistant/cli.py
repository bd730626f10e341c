"""The command line: a thin door that parses, calls the assistant, and prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError

from assistant.contract import Answer, Citation, Question
from assistant.faults import first_fault
from assistant.knowledge_cli import kb
from assistant.settings import SettingFault
from assistant.terminal import Bar, day_of, fail, settings_of_person

if TYPE_CHECKING:
    from assistant.journal import Journal
    from assistant.receipts import Traced

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="政策助手：问一句，答一句，句句有出处。",
)
app.add_typer(kb, name="kb")


def _assistant(as_of: date | None) -> Any:
    from assistant.wiring import open_assistant, reviser_of
    from knowledge_base import KnowledgeBaseError

    settings = settings_of_person()
    try:
        return open_assistant(
            settings, Bar(), today=lambda: as_of or date.today(), reviser=reviser_of(settings)
        )
    except (KnowledgeBaseError, SettingFault) as error:
        fail(str(error))


def _journal() -> Journal:
    from assistant.wiring import open_journal

    try:
        return open_journal(settings_of_person())
    except SettingFault as error:
        fail(str(error))


AsOf = Annotated[str | None, typer.Option("--as-of", help="按哪一天判断是否有效，YYYY-MM-DD；默认今天")]


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    persona: Annotated[str | None, typer.Option(help="enterprise、agency 或 hotline")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出完整的回答对象")] = False,
    batch: Annotated[Path | None, typer.Option(help="一行一个问题对象的文件")] = None,
    out: Annotated[Path | None, typer.Option(help="批量回答写到哪里")] = None,
    as_of: AsOf = None,
) -> None:
    """问一个问题，或用 --batch 问一个文件的问题。"""
    day = day_of(as_of)
    if batch is not None:
        if out is None or question is not None:
            fail("--batch 要和 --out 一起用，且不再给出问题", 2)
        _ask_batch(batch, out, day)
        return
    if question is None:
        fail('请给出问题，例如：policy-assistant ask "孩子上学有什么照顾"', 2)
    try:
        asked = Question.model_validate({"question": question, "persona": persona})
    except ValidationError as error:
        fail(first_fault(error.errors()), 2)
    from assistant.recording import recording

    journal, plain = _journal(), _assistant(day)
    answer: Answer = recording(lambda: plain, journal)().answer(asked)
    typer.echo(answer.model_dump_json(indent=2) if as_json else _plain(answer))


def _plain(answer: Answer) -> str:
    from assistant.rendering import listed

    notes = [*answer.notices, listed(answer.text)]
    if answer.citations:
        places = [f"[{c.id}] {_document(c)}{c.provision}{c.heading}" for c in answer.citations]
        sources = dict.fromkeys(source for citation in answer.citations for source in citation.sources)
        notes += ["依据：", *places, *(f"来源：{source}" for source in sources), f"回执：{answer.receipt}"]
    return "\n".join(notes)


def _document(citation: Citation) -> str:
    number = f"（{citation.document_number}）" if citation.document_number else ""
    digest = "摘要" if citation.text_kind == "digest" else ""
    return f"〔{citation.level}〕{citation.document_title}{number}{digest}"


def _ask_batch(batch: Path, out: Path, day: date | None) -> None:
    """Every line is checked before the first is answered; the output appears whole, in the same order."""
    from tqdm import tqdm

    rows = list(_batch_rows(batch))
    assistant = _assistant(day)
    temporary = out.with_name(f".{out.name}.partial")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            for name, asked in tqdm(rows, desc="回答", file=sys.stderr):
                answer = assistant.answer(asked).model_dump(mode="json")
                file.write(json.dumps({"id": name, "answer": answer}, ensure_ascii=False) + "\n")
        temporary.replace(out)
    except OSError as error:
        fail(f"写不进 {out}：{error.strerror}")


def _batch_rows(batch: Path) -> Iterator[tuple[Any, Question]]:
    try:
        lines = batch.read_bytes().split(b"\n")
    except OSError as error:
        fail(f"读不了 {batch}：{error.strerror}")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
            if not isinstance(row, dict) or "id" not in row:
                fail(f"{batch.name} 第 {number} 行：每行应为带 id 的问题对象；没有回答任何一行", 2)
            yield row["id"], Question.model_validate(row)
        except ValidationError as error:
            fail(f"{batch.name} 第 {number} 行：{first_fault(error.errors())}；没有回答任何一行", 2)
        except ValueError:
            fail(f"{batch.name} 第 {number} 行：不是合格的 UTF-8 JSON；没有回答任何一行", 2)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 7860,
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数；一个核一个为宜")] = 1,
    as_of: AsOf = None,
) -> None:
    """打开网页和接口：网页在 /，接口在 /v1。"""
    from functools import partial

    from assistant.service.app import opened_app, run
    from assistant.service.workers import serve_with
    from knowledge_base import KnowledgeBaseError

    day, settings = day_of(as_of), settings_of_person()
    try:
        ready = opened_app(
            settings, day
        )  # also with several workers: what cannot be opened is told here, once
    except (KnowledgeBaseError, SettingFault) as error:
        fail(str(error))
    typer.echo(f"政策助手：http://{host}:{port}（接口在 /v1；Ctrl+C 停止）", err=True)
    if workers == 1:
        run(ready, host, port)
        return
    del ready
    serve_with(partial(opened_app, settings, day), host, port, workers)


@app.command()
def mcp(as_of: AsOf = None) -> None:
    """把助手接进支持 MCP 的程序：标准输入输出上的 ask、search、verify、document。"""
    from assistant.mcp_door import server
    from assistant.recording import recording

    journal, plain = _journal(), _assistant(day_of(as_of))
    try:
        door = server(recording(lambda: plain, journal))
    except ImportError:
        fail("未安装 mcp：请运行 pip install 'policy-assistant[mcp]'")
    door.run()


@app.command("receipt")
def trace_receipt(code: Annotated[str, typer.Argument(help="回执，例如 K7Q4-2M9X")]) -> None:
    """凭回执查一次回答：问了什么、引了哪几句、依据哪个版本、现在还是不是这样。"""
    from assistant.receipts import trace, well_formed

    wanted = well_formed(code)
    if wanted is None:
        fail(f"{code!r} 不是回执：回执是八个字母和数字，如 K7Q4-2M9X，没有 0、1、I、O", 2)
    found = trace(wanted, _journal(), _assistant(None).knowledge_base)
    if found is None:
        fail(f"没有回执 {wanted} 的回答：请核对每个字符；别的机器上的回答要到那里查")
    for line in _traced(found):
        typer.echo(line)
    if found.genuine is False or found.moved:
        raise typer.Exit(1)


def _traced(found: Traced) -> Iterator[str]:
    from assistant.rendering import listed

    kept, version = found.kept, found.kept.answer.knowledge_base
    yield f"问题：{kept.question}{'（个人信息已遮盖）' if kept.masked else ''}"
    yield f"回答于：{kept.at}（UTC），共 {found.times} 次；按 {kept.day} 判断效力"
    yield f"版本：{version}（{'正在服务' if found.same_version else '已换成别的版本'}）"
    yield listed(kept.answer.text)
    for citation in kept.citations:
        state = "原文已变动" if citation in found.moved else "原文未变"
        yield f"[{citation.id}] {_document(citation)} {citation.provision}{citation.heading}：{state}"
    if found.genuine is None:
        yield "核对：遮盖了个人信息，不能重算"
    else:
        yield f"核对：重算{'一致' if found.genuine else '不一致，记录被改动过'}"


@app.command()
def verify(file: Annotated[str, typer.Argument(help="要核对的文本文件，- 为标准输入")]) -> None:
    """逐句核对一段文字：原文、有依据、说重了、没有、放错了地方。"""
    from assistant.verification import VERIFY_LIMIT
    from assistant.verification import verify as check

    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        fail(f"读不了 {file}：{error.strerror}")
    except UnicodeDecodeError:
        fail(f"{file} 不是 UTF-8 编码：请另存为 UTF-8", 2)
    if not text.strip() or len(text) > VERIFY_LIMIT:
        fail(f"要核对的文字应为 1–{VERIFY_LIMIT} 字，现为 {len(text.strip())} 字", 2)
    found = check(text, _assistant(None).knowledge_base)
    typer.echo(json.dumps([s.model_dump(mode="json") for s in found], ensure_ascii=False, indent=1))
    if any(sentence.finding not in ("verbatim", "supported") for sentence in found):
        raise typer.Exit(1)


@app.command("eval")
def evaluate(
    questions: Annotated[Path, typer.Option(help="评测问题，一行一个 JSON 对象")],
    corpus: Annotated[Path | None, typer.Option(help="另一套文件所在的文件夹")] = None,
    report: Annotated[Path | None, typer.Option(help="报告写到哪个文件夹")] = None,
    fail_under: Annotated[list[str] | None, typer.Option(help="指标=下限，低于它则退出码为 1")] = None,
    baselines: Annotated[bool, typer.Option(help="同时跑对照检索")] = False,
    as_of: AsOf = None,
) -> None:
    """评测：打印各项指标，写出 metrics.json、records.jsonl、report.md、report.html。"""
    from assistant.wiring import silence_telemetry
    from eval.run import EvaluationError, evaluate_file
    from knowledge_base import KnowledgeBaseError

    silence_telemetry()
    try:
        missed = evaluate_file(
            questions, corpus, report, fail_under or [], baselines, settings_of_person(), Bar, day_of(as_of)
        )
    except (EvaluationError, KnowledgeBaseError) as error:
        fail(str(error))
    if missed:
        fail("；".join(missed))


def main() -> None:
    """Entry point of `policy-assistant`; `--debug` shows tracebacks."""
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        app()
    except Exception as error:  # a door: the last line of defence for whoever typed the command
        if debug:
            raise
        fail_line = str(error).splitlines()[0] if str(error) else type(error).__name__
        typer.echo(f"错误：{fail_line}（加 --debug 看详情）", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
