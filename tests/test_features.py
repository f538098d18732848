"""The filter bank is kaldi's, and features are FunASR's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation.recognition.features import (
    LFR_STEP,
    MEL_BANDS,
    Features,
    filter_bank,
    stack_frames,
)
from dictation.recognition.model_folder import read_folder
from dictation.speech import SAMPLE_RATE_HZ, Samples
from tests.conftest import Clip, Reference

LOWEST = np.log(np.finfo(np.float32).eps)  # of a band without any energy


def tone(hz: float, level: float = 0.1) -> Samples:
    seconds = np.arange(SAMPLE_RATE_HZ, dtype=np.float64) / SAMPLE_RATE_HZ
    return (level * np.sin(2 * np.pi * hz * seconds)).astype(np.float32)


def exact(samples: Samples) -> np.ndarray:
    """Kaldi's definition, step by step and in double precision."""
    windows = np.lib.stride_tricks.sliding_window_view(samples * 32768.0, 400)[::160]
    windows = windows - windows.mean(axis=1, keepdims=True)
    before = np.concatenate((windows[:, :1], windows[:, :-1]), axis=1)
    shaped = (windows - 0.97 * before) * np.hamming(400)
    power = np.abs(np.fft.rfft(shaped, 512)) ** 2
    mel = 1127 * np.log(1 + np.arange(257) * 31.25 / 700)
    edges = np.linspace(1127 * np.log(1 + 20 / 700), mel[-1], 82)
    bands = [
        power @ np.interp(mel, edges[index : index + 3], [0, 1, 0]) for index in range(MEL_BANDS)
    ]
    return np.log(np.maximum(np.stack(bands, axis=1), np.finfo(np.float32).eps))


@pytest.mark.parametrize("level", [1e-4, 0.01, 1.0])
def test_the_filter_bank_is_that_of_the_definition(level: float) -> None:
    noise = np.random.default_rng(1).uniform(-level, level, 20_000)
    samples = (np.round(noise * 32768) / 32768).astype(np.float32)

    np.testing.assert_allclose(filter_bank(samples), exact(samples), atol=1e-4)


def test_a_constant_offset_of_the_microphone_is_not_heard() -> None:
    faint = np.round(tone(440, 0.001) * 32768) / 32768

    np.testing.assert_allclose(filter_bank(faint + 0.25), filter_bank(faint), atol=0.05)


def test_silence_is_finite_and_the_same_in_all_bands() -> None:
    np.testing.assert_allclose(filter_bank(np.zeros(16_000, np.float32)), LOWEST, rtol=1e-6)


@given(length=st.integers(0, 3_000))
def test_there_is_a_frame_for_each_whole_window(length: int) -> None:
    frames = filter_bank(np.zeros(length, np.float32))

    assert frames.shape == (max(0, 1 + (length - 400) // 160), MEL_BANDS)
    assert frames.dtype == np.float32


def test_a_frame_hardly_depends_on_how_many_are_computed_with_it() -> None:
    take = np.random.default_rng(2).uniform(-0.1, 0.1, 100_000).astype(np.float32)
    whole = filter_bank(take)

    for count in (1, 2, 7, 300):
        for first in (0, 100, 254):
            samples = take[first * 160 : (first + count) * 160 + 240]
            np.testing.assert_allclose(
                filter_bank(samples), whole[first : first + count], atol=1e-5
            )


def test_any_numbers_in_memory_will_do() -> None:
    take = np.random.default_rng(3).integers(-100, 100, 4_000) / 32768
    wanted = filter_bank(take.astype(np.float32))

    np.testing.assert_array_equal(filter_bank(take), wanted)
    np.testing.assert_array_equal(filter_bank(np.repeat(take, 2)[::2].astype(np.float32)), wanted)


@pytest.mark.parametrize("count", [1, 2, 5, 6, 7, 100])
def test_a_stacked_frame_has_three_neighbours_on_both_sides(count: int) -> None:
    frames = np.repeat(np.arange(count, dtype=np.float32)[:, None], MEL_BANDS, axis=1)

    stacked = stack_frames(frames)

    assert len(stacked) == -(-count // LFR_STEP)
    for index, row in enumerate(stacked.reshape(len(stacked), 7, MEL_BANDS)):
        centre = index * LFR_STEP
        neighbours = np.clip(np.arange(centre - 3, centre + 4), 0, count - 1)
        np.testing.assert_array_equal(row, np.repeat(neighbours[:, None], MEL_BANDS, axis=1))


def test_no_frames_make_no_features(demo_model: Path) -> None:
    features = Features(read_folder(demo_model).cmvn)

    assert features(filter_bank(np.zeros(399, np.float32))).shape == (0, 560)


def test_features_are_those_of_funasr(
    demo_model: Path, clips: list[Clip], funasr: Reference
) -> None:
    written = funasr(
        {"kind": "features", "model": str(demo_model), "files": [str(clip.file) for clip in clips]}
    )
    ours = Features(read_folder(demo_model).cmvn)

    differences = []
    for clip, file in zip(clips, written, strict=True):
        theirs = np.load(file)
        differences.append(np.abs(ours(filter_bank(clip.samples)) - theirs).ravel())
    # Most of it is kaldi's own rounding: the furthest apart are bands that are all but silent.
    assert np.max(np.concatenate(differences)) < 2e-3
    assert np.mean(np.concatenate(differences)) < 5e-6
