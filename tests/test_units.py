"""Units are cut at pauses alone, and the same ones come out however the audio was chunked."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dictation.paths import resource
from dictation.recognition.endpointer import FRAME_MS, SpeechCutOff, SpeechEnded, SpeechStarted
from dictation.recognition.features import MEL_BANDS, filter_bank
from dictation.recognition.hush import FALL_MS, Hush, HushFinder
from dictation.recognition.noise_floor import with_floor
from dictation.recognition.options import FILE, LIVE, Profile
from dictation.recognition.rows import Rows
from dictation.recognition.spans import Ending, Span, SpanFinder
from dictation.recognition.units import Unit, UnitCutter
from dictation.recognition.vad import BLOCK_MS, VoiceDetector, VoiceUpdate
from dictation.speech import SAMPLE_RATE_HZ, Samples

from .conftest import Clip

FRAMES_A_BLOCK = BLOCK_MS // FRAME_MS
NO_FRAMES = np.zeros((0, MEL_BANDS), np.float32)
STEP = 1 / 32_768


def told(
    *events: SpeechStarted | SpeechEnded | SpeechCutOff,
    silence: np.ndarray | None = None,
    settled_ms: int | None = None,
    hush: Hush | None = None,
) -> VoiceUpdate:
    """What a block told."""
    none = np.zeros(0, np.float32)
    return VoiceUpdate(events, none if silence is None else silence, NO_FRAMES, settled_ms, hush)


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
    due = [(start_ms + 300, SpeechStarted(start_ms)) for start_ms, _ in speech]
    due += [(stop_ms + profile.pause_ms, SpeechEnded(stop_ms)) for _, stop_ms in speech]
    due.sort(key=lambda event: event[0])
    finder = SpanFinder(profile)
    found: list[Span] = []
    for now_ms in range(BLOCK_MS, end_ms + 1, BLOCK_MS):
        block = silence[(now_ms - BLOCK_MS) // FRAME_MS : now_ms // FRAME_MS]
        events = tuple(event for at, event in due if now_ms - BLOCK_MS < at <= now_ms)
        found += finder.advance(told(*events, silence=block), now_ms)
    cut_off = [SpeechCutOff(end_ms)] if any(at > end_ms for at, _ in due) else []
    return found + finder.finish(told(*cut_off), end_ms)


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
    assert spans([(1_000, 3_000)], 3_000) == [Span(1_000, 3_000, Ending.SPEAKING)]


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


def foreseen(*updates: VoiceUpdate) -> tuple[SpanFinder, int]:
    """A finder that has heard these, one for each 20 ms from 2 s on, after a start of speech."""
    finder = SpanFinder(LIVE)
    now_ms = 2_000
    finder.advance(told(SpeechStarted(500)), now_ms)
    for update in updates:
        now_ms += BLOCK_MS
        finder.advance(update, now_ms)
    return finder, now_ms


def test_a_unit_has_no_end_while_the_voice_goes_on() -> None:
    finder, now_ms = foreseen(told())

    assert finder.foresee(now_ms) == Span(500, 2_020, Ending.SPEAKING)
    assert finder.finish(told(SpeechCutOff(2_010)), 2_035) == [Span(500, 2_035, Ending.SPEAKING)]


def test_a_take_that_ends_in_a_pause_ends_where_the_pause_would_have_ended_the_unit() -> None:
    finder, now_ms = foreseen(told(settled_ms=1_900))

    assert finder.foresee(now_ms) == Span(500, 1_900, Ending.SETTLED)
    assert finder.finish(told(SpeechCutOff(2_010)), 2_035) == [Span(500, 1_900)]


def test_a_take_that_ends_in_a_hush_ends_where_the_hush_was_known() -> None:
    finder, now_ms = foreseen(told(hush=Hush(1_900, 110)))

    assert finder.foresee(now_ms) == Span(500, 1_900 + FALL_MS, Ending.HUSHED)
    assert finder.finish(told(SpeechCutOff(2_010)), 2_035) == [
        Span(500, 1_900 + FALL_MS, Ending.HUSHED)
    ]


def test_what_was_decoded_in_a_hush_stays_good_until_the_pause_is_over() -> None:
    hush = Hush(1_700, 300)
    finder, now_ms = foreseen(told(hush=hush), told(settled_ms=1_900, hush=hush))
    assert finder.foresee(now_ms) == Span(500, 1_700 + FALL_MS, Ending.HUSHED)

    finder.advance(told(SpeechEnded(1_900)), now_ms + BLOCK_MS)
    assert finder.foresee(now_ms + BLOCK_MS) == Span(500, 1_900, Ending.SETTLED)


def test_an_end_that_was_foreseen_is_none_once_the_voice_is_back() -> None:
    finder, now_ms = foreseen(told(settled_ms=1_900), told())

    assert finder.foresee(now_ms) == Span(500, 2_040, Ending.SPEAKING)


def test_a_fall_is_foreseen_as_an_end_but_ends_no_take() -> None:
    fall = told(hush=Hush(1_970, 50))
    finder, now_ms = foreseen(fall)

    assert finder.foresee(now_ms) == Span(500, 1_970 + FALL_MS, Ending.FALLING)
    assert finder.finish(fall, now_ms) == [Span(500, now_ms, Ending.SPEAKING)]


def test_a_pause_at_the_limit_of_length_does_not_cut_the_unit_before_it() -> None:
    finder, _ = foreseen()
    limit_ms = 500 + LIVE.longest_ms
    silence = np.zeros(limit_ms // FRAME_MS, np.float32)
    finder.advance(told(silence=silence, settled_ms=limit_ms - 100), limit_ms)

    assert finder.advance(told(settled_ms=limit_ms - 100), limit_ms + 100) == []
    assert finder.finish(told(), limit_ms + 105) == [Span(500, limit_ms - 100)]


def room(frames: int, loudness: float = 2.0) -> np.ndarray:
    return np.full((frames, MEL_BANDS), loudness, np.float32)


def voice(frames: int) -> np.ndarray:
    return room(frames, 12.0)


def after(*parts: np.ndarray, silence: float = 0.3) -> Hush | None:
    finder = HushFinder()
    for part in parts:
        finder.hear(part, np.full(len(part), silence, np.float32))
    return finder.hush(settled_ms=None)


def test_a_fall_is_known_after_30_ms_of_quiet_and_a_hush_after_60() -> None:
    assert after(room(50), voice(100), room(2)) is None
    fall, hush, longer = (after(room(50), voice(100), room(frames)) for frames in (3, 6, 12))
    assert (fall, hush, longer) == (Hush(1_500, 30), Hush(1_500, 60), Hush(1_500, 120))
    assert fall is not None
    assert hush is not None
    assert (fall.is_over, hush.is_over) == (False, True)
    assert fall.end_ms == hush.end_ms == 1_500 + FALL_MS


def test_any_sound_ends_a_hush() -> None:
    assert after(room(50), voice(100), room(10), voice(1), room(1)) == Hush(1_500, 120)
    assert after(room(50), voice(100), room(10), voice(2)) is None


def test_a_stop_inside_a_word_is_no_hush() -> None:
    assert after(room(50), voice(100), room(5), voice(1)) is None
    fall = after(room(50), voice(100), room(5), voice(1), room(5))
    assert fall is not None
    assert not fall.is_over


def test_the_voice_detector_has_to_doubt_that_the_quiet_is_a_soft_voice() -> None:
    assert after(room(50), voice(100), room(10), silence=0.01) is None
    assert after(room(50), voice(100), room(10), silence=0.05) is not None
    assert after(room(50), voice(100), room(31), silence=0.05) is None


def test_where_the_room_is_as_loud_as_the_voice_loudness_tells_nothing() -> None:
    assert after(room(50, 10.0), voice(100), room(20, 10.0)) is None


def test_a_hush_is_found_at_once_after_a_voice_from_the_first_frame_on() -> None:
    assert after(voice(100), room(8)) == Hush(1_000, 80)


@pytest.fixture(scope="module")
def detector() -> VoiceDetector:
    return VoiceDetector(resource("vad"))


@pytest.fixture(scope="module")
def take(clips: list[Clip]) -> Samples:
    """Sentences with pauses of all lengths between them, of digital silence and of hiss."""
    rng = np.random.default_rng(5)
    parts = []
    for clip in [clip for clip in clips if clip.language != "nospeech"][::9]:
        pause = rng.integers(-3, 4, rng.integers(800, 30_000)) * rng.integers(0, 2)
        parts += [clip.samples, (pause / 32_768).astype(np.float32)]
    return np.concatenate(parts)


def cut(detector: VoiceDetector, chunks: list[Samples], profile: Profile = LIVE) -> list[Unit]:
    cutter = UnitCutter(detector, profile)
    return [unit for chunk in chunks for unit in cutter.feed(chunk)] + cutter.finish()


def test_frames_computed_while_streaming_are_those_of_the_units_own_samples(
    detector: VoiceDetector, take: Samples
) -> None:
    floored = with_floor(take, 0)

    units = cut(detector, [take])

    assert len(units) > 3
    for unit in units:
        first = round(unit.start_s * SAMPLE_RATE_HZ)
        own = Unit.of(unit.start_s, floored[first : first + round(unit.length_s * SAMPLE_RATE_HZ)])
        assert (own.start_s, own.length_s) == (unit.start_s, unit.length_s)
        np.testing.assert_allclose(unit.frames, own.frames, atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(
    end=st.integers(16_000, 300_000),
    sizes=st.lists(st.integers(0, 20_000), max_size=40),
    profile=st.sampled_from([LIVE, FILE]),
)
def test_units_do_not_depend_on_how_the_audio_was_chunked(
    detector: VoiceDetector, take: Samples, end: int, sizes: list[int], profile: Profile
) -> None:
    chunks = np.split(take[:end], np.minimum(np.cumsum(sizes, dtype=int), end))

    whole, pieces = cut(detector, [take[:end]], profile), cut(detector, chunks, profile)

    assert len(whole) == len(pieces)
    for one, two in zip(whole, pieces, strict=True):
        assert (one.start_s, one.length_s) == (two.start_s, two.length_s)
        np.testing.assert_array_equal(one.frames, two.frames)


@settings(max_examples=30, deadline=None)
@given(blocks=st.integers(50, 1_000))
@example(blocks=176)  # the VAD finds the end too, in the very last frames: of a short unit …
@example(blocks=494)  # … and of one that closes
def test_a_take_ends_as_was_foreseen(detector: VoiceDetector, take: Samples, blocks: int) -> None:
    cutter = UnitCutter(detector, LIVE)
    cutter.feed(take[: blocks * 320])
    expected = cutter.foresee()

    units = cutter.finish()

    if expected is None:  # the last 60 ms were not yet heard: speech may have been told with them
        assert all(unit.length_s < 0.6 for unit in units)
    else:
        (unit,) = units
        end_ms = round((unit.start_s + unit.length_s) * 1000)
        assert unit.start_s == expected.start_ms / 1000
        # A fall is no end; and the last frames may tell that the voice is back after a pause.
        goes_on = end_ms == blocks * 20 and expected.ending in (Ending.FALLING, Ending.SETTLED)
        assert end_ms == expected.end_ms or goes_on


def test_what_ends_in_a_pause_is_foreseen_long_before_the_pause_is_over(
    detector: VoiceDetector, take: Samples
) -> None:
    cutter, last, seen, closed = UnitCutter(detector, LIVE), None, {}, 0
    for now_ms in range(BLOCK_MS, len(take) // 16, BLOCK_MS):
        units = cutter.feed(take[(now_ms - BLOCK_MS) * 16 : now_ms * 16])
        for unit in units:
            end_ms = round((unit.start_s + unit.length_s) * 1000)
            assert last is not None
            assert last.start_ms == round(unit.start_s * 1000)
            assert end_ms - 400 <= last.end_ms <= end_ms
            assert last.ending is not Ending.SPEAKING
            assert now_ms - seen[last] >= 120
            closed += 1
        last = cutter.foresee()
        seen.setdefault(last, now_ms)

    assert closed > 3


def test_the_voice_falls_soon_after_the_last_word(detector: VoiceDetector, take: Samples) -> None:
    rng = np.random.default_rng(1)
    speech = np.concatenate((rng.integers(-9, 10, 8_000) * STEP, take[:40_000]))
    last = np.flatnonzero(np.abs(speech) > 0.02)[-1]
    heard = np.concatenate((speech[: last + 1], rng.integers(-9, 10, 8_000) * STEP))
    cutter, fell_ms = UnitCutter(detector, LIVE), None
    for at in range(0, len(heard) - 320, 320):
        cutter.feed(heard[at : at + 320].astype(np.float32))
        if at > last and not cutter.speaking and fell_ms is None:
            fell_ms = (at + 320 - last) / 16

    assert fell_ms is not None
    assert 100 < fell_ms < 220


def test_each_window_of_digital_silence_gets_noise_and_sound_none() -> None:
    samples = np.zeros(16_000, np.float32)
    samples[5_000:9_000] = np.random.default_rng(2).integers(-2, 3, 4_000) * STEP

    floored = with_floor(samples, 0)

    assert not samples[:5_000].any()  # what was passed in is left alone
    assert set(np.unique(floored[:4_960] / STEP)) == {-1, 1}
    np.testing.assert_array_equal(floored[5_000:9_000], samples[5_000:9_000])
    assert filter_bank(floored).min() > -8 > filter_bank(samples).min()
    in_pieces = [with_floor(samples[at : at + 320], at) for at in range(0, 16_000, 320)]
    np.testing.assert_array_equal(np.concatenate(in_pieces), floored)


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 2_500)), max_size=30))
def test_rows_keep_their_numbers(steps: list[tuple[int, int]]) -> None:
    rows, all_rows, first = Rows((2,)), np.zeros((0, 2), np.float32), 0
    for added, keep in steps:
        new = np.arange(len(all_rows) * 2, (len(all_rows) + added) * 2, dtype=np.float32)
        rows.append(new.reshape(-1, 2))
        all_rows = np.concatenate((all_rows, new.reshape(-1, 2)))
        rows.drop_before(len(all_rows) - keep)
        first = max(first, len(all_rows) - keep)
        assert (rows.first, rows.end) == (first, len(all_rows))
        np.testing.assert_array_equal(rows.between(first, rows.end), all_rows[first:])
        np.testing.assert_array_equal(
            rows.between(first + 3, rows.end - 2), all_rows[first + 3 : -2]
        )


@pytest.mark.parametrize("sound", ["silence", "hiss", "speech without a pause"])
def test_an_endless_take_needs_no_more_memory_than_one_unit(
    detector: VoiceDetector, clips: list[Clip], sound: str
) -> None:
    rng = np.random.default_rng(7)
    ten_seconds = {
        "silence": np.zeros(160_000, np.float32),
        "hiss": (rng.standard_normal(160_000) * 0.05).astype(np.float32),
        "speech without a pause": np.resize(
            np.concatenate([clip.samples[3_000:-8_000] for clip in clips[:4]]), 160_000
        ),
    }[sound]
    cutter, peaks = UnitCutter(detector, LIVE), []
    tracemalloc.start()
    try:
        for _ in range(8):
            cutter.feed(ten_seconds)
            peaks.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()

    assert max(peaks) < 2 << 20
