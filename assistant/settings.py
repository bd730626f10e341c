"""One frozen value that holds every setting; read from the environment, nothing at import."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "POLICY_ASSISTANT_"
KEY_LENGTH = 12  # characters at least, of what reviewers and admins type


class SettingFault(Exception):
    """A setting cannot be used; the message is one line for the person: what is wrong, and the mend."""


class UnknownSetting(SettingFault):
    """A variable with our prefix that no setting reads: most likely misspelt."""


class Settings(BaseSettings):
    """Every setting, read from `POLICY_ASSISTANT_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(default_factory=lambda: user_data_path("policy-assistant"))
    """Folder of the built knowledge-base versions."""
    journal: str = ""
    """Address of the database of answers and feedback, such as `postgresql+psycopg://…`; empty: a file in `home`."""
    editor_key: SecretStr = SecretStr("")
    """What reviewers type to open the tab 反馈; empty: it stays closed."""
    admin_key: SecretStr = SecretStr("")
    """What whoever adds texts types to open the page 管理文件; empty: it stays closed."""
    embedder: str = "bundled"
    """`bundled`, `sentence-transformers:MODEL`, or `endpoint:MODEL@BASE_URL`."""
    embedder_api_key: SecretStr = SecretStr("")
    llm_base_url: str = ""
    """Address of an OpenAI-compatible endpoint, with its `/v1`; empty: nothing is asked of any language model."""
    llm_model: str = ""
    """Name of the model there."""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout: float = Field(default=10.0, gt=0, le=600)
    """Seconds without a byte after which the endpoint counts as failed."""
    llm_seconds: float = Field(default=40.0, gt=0, le=600)
    """Seconds that one question may take there altogether, its second round included."""
    llm_tokens: int = Field(default=600, gt=0, le=8000)
    """Tokens of one reply; a question takes two replies at most."""


def read_settings() -> Settings:
    """Settings from the environment.

    Raises `UnknownSetting` for a variable with our prefix that is none, `SettingFault` for a value out of bounds.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strangers = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if strangers:
        raise UnknownSetting(f"不认识的设置 {'、'.join(strangers)}：可用 {'、'.join(sorted(known))}")
    try:
        settings = Settings()
    except ValidationError as error:
        named = "、".join(PREFIX + str(fault["loc"][0]).upper() for fault in error.errors())
        raise SettingFault(f"设置 {named} 的值不合要求：见 docs/operations.md 的取值范围") from error
    for name, key in (("EDITOR_KEY", settings.editor_key), ("ADMIN_KEY", settings.admin_key)):
        if 0 < len(key.get_secret_value()) < KEY_LENGTH:
            raise SettingFault(f"{PREFIX}{name} 至少 {KEY_LENGTH} 个字符：太短的口令猜得出来")
    if bool(settings.llm_base_url) != bool(settings.llm_model):
        raise SettingFault(f"{PREFIX}LLM_BASE_URL 和 {PREFIX}LLM_MODEL 要一起给，或都不给")
    if settings.llm_base_url and not settings.llm_base_url.startswith(("http://", "https://")):
        raise SettingFault(f"{PREFIX}LLM_BASE_URL 应以 http:// 或 https:// 开头")
    return settings
