"""The assistant over whichever version serves: a new one takes over between two questions, never within one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from assistant.pipeline import Assistant
from knowledge_base import KnowledgeBaseError
from knowledge_base.versions import current_version

Current = Callable[[], Assistant]
_LOG = logging.getLogger(__name__)


class Live:
    """Calling it gives the assistant to answer one request with.

    A change of `home/current` is noticed by the next request; the new version is opened beside the old one, which
    answers until then, and goes on answering where the new one cannot be opened.
    """

    def __init__(self, home: Path, opened: Callable[[], Assistant]) -> None:
        self._home = home
        self._opened = opened
        before = current_version(home)
        self._assistant = opened()
        self._seen = before or current_version(home)  # opening builds the first one
        self._opening = threading.Lock()

    def __call__(self) -> Assistant:
        version = current_version(self._home)
        if version != self._seen and self._opening.acquire(blocking=False):
            self._seen = version
            threading.Thread(target=self._open, daemon=True).start()
        return self._assistant

    def _open(self) -> None:
        try:
            self._assistant = self._opened()
        except KnowledgeBaseError as error:
            _LOG.error("版本 %s 打不开，仍用原来的版本：%s", self._seen, error)
        finally:
            self._opening.release()
