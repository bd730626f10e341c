"""What all commands share at the terminal: one-line errors, a progress bar, the person's settings and days."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any, NoReturn

import typer

from assistant.settings import SettingFault, Settings, read_settings


def fail(message: str, status: int = 1) -> NoReturn:
    """Leave with one line on standard error."""
    typer.echo(f"错误：{message}", err=True)
    raise typer.Exit(status)


class Bar:
    """A progress bar on standard error that names what is being done."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(total=total, desc=stage, file=sys.stderr, leave=False)
        self._bar.update(done - self._bar.n)
        if done >= total:
            self._bar.close()
            self._bar = None


def settings_of_person() -> Settings:
    """The settings; a wrong one ends the command with its name."""
    try:
        return read_settings()
    except SettingFault as error:
        fail(str(error), 2)


def day_of(value: str | None) -> date | None:
    """A day as it was typed; anything else ends the command."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        fail(f"日期 {value!r} 应为 YYYY-MM-DD", 2)
