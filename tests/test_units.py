"""Units are cut at pauses alone, and the same ones come out however the audio was chunked."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation.recognition.endpointer import FRAME_MS, SpeechEnded, SpeechStarted
from dictation.recognition.options import FILE, LIVE, Profile
from dictation.recognition.units import Span, SpanFinder
from dictation.recognition.vad import BLOCK_MS, VoiceUpdate

FRAMES_A_BLOCK = BLOCK_MS // FRAME_MS


def spans(
    speech: list[tuple[int, int]], end_ms: int, profile: Profile = LIVE, dips: tuple[int, ...] = ()
) -> list[Span]:
    """Units of a take with speech at these times; dips: short pauses that the VAD only hints at.

    As FSMN-VAD does it, a start is told 300 ms after it was, and an end when the pause is over.
    """
    silence = np.ones(end_ms // FRAME_MS, np.float32)
    for start_ms, stop_ms in speech:
        silence[start_ms // FRAME_MS : stop_ms // FRAME_MS] = 0
    for at_ms in dips:
        silence[at_ms // FRAME_MS : at_ms // FRAME_MS + 20] = 0.8
    told = [(start_ms + 300, SpeechStarted(start_ms)) for start_ms, _ in speech]
    told += [(stop_ms + profile.pause_ms, SpeechEnded(stop_ms)) for _, stop_ms in speech]
    told.sort(key=lambda event: event[0])
    finder = SpanFinder(profile)
    found: list[Span] = []
    for now_ms in range(BLOCK_MS, end_ms + 1, BLOCK_MS):
        block = silence[(now_ms - BLOCK_MS) // FRAME_MS : now_ms // FRAME_MS]
        events = tuple(event for at, event in told if now_ms - BLOCK_MS < at <= now_ms)
        found += finder.advance(VoiceUpdate(events, block), now_ms)
    late = tuple(event for at, event in told if at > end_ms and event.at_ms <= end_ms)
    return found + finder.finish(VoiceUpdate(late, np.zeros(0, np.float32)), end_ms)


def test_a_pause_ends_a_unit_that_is_long_enough() -> None:
    assert spans([(1_000, 5_500), (6_500, 8_000)], 10_000) == [
        Span(1_000, 5_500),
        Span(6_500, 8_000),
    ]


def test_short_phrases_with_short_pauses_are_one_unit() -> None:
    assert spans([(500, 1_500), (2_100, 3_000), (3_600, 5_000)], 8_000) == [Span(500, 5_000)]


def test_a_long_silence_ends_even_a_short_unit() -> None:
    assert spans([(500, 1_000), (6_000, 6_500)], 9_000) == [Span(500, 1_000), Span(6_000, 6_500)]


def test_a_shorter_pause_does_not_end_a_unit_of_a_file() -> None:
    speech = [(0, 6_000), (7_000, 9_000)]

    assert len(spans(speech, 12_000, LIVE)) == len(spans(speech, 12_000, FILE)) == 2


def test_a_take_that_ends_in_the_middle_of_speech_keeps_its_last_word() -> None:
    assert spans([(1_000, 3_000)], 3_000) == [Span(1_000, 3_000)]


def test_silence_has_no_unit() -> None:
    assert spans([], 60_000) == []


def test_speech_without_a_pause_is_cut_where_silence_is_most_probable() -> None:
    found = spans([(0, 30_000)], 32_000, dips=(9_000, 16_500))

    assert found[0].start_ms == 0
    assert found[0].end_ms == pytest.approx(16_600, abs=50)
    assert found[1].start_ms == found[0].end_ms
    assert found[-1].end_ms == 30_000


def test_the_later_of_two_equal_pauses_is_taken() -> None:
    assert spans([(0, 25_000)], 27_000, dips=(6_000, 12_000))[0].end_ms == pytest.approx(
        12_100, abs=50
    )


takes = st.lists(
    st.tuples(st.integers(4, 60), st.integers(2, 300)), min_size=1, max_size=12
)  # pause and speech, in tenths of a second


@given(takes, st.sampled_from([LIVE, FILE]))
def test_every_word_is_in_exactly_one_unit_and_no_unit_is_too_long(
    parts: list[tuple[int, int]], profile: Profile
) -> None:
    speech, now_ms = [], 0
    for pause, length in parts:
        start_ms = now_ms + max(pause * 100, profile.pause_ms + 100)
        now_ms = start_ms + length * 100
        speech.append((start_ms, now_ms))

    found = spans(speech, now_ms + 2_000, profile)

    assert all(span.start_ms < span.end_ms for span in found)
    assert all(span.end_ms - span.start_ms <= profile.longest_ms for span in found)
    assert all(one.end_ms <= two.start_ms for one, two in itertools.pairwise(found))
    covered = np.zeros(now_ms // 100 + 20, int)
    for span in found:
        covered[span.start_ms // 100 : -(-span.end_ms // 100)] += 1
    for start_ms, stop_ms in speech:
        assert covered[start_ms // 100 : stop_ms // 100].all()
