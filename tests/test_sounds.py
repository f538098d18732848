"""The sounds: what they are like, when they are heard, and that nothing waits for them."""

from __future__ import annotations

import threading
import time
import wave
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

import make_sounds as making
import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from dictation import session
from dictation.audio import microphone
from dictation.audio.sounds import Player, Sound
from dictation.desktop.sounds import Sounds, sound_of
from dictation.errors import FocusMoved, MicrophoneLost, MicrophoneSilent, RecogniserFault
from dictation.lab.running import waited_for
from dictation.paths import resource
from dictation.recognition.recogniser import Recogniser
from dictation.session import Command, Idle, Listening, State, Trailing
from dictation.settings import SoundSettings
from dictation.speech import SAMPLE_RATE_HZ, Outcome, Samples, Transcript, Verdict

from .conftest import Clip

TEXT = Transcript(1, (), "Hello.")
FAULT = RecogniserFault(reason="x", log="y")
IDLE = State()


def read(sound: Sound) -> tuple[NDArray[np.float64], int]:
    with wave.open(str(resource("sounds", f"{sound.value}.wav"))) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples / 32_768, file.getframerate()


# --- what they are like


@pytest.mark.parametrize("sound", Sound)
def test_a_sound_is_short_soft_and_does_not_click(sound: Sound) -> None:
    samples, rate_hz = read(sound)
    assert len(samples) / rate_hz <= 0.3
    windows = samples[: len(samples) // 960 * 960].reshape(-1, 960)
    loudest_db = 10 * np.log10(np.mean(windows**2, axis=1).max())
    assert -22 < loudest_db < -19
    assert np.abs(samples).max() < 10 ** (-13 / 20)
    assert np.abs(samples[[0, 1, -2, -1]]).max() < 1e-3
    assert np.abs(np.diff(samples)).max() < 0.04  # a click is a jump


@pytest.mark.parametrize("sound", Sound)
def test_the_script_makes_just_these_sounds(sound: Sound) -> None:
    samples, rate_hz = read(sound)
    made = making.made(making.SOUNDS[sound.value]) / 32_768
    assert rate_hz == making.RATE_HZ
    assert made.shape == samples.shape
    assert np.abs(made - samples).max() <= 1.5 / 32_768  # sines differ in their last bit


@pytest.mark.parametrize("echo_db", [0, -20])
def test_a_microphone_that_hears_the_start_hears_the_words_all_the_same(
    demo_recogniser: Recogniser, clips: list[Clip], echo_db: int
) -> None:
    samples, rate_hz = read(Sound.START)
    echo = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ).astype(np.float32)
    echo *= 10 ** (echo_db / 20)
    alone = np.zeros(SAMPLE_RATE_HZ, np.float32)
    alone[: len(echo)] += echo
    assert demo_recogniser.transcribe([alone]).text == ""
    for clip in [clip for clip in clips if clip.written][:20:3]:
        # Half of it before the first word, half of it over that.
        heard = np.concatenate([np.zeros(len(echo) // 2, np.float32), clip.samples])
        heard[: len(echo)] += echo
        text = demo_recogniser.transcribe([heard]).text
        assert SequenceMatcher(None, text, clip.written).ratio() > 0.9


# --- when they are heard


@pytest.mark.parametrize(
    ("commands", "state", "expected"),
    [
        ([session.BeginCapture(1)], State(Listening(1)), None),
        ([session.AwaitLastWord(1)], State(Trailing(1)), None),
        ([session.EndCapture(1)], State(Idle(), (session.Waiting(1),)), None),
        ([session.FinishTake(1)], State(Idle(), (session.Waiting(1),)), Sound.STOP),
        ([session.FinishTake(1)], State(Listening(2), (session.Waiting(1),)), None),
        ([session.EndCapture(1), session.DropTake(1)], IDLE, Sound.STOP),
        ([session.TellDone(TEXT, Verdict(Outcome.DELIVERED, "paste"))], IDLE, None),
        ([session.TellDone(TEXT, Verdict(Outcome.FAILED, "x", FocusMoved()))], IDLE, Sound.ERROR),
        ([session.TellFailed(1, FAULT)], IDLE, Sound.ERROR),
        ([session.TellFailed(1, FAULT)], State(Listening(2)), None),
        ([session.TellTrouble(1, MicrophoneLost()), session.EndCapture(1)], IDLE, Sound.ERROR),
        ([session.TellNoSpeech(1)], IDLE, None),
        ([], IDLE, None),
    ],
)
def test_what_is_heard_of_what_happens(
    commands: list[Command], state: State, expected: Sound | None
) -> None:
    assert sound_of(commands, state) is expected


class FakePlayer:
    def __init__(self) -> None:
        self.played: list[tuple[Sound, int]] = []

    def play(self, sound: Sound, volume_percent: int) -> None:
        self.played.append((sound, volume_percent))

    def end(self) -> None: ...


def test_the_start_is_heard_once_samples_flow_and_not_at_the_key_press() -> None:
    player = FakePlayer()
    sounds = Sounds(player, SoundSettings(volume_percent=30))  # type: ignore[arg-type]
    sounds.on_handled([session.BeginCapture(1)], State(Listening(1)))
    assert player.played == []
    sounds.on_began(1)
    assert player.played == [(Sound.START, 30)]


def test_a_take_that_is_over_before_its_first_samples_has_no_start() -> None:
    player = FakePlayer()
    sounds = Sounds(player, SoundSettings())  # type: ignore[arg-type]
    sounds.on_handled([session.BeginCapture(1)], State(Listening(1)))
    sounds.on_handled([session.EndCapture(1)], State(Idle(), (session.Waiting(1),)))
    sounds.on_began(1)
    assert player.played == []


def test_a_microphone_that_gives_nothing_is_heard_of() -> None:
    player = FakePlayer()
    sounds = Sounds(player, SoundSettings())  # type: ignore[arg-type]
    sounds.on_handled([session.BeginCapture(1)], State(Listening(1)))
    sounds.on_lost(1, MicrophoneSilent())
    assert [sound for sound, _ in player.played] == [Sound.ERROR]


def test_turned_off_nothing_is_heard() -> None:
    player = FakePlayer()
    sounds = Sounds(player, SoundSettings())  # type: ignore[arg-type]
    sounds.choose(SoundSettings(on=False))
    sounds.on_handled([session.FinishTake(1)], IDLE)
    assert player.played == []


# --- playing


class FakeOutput:
    """Opens at once or when it is let to; plays until it is told to be over."""

    def __init__(self) -> None:
        self.opened: list[Samples] = []
        self.closed = 0
        self.there_is_one = True
        self.may_open = threading.Event()
        self.may_open.set()
        self.on_end: Callable[[], None] = lambda: None

    def __call__(
        self, samples: Samples, rate_hz: int, on_end: Callable[[], None]
    ) -> FakeOutput | None:
        self.may_open.wait(10)
        self.opened.append(samples)
        self.on_end = on_end
        return self if self.there_is_one else None

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def output() -> FakeOutput:
    return FakeOutput()


@pytest.fixture
def player(output: FakeOutput) -> Iterator[Player]:
    player = Player(output)
    yield player
    output.may_open.set()
    player.end()


def until(condition: Callable[[], object]) -> None:
    waited_for(condition, what="The player", timeout_s=10)


def test_a_sound_is_played_as_loud_as_is_wanted_and_its_device_let_go(
    player: Player, output: FakeOutput
) -> None:
    for volume_percent in (100, 50):
        player.play(Sound.STOP, volume_percent)
        until(lambda: len(output.opened) == output.closed + 1)
        output.on_end()
        until(lambda: len(output.opened) == output.closed)
    whole, half = (float(np.abs(samples).max()) for samples in output.opened)
    assert whole == pytest.approx(np.abs(read(Sound.STOP)[0]).max())
    assert half == pytest.approx(whole / 4)
    assert not microphone.playing


def test_at_no_volume_no_device_is_opened(player: Player, output: FakeOutput) -> None:
    player.play(Sound.START, 0)
    player.play(Sound.STOP, 100)
    until(lambda: output.opened)
    assert len(output.opened) == 1


def test_who_asks_for_a_sound_does_not_wait_for_the_device(
    player: Player, output: FakeOutput
) -> None:
    output.may_open.clear()
    began_s = time.monotonic()
    for _ in range(100):
        player.play(Sound.START, 100)
    assert time.monotonic() - began_s < 0.5
    output.may_open.set()
    until(lambda: output.opened)


def test_where_there_is_no_device_it_is_silent_and_tried_again(
    player: Player, output: FakeOutput
) -> None:
    output.there_is_one = False
    player.play(Sound.START, 100)
    until(lambda: len(output.opened) == 1)
    output.there_is_one = True
    player.play(Sound.STOP, 100)
    until(lambda: len(output.opened) == 2)


def test_a_device_that_opens_slowly_is_not_asked_again(
    player: Player, output: FakeOutput, caplog: pytest.LogCaptureFixture
) -> None:
    output.may_open.clear()
    player.play(Sound.START, 100)
    until(microphone.portaudio_lock.locked)
    time.sleep(0.6)  # it is the time itself that counts
    output.may_open.set()
    until(lambda: "no further sounds" in caplog.text)
    output.on_end()
    until(lambda: output.closed)
    player.play(Sound.STOP, 100)
    player.end()
    assert len(output.opened) == 1


def test_portaudio_is_not_started_anew_under_a_sound_that_plays(
    player: Player, output: FakeOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounddevice = pytest.importorskip("sounddevice")
    closed_first: list[int] = []
    monkeypatch.setattr(sounddevice, "_terminate", lambda: closed_first.append(output.closed))
    monkeypatch.setattr(sounddevice, "_initialize", lambda: None)
    player.play(Sound.ERROR, 100)
    until(lambda: microphone.playing)
    microphone.look_again()
    assert closed_first == [1]
    output.on_end()
    player.end()
    assert output.closed == 1  # and not once more


def test_the_end_breaks_off_what_plays(player: Player, output: FakeOutput) -> None:
    player.play(Sound.ERROR, 100)
    until(lambda: microphone.playing)
    player.end()
    until(lambda: output.closed == 1)
