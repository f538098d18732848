"""The progress bar fits its line, and is not there where nobody sees it."""

from __future__ import annotations

import io

import pytest

from dictation.commands.progress_bar import Far, ProgressBar, line
from dictation.text.cues import columns


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_it_shows_the_part_and_the_time_left() -> None:
    shown = line(Far("talk.flac", 15, 60), 5, 80)
    assert shown == "talk.flac  ━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25%  0:15 left"


def test_in_the_first_second_it_promises_nothing() -> None:
    assert "left" not in line(Far("talk.flac", 1, 60), 0.5, 80)


def test_of_a_stream_it_shows_what_is_done() -> None:
    assert line(Far("stdin", 3_725, 0), 5, 80) == "stdin  1:02:05 done"


@pytest.mark.parametrize("there", [20, 40, 80])
@pytest.mark.parametrize("name", ["talk.flac", "字幕" * 40, "x" * 200])
def test_it_never_needs_a_second_line(name: str, there: int) -> None:
    assert columns(line(Far(name, 15, 60), 5, there)) < there


def test_it_is_drawn_ten_times_a_second_at_most_and_makes_room() -> None:
    terminal, now = Terminal(), [0.0]
    bar = ProgressBar(terminal, lambda: now[0])
    for step in range(100):
        now[0] = step / 100
        bar.show(Far("talk.flac", step, 100))
    assert 9 <= terminal.getvalue().count("talk.flac") <= 11
    bar.clear()
    assert terminal.getvalue().endswith("\r\x1b[2K")


def test_a_pipe_sees_nothing_of_it() -> None:
    pipe = io.StringIO()
    bar = ProgressBar(pipe)
    bar.show(Far("talk.flac", 1, 100))
    bar.clear()
    assert pipe.getvalue() == ""
