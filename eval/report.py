"""One evaluation run on disk: metrics, every record, and a report for people in Markdown and HTML with plots."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from eval.metrics import Record, citation_recall, summarise
from knowledge_base import Document

SHOWN = (
    "questions",
    "hit@1",
    "hit@3",
    "citation_precision",
    "citation_recall",
    "quote_coverage",
    "status_accuracy",
)
BINS = 10  # of the reliability curve


def write_report(
    folder: Path,
    questions: Path,
    version: str,
    records: Sequence[Record],
    metrics: Mapping[str, float],
    baselines: Mapping[str, Mapping[str, float]],
    documents: Mapping[str, Document],
) -> None:
    """Write `metrics.json`, `records.jsonl`, `report.md` and `report.html` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    origin = {
        "questions": questions.name,
        "questions_sha256": hashlib.sha256(questions.read_bytes()).hexdigest(),
        "knowledge_base": version,
    }
    groups = {
        "身份": _grouped(records, lambda r: r.case.persona or "未说明", documents),
        "类型": _grouped(records, lambda r: r.case.kind or "未分类", documents),
        "条款": _grouped(
            [r for r in records if r.case.measures], lambda r: f"{r.case.measures[0]:02d}", documents
        ),
    }
    everything = {**origin, "metrics": metrics, "baselines": baselines, "groups": groups}
    _write(folder / "metrics.json", json.dumps(everything, ensure_ascii=False, indent=1))
    _write(folder / "records.jsonl", "".join(_record_line(record) for record in records))
    markdown = _markdown(origin, metrics, baselines, groups, records)
    _write(folder / "report.md", markdown)
    _write(folder / "report.html", _html(markdown, _plots(records, groups)))


def _write(path: Path, text: str) -> None:
    path.write_text(text if text.endswith("\n") else text + "\n", "utf-8")


def _grouped(
    records: Sequence[Record], key: Callable[[Record], str], documents: Mapping[str, Document]
) -> dict[str, dict[str, float]]:
    names = sorted({key(record) for record in records})
    return {name: summarise([r for r in records if key(r) == name], documents) for name in names}


def _record_line(record: Record) -> str:
    answer = record.answer.model_dump(mode="json") if record.answer else None
    row = {
        "id": record.case.id,
        "case": record.case.model_dump(mode="json"),
        "answer": answer,
        "ranking": record.ranking,
        "milliseconds": round(record.milliseconds, 2),
        "error": record.error,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _markdown(
    origin: Mapping[str, str],
    metrics: Mapping[str, float],
    baselines: Mapping[str, Mapping[str, float]],
    groups: Mapping[str, Mapping[str, Mapping[str, float]]],
    records: Sequence[Record],
) -> str:
    lines = ["# 评测报告", "", *(f"- {name}: `{value}`" for name, value in origin.items()), ""]
    lines += ["## 总体", "", *_table(["指标", "值"], [[n, f"{v:g}"] for n, v in metrics.items()]), ""]
    if baselines:
        names = list(next(iter(baselines.values())))
        rows = [["本系统", *(f"{metrics[n]:g}" for n in names)]]
        rows += [[name, *(f"{values[n]:g}" for n in names)] for name, values in baselines.items()]
        lines += ["## 与对照检索相比", "", *_table(["系统", *names], rows), ""]
    for title, table in groups.items():
        rows = [[name, *(f"{values[n]:g}" for n in SHOWN)] for name, values in table.items()]
        lines += [f"## 按{title}", "", *_table([title, *SHOWN], rows), ""]
    wrong = [r for r in records if not r.status_right or (r.case.relevant and citation_recall(r) < 1)]
    rows = [
        [
            r.case.id,
            r.case.question.replace("|", "／").replace("\n", " ")[:60],
            r.case.expect,
            r.answer.status if r.answer else r.error,
            "、".join(r.case.relevant),
            "、".join(dict.fromkeys(str(c.number) for c in r.answer.citations)) if r.answer else "",
        ]
        for r in wrong[:60]
    ]
    lines += [
        f"## 没有答对的（{len(wrong)} 题）",
        "",
        *_table(["id", "问题", "应为", "实为", "应引", "所引"], rows),
    ]
    return "\n".join(lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    line = "| " + " | ".join(head) + " |"
    return [line, "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]


def _plots(records: Sequence[Record], groups: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    """SVG drawings: first-hit rate by measure, status by kind, and the reliability of the probability."""
    import matplotlib

    matplotlib.use("Agg")
    return [
        _bars(groups["条款"], "hit@1", "First hit right, by measure"),
        _bars(groups["类型"], "status_accuracy", "Status right, by kind"),
        _reliability(records),
    ]


def _svg(figure: Any) -> str:
    from matplotlib import pyplot

    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def _bars(table: Mapping[str, Mapping[str, float]], metric: str, title: str) -> str:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 2.6))
    axes.bar(list(table), [values[metric] for values in table.values()], color="#1f5f8b")
    axes.set_ylim(0, 1)
    axes.set_title(title)
    axes.tick_params(axis="x", rotation=60)
    return _svg(figure)


def _reliability(records: Sequence[Record]) -> str:
    """How often an answered question was meant to be answered, by the confidence claimed."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(4, 4))
    claimed, met = [], []
    for index in range(BINS):
        inside = [
            r
            for r in records
            if r.answer and index / BINS <= r.answer.confidence < (index + 1) / BINS + (index == BINS - 1)
        ]
        if inside:
            claimed.append(sum(r.answer.confidence for r in inside if r.answer) / len(inside))
            met.append(sum(r.status_right for r in inside) / len(inside))
    axes.plot([0, 1], [0, 1], color="#bbbbbb")
    axes.plot(claimed, met, marker="o", color="#1f5f8b")
    axes.set_xlabel("claimed")
    axes.set_ylabel("right")
    axes.set_title("Reliability of the probability")
    return _svg(figure)


def _html(markdown: str, plots: Sequence[str]) -> str:
    """The same report as one file that needs nothing else."""
    body: list[str] = []
    rows: list[str] = []
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("|"):
            if not set(line) <= set("|-"):
                cell = "td" if rows else "th"
                cells = [escape(text.strip()) for text in line.strip("|").split("|")]
                rows.append("<tr>" + "".join(f"<{cell}>{text}</{cell}>" for text in cells) + "</tr>")
            continue
        if rows:
            body.append(f"<table>{''.join(rows)}</table>")
            rows = []
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            body.append(f"<h{level}>{escape(line.lstrip('# '))}</h{level}>")
        elif line:
            body.append(f"<p>{escape(line.lstrip('- '))}</p>")
    style = (
        "body{font:14px/1.6 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}svg{max-width:100%}"
    )
    return (
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>评测报告</title><style>{style}</style>"
        f"{''.join(body)}<h2>图</h2>{''.join(plots)}</html>"
    )
