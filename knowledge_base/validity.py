"""Which text is in force on a day, and what replaced it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

State = Literal["in_force", "not_yet", "ended"]


@dataclass(frozen=True, slots=True)
class Validity:
    """When a text applies. `ended` is the first day on which it does not; None: no such day is known.

    `replaced_by` and `replaces` are document ids.
    """

    effective: date | None = None
    ended: date | None = None
    replaced_by: str | None = None
    replaces: tuple[str, ...] = ()

    def on(self, day: date) -> State:
        """The state on a day; a text of which no dates are known counts as in force."""
        if self.ended and day >= self.ended:
            return "ended"
        if self.effective and day < self.effective:
            return "not_yet"
        return "in_force"
