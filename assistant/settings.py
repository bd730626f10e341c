"""One frozen value that holds every setting; read from the environment, nothing at import."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "POLICY_ASSISTANT_"


class UnknownSetting(Exception):
    """A variable with our prefix that no setting reads: most likely misspelt."""


class Settings(BaseSettings):
    """`POLICY_ASSISTANT_HOME`, `POLICY_ASSISTANT_EMBEDDER`, `POLICY_ASSISTANT_EMBEDDER_API_KEY`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(default_factory=lambda: user_data_path("policy-assistant"))
    """Folder of the built knowledge-base versions."""
    embedder: str = "bundled"
    """`bundled`, `sentence-transformers:MODEL`, or `endpoint:MODEL@BASE_URL`."""
    embedder_api_key: SecretStr = SecretStr("")


def read_settings() -> Settings:
    """Settings from the environment. Raises `UnknownSetting` for a variable with our prefix that is none."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strangers = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if strangers:
        raise UnknownSetting(f"不认识的设置 {'、'.join(strangers)}：可用 {'、'.join(sorted(known))}")
    return Settings()
