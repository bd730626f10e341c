"""Settings → Assistant; the only file that chooses implementations."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date

from assistant.journal import Journal
from assistant.pipeline import Assistant
from assistant.settings import SettingFault, Settings
from assistant.storage import address_in, open_database
from assistant.support import read_limits
from assistant.thresholds import read_thresholds
from assistant.writing import AnswerWriter, ExtractiveWriter
from knowledge_base import Embedder, KnowledgeBase, open_embedder
from knowledge_base.indexing import Progress
from knowledge_base.sources import Sources, packaged_sources
from knowledge_base.versions import ensure_version, serving_sources

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


def reviser_of(settings: Settings) -> AnswerWriter | None:
    """The language-model writer where one is configured, else None; its libraries are imported only then.

    Raises `SettingFault` where they are not installed.
    """
    if not settings.llm_base_url:
        return None
    from assistant.endpoint import Access, Endpoint
    from assistant.llm_writer import LanguageModelWriter

    access = Access(
        settings.llm_base_url,
        settings.llm_model,
        settings.llm_api_key,
        settings.llm_timeout,
        settings.llm_tokens,
    )
    return LanguageModelWriter(Endpoint(access), ExtractiveWriter(), read_limits(), settings.llm_seconds)


def open_journal(settings: Settings) -> Journal:
    """The journal that the settings name. Raises `SettingFault` where its database cannot be opened."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return Journal(open_database(settings.journal or address_in(settings.home)))
    except (SQLAlchemyError, ImportError, OSError) as error:
        raise SettingFault(
            f"打不开回答记录的数据库（{type(error).__name__}）：请检查 POLICY_ASSISTANT_JOURNAL 和文件夹的写权限"
        ) from error


def open_assistant(
    settings: Settings,
    progress: Progress,
    sources: Callable[[], Sources] = packaged_sources,
    today: Callable[[], date] = date.today,
    reviser: AnswerWriter | None = None,
) -> Assistant:
    """The assistant over these sources and the texts that people added, built first where the version is missing.

    Answers come from the extractive writer alone unless a `reviser` is given.
    """
    silence_telemetry()
    whole = serving_sources(settings.home, sources())
    knowledge_base: KnowledgeBase = ensure_version(settings.home, whole, embedder_of(settings), progress)
    return Assistant(knowledge_base, ExtractiveWriter(), read_thresholds(), today, reviser)
