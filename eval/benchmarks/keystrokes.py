"""速查, key by key: every prefix of every question as its own look-up, HTML included.

Prints p50, p95 and the slowest in milliseconds: `python -m eval.benchmarks.keystrokes`.
"""

from __future__ import annotations

import json
import time

import numpy as np

from assistant.desk.lookup import found_html
from assistant.lookup import look_up
from assistant.settings import read_settings
from assistant.wiring import open_assistant

TYPED = (
    "孩子上学有什么照顾",
    "被黑代理骗了打哪个电话",
    "我们代理所想评高企行不行",
    "拿专利去银行借钱，文件怎么说",
    "引进人才能拿多少补贴",
    "嗯那个我想问一下就是说我们公司的专利能不能拿去银行贷款",
)


def main() -> None:
    """Measure and print one JSON object."""
    assistant = open_assistant(read_settings(), lambda *_: None)
    found_html(look_up(assistant, TYPED[0]))
    times = []
    for question in TYPED:
        for end in range(1, len(question) + 1):
            begun = time.perf_counter()
            found_html(look_up(assistant, question[:end]))
            times.append((time.perf_counter() - begun) * 1000)
    shares = {f"p{share}": round(float(np.percentile(times, share)), 1) for share in (50, 95, 100)}
    print(json.dumps({"keystrokes": len(times), "milliseconds": shares}, indent=1))


if __name__ == "__main__":
    main()
