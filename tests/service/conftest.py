"""The service on a real socket: what a client meets, proxies and frameworks included."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from assistant.pipeline import Assistant
from tests.serving import serving


@pytest.fixture(scope="session")
def client(assistant: Assistant) -> Iterator[httpx.Client]:
    with serving(assistant) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        yield client
