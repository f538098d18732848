"""The microphone, as PortAudio tells of it, and a real one of PulseAudio that faults can befall."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from dictation.audio import microphone
from dictation.audio.journal import Journal
from dictation.audio.microphone import Block
from dictation.errors import (
    AudioError,
    MicrophoneBusy,
    MicrophoneMissing,
    MicrophoneUnusable,
    NoMicrophone,
)
from dictation.speech import SAMPLE_RATE_HZ, Samples

from .conftest import HERE, Clip

# --- PortAudio that obeys the test

INVALID_SAMPLE_RATE = -9997
DEVICE_UNAVAILABLE = -9985
HOST_ERROR = -9999


class PortAudioError(Exception):
    """As sounddevice's: a sentence, a code, the host's own error."""


class FakeInputStream:
    """Opens in the forms that its library allows, and remembers how it was treated."""

    def __init__(self, library: FakeSoundDevice, **how: Any) -> None:
        self.how = how
        self.calls: list[str] = []
        library.tried.append((how["samplerate"], how["channels"]))
        if library.refusal is not None:
            raise library.refusal
        if library.tried[-1] not in library.possible:
            raise PortAudioError("Error opening", INVALID_SAMPLE_RATE)
        library.streams.append(self)

    def __getattr__(self, name: str) -> Callable[[], None]:
        return lambda: self.calls.append(name)


class FakeSoundDevice:
    """Stands in for the module sounddevice."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self._initialized = 1
        self.names = ["built-in", "headset"]
        self.names_at_next_look: list[str] = []
        self.possible = [(16_000, 1)]
        self.own_rate_hz = 44_100.0
        self.most_channels = 2
        self.refusal: Exception | None = None
        self.tried: list[tuple[int, int]] = []
        self.streams: list[FakeInputStream] = []

    def InputStream(self, **how: Any) -> FakeInputStream:
        return FakeInputStream(self, **how)

    def query_devices(self, index: int | None = None, kind: str = "") -> Any:
        described = [
            {
                "name": name,
                "index": place,
                "max_input_channels": self.most_channels,
                "default_samplerate": self.own_rate_hz,
            }
            for place, name in enumerate(self.names)
        ]
        if not kind:
            return described
        if not described:
            raise PortAudioError("Error querying device -1")
        return described[index or 0]

    def _terminate(self) -> None:
        self._initialized -= 1

    def _initialize(self) -> None:
        self._initialized += 1
        self.names += self.names_at_next_look


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    library = FakeSoundDevice()
    monkeypatch.setattr(microphone, "_streams", set())
    monkeypatch.setitem(sys.modules, "sounddevice", library)  # type: ignore[arg-type]
    return library


def opened(device: str = "", on_block: Callable[[Block], None] = lambda _block: None) -> Any:
    return microphone.open_stream(device, on_block, lambda: None)


def test_a_microphone_is_opened_at_16_khz_mono_in_blocks_of_20_ms(library: FakeSoundDevice) -> None:
    stream = opened()

    assert stream.rate_hz == 16_000
    how = library.streams[0].how
    assert (how["samplerate"], how["channels"], how["blocksize"]) == (16_000, 1, 320)
    assert how["device"] is None
    assert library.streams[0].calls == ["start"]


@pytest.mark.parametrize("form", [(44_100, 1), (44_100, 2), (44_100, 6)])
def test_a_microphone_that_refuses_16_khz_is_opened_in_its_own_form(
    library: FakeSoundDevice, form: tuple[int, int]
) -> None:
    library.most_channels = 6
    library.possible = [form]

    assert opened().rate_hz == 44_100
    assert library.tried[-1] == form
    assert library.streams[0].how["blocksize"] == 882


def test_a_stream_is_aborted_and_closed_never_stopped(library: FakeSoundDevice) -> None:
    opened().close()

    assert library.streams[0].calls == ["start", "abort", "close"]


def test_blocks_are_copied_and_overflows_counted(library: FakeSoundDevice) -> None:
    blocks: list[Block] = []
    stream = opened(on_block=blocks.append)
    buffer = np.full((320, 1), 0.5, np.float32)
    library.streams[0].how["callback"](buffer, 320, None, "")
    buffer[:] = 0
    library.streams[0].how["callback"](buffer, 320, None, "input overflow")

    assert [block[0, 0] for block in blocks] == [0.5, 0]
    assert stream.overflows == 1


def test_a_microphone_is_found_by_its_name(library: FakeSoundDevice) -> None:
    opened("headset")

    assert library.streams[0].how["device"] == 1


def test_a_microphone_connected_after_the_first_look_is_found_by_its_name(
    library: FakeSoundDevice,
) -> None:
    library.names_at_next_look = ["desk microphone"]
    opened("desk microphone")

    assert library.streams[0].how["device"] == 2


def test_a_microphone_that_is_only_measured_makes_room_when_devices_are_looked_at_anew(
    library: FakeSoundDevice,
) -> None:
    stream = microphone.open_beside("headset", lambda _block: None, lambda: None)
    assert library.streams[0].how["device"] == 1

    microphone.look_again()
    assert library.streams[0].calls == ["start", "abort", "close"]
    stream.close()  # what is closed already is left alone
    assert library.streams[0].calls == ["start", "abort", "close"]


def test_a_microphone_that_is_only_measured_is_closed_once(library: FakeSoundDevice) -> None:
    stream = microphone.open_beside("", lambda _block: None, lambda: None)
    stream.close()
    microphone.look_again()

    assert library.streams[0].calls == ["start", "abort", "close"]


def test_to_measure_a_microphone_that_is_gone_disturbs_no_take(library: FakeSoundDevice) -> None:
    """A new look would end a take; and another microphone is not the one that was asked for."""
    with pytest.raises(MicrophoneMissing, match="left at home is not connected"):
        microphone.open_beside("left at home", lambda _block: None, lambda: None)

    assert library._initialized == 1
    assert not library.streams


def test_the_default_microphone_stands_in_for_one_that_is_gone(
    library: FakeSoundDevice, caplog: pytest.LogCaptureFixture
) -> None:
    opened("left at home")

    assert library.streams[0].how["device"] is None
    assert "not connected" in caplog.text


def test_whoever_stands_in_is_known(library: FakeSoundDevice) -> None:
    assert opened("left at home").is_substitute
    assert not opened("headset").is_substitute
    assert not opened().is_substitute


def test_devices_are_not_looked_for_while_a_microphone_is_open(library: FakeSoundDevice) -> None:
    library.names_at_next_look = ["desk microphone"]
    stream = opened()
    microphone.look_again()
    assert library.names == ["built-in", "headset"]

    stream.close()
    microphone.look_again()

    assert library.names == ["built-in", "headset", "desk microphone"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("Device unavailable", DEVICE_UNAVAILABLE), MicrophoneBusy),
        (("Host error", HOST_ERROR, (0, -16, "Device or resource busy")), MicrophoneBusy),
        (("Host error", HOST_ERROR, (0, -5, "Input/output error")), NoMicrophone),
        (("Host error", HOST_ERROR, (0, -111, "Connection refused")), NoMicrophone),
        (("Error querying device -1",), NoMicrophone),
        (("Invalid device", -9996), NoMicrophone),
        (("Host error", HOST_ERROR, (0, -13, "Permission denied")), MicrophoneUnusable),
        (("Internal error", -9986), MicrophoneUnusable),
    ],
)
def test_errors_of_portaudio_become_ours(
    library: FakeSoundDevice, arguments: tuple[Any, ...], kind: type[AudioError]
) -> None:
    library.refusal = PortAudioError(*arguments)

    with pytest.raises(kind) as caught:
        opened()
    assert caught.value.__cause__ is library.refusal
    if kind is MicrophoneUnusable:
        assert str(caught.value.fields["reason"]) in ("Permission denied", "Internal error")


def test_without_any_device_there_is_no_microphone(library: FakeSoundDevice) -> None:
    library.names = []

    with pytest.raises(NoMicrophone):
        opened()


# --- a real one

PULSE = """
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=mic rate=48000 channels=1 norewinds=1
load-module module-remap-source master=mic.monitor source_name=microphone
set-default-source microphone
"""
# Without norewinds a null sink works in blocks of up to 2 s, and every start would be lost.
ALSA = """
</usr/share/alsa/alsa.conf>
pcm.!default {type pulse}
ctl.!default {type pulse}
pcm.pulse {type pulse}
ctl.pulse {type pulse}
"""

needs_pulse = pytest.mark.skipif(
    sys.platform != "linux", reason="PulseAudio's virtual microphone is of Linux"
)


class VirtualMicrophone:
    """A PulseAudio of our own; what is played to its sink comes out of its microphone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "pulse.sock"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(mode=0o700)
        (folder / "pulse.pa").write_text(PULSE.format(socket=self._socket))
        (folder / "asound.conf").write_text(ALSA)
        self.environment = {
            **os.environ,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "PYTHONPATH": str(HERE.parent),
        }

    def start(self) -> None:
        self._socket.unlink(missing_ok=True)
        options = (
            "-n --daemonize=no --use-pid-file=no --exit-idle-time=-1 --disallow-exit "
            "--realtime=no --high-priority=no -F"
        )
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["pulseaudio", *options.split(), self._folder / "pulse.pa"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.has_source)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It is there, and answers nobody."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def has_source(self) -> bool:
        return "microphone" in self.control("list", "short", "sources", check=False)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def control(self, *command: str, check: bool = True) -> str:
        ran = subprocess.run(
            ["pactl", *command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=10,
            check=check,
        )
        return ran.stdout

    def play(self, file: Path) -> None:
        """Returns when all of it was played."""
        command = ["paplay", "--device=mic", str(file)]
        subprocess.run(command, env=self.environment, timeout=30, check=True)

    @contextmanager
    def playing(self, file: Path) -> Iterator[None]:
        command = ["paplay", "--device=mic", str(file)]
        player = subprocess.Popen(command, env=self.environment)
        yield
        player.kill()
        player.wait()


class Recorder:
    """A capture in a process of its own."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, HERE / "record_take.py", folder],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # where ALSA complains of every fault
            text=True,
            start_new_session=True,
        )
        self._told: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def command(self, command: str, take: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command} {take}\n")
        self._process.stdin.flush()

    def wait_for(
        self, note: str, take: int, *, after: int = 0, timeout_s: float = 10, **more: str
    ) -> dict[str, Any]:
        """The first such note, or the first that comes later than so many notes."""
        wanted = {"note": note, "take": take, **more}
        found: list[dict[str, Any]] = []

        def is_told() -> bool:
            found[:] = [told for told in self._told[after:] if wanted.items() <= told.items()]
            return bool(found)

        with self._changed:
            assert self._changed.wait_for(is_told, timeout_s), (wanted, self._notes())
        return found[0]

    def wait_for_audio(self, seconds: float) -> None:
        """Until so much more was heard."""
        with self._changed:
            target_s = self._heard_s() + seconds
            assert self._changed.wait_for(lambda: self._heard_s() >= target_s, 10)

    def count(self) -> int:
        """Of notes so far."""
        return len(self._told)

    def take(self, take: int) -> Samples:
        journal = Journal(self._folder)
        samples = np.concatenate([np.zeros(0, np.float32), *journal.read(take)])
        journal.close()
        return samples

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._reader.join(5)
            assert self._process.stdout is not None
            self._process.stdout.close()

    def _heard_s(self) -> float:
        heard = [told["heard_s"] for told in self._told if told["note"] == "heard"]
        return heard[-1] if heard else 0.0

    def _notes(self) -> list[dict[str, Any]]:
        return [told for told in self._told if told["note"] != "heard"]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._told.append(json.loads(line))
                self._changed.notify_all()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def best_match(recorded: Samples, original: Samples) -> tuple[int, float]:
    """Where the original lies in the recording, and how well they correlate there."""
    size = 1 << (len(recorded) + len(original)).bit_length()
    spectrum = np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(original, size))
    start = int(np.fft.irfft(spectrum, size)[: len(recorded)].argmax())
    return start, correlation(recorded[start : start + len(original)], original)


def correlation(recorded: Samples, original: Samples) -> float:
    assert len(recorded) == len(original)
    return float(np.corrcoef(recorded, original)[0, 1])


@pytest.fixture
def virtual(tmp_path: Path) -> Iterator[VirtualMicrophone]:
    assert shutil.which("pulseaudio"), "install pulseaudio, pulseaudio-utils, libasound2-plugins"
    virtual = VirtualMicrophone(tmp_path / "pulse")
    virtual.start()
    yield virtual
    virtual.kill()


@pytest.fixture
def recorder(virtual: VirtualMicrophone, tmp_path: Path) -> Iterator[Recorder]:
    recorder = Recorder(virtual.environment, tmp_path / "journal")
    yield recorder
    recorder.close()


@needs_pulse
def test_what_is_played_is_recorded_from_its_first_sound(
    virtual: VirtualMicrophone, recorder: Recorder, clips: list[Clip]
) -> None:
    clip = next(clip for clip in clips if clip.language == "en")
    recorder.command("start", 1)
    began = recorder.wait_for("began", 1)
    virtual.play(clip.file)
    recorder.wait_for_audio(0.3)
    recorder.command("stop", 1)
    ended = recorder.wait_for("ended", 1)

    recorded = recorder.take(1)
    start, likeness = best_match(recorded, clip.samples)
    assert likeness > 0.98
    first = SAMPLE_RATE_HZ * 3 // 10
    loud = int(np.argmax(np.abs(clip.samples) > 0.02))
    piece = slice(start + loud, start + loud + first)
    assert correlation(recorded[piece], clip.samples[loud : loud + first]) > 0.98
    assert began["after_s"] < 2  # loading PortAudio included; 40 ms once it is loaded
    assert ended["after_s"] < 1


@needs_pulse
def test_a_suspended_source_is_told_and_heard_again_after_it(
    virtual: VirtualMicrophone, recorder: Recorder
) -> None:
    recorder.command("start", 1)
    recorder.wait_for("began", 1)
    virtual.control("suspend-sink", "mic", "1")
    recorder.wait_for("lost", 1, error="MicrophoneSilent")
    virtual.control("suspend-sink", "mic", "0")
    recorder.wait_for("heard", 1, after=recorder.count())
    virtual.control("suspend-sink", "mic", "1")
    recorder.wait_for("lost", 1, after=recorder.count())
    recorder.command("stop", 1)
    ended = recorder.wait_for("ended", 1)  # where PortAudio's own stop would hang

    assert ended["after_s"] < 1


@needs_pulse
def test_a_sound_server_that_answers_nobody_holds_up_no_take(
    virtual: VirtualMicrophone, recorder: Recorder
) -> None:
    recorder.command("start", 1)
    recorder.wait_for_audio(0.3)
    virtual.freeze()
    recorder.wait_for("lost", 1, error="MicrophoneSilent")
    recorder.command("stop", 1)
    ended = recorder.wait_for("ended", 1)
    recorder.command("start", 2)
    recorder.wait_for("lost", 2, error="MicrophoneSilent")
    virtual.thaw()
    recorder.wait_for("began", 2)

    assert ended["after_s"] < 1
    assert len(recorder.take(1)) >= 0.3 * SAMPLE_RATE_HZ


@needs_pulse
def test_a_sound_server_that_answers_nobody_does_not_keep_the_program_from_ending(
    virtual: VirtualMicrophone, recorder: Recorder
) -> None:
    recorder.command("start", 1)
    recorder.wait_for_audio(0.3)
    virtual.freeze()
    recorder.wait_for("lost", 1, error="MicrophoneSilent")
    recorder.close()

    assert recorder.wait_for("ended", 1)["after_s"] < 3
    assert len(recorder.take(1)) >= 0.3 * SAMPLE_RATE_HZ


@needs_pulse
def test_a_take_goes_on_when_the_sound_server_comes_back(
    virtual: VirtualMicrophone, recorder: Recorder, clips: list[Clip]
) -> None:
    clip = next(clip for clip in clips if clip.language == "zh")
    recorder.command("start", 1)
    recorder.wait_for("began", 1)
    virtual.play(clip.file)
    recorder.wait_for_audio(0.3)
    virtual.kill()
    recorder.wait_for("lost", 1, error="MicrophoneSilent")
    killed_notes = recorder.count()
    virtual.start()
    recorder.wait_for("heard", 1, after=killed_notes)
    virtual.play(clip.file)
    recorder.wait_for_audio(0.3)
    recorder.command("stop", 1)
    recorder.wait_for("ended", 1)

    recorded = recorder.take(1)
    for _ in ("once before", "once after"):
        start, likeness = best_match(recorded, clip.samples)
        assert likeness > 0.98
        recorded[start : start + len(clip.samples)] = 0


@needs_pulse
def test_a_sound_server_that_stays_away_ends_the_take_and_keeps_it(
    virtual: VirtualMicrophone, recorder: Recorder
) -> None:
    recorder.command("start", 1)
    recorder.wait_for_audio(0.5)
    virtual.kill()
    recorder.wait_for("lost", 1, error="MicrophoneLost")
    recorder.wait_for("ended", 1)

    assert len(recorder.take(1)) >= 0.5 * SAMPLE_RATE_HZ


@needs_pulse
def test_without_a_source_there_is_no_microphone_until_there_is_one(
    virtual: VirtualMicrophone, recorder: Recorder
) -> None:
    virtual.control("unload-module", "module-remap-source")
    virtual.control("unload-module", "module-null-sink")
    recorder.command("start", 1)
    recorder.wait_for("lost", 1, error="NoMicrophone")
    recorder.wait_for("ended", 1)
    virtual.kill()
    recorder.command("start", 2)
    recorder.wait_for("lost", 2, error="NoMicrophone")
    recorder.wait_for("ended", 2)
    virtual.start()
    recorder.command("start", 3)

    recorder.wait_for("began", 3)


@needs_pulse
def test_a_microphone_that_is_kept_open_has_heard_what_was_said_before_the_take(
    virtual: VirtualMicrophone, recorder: Recorder, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, 20 * SAMPLE_RATE_HZ).astype(np.float32)
    soundfile.write(tmp_path / "noise.wav", noise, SAMPLE_RATE_HZ)
    recorder.command("open", 1)
    with virtual.playing(tmp_path / "noise.wav"):
        recorder.command("start", 1)
        recorder.wait_for_audio(0.3)  # it is open, and the noise is in it
        recorder.command("stop", 1)
        recorder.wait_for("ended", 1)
        time.sleep(0.4)
        recorder.command("start", 2)
        begun_s = time.monotonic()
        recorder.wait_for_audio(0.29)
        waited_s = time.monotonic() - begun_s
        recorder.wait_for_audio(0.5)
        recorder.command("stop", 2)
        recorder.wait_for("ended", 2)

    assert waited_s < 0.25
    heard = recorder.take(2)
    _, likeness = best_match(noise, heard)
    assert likeness > 0.9  # all in one piece; resampling takes its highest tones
