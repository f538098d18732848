"""The journal keeps every sample, whatever happens to the disk or the program."""

from __future__ import annotations

import json
import logging
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dictation.audio.journal import Journal
from dictation.audio.take_file import HEADER
from dictation.errors import JournalUnreadable, JournalUnwritable
from dictation.speech import SAMPLE_RATE_HZ, Samples

ROOT = Path(__file__).parent.parent
BLOCK = SAMPLE_RATE_HZ // 50  # 20 ms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    journal = Journal(folder)
    yield journal
    journal.close()


def speech(count: int, seed: int = 0) -> Samples:
    steps = np.random.default_rng(seed).integers(-32_768, 32_768, count)
    return (steps / 32_768).astype(np.float32)


def content(journal: Journal, take: int) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *journal.read(take)])


def keep(journal: Journal, take: int, samples: Samples) -> None:
    writer = journal.begin(take)
    for start in range(0, len(samples), BLOCK):
        writer.append(samples[start : start + BLOCK])
    writer.seal()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_samples_come_back_bit_for_bit(journal: Journal) -> None:
    extremes = np.array([-1, -1 / 32_768, 0, 1 / 32_768, 32_767 / 32_768], np.float32)
    spoken = np.concatenate([extremes, speech(50_000)])

    keep(journal, 1, spoken)

    assert content(journal, 1).dtype == np.float32
    assert np.array_equal(content(journal, 1), spoken)
    assert journal.duration_s(1) == len(spoken) / SAMPLE_RATE_HZ


def test_the_file_is_a_header_and_16_bit_samples(journal: Journal, folder: Path) -> None:
    keep(journal, 7, np.array([0.5, -1, 1 / 32_768], np.float32))

    assert (folder / "take-000007.pcm").read_bytes() == (
        b"DictTake" + struct.pack("<II", 1, 16_000) + struct.pack("<hhh", 16_384, -32_768, 1)
    )


def test_a_take_is_read_while_it_is_being_written(journal: Journal) -> None:
    spoken = speech(3 * BLOCK)
    writer = journal.begin(1)
    for end in range(BLOCK, len(spoken) + 1, BLOCK):
        writer.append(spoken[end - BLOCK : end])

        assert np.array_equal(content(journal, 1), spoken[:end])


def test_every_prefix_of_the_file_is_a_prefix_of_the_take(journal: Journal, folder: Path) -> None:
    spoken = speech(200)
    keep(journal, 1, spoken)
    journal.close()
    file = only_file(folder)
    whole = file.read_bytes()

    for size in range(len(whole) + 1):
        file.write_bytes(whole[:size])
        later = Journal(folder)
        kept = content(later, 1)

        assert len(kept) == max(0, size - len(HEADER)) // 2
        assert np.array_equal(kept, spoken[: len(kept)])
        assert later.duration_s(1) == len(kept) / SAMPLE_RATE_HZ
        later.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_takes_are_for_their_owner_alone(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    journal = Journal(folder)
    keep(journal, 1, speech(10))
    journal.close()

    assert folder.stat().st_mode & 0o777 == 0o700
    assert only_file(folder).stat().st_mode & 0o777 == 0o600


def test_a_take_of_which_nothing_was_captured_is_empty_and_has_no_file(
    journal: Journal, folder: Path
) -> None:
    journal.begin(1).seal()

    assert content(journal, 1).size == 0
    assert journal.duration_s(1) == 0
    assert content(journal, 99).size == 0
    journal.close()
    assert list(folder.iterdir()) == []


def test_leftovers_are_the_takes_of_earlier_runs(journal: Journal, folder: Path) -> None:
    for take in (3, 1_000_000, 2):
        keep(journal, take, speech(100, seed=take))
    assert journal.leftovers() == []
    journal.close()
    (folder / "notes.txt").write_text("not a take")

    later = Journal(folder)
    keep(later, 4, speech(10))

    assert later.leftovers() == [2, 3, 1_000_000]
    assert np.array_equal(content(later, 3), speech(100, seed=3))
    later.remove(2)
    assert later.leftovers() == [3, 1_000_000]
    later.close()
    assert sorted(file.name for file in folder.glob("take-*")) == [
        "take-000003.pcm",
        "take-000004.pcm",
        "take-1000000.pcm",
    ]


def test_a_take_that_is_removed_just_as_it_is_to_be_read_is_empty(
    journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = journal.begin(1)
    writer.append(speech(BLOCK))
    writer.seal(wait_s=5)

    def size_and_then_gone(file: Path) -> int:
        journal.remove(1)
        file.unlink(missing_ok=True)
        return 2 * BLOCK

    monkeypatch.setattr("dictation.audio.journal.sound_bytes", size_and_then_gone)
    journal._writers.clear()  # as it is for a take of an earlier run
    assert list(journal.read(1)) == []


def test_a_take_that_is_removed_while_it_is_recorded_does_not_come_back(
    journal: Journal, folder: Path
) -> None:
    writer = journal.begin(1)
    writer.append(speech(BLOCK))
    journal.remove(1)
    writer.append(speech(BLOCK))
    writer.seal(wait_s=0)
    journal.close()

    assert list(folder.iterdir()) == []


def test_a_file_of_another_take_is_never_overwritten(journal: Journal, folder: Path) -> None:
    keep(journal, 1, speech(100, seed=1))
    journal.close()
    kept = only_file(folder).read_bytes()

    later = Journal(folder)
    keep(later, 1, speech(100, seed=2))

    assert np.array_equal(content(later, 1), speech(100, seed=2))
    later.remove(1)
    later.close()
    assert only_file(folder).read_bytes() == kept


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"RIFF....WAVEfmt ", "it is not a recording of this program"),
        (b"DictTake" + struct.pack("<II", 2, 16_000), "another version of this program wrote it"),
        (b"DictTake" + struct.pack("<II", 1, 48_000), "another version of this program wrote it"),
    ],
)
def test_what_is_not_a_take_is_refused(
    journal: Journal, folder: Path, header: bytes, reason: str
) -> None:
    wait_until(folder.is_dir)
    (folder / "take-000001.pcm").write_bytes(header + bytes(100))

    with pytest.raises(JournalUnreadable) as caught:
        content(journal, 1)
    assert str(caught.value.fields["reason"]) == reason


def test_a_take_that_cannot_be_written_stays_in_memory_and_this_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[JournalUnwritable] = []
    (tmp_path / "blocked").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        journal = Journal(tmp_path / "blocked" / "journal", on_trouble=told.append)
        for take in (1, 2):
            keep(journal, take, speech(5 * BLOCK, seed=take))
        kept = [content(journal, take) for take in (1, 2)]
        journal.close()

    for take, samples in enumerate(kept, 1):
        assert np.array_equal(samples, speech(5 * BLOCK, seed=take))
    assert [error.fields["reason"] for error in told] == ["not a directory"]
    assert len(caplog.records) == 1


FULL_DISK = """
import json, resource, signal, sys, time
from pathlib import Path
import numpy as np
from dictation.audio.journal import Journal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
told = []
folder, limit_bytes = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
journal = Journal(folder, on_trouble=lambda error: told.append(str(error)))
spoken = (np.arange(-16_000, 16_000) / 32_768).astype(np.float32)
writer = journal.begin(1)
for block in np.split(spoken, 100):
    writer.append(block)
while not told:
    time.sleep(0.01)
until_s = time.monotonic() + 5  # a header that went in by half is taken out again
while (in_file := sum(file.stat().st_size for file in folder.iterdir())) != int(sys.argv[3]):
    if time.monotonic() > until_s:
        break
    time.sleep(0.01)
while_full = np.array_equal(np.concatenate(list(journal.read(1))), spoken)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.seal()
journal.close()
later = Journal(folder)
afterwards = np.array_equal(np.concatenate(list(later.read(1))), spoken)
later.close()
print(json.dumps([in_file, while_full, afterwards, len(told)]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX stand in for a full disk")
@pytest.mark.parametrize("limit_bytes", [0, 8, 16, 9_999])
def test_a_full_disk_costs_no_sample(folder: Path, limit_bytes: int) -> None:
    # A file with less than its header is begun anew; 9999 bytes end in the middle of a sample.
    expected = limit_bytes if limit_bytes >= len(HEADER) else 0
    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, folder, str(limit_bytes), str(expected)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd=ROOT,
    )

    in_file, while_full, afterwards, times_told = json.loads(ran.stdout)
    assert in_file == expected
    assert (while_full, afterwards, times_told) == (True, True, 1)


def test_a_slow_disk_does_not_hold_up_the_recording(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk_works = threading.Event()
    monkeypatch.setattr("dictation.audio.journal._flush", lambda _handle: disk_works.wait(10))
    writer = journal.begin(1)
    started_s = time.monotonic()
    for _ in range(100):
        writer.append(speech(BLOCK))
    appended_s = time.monotonic() - started_s
    writer.seal()
    sealed_s = time.monotonic() - started_s
    kept = content(journal, 1)
    disk_works.set()

    assert appended_s < 0.1
    assert sealed_s < 0.4
    assert len(kept) == 100 * BLOCK


# Forks writers that journal at ten times the speed of speech and are killed at random moments.
# Each counts in shared memory what it has appended. Samples tell their own place: 0, 1, 2, …
KILLED = """
import json, mmap, os, random, signal, struct, sys, time
from pathlib import Path
import numpy as np
from dictation.audio.journal import Journal

BLOCK = 320
folder = Path(sys.argv[1])
random.seed(int(sys.argv[2]))
appended = mmap.mmap(-1, 8 * 20)
children = []
for child in range(20):
    process = os.fork()
    if not process:
        writer = Journal(folder).begin(child)
        for count in range(BLOCK, 10**9, BLOCK):
            writer.append((np.arange(count - BLOCK, count) % 32_768 / 32_768).astype(np.float32))
            appended[child * 8 : child * 8 + 8] = struct.pack("<q", count)
            time.sleep(0.002)
    children.append((time.monotonic() + random.uniform(0.1, 1.5), child, process))
for kill_at_s, _, process in sorted(children):
    time.sleep(max(0, kill_at_s - time.monotonic()))
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
journal = Journal(folder)
results = []
for _, child, _ in children:
    kept = np.concatenate([np.zeros(0, np.float32), *journal.read(child)])
    is_exact = np.array_equal(kept, (np.arange(len(kept)) % 32_768 / 32_768).astype(np.float32))
    results.append([is_exact, len(kept), struct.unpack_from("<q", appended, child * 8)[0]])
journal.close()
print(json.dumps(results))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
def test_killed_at_any_moment_a_take_loses_less_than_it_may(folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, folder, "1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=ROOT,
    )

    results = json.loads(ran.stdout)
    assert len(results) == 20
    for is_exact, kept, appended in results:
        assert is_exact
        assert appended - kept <= 1.1 * SAMPLE_RATE_HZ
    assert sum(kept for _, kept, _ in results) > 20 * BLOCK
