"""The ten worst answers of a set in full: `python -m eval.worst [SET] > docs/worst-answers.md`.

Of a set that is fitted on: those that are reported on are not read. Worst is what misleads most: an answer where the
texts are silent, then one that rests on none of the right points, then a silence where the texts speak, then a part
that is missing; of two alike the surer one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.settings import read_settings
from assistant.wiring import open_assistant
from eval.datasets import read_cases
from eval.metrics import Record, citation_recall
from eval.run import run_cases

SET = Path(__file__).parent / "sets" / "dialogue-fit.jsonl"
SHOWN = 10
MISLED, MISPLACED, WITHHELD = 3.0, 2.0, 1.0


def main() -> None:
    """Answer the set, print the page."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SET
    assistant = open_assistant(read_settings(), lambda *_: None)
    records = run_cases(assistant, read_cases(path))
    worst = sorted((r for r in records if harm(r) > 0), key=harm, reverse=True)
    lines = ["# 最差的十个回答", "", f"`python -m eval.worst`，题目来自 `{path.name}`（拟合用的一份；"]
    lines[-1] += f"报告用的题目不看）：{len(records)} 题里 {len(worst)} 题有错，先列误导最重的。"
    for record in worst[:SHOWN]:
        lines += ["", *_told(record)]
    print("\n".join(lines))


def harm(record: Record) -> float:
    """How much an answer misleads: see above; 0 where nothing is wrong."""
    answer, case = record.answer, record.case
    if answer is None:
        return WITHHELD
    if not record.status_right:
        return (MISLED if answer.status == "answered" else WITHHELD) + answer.confidence
    if case.expect != "answer":
        return 0.0
    recall = citation_recall(record)
    return MISPLACED + answer.confidence if not recall else 1 - recall


def _told(record: Record) -> list[str]:
    case, answer = record.case, record.answer
    wanted = (
        "、".join(case.relevant) if case.expect == "answer" else {"decline": "文件未规定"}.get(case.expect)
    )
    lines = [f"## {case.question}", ""]
    lines += [f"- 上文：{'；'.join(turn.question for turn in case.history)}"] if case.history else []
    lines += [f"- 应当：{wanted or case.expect}（{case.kind}）"]
    if answer is None:
        return [*lines, f"- 实际：{record.error}"]
    cited = "、".join(dict.fromkeys(f"{c.document_id}#{c.number}" for c in answer.citations))
    lines += [f"- 实际：{answer.status}，引 {cited or '无'}，把握 {answer.confidence:.2f}", ""]
    return [*lines, *(f"> {line}".rstrip() for line in answer.text.splitlines())]


if __name__ == "__main__":
    main()
