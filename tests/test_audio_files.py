"""Audio files of every form become 16 kHz mono; what cannot be used is told in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from dictation.audio.conversion import Converter, round_to_16_bit
from dictation.audio.files import AudioFile
from dictation.errors import (
    AudioEmpty,
    AudioError,
    AudioIsFolder,
    AudioMissing,
    AudioNotFinite,
    AudioTooShort,
    AudioUnreadable,
)
from dictation.speech import SAMPLE_RATE_HZ, Samples


def tone(seconds: float, rate_hz: int, channels: int = 1) -> np.ndarray:
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.tile((0.5 * np.sin(2 * np.pi * 440 * times))[:, None], (1, channels))


def read(path: Path) -> Samples:
    return np.concatenate(list(AudioFile(path).chunks()))


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_any_rate_and_channel_count_becomes_16_khz_mono(
    tmp_path: Path, rate_hz: int, channels: int
) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(2, rate_hz, channels), rate_hz)

    samples = read(path)

    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(2 * SAMPLE_RATE_HZ, abs=2)
    middle = samples[4_000:28_000]
    spectrum = np.abs(np.fft.rfft(middle))
    assert np.argmax(spectrum) * SAMPLE_RATE_HZ / len(middle) == pytest.approx(440, abs=1)
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("extension", ["wav", "flac", "ogg", "mp3"])
def test_what_libsndfile_reads_is_read(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"tone.{extension}"
    soundfile.write(path, tone(1, 16_000), 16_000)

    assert len(read(path)) == pytest.approx(SAMPLE_RATE_HZ, abs=2_500)  # MP3 pads its frames


def test_16_bit_audio_comes_through_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    steps = np.random.default_rng(1).integers(-32_768, 32_768, 50_000, dtype=np.int16)
    soundfile.write(path, steps, SAMPLE_RATE_HZ)

    assert np.array_equal(read(path) * 32_768, steps)


@given(st.lists(st.integers(1, 4_000), min_size=1, max_size=8), st.sampled_from([16_000, 44_100]))
def test_conversion_does_not_depend_on_how_audio_was_chunked(
    sizes: list[int], rate_hz: int
) -> None:
    frames = np.random.default_rng(2).uniform(-1, 1, (sum(sizes), 2)).astype(np.float32)
    whole, parts = Converter(rate_hz), Converter(rate_hz)

    at_once = np.concatenate([whole.convert(frames), whole.finish()])
    pieces = np.split(frames, np.cumsum(sizes)[:-1])
    in_parts = np.concatenate([*(parts.convert(piece) for piece in pieces), parts.finish()])

    assert np.array_equal(at_once, in_parts)


@given(st.lists(st.floats(-2, 2, width=32), min_size=1))
def test_samples_are_exact_16_bit_steps(values: list[float]) -> None:
    steps = round_to_16_bit(np.array(values, np.float32)) * 32_768

    assert np.array_equal(steps, np.rint(steps))
    assert steps.min() >= -32_768
    assert steps.max() <= 32_767


def test_samples_that_are_no_numbers_are_silence_and_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    frames = tone(1, 16_000).astype(np.float32)
    frames[100:200] = np.nan
    frames[300] = np.inf
    soundfile.write(path, frames, 16_000, subtype="FLOAT")
    file = AudioFile(path)

    samples = np.concatenate(list(file.chunks()))

    assert file.bad_samples == 101
    assert np.isfinite(samples).all()
    assert not samples[100:200].any()
    assert samples[1_000:].any()


def test_a_file_without_one_usable_sample_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    soundfile.write(path, np.full(16_000, np.nan, np.float32), 16_000, subtype="FLOAT")

    with pytest.raises(AudioNotFinite):
        read(path)


def make_bad(folder: Path, name: str) -> Path:
    path = folder / name
    match name:
        case "text.wav":
            path.write_text("This is a text file that somebody renamed.\n" * 100)
        case "empty.wav":
            path.write_bytes(b"")
        case "header.wav":
            soundfile.write(path, np.zeros(0), 16_000)
        case "short.wav":
            soundfile.write(path, np.zeros(160), 16_000)
        case "folder.wav":
            path.mkdir()
    return path


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("text.wav", AudioUnreadable, "not audio that can be read"),
        ("empty.wav", AudioEmpty, "holds no audio"),
        ("header.wav", AudioEmpty, "holds no audio"),
        ("short.wav", AudioTooShort, "only 10 ms long"),
        ("folder.wav", AudioIsFolder, "is a folder"),
        ("missing.wav", AudioMissing, "There is no file"),
        ("missing/inner.wav", AudioMissing, "There is no file"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, name: str, kind: type[AudioError], words: str
) -> None:
    path = make_bad(tmp_path, name)

    with pytest.raises(kind, match=words) as caught:
        AudioFile(path)

    assert str(path) in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_cut_off_file_gives_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    soundfile.write(path, tone(2, 16_000), 16_000)
    path.write_bytes(path.read_bytes()[:32_044])

    assert len(read(path)) == SAMPLE_RATE_HZ


def test_a_damaged_file_gives_what_comes_before_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "cut.flac"
    rng = np.random.default_rng(4)
    soundfile.write(path, rng.uniform(-0.5, 0.5, 10 * SAMPLE_RATE_HZ), SAMPLE_RATE_HZ)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    file = AudioFile(path)

    samples = np.concatenate(list(file.chunks()))

    assert 3 * SAMPLE_RATE_HZ < len(samples) < 6 * SAMPLE_RATE_HZ
    assert file.damage


def test_the_name_of_a_file_says_nothing_of_its_form(tmp_path: Path) -> None:
    path = tmp_path / "talk.raw"
    soundfile.write(tmp_path / "talk.wav", tone(1, 16_000), 16_000)
    (tmp_path / "talk.wav").rename(path)

    assert len(read(path)) == SAMPLE_RATE_HZ
