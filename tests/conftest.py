"""Fixtures of all rooms: the packaged sources, one built knowledge base a session, and the assistant over it.

`POLICY_ASSISTANT_TEST_HOME` names a folder to build into and to reuse; `POLICY_ASSISTANT_LAWS` a folder
of statutes. Both are taken out of the environment here, so that no setting is found that is none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.wiring import open_assistant, silence_telemetry
from knowledge_base import Document, KnowledgeBase
from knowledge_base.sources import Sources, packaged_sources
from tests.browser.desk import CHROMIUM, LAUNCH

silence_telemetry()
ROOT = Path(__file__).parents[1]
OPINION = "qianzhibanfa-2023-11"
_HOME = os.environ.pop("POLICY_ASSISTANT_TEST_HOME", "")
_LAWS = os.environ.pop("POLICY_ASSISTANT_LAWS", "")

settings.register_profile(
    "house", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sources() -> Sources:
    return packaged_sources()


@pytest.fixture(scope="session")
def documents(sources: Sources) -> Mapping[str, Document]:
    return sources.documents


@pytest.fixture(scope="session")
def opinion(sources: Sources) -> Document:
    return sources.documents[OPINION]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(_HOME) if _HOME else tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def assistant(home: Path, sources: Sources) -> Assistant:
    return open_assistant(
        Settings(home=home), lambda stage, done, total: None, lambda: sources, lambda: date(2026, 1, 15)
    )


@pytest.fixture(scope="session")
def knowledge_base(assistant: Assistant) -> KnowledgeBase:
    return assistant.knowledge_base


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The only one of the session: a second cannot start while the first holds the thread's event loop."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"no browser at {CHROMIUM}: run `make browser`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def statutes() -> list[Path]:
    folder = Path(_LAWS) if _LAWS else ROOT.parent / "shared" / "benchmarks" / "laws"
    found = sorted(folder.glob("*.md"))
    if not found:
        pytest.skip(f"no statutes in {folder.name}/: name a folder of *.md in POLICY_ASSISTANT_LAWS")
    return found
