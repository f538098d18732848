"""Times as a clock shows them."""

from __future__ import annotations

import pytest

from dictation.text.clock import clock


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0:00"), (42, "0:42"), (65, "1:05"), (3_725, "1:02:05"), (36_000, "10:00:00")],
)
def test_seconds_become_minutes_and_hours(seconds: int, told: str) -> None:
    assert clock(seconds) == told
