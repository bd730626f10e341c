"""Settings → Assistant; the only file that chooses implementations."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date

from assistant.judgement import read_thresholds
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.writing import ExtractiveWriter
from knowledge_base import Embedder, KnowledgeBase, open_embedder
from knowledge_base.indexing import Progress
from knowledge_base.sources import Sources, packaged_sources, with_added
from knowledge_base.versions import current_added, ensure_version

# Libraries that would report home unless told not to; set before any of them is imported.
SILENCED = {
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "DO_NOT_TRACK": "1",
}


def silence_telemetry() -> None:
    """Turn off what libraries send on their own; whatever the person has configured stays."""
    for name, value in SILENCED.items():
        os.environ.setdefault(name, value)


def embedder_of(settings: Settings) -> Embedder:
    """The embedder that the settings name."""
    return open_embedder(settings.embedder, settings.embedder_api_key.get_secret_value())


def open_assistant(
    settings: Settings,
    progress: Progress,
    sources: Callable[[], Sources] = packaged_sources,
    today: Callable[[], date] = date.today,
) -> Assistant:
    """The assistant over these sources and the texts that people added, built first where the version is missing."""
    silence_telemetry()
    whole = with_added(sources(), current_added(settings.home))
    knowledge_base: KnowledgeBase = ensure_version(settings.home, whole, embedder_of(settings), progress)
    return Assistant(knowledge_base, ExtractiveWriter(), read_thresholds(), today)
