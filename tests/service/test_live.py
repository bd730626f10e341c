"""A new knowledge-base version takes over under a running server without a lost or mixed answer."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from assistant.contract import Answer, Question
from assistant.live import Live
from assistant.pipeline import Assistant
from assistant.thresholds import read_thresholds
from assistant.writing import ExtractiveWriter
from knowledge_base import IndexFault
from knowledge_base.sources import folder_sources, with_added
from knowledge_base.versions import build_version, current_added, current_version, ensure_version, switch
from tests.fakes import HashingEmbedder

TEXT = "某办法\n第一条 专利代理师资格考试每年举行。\n第二条 人才服务热线受理咨询。\n"
ASKED = Question(question="专利代理师资格考试多久举行")
PATIENCE = 30  # seconds that a change may take


def _opened(home: Path, texts: Path) -> Assistant:
    sources = with_added(folder_sources(texts), current_added(home))
    base = ensure_version(home, sources, HashingEmbedder())
    return Assistant(base, ExtractiveWriter(), read_thresholds())


def _write(texts: Path, text: str) -> None:
    texts.mkdir(exist_ok=True)
    (texts / "某办法.txt").write_text(text, "utf-8")


def test_answers_come_from_one_version_each_while_another_takes_over(tmp_path: Path) -> None:
    home, texts = tmp_path / "home", tmp_path / "texts"
    _write(texts, TEXT)
    live = Live(home, lambda: _opened(home, texts))
    old = live().knowledge_base.version
    answers: list[Answer] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answers.append(live().answer(ASKED))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    _write(texts, TEXT.replace("每年", "每两年"))
    new = build_version(home, folder_sources(texts), HashingEmbedder()).name
    switch(home, new)
    deadline = time.monotonic() + PATIENCE
    while not any(a.knowledge_base == new for a in answers[-4:]) and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    for asker in askers:
        asker.join()
    told = {a.knowledge_base: {q for c in a.citations if "举行" in (q := c.quote)} for a in answers}
    assert told == {
        old: {"第一条 专利代理师资格考试每年举行。"},
        new: {"第一条 专利代理师资格考试每两年举行。"},
    }
    assert all(a.status == "answered" for a in answers)


def test_a_version_that_cannot_be_opened_does_not_take_over(tmp_path: Path) -> None:
    home, texts = tmp_path / "home", tmp_path / "texts"
    _write(texts, TEXT)
    opened: list[str] = []

    def open_once() -> Assistant:
        opened.append(current_version(home) or "")
        if len(opened) > 1:
            raise IndexFault("坏了")
        return _opened(home, texts)

    live = Live(home, open_once)
    serving = live().knowledge_base.version
    (home / "current").write_text("broken", "utf-8")
    deadline = time.monotonic() + PATIENCE
    while len(opened) < 2 and time.monotonic() < deadline:
        assert live().knowledge_base.version == serving
    assert opened == ["", "broken"]
    assert live().answer(ASKED).knowledge_base == serving
