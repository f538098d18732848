"""How fast a download is, and what is said of it."""

from __future__ import annotations

import pytest

from dictation.desktop.models.pace import Pace


def test_speed_and_time_left_follow_the_last_seconds() -> None:
    pace = Pace()
    for second in range(30):
        pace.add(float(second), second * 1_000_000)
    assert pace.bytes_per_s == pytest.approx(1_000_000)
    assert pace.left_s(59_000_000) == pytest.approx(30)
    for second in range(30, 60):  # the line gets slower
        pace.add(float(second), 29_000_000 + (second - 29) * 100_000)
    assert pace.bytes_per_s == pytest.approx(100_000)


def test_nothing_is_claimed_too_early_nor_while_nothing_comes() -> None:
    pace = Pace()
    assert pace.left_s(10) is None
    pace.add(0.0, 0)
    pace.add(0.5, 1_000_000)
    assert (pace.bytes_per_s, pace.left_s(10_000_000)) == (0.0, None)
    for second in range(1, 20):
        pace.add(float(second), 1_000_000)
    assert pace.left_s(10_000_000) is None


def test_a_file_that_is_fetched_anew_begins_anew() -> None:
    pace = Pace()
    pace.add(0.0, 5_000_000)
    pace.add(2.0, 0)
    pace.add(4.0, 2_000_000)
    assert pace.bytes_per_s == pytest.approx(1_000_000)
