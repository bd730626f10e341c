"""`serve --workers`: one address, several processes, one journal, one set of numbers, and a page that keeps its talk."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from assistant.journal import Journal
from assistant.pipeline import Assistant
from assistant.storage import open_database
from tests.browser.desk import Desk

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PATIENCE = 120
ASKED = 40


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('journal') / 'shared.db'}"


@pytest.fixture(scope="module")
def address(home: Path, assistant: Assistant, database: str) -> Iterator[str]:
    del assistant  # builds what the command opens
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "POLICY_ASSISTANT_HOME": str(home),
        "POLICY_ASSISTANT_JOURNAL": database,
    }
    command = [sys.executable, "-m", "assistant.cli", "serve", "--workers", "3", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx.get(f"{address}/readyz", trust_env=False, timeout=PATIENCE).status_code == 200:
                break
        except httpx.TransportError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.2)
    yield address
    server.send_signal(signal.SIGTERM)
    try:
        assert server.wait(PATIENCE) in (0, -signal.SIGTERM)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def workers(address: str) -> list[int]:
    """Their process ids: those that listen at the address besides the one that started them."""
    port = address.rsplit(":", 1)[1]
    mine = [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdecimal() and port in _command(folder).split("\0")
    ]
    (first,) = mine
    children = Path(f"/proc/{first}/task/{first}/children").read_text("ascii").split()
    return [int(child) for child in children if "spawn_main" in _command(Path(f"/proc/{child}"))]


def _command(folder: Path) -> str:
    try:
        return (folder / "cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""


def counted(address: str) -> float:
    text = httpx.get(f"{address}/metrics", trust_env=False).text
    found = re.findall(r"^policy_assistant_answers_total\{.*\} (\S+)$", text, re.MULTILINE)
    return sum(float(value) for value in found)


def test_every_worker_writes_to_one_journal_and_any_tells_the_numbers_of_all(
    address: str, database: str
) -> None:
    def ask_and_rate(number: int) -> str:
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            trace_id: str = client.post("/v1/ask", json={"question": f"孩子上学有什么照顾{number}"}).json()[
                "trace_id"
            ]
            body = {"trace_id": trace_id, "rating": "up", "comment": str(number)}
            assert client.post("/v1/feedback", json=body).status_code == 201
        return trace_id

    before = counted(address)
    with ThreadPoolExecutor(8) as pool:
        traces = list(pool.map(ask_and_rate, range(ASKED)))
    assert [counted(address) for _ in range(5)] == [before + ASKED] * 5
    engine = open_database(database)
    kept = {found.trace_id: found.opinions for found in Journal(engine).latest(ASKED)}
    engine.dispose()
    assert [kept[trace_id][0].comment for trace_id in traces] == [str(number) for number in range(ASKED)]


def test_conversations_on_the_page_hold_together(address: str, browser: Browser) -> None:
    desks = [Desk.open(browser, address) for _ in range(3)]
    for desk in desks:
        desk.ask("被黑代理骗了打哪个电话")
    for desk in desks:
        turn = desk.ask("那原文呢")
        expect(turn.locator(".pa-answer")).to_contain_text("被黑代理骗了打哪个电话")
        turn.get_by_role("button", name="有用").click()
        expect(turn.locator(".pa-opinion-said")).to_contain_text("已记下")
        assert desk.complaints == []
        desk.close()


def test_the_page_outlives_the_worker_that_held_it(
    address: str,
    browser: Browser,
    workers: list[int],
) -> None:
    assert len(workers) == 3
    for worker in workers[:2]:
        os.kill(worker, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx.get(address, trust_env=False, timeout=PATIENCE).status_code == 200:
                break
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the page did not come back"
        time.sleep(0.2)
    desk = Desk.open(browser, address)
    expect(desk.ask("孩子上学有什么照顾").locator(".pa-answer")).to_contain_text("子女入学")
    desk.close()
