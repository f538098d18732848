"""How many threads decode: as many as have a core of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dictation.recognition.backends import processor


@pytest.mark.parametrize(
    ("running", "threads"), [(1, 4), (4, 4), (5, 4), (6, 3), (8, 1), (30, 1), (0, 4)]
)
def test_each_thread_finds_a_core_of_its_own(
    running: int, threads: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load = tmp_path / "loadavg"
    load.write_text(f"0.48 0.40 0.46 {running}/78 23745\n")
    monkeypatch.setattr(processor, "_LOAD", load)
    monkeypatch.setattr(processor, "cores", lambda: 8)
    monkeypatch.setattr(processor.os, "cpu_count", lambda: 8)

    assert processor.free_threads(4) == threads


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3), (16, 4)])
@pytest.mark.parametrize("told", [None, "", "0.1 0.2"])
def test_where_nothing_is_told_one_core_is_left_to_others(
    cores: int, threads: int, told: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load = tmp_path / "loadavg"
    if told is not None:
        load.write_text(told)
    monkeypatch.setattr(processor, "_LOAD", load)
    monkeypatch.setattr(processor, "cores", lambda: cores)

    assert processor.free_threads(4) == threads


def test_never_more_than_the_cores_that_are_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A container may see a large machine's load but use few of its cores."""
    load = tmp_path / "loadavg"
    load.write_text("0.48 0.40 0.46 3/780 23745\n")
    monkeypatch.setattr(processor, "_LOAD", load)
    monkeypatch.setattr(processor, "cores", lambda: 2)
    monkeypatch.setattr(processor.os, "cpu_count", lambda: 64)

    assert processor.free_threads(4) == 2
