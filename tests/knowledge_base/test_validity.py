"""What was in force when; every test names its day."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge_base.validity import State, Validity

OLD = Validity(effective=date(2020, 1, 1), ended=date(2026, 4, 15), replaced_by="new")


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2019, 12, 31), "not_yet"),
        (date(2020, 1, 1), "in_force"),
        (date(2026, 4, 14), "in_force"),
        (date(2026, 4, 15), "ended"),
        (date(2030, 1, 1), "ended"),
    ],
)
def test_a_text_applies_from_its_first_day_to_the_day_before_its_end(day: date, state: State) -> None:
    assert OLD.on(day) == state


def test_a_text_without_known_dates_counts_as_in_force() -> None:
    assert Validity().on(date(1999, 1, 1)) == "in_force"
