"""What the history finds, corrects, keeps and forgets."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from dictation.audio.files import AudioFile
from dictation.audio.journal import Journal
from dictation.history import SCHEMA_VERSION, Entry, Facets, History, Query, forgetting
from dictation.history.entries import entries_of, segments_of
from dictation.history.search import facets, found
from dictation.settings import HistorySettings
from dictation.speech import Emotion, Event, Language, Samples, Transcript

from .history_takes import dictated, segment

ANSWER_S = 20
KEPT = HistorySettings(audio_mb=1)

# As version 1 of the database was made by the program, byte for byte of its SQL.
VERSION_1 = """
CREATE TABLE takes (
    take INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at TEXT NOT NULL,
    stage TEXT NOT NULL,
    duration_s REAL,
    text TEXT NOT NULL DEFAULT '',
    language TEXT,
    emotion TEXT,
    event TEXT,
    outcome TEXT,
    error TEXT NOT NULL DEFAULT ''
);
PRAGMA user_version = 1;
"""


class Clock:
    """Time as the test sets it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **time: int) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.sqlite3"


@pytest.fixture
def begin(file: Path, clock: Clock) -> Iterator[Callable[..., History]]:
    """Begins a run of the program's history; the one before it ends."""
    runs: list[History] = []

    def next_run(kept: HistorySettings = KEPT) -> History:
        for run in runs:
            run.close()
        runs.append(History(file, kept=kept, clock=clock))
        return runs[-1]

    yield next_run
    for run in runs:
        run.close()


@pytest.fixture
def history(begin: Callable[..., History]) -> History:
    return begin()


def texts(history: History, query: Query | str) -> list[str]:
    """Of what is found, the newest first."""
    asked = Query(query) if isinstance(query, str) else query
    takes = history.ask(partial(found, query=asked)).result(ANSWER_S)
    return [entry.text for entry in known(history, *takes)]


def known(history: History, *takes: int) -> tuple[Entry, ...]:
    return history.ask(partial(entries_of, takes=takes)).result(ANSWER_S)


def spoken(seconds: float = 1.0) -> Samples:
    rng = np.random.default_rng(0)
    return (rng.integers(-3_000, 3_000, round(seconds * 16_000)) / 32_768).astype(np.float32)


def keep_sound(history: History, take: int, samples: Samples) -> None:
    """Returns once it is kept, and the history knows."""
    written = threading.Event()
    history.keep_sound(take, lambda: [samples], written.set)
    assert written.wait(ANSWER_S)
    assert known(history, take)


def sounds(history: History) -> list[str]:
    folder = history.sound_file(1).parent
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def eventually(true: Callable[[], object]) -> None:
    until_s = time.monotonic() + ANSWER_S
    while not true():
        assert time.monotonic() < until_s
        time.sleep(0.01)


# --- finding


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("天气", ["今天天气很好，我们去公园吧。"]),
        ("好", ["今天天气很好，我们去公园吧。"]),
        ("公园 今天", ["今天天气很好，我们去公园吧。"]),
        ("气天", []),
        ("weath", ["The weather is nice in Zürich."]),
        ("NICE zurich", ["The weather is nice in Zürich."]),
        ("eather", []),
        ("iphone手机", ["我的iPhone手机没电了"]),
        ("한국", ["저는 한국어를 배워요"]),
        ("국어", ["저는 한국어를 배워요"]),
        ("カメラ", ["新しいカメラを買った"]),
        ("we'll", ['We\'ll see: 100% "sure"?']),
        ('"sure', ['We\'ll see: 100% "sure"?']),
        ("%", ['We\'ll see: 100% "sure"?']),
        ("OR", []),
        ("nice*", ["The weather is nice in Zürich."]),
    ],
)
def test_words_are_found_in_every_script(history: History, typed: str, expected: list[str]) -> None:
    for text in (
        "今天天气很好，我们去公园吧。",
        "The weather is nice in Zürich.",
        "我的iPhone手机没电了",
        "저는 한국어를 배워요",
        "新しいカメラを買った",
        'We\'ll see: 100% "sure"?',
    ):
        dictated(history, text)

    assert texts(history, typed) == expected


def test_filters_can_be_put_together_with_words(history: History, clock: Clock) -> None:
    dictated(history, "hello one", app="kate")
    dictated(history, "hello two", app="code", emotion=Emotion.HAPPY)
    dictated(history, "你好", Language.CHINESE, app="code", event=Event.LAUGHTER)
    noon = clock.now
    clock.go_on(days=1)
    dictated(history, "hello three", app="code")

    assert texts(history, "") == ["hello three", "你好", "hello two", "hello one"]
    assert texts(history, Query("hello", app="code")) == ["hello three", "hello two"]
    assert texts(history, Query(language=Language.CHINESE)) == ["你好"]
    assert texts(history, Query("h", emotion=Emotion.HAPPY)) == ["hello two"]
    assert texts(history, Query(event=Event.LAUGHTER)) == ["你好"]
    assert texts(history, Query(since=noon + timedelta(hours=1))) == ["hello three"]
    assert texts(history, Query("hello", until=noon + timedelta(hours=1))) == [
        "hello two",
        "hello one",
    ]
    assert history.ask(facets).result(ANSWER_S) == Facets(
        ("code", "kate"),
        (Language.ENGLISH, Language.CHINESE),
        (Emotion.NEUTRAL, Emotion.HAPPY),
        (Event.SPEECH, Event.LAUGHTER),
    )


def test_what_was_cancelled_or_never_heard_is_not_shown(history: History) -> None:
    cancelled = dictated(history, "unwanted")
    history.cancelled(cancelled)
    silent = history.next_take()
    history.began(silent)
    history.transcribed(Transcript(silent, (), ""))

    assert texts(history, "") == []
    assert texts(history, "unwanted") == []


# --- correcting


def test_a_correction_is_found_and_the_original_stays_beside_it(
    history: History, begin: Callable[..., History]
) -> None:
    take = dictated(history, "I scream")
    history.correct(take, "Ice cream")
    history.correct(take, "Ice cream!")
    later = begin()

    (entry,) = known(later, take)
    assert (entry.text, entry.original) == ("Ice cream!", "I scream")
    assert texts(later, "cream") == ["Ice cream!"]
    assert texts(later, "scream") == []
    assert later.last_text() == "Ice cream!"


def test_the_original_can_be_had_back_as_a_whole(history: History) -> None:
    take = dictated(history, "I scream")
    again = segment("爱死哭", Language.CHINESE)
    history.hear_again(take, Transcript(99, (again,), "爱死哭"))
    (heard,) = known(history, take)
    segments = history.ask(partial(segments_of, take=take)).result(ANSWER_S)
    history.go_back(take)
    (back,) = known(history, take)

    assert (heard.text, heard.language, heard.original) == ("爱死哭", Language.CHINESE, "I scream")
    assert segments == (again,)
    assert (back.text, back.language, back.original) == ("I scream", Language.ENGLISH, None)
    assert history.ask(partial(segments_of, take=take)).result(ANSWER_S) == (segment("I scream"),)


def test_a_correction_that_says_what_was_recognised_is_none(history: History) -> None:
    take = dictated(history, "I scream")
    history.correct(take, "Ice cream")
    history.correct(take, "I scream")

    assert known(history, take)[0].original is None


# --- recordings


def test_a_recording_is_kept_as_it_was_for_its_owner_alone(history: History) -> None:
    take = dictated(history, "hello")
    keep_sound(history, take, spoken())

    assert known(history, take)[0].has_sound
    kept = history.sound_file(take)
    assert np.array_equal(np.concatenate(list(AudioFile(kept).chunks())), spoken())
    if sys.platform != "win32":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert kept.stat().st_size < spoken().size * 2


def test_the_journal_gives_a_take_up_only_when_its_recording_is_kept(
    history: History, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal")
    take = dictated(history, "hello")
    writer = journal.begin(take)
    writer.append(spoken())
    writer.seal()
    is_kept: list[bool] = []

    def done() -> None:
        is_kept.append(history.sound_file(take).exists())
        journal.remove(take)

    history.keep_sound(take, partial(journal.read, take), done)
    history.close()
    journal.close()

    assert is_kept == [True]
    assert list((tmp_path / "journal").iterdir()) == []


def test_a_recording_that_cannot_be_kept_holds_nothing_up(history: History) -> None:
    take = dictated(history, "hello")
    history.recent(1)
    history.sound_file(take).parent.write_text("a file where the folder should be")
    done = threading.Event()

    history.keep_sound(take, lambda: [spoken()], done.set)

    assert done.wait(ANSWER_S)
    assert not known(history, take)[0].has_sound


def test_a_deleted_take_leaves_neither_text_nor_recording(history: History, file: Path) -> None:
    secret = dictated(history, "confidential 机密计划 matters")
    kept = dictated(history, "harmless")
    for take in (secret, kept):
        keep_sound(history, take, spoken())
    history.correct(secret, "confidential 机密计划 corrected")

    history.delete([secret]).result(ANSWER_S)

    assert texts(history, "") == ["harmless"]
    assert texts(history, "机密") == []
    history.close()
    assert sounds(history) == [history.sound_file(kept).name]
    left = b"".join(item.read_bytes() for item in file.parent.iterdir() if item.is_file())
    assert b"harmless" in left
    for word in ("confidential", "机密", "matters", "机"):
        assert word.encode() not in left


def test_a_take_that_is_deleted_while_it_is_written_leaves_no_recording(history: History) -> None:
    take = dictated(history, "hello")
    deleting, written = threading.Event(), threading.Event()

    def slow() -> Iterator[Samples]:
        assert deleting.wait(ANSWER_S)
        yield spoken()

    history.keep_sound(take, slow, written.set)
    gone = history.delete([take])
    gone.result(ANSWER_S)
    deleting.set()
    assert written.wait(ANSWER_S)
    history.close()

    assert sounds(history) == []


def test_many_takes_are_deleted_while_others_are_still_told(history: History) -> None:
    takes = [dictated(history, f"number {number}") for number in range(1_200)]
    gone = history.delete(takes)
    late = dictated(history, "late")
    gone.result(ANSWER_S)

    assert texts(history, "") == ["late"]
    assert late not in takes


# --- what is kept, and for how long


def test_old_texts_and_their_recordings_are_dropped_at_the_start(
    history: History, begin: Callable[..., History], clock: Clock
) -> None:
    old = dictated(history, "old")
    keep_sound(history, old, spoken())
    clock.go_on(days=8)
    dictated(history, "new")

    later = begin(HistorySettings(text_days=7))

    eventually(lambda: texts(later, "") == ["new"])
    eventually(lambda: sounds(later) == [])


def test_old_recordings_are_dropped_each_day_and_their_texts_stay(
    begin: Callable[..., History], clock: Clock
) -> None:
    history = begin(HistorySettings(audio_days=2))
    take = dictated(history, "hello")
    keep_sound(history, take, spoken())
    clock.go_on(days=1)
    history.tidy()
    assert known(history, take)[0].has_sound
    clock.go_on(days=2)
    history.tidy()

    assert not known(history, take)[0].has_sound
    assert texts(history, "") == ["hello"]
    history.close()
    assert sounds(history) == []


def test_the_oldest_recordings_make_room_for_new_ones(begin: Callable[..., History]) -> None:
    history = begin(HistorySettings(audio_mb=1))
    takes = [dictated(history, f"number {number}") for number in range(4)]
    for take in takes:
        keep_sound(history, take, spoken(15))  # noise, some 400 kB each

    assert [entry.has_sound for entry in known(history, *takes)] == [True, True, False, False]


def test_no_recording_is_kept_where_there_shall_be_no_room(begin: Callable[..., History]) -> None:
    history = begin(HistorySettings(audio_mb=0))
    take = dictated(history, "hello")
    keep_sound(history, take, spoken())

    assert not known(history, take)[0].has_sound
    assert sounds(history) == []


def test_in_private_mode_nothing_is_kept(begin: Callable[..., History], file: Path) -> None:
    history = begin()
    before = dictated(history, "before")
    history.recent(1)
    history.keep(HistorySettings(private=True))
    private = dictated(history, "private matters")
    keep_sound_is_over = threading.Event()
    history.keep_sound(private, lambda: [spoken()], keep_sound_is_over.set)
    assert keep_sound_is_over.wait(ANSWER_S)

    assert private != before
    assert texts(history, "") == ["before"]
    assert sounds(history) == []
    history.close()
    assert b"private" not in b"".join(
        item.read_bytes() for item in file.parent.iterdir() if item.is_file()
    )


def test_whoever_only_reads_a_history_deletes_nothing_of_it(
    history: History, file: Path, clock: Clock
) -> None:
    take = dictated(history, "hello")
    keep_sound(history, take, spoken())
    being_written = history.sound_file(take + 1).with_suffix(".flac.part")
    being_written.write_bytes(b"half")
    clock.go_on(days=1_000)

    reader = History(file, clock=clock)
    for _ in range(3):  # whatever is done at the start is done by then
        assert reader.recent(1)[0].has_sound
    reader.close()

    assert sounds(history) == [history.sound_file(take).name, being_written.name]


def test_what_a_crash_left_of_recordings_is_swept_up(
    history: History, begin: Callable[..., History]
) -> None:
    take = dictated(history, "hello")
    keep_sound(history, take, spoken())
    folder = history.sound_file(take).parent
    (folder / "take-000777.flac").write_bytes(b"nobody's")
    (folder / "take-000778.flac.part").write_bytes(b"half")
    (folder / "notes.txt").write_text("not ours")

    later = begin()

    eventually(lambda: sounds(later) == ["notes.txt", history.sound_file(take).name])


def test_a_history_that_had_to_be_begun_anew_deletes_no_recordings(
    history: History, begin: Callable[..., History], file: Path
) -> None:
    take = dictated(history, "hello")
    keep_sound(history, take, spoken())
    history.close()
    file.write_bytes(b"damaged" * 1_000)

    again = begin()
    for _ in range(2):  # whatever is done at the start is done by then
        again.recent(1)
    again.close()

    assert sounds(history) == [history.sound_file(take).name]


# --- older databases


def test_a_database_of_version_1_becomes_one_of_this_version(
    file: Path, begin: Callable[..., History]
) -> None:
    file.parent.mkdir()
    old = sqlite3.connect(file)
    old.executescript(VERSION_1)
    old.executemany(
        "INSERT INTO takes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (3, "2026-01-02T08:00:00+00:00", "delivered", 2.0, "今天天气", "zh", "HAPPY", "Speech",
             "delivered", ""),
            (4, "2026-01-02T09:00:00+00:00", "cancelled", None, "unwanted", None, None, None,
             None, ""),
            (5, "2026-01-02T10:00:00+00:00", "failed", 1.0, "", None, None, None, None, "Why."),
        ],
    )  # fmt: skip
    old.commit()
    old.close()

    history = begin(HistorySettings())
    takes = history.ask(partial(found, query=Query())).result(ANSWER_S)
    failed, delivered = known(history, *takes)

    assert texts(history, "天气") == ["今天天气"]
    assert (delivered.take, delivered.language, delivered.app) == (3, Language.CHINESE, "")
    assert delivered.started_at == datetime(2026, 1, 2, 8, tzinfo=UTC)
    assert (failed.take, failed.error, failed.has_sound) == (5, "Why.", False)
    assert history.next_take() == 6
    assert history.ask(partial(segments_of, take=3)).result(ANSWER_S) == ()
    history.close()
    database = sqlite3.connect(file)
    assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    database.close()


def test_an_upgrade_that_is_cut_off_leaves_the_old_database(file: Path) -> None:
    from dictation.history import schema

    file.parent.mkdir()
    old = sqlite3.connect(file)
    old.executescript(VERSION_1)
    old.execute("CREATE TABLE words (in_the_way)")
    with pytest.raises(sqlite3.OperationalError):
        schema.prepare(old)

    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    assert "app" not in [row[1] for row in old.execute("PRAGMA table_info(takes)")]
    old.close()


def test_more_recordings_are_forgotten_than_a_statement_takes_values() -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 10)
        database.execute("CREATE TABLE takes (take INTEGER PRIMARY KEY, sound_bytes INTEGER)")
        database.executemany("INSERT INTO takes VALUES (?, 5)", ((take,) for take in range(20)))
        forgetting.forget_sounds(database, range(1, 20))
        kept = database.execute("SELECT take FROM takes WHERE sound_bytes > 0").fetchall()
    assert kept == [(0,)]
