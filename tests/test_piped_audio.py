"""Audio from standard input, as programs write it into a pipe."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from dictation.audio.piped import PipedAudio, raw
from dictation.errors import AudioEmpty, AudioError, PipedAudioWrong
from dictation.speech import SAMPLE_RATE_HZ, Samples

TONE = 0.5 * np.sin(np.arange(2 * SAMPLE_RATE_HZ) / 5)


def wav(
    samples: np.ndarray = TONE,
    rate_hz: int = SAMPLE_RATE_HZ,
    form: str = "WAV",
    kind: str = "PCM_16",
) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, subtype=kind, format=form)
    return file.getvalue()


def read(content: bytes, rate_hz: int | None = None) -> Samples:
    audio = PipedAudio(io.BytesIO(content), raw(rate_hz) if rate_hz else None)
    return np.concatenate(list(audio.chunks()))


@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
@pytest.mark.parametrize("kind", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_every_kind_of_sample_is_read(kind: str, form: str) -> None:
    samples = read(wav(kind=kind, form=form))
    assert len(samples) == len(TONE)
    assert np.abs(samples - TONE).max() < (0.01 if kind == "PCM_U8" else 0.0001)


@pytest.mark.parametrize("length", [0, 0xFFFF_FFFF, 0x7FFF_F000])
def test_a_program_that_knew_no_length_is_read_to_its_end(length: int) -> None:
    content = bytearray(wav())
    at = content.index(b"data")
    content[at + 4 : at + 8] = length.to_bytes(4, "little")
    assert len(read(bytes(content))) == len(TONE)


def test_what_follows_the_samples_is_no_sound() -> None:
    assert len(read(wav() + b"LIST" + bytes(1_000))) == len(TONE)


def test_channels_and_rates_become_16_khz_mono() -> None:
    stereo = np.stack([TONE, TONE], axis=1)
    assert len(read(wav(stereo, 48_000))) == pytest.approx(len(TONE) / 3, abs=2)


def test_raw_samples_are_read_with_a_rate() -> None:
    steps = np.rint(TONE * 32_768).astype("<i2")
    assert np.array_equal(read(steps.tobytes(), SAMPLE_RATE_HZ) * 32_768, steps)
    assert len(read(steps.tobytes(), 8_000)) == pytest.approx(2 * len(TONE), abs=2)


def test_it_gives_the_same_when_it_is_read_again_though_a_pipe_cannot_be() -> None:
    audio = PipedAudio(io.BytesIO(wav()))
    first: Iterator[Samples] = audio.chunks()
    beginning = next(first)
    again = list(audio.chunks())
    assert np.array_equal(beginning, again[0])
    assert np.array_equal(np.concatenate(again), np.concatenate([beginning, *first]))
    assert audio.duration_s == 2


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", AudioEmpty),
        (b"ID3\x03 an MP3 file", PipedAudioWrong),
        (b"RIFF\0\0\0\0WAVE", PipedAudioWrong),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", PipedAudioWrong),
        (wav(kind="ALAW"), PipedAudioWrong),
        (wav()[:44], AudioEmpty),
    ],
)
def test_what_is_no_audio_is_told(content: bytes, kind: type[AudioError]) -> None:
    with pytest.raises(kind):
        read(content)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_reason(content: bytes) -> None:
    told = ""
    try:
        samples = read(b"RIFF\0\0\0\0WAVE" + content)
    except AudioError as error:
        told = str(error)
    assert told or len(samples)


@given(st.binary(min_size=2, max_size=200))
def test_any_raw_bytes_are_sound(content: bytes) -> None:
    assert len(read(content, SAMPLE_RATE_HZ)) == len(content) // 2
