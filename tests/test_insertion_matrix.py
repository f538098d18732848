"""The matrix sees what goes wrong, and counts nothing that was not tried."""

from __future__ import annotations

import pytest

from dictation.errors import NotPasted
from dictation.speech import Outcome, Verdict
from tests.insertion_matrix import targets
from tests.insertion_matrix.cases import Case, Desktop
from tests.insertion_matrix.results import counted, counted_by_desktop, tables
from tests.insertion_matrix.trial import Result
from tests.insertion_matrix.world import MARKED, OLD
from tests.programs.screen import wait
from tests.programs.wayland_session import wayland_session
from tests.programs.x11_session import qt_editor

DELIVERED = Verdict(Outcome.DELIVERED, "paste")
FAILED = Verdict(Outcome.FAILED, "paste", NotPasted())


def result(
    verdict: Verdict, found: str, arrived_ms: float | None, *, clipboard_changed: bool = False
) -> Result:
    case = Case(Desktop.X11, "qt", "mixed")
    return Result(
        case, verdict, found, arrived_ms, stuck_keys=False, clipboard_changed=clipboard_changed
    )


EXACT = result(DELIVERED, "text", 10.0)
WRONG = result(DELIVERED, "tex", None)
SAID_SO = result(FAILED, "", None)
STALE = [
    result(verdict, f"text{old}", None) for verdict in (DELIVERED, FAILED) for old in (OLD, MARKED)
]


def test_each_end_has_its_count() -> None:
    assert EXACT.kind == "exact"
    assert WRONG.kind == "wrong"
    assert SAID_SO.kind == result(FAILED, "text", 1200.0).kind == "failed_and_said_so"
    assert {each.kind for each in STALE} == {"stale"}


def test_the_table_shows_what_went_wrong() -> None:
    changed = result(DELIVERED, "text", 10.0, clipboard_changed=True)
    results = [EXACT, WRONG, SAID_SO, *STALE, changed]

    counts = counted(results)

    assert (counts["insertions"], counts["exact"], counts["wrong"]) == (8, 2, 1)
    assert (counts["stale"], counts["clipboard_changed"], counts["median_ms"]) == (4, 1, 10.0)
    assert "2 of 8, 1 said so, **1 wrong**, **4 stale**, **1 clipboard changed**" in tables(
        results, {}
    )


def test_what_is_not_installed_is_told_and_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets.shutil, "which", lambda _name: None)

    fields, not_there = targets.opened(None, ["chromium textarea"])  # type: ignore[arg-type]

    assert fields == {}
    assert not_there == {"chromium textarea": "not installed (chromium)"}
    counts = counted_by_desktop([], {"X11, chromium textarea": "not installed (chromium)"})
    assert counts["insertions"] == counts["exact"] == 0
    assert counts["not_run"]
    assert "not installed (chromium)" in tables([], counts["not_run"])


def test_a_key_that_stays_down_on_wayland_is_seen() -> None:
    with wayland_session() as session:
        editor = qt_editor(session)
        assert session.keys_are_up()
        editor.ready()
        session.person.down("Control_L")
        assert not session.keys_are_up()
        editor.ready()
        session.person.up("Control_L")
        wait(session.keys_are_up)
