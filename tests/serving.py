"""The real server on a free loopback port: page and interface in one process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from assistant.desk.page import mount
from assistant.intake import Intake
from assistant.journal import Journal
from assistant.live import Current
from assistant.pipeline import Assistant
from assistant.review import Reviewing
from assistant.service.app import create_app
from assistant.storage import address_in, open_database

PATIENCE = 60  # seconds for the server to answer its first request


@contextmanager
def serving(
    assistant: Assistant | Current,
    journal: Journal | None = None,
    reviewing: Reviewing | None = None,
    intake: Intake | None = None,
) -> Iterator[str]:
    """`http://127.0.0.1:PORT` while the page and the interface are up; without a `journal` they keep one for as long."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = TemporaryDirectory(ignore_cleanup_errors=True)
    journal = journal or Journal(open_database(address_in(Path(kept.name))))
    current = (lambda: assistant) if isinstance(assistant, Assistant) else assistant
    app = create_app(current, journal, reviewing, intake)
    mount(app, app.state.assistant)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("the server did not start")
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        kept.cleanup()
