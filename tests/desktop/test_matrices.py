"""The short forms of what a person runs before a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..hotkey_presses import all_pressed
from ..insertion_matrix.cases import quick_cases
from ..insertion_matrix.results import counted
from ..insertion_matrix.run import run
from ..insertion_matrix.states import QUICK


@pytest.fixture
def own_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names it in the environment."""
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.mark.timeout(240)
def test_every_insertion_is_exact_or_says_that_it_failed(tmp_path: Path) -> None:
    done = run(quick_cases(QUICK), tmp_path, lambda _result: None)

    counts = counted(done.results)
    assert not done.not_run
    assert not [result for result in done.results if result.kind in ("wrong", "stale")]
    assert counts["stuck_keys"] == 0
    assert not [result for result in done.results if result.clipboard_changed]
    assert counts["exact"] + counts["failed_and_said_so"] == counts["insertions"]
    assert counts["exact"] >= 0.9 * counts["insertions"]


@pytest.mark.timeout(120)
def test_no_press_is_missed_doubled_or_leaked(tmp_path: Path, own_screen: None) -> None:
    for counts in all_pressed(tmp_path, 20).values():
        assert (counts["missed"], counts["doubled"], counts["leaked"]) == (0, 0, 0)
