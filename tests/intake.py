"""A small corpus for those who test handing texts in, and waiting for the work."""

from __future__ import annotations

import time

from assistant.intake import Intake, Work
from tests.fakes import HashingEmbedder

EMBEDDER = HashingEmbedder()
KEY = "admin-key-of-tests"
FIRST = "某办法\n\n第一条 为了做好工作，制定本办法。\n第二条 每年举行一次会议。\n"
LAW = "某市专利保护条例\n\n第一条 为了保护专利，制定本条例。\n第二条 假冒专利的，责令改正。\n第三条 本条例自2025年1月1日起施行。\n"
PATIENCE = 60  # seconds


def finished(intake: Intake) -> Work:
    """The work once it no longer runs."""
    deadline = time.monotonic() + PATIENCE
    while intake.work.running:
        assert time.monotonic() < deadline, intake.work
        time.sleep(0.02)
    return intake.work
