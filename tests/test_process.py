"""The recogniser process: takes survive its death, and every take gets exactly one answer."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dictation.errors import ModelDamaged, ModelFolderMissing, RecogniserDied, RecogniserTooSlow
from dictation.paths import resource
from dictation.recognition.messages import Failed, Final, Progress, Setup, Stage, Unusable, Up
from dictation.recognition.options import LIVE, Options
from dictation.recognition.process import Limits, RecogniserProcess
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Hypothesis, Samples

from .conftest import Clip

PATIENCE_S = 60
CHUNK = 1_600


@pytest.fixture
def setup(tmp_path: Path, demo_model: Path) -> Setup:
    return Setup(demo_model, resource("vad"), tmp_path / "recogniser.log", threads=1)


@pytest.fixture
def process(setup: Setup) -> Iterator[RecogniserProcess]:
    with RecogniserProcess(setup) as process:
        yield process


@pytest.fixture(scope="module")
def english(clips: list[Clip]) -> list[Samples]:
    return [clip.samples for clip in clips if clip.language == "en"]


def begin(process: RecogniserProcess, take: int, samples: Samples, upto: int | None = None) -> None:
    process.open(take, Options(profile=LIVE), lambda: [samples])
    for at in range(0, len(samples) if upto is None else upto, CHUNK):
        process.send(AudioChunk(take, samples[at : at + CHUNK]))


def answers(process: RecogniserProcess, *takes: int) -> dict[int, Up]:
    """The Final or Failed of each of these takes."""
    found: dict[int, Up] = {}
    until_s = time.monotonic() + PATIENCE_S
    while set(found) != set(takes):
        message = process.receive(until_s - time.monotonic())
        assert message is not None, f"no answer for {set(takes) - set(found)}"
        if isinstance(message, Final | Failed):
            assert message.take not in found, "answered twice"
            found[message.take] = message
    return found


def text(message: Up) -> str:
    assert isinstance(message, Final), message
    return message.transcript.text


def until_ready(process: RecogniserProcess) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while process.receive(until_s - time.monotonic()) != Progress(Stage.READY):
        assert time.monotonic() < until_s


def expected(demo_recogniser: object, samples: Samples) -> str:
    said: str = demo_recogniser.transcribe([samples], Options(profile=LIVE)).text  # type: ignore[attr-defined]
    assert said
    return said


def test_takes_that_overlap_each_get_their_own_text(
    process: RecogniserProcess, demo_recogniser: object, english: list[Samples]
) -> None:
    for take, samples in enumerate(english[:3]):
        begin(process, take, samples)
    for take in (2, 0, 1):
        process.finish(take)

    found = answers(process, 0, 1, 2)

    assert [text(found[take]) for take in range(3)] == [
        expected(demo_recogniser, samples) for samples in english[:3]
    ]


def test_a_sentence_is_known_while_the_user_pauses_after_it(
    process: RecogniserProcess, demo_recogniser: object, english: list[Samples]
) -> None:
    spoken = next(samples for samples in english if len(samples) < 3 * SAMPLE_RATE_HZ)
    samples = np.concatenate((spoken, np.zeros(SAMPLE_RATE_HZ, np.float32)))
    begin(process, 1, samples)
    known = Hypothesis(1, "", "")
    until_s = time.monotonic() + PATIENCE_S
    while not known.tentative:
        message = process.receive(until_s - time.monotonic())
        assert message is not None
        if isinstance(message, Hypothesis):
            known = message

    process.finish(1)

    assert (known.final, known.tentative) == ("", expected(demo_recogniser, samples))
    assert known.signs[0] == "🇬🇧"
    assert text(answers(process, 1)[1]) == known.tentative


def test_a_take_survives_the_death_of_the_process(
    process: RecogniserProcess, demo_recogniser: object, english: list[Samples]
) -> None:
    samples = np.concatenate(english[:4])
    begin(process, 1, samples, upto=len(samples) // 2)
    until_ready(process)
    first = process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    for at in range(len(samples) // 2 // CHUNK * CHUNK + CHUNK, len(samples), CHUNK):
        process.send(AudioChunk(1, samples[at : at + CHUNK]))
    process.finish(1)

    found = answers(process, 1)

    assert process.pid not in (None, first)
    assert text(found[1]) == expected(demo_recogniser, samples)


def test_a_long_take_can_be_handed_over_at_once_as_if_it_were_spoken(
    process: RecogniserProcess, english: list[Samples]
) -> None:
    minutes = [np.concatenate(english[:30])[: 60 * SAMPLE_RATE_HZ]] * 3
    transcript = process.transcribe(1, lambda: minutes, Options(profile=LIVE))
    assert transcript.segments[-1].end_s > 130  # of the third minute


def test_a_process_that_dies_while_nobody_speaks_is_there_again_for_the_next(
    process: RecogniserProcess,
) -> None:
    """Else the next one who speaks would wait for the model."""
    process.start()
    until_ready(process)
    first = process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until_ready(process)
    assert process.pid not in (None, first)


def test_a_process_that_dies_again_and_again_while_nobody_speaks_is_told_of_once(
    setup: Setup,
) -> None:
    seen: set[int] = set()
    with RecogniserProcess(setup, Limits(back_off_s=(0.0, 0.0))) as process:
        process.start()
        until_s = time.monotonic() + PATIENCE_S
        message: Up | None = None
        while not isinstance(message, Unusable):
            if process.pid is not None and process.pid not in seen:
                seen.add(process.pid)
                os.kill(process.pid, signal.SIGKILL)
            message = process.receive(1.0)
            assert time.monotonic() < until_s
        assert isinstance(message.error, RecogniserDied)
        assert len(seen) == 3
        assert process.receive(0.2) is None
        assert process.pid is None


def test_a_take_that_kills_the_process_again_and_again_fails_and_others_go_on(
    process: RecogniserProcess, demo_recogniser: object, english: list[Samples]
) -> None:
    process.open(1, Options(), lambda: [english[0]])
    killed: set[int] = set()
    message = None
    until_s = time.monotonic() + PATIENCE_S
    while not isinstance(message, Failed):
        assert time.monotonic() < until_s
        if process.pid is not None and process.pid not in killed:
            killed.add(process.pid)
            os.kill(process.pid, signal.SIGKILL)
        message = process.receive(0.2)

    assert len(killed) == 3
    assert isinstance(message.error, RecogniserDied)
    assert process.transcribe(2, lambda: [english[1]], Options(profile=LIVE)).text == expected(
        demo_recogniser, english[1]
    )


def test_a_process_that_hangs_is_replaced(
    setup: Setup, demo_recogniser: object, english: list[Samples]
) -> None:
    with RecogniserProcess(setup, Limits(answer_s=8)) as process:
        begin(process, 1, english[0])
        until_ready(process)
        hung = process.pid
        assert hung is not None
        os.kill(hung, signal.SIGSTOP)
        begin(process, 2, np.zeros(60 * SAMPLE_RATE_HZ, np.float32))  # more than a pipe holds
        process.finish(1)
        process.finish(2)

        found = answers(process, 1, 2)

        assert text(found[1]) == expected(demo_recogniser, english[0])
        assert text(found[2]) == ""
        assert process.pid != hung


def test_a_process_that_always_hangs_fails_its_takes_at_last(setup: Setup) -> None:
    now = [0.0]
    with RecogniserProcess(setup, Limits(loading_s=5), clock=lambda: now[0]) as process:
        process.open(1, Options(), list)
        message = None
        for _ in range(200):
            if process.pid is not None:
                os.kill(process.pid, signal.SIGSTOP)
            now[0] += 1
            message = process.receive(0)
            if isinstance(message, Failed):
                break

    assert isinstance(message, Failed)
    assert isinstance(message.error, RecogniserTooSlow)


def test_a_cancelled_take_is_not_heard_of_again(
    process: RecogniserProcess, demo_recogniser: object, english: list[Samples]
) -> None:
    begin(process, 1, english[0])
    begin(process, 2, english[1])
    process.finish(1)
    process.cancel(1)
    process.finish(2)

    until_s = time.monotonic() + PATIENCE_S
    told: list[Up] = []
    while not (told and isinstance(told[-1], Final)):
        message = process.receive(until_s - time.monotonic())
        assert message is not None
        told.append(message)

    assert {message.take for message in told if isinstance(message, Final | Hypothesis)} == {2}


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("missing", ModelFolderMissing), ("damaged", ModelDamaged)],
)
def test_a_model_that_cannot_be_loaded_fails_each_take_with_the_reason(
    tmp_path: Path, demo_model: Path, setup: Setup, folder: str, kind: type[Exception]
) -> None:
    if folder == "damaged":
        (tmp_path / folder).mkdir()
        for file in demo_model.iterdir():
            (tmp_path / folder / file.name).write_bytes(file.read_bytes())
        weights = tmp_path / folder / "model.pt"
        weights.write_bytes(weights.read_bytes()[:-5_000])
    broken = Setup(tmp_path / folder, setup.vad_folder, setup.log_file, 1)
    with RecogniserProcess(broken) as process:
        process.open(1, Options(), list)
        process.open(2, Options(), list)
        found = answers(process, 1, 2)

        assert all(isinstance(message, Failed) for message in found.values())
        assert {type(message.error) for message in found.values()} == {kind}  # type: ignore[union-attr]
        assert isinstance(process.receive(1), Unusable)
        assert process.pid is None


def test_an_idle_process_ends_and_comes_back(
    setup: Setup, demo_recogniser: object, english: list[Samples]
) -> None:
    now = [0.0]
    with RecogniserProcess(setup, Limits(idle_s=300), clock=lambda: now[0]) as process:
        process.start()
        first = process.pid
        assert first is not None
        now[0] = 299
        process.receive(0)
        assert process.pid == first
        now[0] = 301
        process.receive(0)
        assert process.pid is None
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)

        assert process.transcribe(1, lambda: [english[0]], Options()).text

        process.keep_within(Limits(idle_s=10))  # less patience from now on
        now[0] += 11
        process.receive(0)
        assert process.pid is None


def test_closing_leaves_no_process(setup: Setup) -> None:
    process = RecogniserProcess(setup)
    process.start()
    pid = process.pid
    assert pid is not None

    process.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_log_tells_what_happened_and_never_what_was_said(
    setup: Setup, english: list[Samples]
) -> None:
    with RecogniserProcess(setup) as process:
        said = process.transcribe(1, lambda: [english[0]], Options()).text

    log = setup.log_file.read_text(encoding="utf-8")
    assert "recogniser process started" in log
    assert said not in log
    assert not any(word in log for word in said.split() if len(word) > 5)
    assert setup.log_file.stat().st_mode & 0o077 == 0


def test_audio_held_back_in_silence_is_not_lost_with_the_process(
    process: RecogniserProcess, english: list[Samples]
) -> None:
    """The last block of a take may still wait in the parent when the process dies."""
    spoken = np.concatenate((english[0], np.zeros(SAMPLE_RATE_HZ, np.float32)))
    alone = process.transcribe(1, lambda: [spoken], Options(profile=LIVE))
    begin(process, 2, spoken)
    process.send(AudioChunk(2, np.zeros(10, np.float32)))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.finish(2)

    final = answers(process, 2)[2]

    assert isinstance(final, Final)
    assert final.transcript.text == alone.text
