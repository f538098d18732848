"""Logits become tokens, tags and text; tags never become text."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dictation.errors import ModelDamaged
from dictation.recognition.ctc import (
    TAG_FRAMES,
    Emissions,
    TokenRun,
    emissions,
    greedy,
    posterior,
)
from dictation.recognition.decoder import Decoder, load_vocabulary
from dictation.recognition.model_folder import ModelFolder, read_folder
from dictation.recognition.options import Options
from dictation.recognition.tags import TagReader, without_tags
from dictation.recognition.units import Unit
from dictation.speech import Emotion, Event, Language, Segment, TextStyle

WIDTH = 5


def frames(*best: int, height: float = 8.0) -> np.ndarray:
    logits = np.zeros((len(best), WIDTH), np.float32)
    logits[np.arange(len(best)), best] = height
    return logits


def decode(logits: np.ndarray, barred: list[int] | None = None) -> list[TokenRun]:
    """Of a unit with these frames of text."""
    tags = np.zeros((TAG_FRAMES, WIDTH), np.float32)
    ids = None if barred is None else np.array(barred, np.int64)
    return greedy(emissions([np.concatenate((tags, logits))], ids))


def ids(runs: list[TokenRun]) -> list[int]:
    return [run.id for run in runs]


def test_neighbours_merge_and_blanks_separate() -> None:
    assert ids(decode(frames(0, 1, 1, 0, 1, 2, 2, 3, 0))) == [1, 1, 2, 3]


def test_a_token_lies_where_its_frames_lie() -> None:
    runs = decode(frames(0, 0, 3, 3, 3, 0))

    assert (runs[0].first_frame, runs[0].end_frame) == (2, 5)


def test_confidence_is_the_highest_posterior_of_the_run() -> None:
    logits = np.concatenate([frames(1, height=1.0), frames(1, height=6.0)])

    assert decode(logits)[0].confidence == pytest.approx(posterior(logits)[1, 1])


def test_nothing_comes_of_blanks_alone() -> None:
    assert decode(frames(0, 0, 0)) == []
    assert decode(np.zeros((0, WIDTH), np.float32)) == []


@given(
    hnp.arrays(np.float32, (12, WIDTH), elements=st.floats(-20, 20, width=32)),
    st.sets(st.integers(1, WIDTH - 1)),
)
def test_barred_tokens_are_as_if_they_were_not_there(logits: np.ndarray, barred: set[int]) -> None:
    before = logits.copy()
    emitted = emissions([logits], np.array(sorted(barred), np.int64) if barred else None)
    left = [id for id in range(WIDTH) if id not in barred]
    scores = logits[TAG_FRAMES:, left]
    among = posterior(scores)
    voiced = emitted.tokens != 0

    assert not barred & set(emitted.tokens.tolist())
    assert emitted.tokens.tolist() == [left[best] for best in scores.argmax(axis=1)]
    np.testing.assert_allclose(emitted.confidences[voiced], among.max(axis=1)[voiced], rtol=1e-5)
    assert (emitted.confidences[~voiced] == 1).all()
    np.testing.assert_array_equal(emitted.tags, before[:TAG_FRAMES])
    np.testing.assert_array_equal(logits, before)


@given(
    hnp.arrays(np.float32, (12, WIDTH), elements=st.floats(-20, 20, width=32)),
    st.lists(st.integers(TAG_FRAMES, 12), max_size=4),
)
def test_logits_may_come_in_pieces(logits: np.ndarray, cuts: list[int]) -> None:
    barred = np.array([2], np.int64)
    whole = emissions([logits], barred)
    pieces = emissions(np.split(logits, sorted(cuts)), barred)

    np.testing.assert_array_equal(pieces.tags, whole.tags)
    np.testing.assert_array_equal(pieces.tokens, whole.tokens)
    np.testing.assert_array_equal(pieces.confidences, whole.confidences)


@given(st.lists(st.integers(0, WIDTH - 1), max_size=30))
def test_decoding_is_collapsing(best: list[int]) -> None:
    collapsed = [
        one for index, one in enumerate(best) if one and (index == 0 or best[index - 1] != one)
    ]

    assert ids(decode(frames(*best))) == collapsed if best else True


class ScriptedBackend:
    """Says that each frame is what it was told."""

    def __init__(self, vocabulary_size: int, best: list[int]) -> None:
        self.logits_told = np.full((len(best), vocabulary_size), -9, np.float32)
        self.logits_told[np.arange(len(best)), best] = 9

    def emit(
        self,
        features: np.ndarray,
        language: Language | None,
        style: TextStyle,
        barred: np.ndarray | None,
    ) -> Emissions:
        return emissions([self.logits_told], barred)


@pytest.fixture(scope="module")
def folder(demo_model: Path) -> ModelFolder:
    return read_folder(demo_model)


def decoded(folder: ModelFolder, tags: list[str], text: str | list[int]) -> Segment | None:
    vocabulary = load_vocabulary(folder)
    told = vocabulary.EncodeAsIds(text) if isinstance(text, str) else text
    spaced = [id for token in told for id in (token, 0)]
    best = [vocabulary.piece_to_id(f"<|{tag}|>") for tag in tags] + spaced
    decoder = Decoder(folder, vocabulary, ScriptedBackend(vocabulary.GetPieceSize(), best))
    unit = Unit.of(3.0, np.zeros(16_000, np.float32))
    return decoder.decode(unit, Options(), [])


def test_a_segment_has_its_text_tags_and_times(folder: ModelFolder) -> None:
    segment = decoded(folder, ["en", "HAPPY", "Laughter", "withitn"], "This is a test.")

    assert segment is not None
    assert segment.text == "This is a test."
    assert (segment.language, segment.emotion, segment.event, segment.style) == (
        Language.ENGLISH,
        Emotion.HAPPY,
        Event.LAUGHTER,
        TextStyle.WRITTEN,
    )
    assert min(segment.language_probability, segment.emotion_probability) > 0.99
    assert min(segment.event_probability, segment.style_probability) > 0.99
    assert (segment.start_s, segment.end_s) == (3.0, 4.0)
    assert "".join(token.text for token in segment.tokens) == "This is a test."
    times = [time for token in segment.tokens for time in (token.start_s, token.end_s)]
    assert times == sorted(times)
    assert times[0] == 3.0  # the first frame is centred on the start
    assert times[2] == pytest.approx(3.0 + 2 * 0.06 - 0.03)


def test_no_speech_gives_no_segment(folder: ModelFolder) -> None:
    assert decoded(folder, ["nospeech", "EMO_UNKNOWN", "Event_UNK", "woitn"], "yes") is None
    assert decoded(folder, ["en", "NEUTRAL", "Speech", "withitn"], "") is None


@given(st.lists(st.integers(1, 25_054), max_size=30))
def test_no_tag_ever_gets_into_text(folder: ModelFolder, told: list[int]) -> None:
    segment = decoded(folder, ["en", "NEUTRAL", "Speech", "withitn"], told)

    assert segment is None or "<|" not in segment.text


@given(st.lists(st.sampled_from(["<|", "|>", "<", ">", "|", "en", " "]), max_size=20))
def test_whatever_looks_like_a_tag_is_taken_out(parts: list[str]) -> None:
    assert not re.search(r"<\|[^|<>]*\|>", without_tags("".join(parts)))


class Words:
    """A vocabulary of just these pieces."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = ("<unk>", *pieces)

    def piece_to_id(self, piece: str) -> int:
        return self._pieces.index(piece) if piece in self._pieces else 0

    def id_to_piece(self, id: int) -> str:
        return self._pieces[id]

    def unk_id(self) -> int:
        return 0

    def get_piece_size(self) -> int:
        return len(self._pieces)


def test_a_vocabulary_without_language_tags_is_refused() -> None:
    with pytest.raises(ModelDamaged, match="lacks the tags yue, ja"):
        TagReader(Words("<|zh|>", "<|en|>"), "some folder")


def test_a_vocabulary_without_style_tags_is_refused() -> None:
    others = [f"<|{kind.value}|>" for kinds in (Language, Emotion, Event) for kind in kinds]

    with pytest.raises(ModelDamaged, match="lacks the tags withitn, woitn"):
        TagReader(Words(*others), "some folder")


def test_a_style_other_than_the_one_asked_for_is_told(folder: ModelFolder) -> None:
    segment = decoded(folder, ["en", "NEUTRAL", "Speech", "woitn"], "this is a test")

    assert segment is not None
    assert segment.style is TextStyle.SPOKEN
