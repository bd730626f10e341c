"""How fast the page is in a real browser: `python -m tests.browser.timing`, one JSON object.

The server is a process of its own, as `make serve` starts it. Milliseconds, and bytes as they crossed the wire.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.desk import CHROMIUM, LAUNCH, Desk

OPENINGS = 5
LATE = 1500  # ms in which what loads late has loaded
READY = 60  # seconds for the server to come up
TYPED = (
    "孩子上学有什么照顾",
    "被黑代理骗了打哪个电话",
    "我们代理所想评高企行不行",
    "拿专利去银行借钱文件怎么说",
)
ASKED = ("孩子上学有什么照顾", "我们代理所评上高企有什么支持", "办绿卡要交哪些材料", "被黑代理骗了打哪个电话")
PRESSED = """() => {
    window.waits = [];
    let pressed = 0;
    document.addEventListener("input", () => (pressed = performance.now()), true);
    new MutationObserver(() => window.waits.push(performance.now() - pressed))
        .observe(document.getElementById("pa-lookup-found"), { childList: true });
}"""
WORDS = """() => {
    window.words = {};
    let sent = 0, turns = 0, answers = 0;
    const count = (what) => document.querySelectorAll(`#talk ${what}`).length;
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        [sent, turns, answers, window.words] = [performance.now(), count(".pa-turn"), count(".pa-answer"), {}];
    }, true);
    new MutationObserver(() => {
        const now = performance.now() - sent;
        if (count(".pa-turn") > turns) window.words.first ??= now;
        if (count(".pa-answer") > answers) window.words.answer ??= now;
    }).observe(document.getElementById("talk"), { childList: true, subtree: true });
}"""


def main() -> None:
    """Measure and print."""
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        measured = {
            "opening": _openings(browser, address),
            "lookup_key_to_result": _shares(_keystrokes(browser, address)),
            **_answers(browser, address),
        }
        browser.close()
    sys.stdout.write(json.dumps(measured, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def _served() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        os.path.join(os.path.dirname(sys.executable), "policy-assistant"),
        "serve",
        "--port",
        str(port),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/readyz")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + READY
    while True:
        try:
            urllib.request.urlopen(address).close()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _openings(browser: Browser, address: str) -> dict[str, dict[str, float]]:
    """Cold: nothing in the browser's cache. Warm: the same browser once more."""
    cold, warm = [], []
    for _ in range(OPENINGS):
        context = browser.new_context(locale="zh-CN")
        cold.append(_opening(context, address))
        warm.append(_opening(context, address))
        context.close()
    return {"cold": _median(cold), "warm": _median(warm)}


def _opening(context: BrowserContext, address: str) -> dict[str, float]:
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.get_by_role("textbox", name="问题").wait_for()
    usable = (time.perf_counter() - begun) * 1000
    page.wait_for_timeout(LATE)
    page.close()
    return {"usable_ms": usable, "kilobytes": sum(sizes) / 1000, "requests": float(len(sizes))}


def _median(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(float(np.median([row[name] for row in rows])), 1) for name in rows[0]}


def _keystrokes(browser: Browser, address: str) -> list[float]:
    desk = Desk.open(browser, address)
    desk.page.get_by_role("tab", name="速查").click()
    field = desk.page.locator("#pa-lookup-field")
    field.click()
    desk.page.evaluate(PRESSED)
    waits: list[float] = []
    for question in TYPED:
        field.fill("")
        desk.page.wait_for_timeout(300)
        for character in question:
            desk.page.evaluate("window.waits.length = 0")
            desk.page.keyboard.insert_text(character)
            desk.page.wait_for_function("window.waits.length > 0")
            waits.append(desk.page.evaluate("window.waits[0]"))
    desk.close()
    return waits


def _answers(browser: Browser, address: str) -> dict[str, dict[str, float]]:
    desk = Desk.open(browser, address)
    desk.page.evaluate(WORDS)
    firsts, answers = [], []
    for question in ASKED * 3:
        desk.ask(question)
        words = desk.page.evaluate("window.words")
        firsts.append(words["first"])
        answers.append(words["answer"])
    desk.close()
    return {"question_to_own_words_shown": _shares(firsts), "question_to_whole_answer": _shares(answers)}


def _shares(milliseconds: Sequence[float]) -> dict[str, float]:
    return {f"p{share}_ms": round(float(np.percentile(milliseconds, share)), 1) for share in (50, 95)}


if __name__ == "__main__":
    main()
