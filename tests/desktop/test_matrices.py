"""The short forms of what a person runs before a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..hotkey_presses import all_pressed
from ..insertion_matrix import World, all_cases, counted, tried


@pytest.fixture
def own_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each makes one, and names it in the environment."""
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.mark.timeout(240)
def test_every_insertion_is_exact_or_says_that_it_failed(tmp_path: Path, own_screen: None) -> None:
    world = World(tmp_path)
    try:
        results = [tried(world, case) for case in all_cases(quick=True)]
    finally:
        world.close()

    counts = counted(results)
    bad = [result for result in results if result.kind in ("wrong", "stale")]
    assert not bad
    assert counts["stuck_keys"] == 0
    assert counts["clipboard_changed"] == 0
    assert counts["exact"] + counts["failed_and_said_so"] == counts["insertions"]
    assert counts["exact"] >= 0.9 * counts["insertions"]


@pytest.mark.timeout(120)
def test_no_press_is_missed_doubled_or_leaked(tmp_path: Path, own_screen: None) -> None:
    for counts in all_pressed(tmp_path, 20).values():
        assert (counts["missed"], counts["doubled"], counts["leaked"]) == (0, 0, 0)
