"""The history remembers what became of each take, whatever the disk does."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dictation.errors import NoMicrophone, NotPasted
from dictation.history import Entry, History, Stage
from dictation.speech import (
    Emotion,
    Event,
    Language,
    Outcome,
    Segment,
    TextStyle,
    Transcript,
    Verdict,
)

PASTED = Verdict(Outcome.DELIVERED, "paste")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


@pytest.fixture
def history(file: Path) -> Iterator[History]:
    history = History(file)
    yield history
    history.close()


def segment(text: str, end_s: float, language: Language = Language.ENGLISH) -> Segment:
    return Segment(
        text, 0, end_s, language, Emotion.HAPPY, Event.SPEECH, TextStyle.WRITTEN, 1, 1, 1, 1, ()
    )


def transcript(take: int, text: str = "hello") -> Transcript:
    return Transcript(take, (segment(text, 1),), text)


def the_only_entry(history: History) -> Entry:
    (entry,) = history.recent(10)
    return entry


def again(history: History) -> History:
    """The same history in the program's next run."""
    history.close()
    return History(history.file)


def test_a_take_is_remembered_from_its_beginning_to_its_delivery(history: History) -> None:
    take = history.next_take()
    history.began(take)
    begun = the_only_entry(history)
    history.captured(take, 2.5)
    history.transcribed(transcript(take, "你好"))
    history.delivered(take, PASTED)
    delivered = the_only_entry(history)

    assert begun.stage is Stage.RECORDING
    assert begun.duration_s is None
    assert abs((begun.started_at - datetime.now(UTC)).total_seconds()) < 60
    assert delivered == Entry(
        take,
        begun.started_at,
        Stage.DELIVERED,
        2.5,
        "你好",
        Language.ENGLISH,
        Emotion.HAPPY,
        Event.SPEECH,
        Outcome.DELIVERED,
        "",
    )


def test_the_language_is_that_of_most_of_the_take(history: History) -> None:
    segments = (
        segment("hm", 0.4, Language.ENGLISH),
        segment("今天", 3.0, Language.CHINESE),
        segment("yes", 1.0, Language.ENGLISH),
    )
    history.transcribed(Transcript(1, segments, "…"))

    assert the_only_entry(history).language is Language.CHINESE


def test_a_take_without_speech_has_no_language(history: History) -> None:
    history.transcribed(Transcript(1, (), ""))

    assert the_only_entry(history).language is None
    assert the_only_entry(history).stage is Stage.TRANSCRIBED


def test_a_failure_is_remembered_as_the_sentence_that_the_user_read(history: History) -> None:
    history.began(1)
    history.failed(1, NoMicrophone())

    assert the_only_entry(history).stage is Stage.FAILED
    assert the_only_entry(history).error == str(NoMicrophone())


def test_a_text_that_could_not_be_inserted_is_still_the_last_text(history: History) -> None:
    history.transcribed(transcript(1, "kept"))
    history.delivered(1, Verdict(Outcome.FAILED, "paste", NotPasted()))

    assert the_only_entry(history).stage is Stage.FAILED
    assert the_only_entry(history).error == str(NotPasted())
    assert history.last_text() == "kept"


def test_the_last_text_is_neither_an_empty_nor_a_cancelled_one(history: History) -> None:
    assert history.last_text() is None
    history.transcribed(transcript(1, "wanted"))
    history.transcribed(transcript(2, "unwanted"))
    history.cancelled(2)
    history.transcribed(transcript(3, ""))

    assert history.last_text() == "wanted"


def test_recent_takes_come_newest_first(history: History) -> None:
    for take in (1, 2, 3):
        history.began(take)

    assert [entry.take for entry in history.recent(2)] == [3, 2]


def test_unfinished_are_the_takes_whose_words_reached_nobody(history: History) -> None:
    ends = {
        1: lambda: history.began(1),
        2: lambda: history.captured(2, 1.0),
        3: lambda: history.transcribed(transcript(3)),
        4: lambda: history.delivered(4, PASTED),
        5: lambda: history.cancelled(5),
        6: lambda: history.recovered(6, transcript(6)),
        7: lambda: history.failed(7, NoMicrophone()),
    }
    for take, end in ends.items():
        history.began(take)
        end()
    history.transcribed(transcript(8))
    history.delivered(8, Verdict(Outcome.FAILED, "paste", NotPasted()))

    assert [entry.take for entry in history.unfinished()] == [1, 2, 3, 7]


def test_numbers_of_takes_are_used_once_in_all_runs(history: History) -> None:
    first = [history.next_take() for _ in range(3)]
    for take in first:
        history.began(take)
    second_run = again(history)
    second = [second_run.next_take(), second_run.next_take()]
    second_run.close()

    assert first == [1, 2, 3]
    assert second == [4, 5]


def test_the_number_of_a_kept_recording_is_not_given_again(file: Path) -> None:
    history = History(file, kept_takes=[3, 12])

    assert history.next_take() == 13
    history.close()


def test_a_recovered_take_keeps_the_time_at_which_it_was_spoken(history: History) -> None:
    history.began(1)
    spoken_at = the_only_entry(history).started_at
    next_run = again(history)
    next_run.recovered(1, transcript(1, "late"))
    entry = the_only_entry(next_run)
    next_run.close()

    assert (entry.stage, entry.text, entry.started_at) == (Stage.RECOVERED, "late", spoken_at)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_history_is_for_its_owner_alone(history: History, file: Path) -> None:
    history.began(1)
    history.recent(1)

    assert file.parent.stat().st_mode & 0o777 == 0o700
    files = list(file.parent.iterdir())
    assert {item.name for item in files} == {file.name, f"{file.name}-wal", f"{file.name}-shm"}
    assert {item.stat().st_mode & 0o777 for item in files} == {0o600}


@pytest.mark.parametrize("damage", ["not a database", "overwritten pages"])
def test_a_damaged_history_is_set_aside_and_a_new_one_begun(
    file: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    old = History(file)
    for take in range(1, 200):
        old.transcribed(transcript(take, "word " * 50))
    old.recent(1)
    old.close()
    content = bytearray(file.read_bytes())
    content[0 if damage == "not a database" else 4096 :] = b"\x5a" * 40_000
    file.write_bytes(content)

    with caplog.at_level(logging.WARNING):
        new = History(file)
        new.began(new.next_take())
        entries = new.recent(10)
        new.close()

    assert [entry.stage for entry in entries] == [Stage.RECORDING]
    assert file.with_name("history.db.bad").read_bytes() == content
    assert "history.db.bad" in caplog.text
    assert "word" not in caplog.text


def test_damage_that_shows_later_is_met_in_the_same_way(history: History, file: Path) -> None:
    history.began(1)
    history.recent(1)
    file.with_name(file.name + "-wal").write_bytes(b"")
    file.write_bytes(b"\x5a" * file.stat().st_size)

    for take in range(2, 5):
        history.transcribed(transcript(take))

    assert history.last_text() == "hello"


def test_where_no_file_can_be_written_takes_are_remembered_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "blocked").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        history = History(tmp_path / "blocked" / "history.db")
        history.transcribed(transcript(history.next_take()))
        text = history.last_text()
        history.close()

    assert text == "hello"
    assert "remembered only until the program ends" in caplog.text


def test_the_history_of_a_newer_version_is_left_alone(file: Path) -> None:
    file.parent.mkdir()
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    history = History(file)
    history.began(history.next_take())

    assert the_only_entry(history).take == 1
    history.close()
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (99,)
    database.close()
    assert not file.with_name("history.db.bad").exists()


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from dictation.history import History
from dictation.speech import Transcript

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
history = History(Path(sys.argv[1]))
history.transcribed(Transcript(1, (), "before"))
history.recent(1)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
for take in range(2, 40):
    history.transcribed(Transcript(take, (), "x" * 2000))
history.transcribed(Transcript(40, (), "after"))
print(history.last_text(), len(history.recent(100)))
history.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX stand in for a full disk")
def test_a_full_disk_costs_no_take_of_this_run(file: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, file],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd=Path(__file__).parent.parent,
    )

    assert ran.stdout == "after 40\n"
    assert "x" * 20 not in ran.stderr
