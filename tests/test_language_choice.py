"""A unit is taken to be in a language that the user enabled, and short ones lean on their take."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from dictation.recognition import languages
from dictation.recognition.ctc import Emissions, emissions
from dictation.recognition.decoder import Decoder, load_vocabulary
from dictation.recognition.model_folder import ModelFolder, read_folder
from dictation.recognition.options import Options, chosen_options
from dictation.recognition.recogniser import Recogniser
from dictation.recognition.scripts import Scripts
from dictation.recognition.units import Unit
from dictation.settings import RecognitionSettings, SpokenLanguage
from dictation.speech import LANGUAGES, Emotion, Event, Language, Segment, TextStyle

from .conftest import Clip

ENGLISH, CHINESE, CANTONESE = Language.ENGLISH, Language.CHINESE, Language.CANTONESE
JAPANESE, KOREAN, NOBODY = Language.JAPANESE, Language.KOREAN, Language.NO_SPEECH
KANA, HANGUL = re.compile("[ぁ-ゖァ-ヺー]"), re.compile("[가-힣]")


@pytest.fixture(scope="module")
def folder(demo_model: Path) -> ModelFolder:
    return read_folder(demo_model)


@pytest.fixture(scope="module")
def vocabulary(folder: ModelFolder) -> sentencepiece.SentencePieceProcessor:
    return load_vocabulary(folder)


@dataclass
class HeardBackend:
    """Hears these languages, each with its probability, and one token that tells what was asked."""

    vocabulary: sentencepiece.SentencePieceProcessor
    heard: dict[Language, float]
    says: dict[Language | None, str] = field(default_factory=dict)
    asked: list[Language | None] = field(default_factory=list)
    barred: list[np.ndarray | None] = field(default_factory=list)

    def emit(
        self,
        features: np.ndarray,
        language: Language | None,
        style: TextStyle,
        barred: np.ndarray | None,
    ) -> Emissions:
        self.asked.append(language)
        self.barred.append(barred)
        text = self.vocabulary.EncodeAsIds(self.says.get(language, "yes it is"))
        told = [id for token in text for id in (token, 0)]
        logits = np.full((4 + len(told), self.vocabulary.GetPieceSize()), -30, np.float32)
        for kind, probability in self.heard.items():
            logits[0, self.id(kind)] = np.log(probability)
        for frame, tag in enumerate(("NEUTRAL", "Speech", "withitn"), start=1):
            logits[frame, self.id(tag)] = 9
        logits[4 + np.arange(len(told)), told] = 9
        return emissions([logits], barred)

    def id(self, tag: str) -> int:
        return int(self.vocabulary.piece_to_id(f"<|{tag}|>"))


class Listening:
    """One decoder whose backend hears what it is told."""

    def __init__(
        self,
        folder: ModelFolder,
        vocabulary: sentencepiece.SentencePieceProcessor,
        heard: dict[Language, float],
    ) -> None:
        self.backend = HeardBackend(vocabulary, heard)
        self._decoder = Decoder(folder, vocabulary, self.backend)

    def decode(self, options: Options, length_s: float = 3, *earlier: Segment) -> Segment | None:
        unit = Unit.of(0, np.zeros(round(16_000 * length_s), np.float32))
        return self._decoder.decode(unit, options, earlier)


@pytest.fixture
def hearing(folder: ModelFolder, vocabulary: sentencepiece.SentencePieceProcessor) -> type:
    class Hearing(Listening):
        def __init__(self, **heard: float) -> None:
            super().__init__(
                folder, vocabulary, {Language(tag): share for tag, share in heard.items()}
            )

    return Hearing


def enabling(*chosen: Language) -> Options:
    return Options(languages=frozenset(chosen))


def said(language: Language, length_s: float, probability: float = 1.0) -> Segment:
    """An earlier segment of the take."""
    neutral, speech, written = Emotion.NEUTRAL, Event.SPEECH, TextStyle.WRITTEN
    return Segment("", 0, length_s, language, neutral, speech, written, probability, 1, 1, 1, ())


def test_a_language_that_is_enabled_is_asked_for_once(hearing: type) -> None:
    listening = hearing(en=0.7, zh=0.3)

    segment = listening.decode(Options())

    assert segment.language is ENGLISH
    assert segment.language_probability == pytest.approx(0.7)
    assert listening.backend.asked == [None]


def test_where_a_language_is_not_enabled_the_best_that_is_gets_asked_for(hearing: type) -> None:
    listening = hearing(ja=0.6, ko=0.2, zh=0.15, en=0.05)
    listening.backend.says = {None: "no", CHINESE: "你好"}

    segment = listening.decode(enabling(CHINESE, ENGLISH))

    assert listening.backend.asked == [None, CHINESE]
    assert segment.language is CHINESE
    assert segment.language_probability == pytest.approx(0.15 / 0.2)
    assert segment.text == "你好"


def test_the_only_language_that_is_enabled_is_asked_for_at_once(hearing: type) -> None:
    listening = hearing(ja=0.9, en=0.1)

    assert listening.decode(enabling(KOREAN)).language is KOREAN
    assert listening.backend.asked == [KOREAN]


def test_a_language_that_is_forced_is_asked_for_whatever_is_enabled(hearing: type) -> None:
    listening = hearing(ja=0.9, en=0.1)

    segment = listening.decode(Options(language=ENGLISH, languages=frozenset({CHINESE, JAPANESE})))

    assert segment.language is ENGLISH
    assert listening.backend.asked == [ENGLISH]


def test_a_voice_in_a_language_that_is_not_enabled_is_no_silence(hearing: type) -> None:
    assert hearing(en=0.6, nospeech=0.3, zh=0.1).decode(enabling(CHINESE, KOREAN)) is not None
    assert hearing(en=0.4, nospeech=0.5, zh=0.1).decode(enabling(CHINESE, KOREAN)) is None


def test_silence_is_not_asked_about_twice(hearing: type) -> None:
    listening = hearing(nospeech=0.9, ja=0.1)

    assert listening.decode(enabling(CHINESE, ENGLISH)) is None
    assert listening.backend.asked == [None]


def test_a_short_unit_in_doubt_leans_on_its_take(hearing: type) -> None:
    listening = hearing(en=0.6, zh=0.4)

    segment = listening.decode(Options(), 1, said(CHINESE, 10))

    assert segment.language is CHINESE
    assert listening.backend.asked == [None, CHINESE]
    assert segment.language_probability == pytest.approx(0.4)  # by its own sound


@pytest.mark.parametrize(
    ("heard", "length_s", "earlier"),
    [
        ({"en": 0.6, "zh": 0.4}, 2, [said(CHINESE, 10)]),  # long enough to speak for itself
        ({"en": 0.93, "zh": 0.07}, 1, [said(CHINESE, 100)]),  # sure enough
        ({"en": 0.6, "zh": 0.4}, 1, []),
        ({"en": 0.8, "zh": 0.2}, 1, [said(CHINESE, 0.6, 0.3)]),  # a take that is in doubt itself
        ({"en": 0.6, "zh": 0.4}, 1, [said(CHINESE, 5), said(ENGLISH, 5)]),
        ({"en": 0.6, "zh": 0.05, "ko": 0.35}, 1, [said(CHINESE, 4)]),
    ],
)
def test_other_units_stand_for_themselves(
    hearing: type, heard: dict[str, float], length_s: float, earlier: list[Segment]
) -> None:
    listening = hearing(**heard)

    assert listening.decode(Options(), length_s, *earlier).language is ENGLISH
    assert listening.backend.asked == [None]


def test_words_are_kept_where_the_language_of_the_take_finds_none(hearing: type) -> None:
    listening = hearing(en=0.6, zh=0.4)
    listening.backend.says = {None: "yes", CHINESE: "."}

    segment = listening.decode(Options(), 1, said(CHINESE, 10))

    assert (segment.language, segment.text) == (ENGLISH, "yes")


def test_a_short_unit_does_not_lean_on_a_language_that_is_not_enabled(hearing: type) -> None:
    listening = hearing(en=0.6, zh=0.4)

    segment = listening.decode(enabling(ENGLISH, KOREAN), 1, said(CHINESE, 10))

    assert segment.language is ENGLISH


POSTERIORS = st.lists(st.floats(0.01, 1), min_size=len(LANGUAGES), max_size=len(LANGUAGES))
TAKES = st.lists(
    st.builds(said, st.sampled_from(LANGUAGES), st.floats(0.1, 20), st.floats(0.1, 1)), max_size=5
)


@given(POSTERIORS, TAKES, st.floats(0.2, 20))
def test_a_unit_changes_only_to_what_was_spoken_before(
    weights: list[float], earlier: list[Segment], length_s: float
) -> None:
    heard = {
        language: weight / sum(weights) for language, weight in zip(LANGUAGES, weights, strict=True)
    }
    own = max(LANGUAGES, key=heard.__getitem__)

    chosen = languages.choose(heard, length_s, earlier)

    assert chosen is own or chosen in {segment.language for segment in earlier}
    if heard[own] > 10 / 11 or length_s >= languages.SHORT_S or not earlier:
        assert chosen is own


@given(POSTERIORS, st.sampled_from(LANGUAGES))
def test_a_longer_take_in_a_language_never_speaks_against_it(
    weights: list[float], spoken: Language
) -> None:
    heard = dict(zip(LANGUAGES, weights, strict=True))
    chosen = [languages.choose(heard, 1, [said(spoken, length_s)]) for length_s in (0.5, 2, 8, 60)]
    leaning = [language is spoken for language in chosen]

    assert leaning == sorted(leaning)


class Pieces:
    """A vocabulary of just these pieces."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces

    def id_to_piece(self, id: int) -> str:
        return self._pieces[id]

    def get_piece_size(self) -> int:
        return len(self._pieces)


PIECES = (
    "▁the",
    "日本",
    "の",
    "カメラ",
    "ー",
    "ｶﾒ",
    "日は",
    "한",
    "▁안녕",
    "ㅎ",
    "・",
    "々",
    "3%",
    "。",
)


@pytest.mark.parametrize(
    ("enabled", "barred"),
    [
        ({CHINESE, ENGLISH, CANTONESE}, "の カメラ ー ｶﾒ 日は 한 ▁안녕 ㅎ"),
        ({JAPANESE}, "한 ▁안녕 ㅎ"),
        ({KOREAN, ENGLISH}, "の カメラ ー ｶﾒ 日は"),
    ],
)
def test_scripts_of_other_languages_are_barred_and_never_han_or_latin(
    enabled: set[Language], barred: str
) -> None:
    ids = Scripts(Pieces(*PIECES)).barred(frozenset(enabled))

    assert ids is not None
    assert [PIECES[id] for id in ids] == barred.split()


def test_nothing_is_barred_where_all_languages_are_enabled() -> None:
    assert Scripts(Pieces(*PIECES)).barred(frozenset(LANGUAGES)) is None
    assert Scripts(Pieces("a", "b")).barred(frozenset({ENGLISH})) is None


def test_a_barred_token_gives_way_to_the_best_that_is_not(hearing: type) -> None:
    listening = hearing(zh=1.0)
    listening.backend.says = {CHINESE: "カメラ"}

    segment = listening.decode(enabling(CHINESE))

    assert segment is None or not KANA.search(segment.text)


def test_an_enabled_language_is_heard_as_before_and_others_write_none_of_their_letters(
    demo_recogniser: Recogniser, clips: list[Clip]
) -> None:
    few = enabling(CHINESE, ENGLISH, CANTONESE)
    letters = 0
    for clip in [clip for clip in clips if clip.language != NOBODY][::4]:
        free = demo_recogniser.transcribe([clip.samples])
        limited = demo_recogniser.transcribe([clip.samples], few)
        if {segment.language for segment in free.segments} <= few.languages:
            assert limited.text == free.text, clip.file
        else:
            letters += len(KANA.findall(free.text) + HANGUL.findall(free.text))
            assert not KANA.search(limited.text), clip.file
            assert not HANGUL.search(limited.text), clip.file
            assert {segment.language for segment in limited.segments} <= few.languages
    assert letters > 50  # else there was nothing to bar


def test_settings_become_options() -> None:
    few = RecognitionSettings(languages=(KOREAN, ENGLISH), style=TextStyle.SPOKEN)
    forced = RecognitionSettings(language=SpokenLanguage.JAPANESE)
    options = Options()

    found = chosen_options(few, options.profile)

    assert (found.language, found.style) == (None, TextStyle.SPOKEN)
    assert found.languages == {KOREAN, ENGLISH}
    assert chosen_options(forced, options.profile).language is JAPANESE
    assert chosen_options(RecognitionSettings(), options.profile) == options
