"""Where nobody speaks nothing is written, and no word is taken for noise."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from dictation.recognition.ctc import TokenRun
from dictation.recognition.noise import is_noise
from dictation.recognition.options import FILE, LIVE, Options, Profile
from dictation.recognition.recogniser import Recogniser
from dictation.recognition.tags import Tags
from dictation.speech import SAMPLE_RATE_HZ, Emotion, Event, Language, Samples, TextStyle

from .conftest import Clip

Sound = Callable[[int, np.random.Generator], np.ndarray]


def times_s(count: int) -> np.ndarray:
    return np.arange(count) / SAMPLE_RATE_HZ


def silence(count: int, _rng: np.random.Generator) -> np.ndarray:
    return np.zeros(count)


def one_step(count: int, rng: np.random.Generator) -> np.ndarray:
    """The last bit alone, as a muted microphone gives it; loudness changes nothing here."""
    return rng.integers(-1, 2, count) / 32_768


def hiss(count: int, rng: np.random.Generator) -> np.ndarray:
    return rng.standard_normal(count)


def rumble(count: int, rng: np.random.Generator) -> np.ndarray:
    """Brown noise above 20 Hz: amplitude falls with frequency."""
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    return np.fft.irfft(spectrum * np.where(frequencies < 20, 0, 1 / frequencies.clip(20)), count)


def hum(count: int, rng: np.random.Generator) -> np.ndarray:
    """Mains with their harmonics, and a little hiss."""
    waves = (np.sin(2 * np.pi * 50 * k * times_s(count)) / k for k in range(1, 12))
    return sum(waves, start=0.02 * hiss(count, rng))


def fan(count: int, rng: np.random.Generator) -> np.ndarray:
    air = rumble(count, rng)
    swell = 1 + 0.2 * np.sin(2 * np.pi * 0.7 * times_s(count))
    blades = (np.sin(2 * np.pi * 117 * k * times_s(count)) / k for k in (1, 2, 3, 4))
    return sum((0.5 * blade for blade in blades), start=air / air.std() * swell)


def scattered(count: int, starts_s: np.ndarray, make: Callable[[], np.ndarray]) -> np.ndarray:
    sound = np.zeros(count + SAMPLE_RATE_HZ)
    for start in (starts_s * SAMPLE_RATE_HZ).astype(int):
        if start < count:
            burst = make()
            sound[start : start + len(burst)] += burst
    return sound[:count]


def burst(length: int, tone_hz: float, decay_s: float, rng: np.random.Generator) -> np.ndarray:
    """A struck thing: it rings, rattles and dies away."""
    times = times_s(length)
    ring = np.sin(2 * np.pi * tone_hz * times) + rng.standard_normal(length)
    return np.exp(-times / decay_s) * ring


def clicks(count: int, rng: np.random.Generator) -> np.ndarray:
    """Of a mouse: down and up."""
    downs = np.cumsum(rng.exponential(0.6, count // 8_000) + 0.03)
    both = np.concatenate((downs, downs + 0.09))
    return scattered(count, both, lambda: burst(200, rng.uniform(1_800, 4_500), 0.0015, rng))


def keyboard(count: int, rng: np.random.Generator) -> np.ndarray:
    """Five keys a second with pauses: a thump and a click going down, a click going up."""
    gaps_s = rng.gamma(4, 0.045, count // 2_000)
    gaps_s[rng.random(len(gaps_s)) < 0.06] += 1
    downs = np.cumsum(gaps_s)

    def key() -> np.ndarray:
        thump = 0.5 * burst(1_400, rng.uniform(90, 220), 0.012, rng)
        thump[:600] += rng.uniform(0.4, 1) * burst(600, rng.uniform(900, 3_500), 0.006, rng)
        return thump

    up = scattered(
        count, downs + 0.08, lambda: 0.4 * burst(500, rng.uniform(1_500, 4_000), 0.004, rng)
    )
    return scattered(count, downs, key) + up


def knocks(count: int, rng: np.random.Generator) -> np.ndarray:
    starts = np.arange(1, count / SAMPLE_RATE_HZ, 2.7)
    three = np.concatenate([starts + 0.22 * knock for knock in range(3)])
    return scattered(count, three, lambda: burst(3_000, rng.uniform(120, 260), 0.03, rng))


def breath(count: int, rng: np.random.Generator) -> np.ndarray:
    return hiss(count, rng) * np.sin(2 * np.pi * 0.28 * times_s(count)).clip(0) ** 2


def beeps(count: int, _rng: np.random.Generator) -> np.ndarray:
    return np.sin(2 * np.pi * 1_000 * times_s(count)) * (times_s(count) % 1 < 0.2)


def telephone(count: int, _rng: np.random.Generator) -> np.ndarray:
    tones = sum(np.sin(2 * np.pi * tone_hz * times_s(count)) for tone_hz in (440, 480))
    return np.asarray(tones * (times_s(count) % 6 < 2))


def music(count: int, rng: np.random.Generator) -> np.ndarray:
    """A plucked melody in a major key, a chord each four beats, a drum each two."""
    beat_s, base_hz = 0.4, 220.0
    sound = np.zeros(count + 4 * SAMPLE_RATE_HZ)
    for beat, start in enumerate(range(0, count, round(beat_s * SAMPLE_RATE_HZ))):
        notes = [(rng.choice([0, 2, 4, 5, 7, 9, 11, 12]), 1.0)]
        notes += [(semitones - 12, 0.3) for semitones in (0, 4, 7) if beat % 4 == 0]
        for semitones, loudness in notes:
            times = times_s(round(2 * beat_s * SAMPLE_RATE_HZ))
            note_hz = base_hz * 2 ** (semitones / 12)
            waves = (np.sin(2 * np.pi * note_hz * k * times) / k**1.2 for k in range(1, 9))
            sound[start : start + len(times)] += loudness * np.exp(-3 * times) * sum(waves)
        if beat % 2 == 0:
            sound[start : start + 2_500] += burst(2_500, 70, 0.05, rng)
    return sound[:count]


SOUNDS: tuple[Sound, ...] = (
    silence,
    one_step,
    hiss,
    rumble,
    hum,
    fan,
    clicks,
    keyboard,
    knocks,
    breath,
    beeps,
    telephone,
    music,
)
LEVELS_DB = (-60, -40, -25, -12)  # root mean square below full scale
SECONDS_OF_EACH = 20  # 80 s of each sound


def at_level(sound: np.ndarray, level_db: float) -> Samples:
    loudness = sound.std()
    scaled = sound if loudness < 1 / 32_768 else sound / loudness * 10 ** (level_db / 20)
    return sixteen_bit(scaled)


def sixteen_bit(sound: np.ndarray) -> Samples:
    return ((sound * 32_768).round().clip(-32_768, 32_767) / 32_768).astype(np.float32)


@pytest.mark.parametrize("profile", [LIVE, FILE], ids=["live", "file"])
@pytest.mark.parametrize("sound", SOUNDS, ids=lambda sound: sound.__name__)
def test_nothing_is_written_where_nobody_speaks(
    demo_recogniser: Recogniser, sound: Sound, profile: Profile
) -> None:
    rng = np.random.default_rng(7)
    count = SECONDS_OF_EACH * SAMPLE_RATE_HZ
    for level_db in LEVELS_DB:
        samples = at_level(sound(count, rng), level_db)
        assert demo_recogniser.transcribe([samples], Options(profile=profile)).text == ""


@pytest.fixture(scope="module")
def sentences(clips: list[Clip]) -> list[Samples]:
    """Twenty, in all languages."""
    spoken = [clip.samples for clip in clips if clip.language != "nospeech"]
    return spoken[::5]


def test_a_soft_voice_is_not_taken_for_noise(
    demo_recogniser: Recogniser, sentences: list[Samples]
) -> None:
    for samples in sentences:
        soft = sixteen_bit(samples * 10 ** (-30 / 20))
        assert demo_recogniser.transcribe([soft]).text, "30 dB softer"


@pytest.mark.parametrize("sound", [hiss, rumble, fan, keyboard], ids=lambda sound: sound.__name__)
@pytest.mark.parametrize("ratio_db", [10, 5])
def test_a_voice_in_noise_is_not_taken_for_noise(
    demo_recogniser: Recogniser, sentences: list[Samples], sound: Sound, ratio_db: float
) -> None:
    rng = np.random.default_rng(5)
    for samples in sentences[::2]:
        noise = sound(len(samples), rng)
        loudness = samples.std() / noise.std() * 10 ** (-ratio_db / 20)
        assert demo_recogniser.transcribe([sixteen_bit(samples + noise * loudness)]).text


def heard(
    confidence: float, event: Event = Event.SPEECH, nobody: float = 0.0, tokens: int = 6
) -> tuple[Tags, list[TokenRun]]:
    """What a model says of a unit."""
    language = Language.NO_SPEECH if nobody > 0.5 else Language.ENGLISH
    tags = Tags(
        language=language,
        languages={Language.ENGLISH: 1 - nobody, Language.NO_SPEECH: nobody},
        speech_probability=1 - nobody,
        emotion=Emotion.NEUTRAL,
        emotion_probability=1.0,
        event=event,
        event_probability=1.0,
        style=TextStyle.WRITTEN,
        style_probability=1.0,
    )
    return tags, [TokenRun(7, 2 * at, 2 * at + 1, confidence) for at in range(tokens)]


def judged(text: str, length_s: float, *said: object, **more: object) -> bool:
    tags, tokens = heard(*said, **more)  # type: ignore[arg-type]
    return is_noise(tags, text, tokens, length_s)


def test_where_the_model_hears_nobody_there_are_no_words() -> None:
    assert judged("yes it is", 2, 0.99, nobody=0.6)


@pytest.mark.parametrize("text", ["", ".", "。", "?!", "…", "♪"])
def test_marks_without_a_letter_are_no_words(text: str) -> None:
    assert judged(text, 1, 0.99, tokens=len(text))


@pytest.mark.parametrize("text", ["a", "好", "7", "네", "あ", "é"])
def test_a_letter_or_a_digit_is_a_word(text: str) -> None:
    assert not judged(text, 1, 0.99, tokens=1)


@pytest.mark.parametrize(
    ("least", "length_s", "event", "tokens"),
    [
        (0.4, 2, Event.SPEECH, 6),
        (0.4, 1, Event.SPEECH, 1),  # a word by itself
        (0.6, 2, Event.MUSIC, 6),
        (0.6, 2, Event.UNKNOWN, 6),
        (0.8, 1, Event.APPLAUSE, 2),  # a word in applause
        (0.8, 15, Event.SPEECH, 3),  # a few words in a long sound
    ],
)
def test_the_less_there_is_to_go_by_the_surer_the_model_must_be(
    least: float, length_s: float, event: Event, tokens: int
) -> None:
    text = "word"

    assert judged(text, length_s, least - 0.01, event, tokens=tokens)
    assert not judged(text, length_s, least + 0.01, event, tokens=tokens)
    assert judged(text, length_s, least + 0.01, event, tokens=tokens, nobody=0.05)


def test_more_confidence_never_makes_noise_of_words() -> None:
    for event in Event:
        for tokens in (1, 2, 3, 8):
            verdicts = [
                judged("word", 3, confidence, event, tokens=tokens)
                for confidence in np.linspace(0, 1, 21)
            ]
            assert all(before or not after for before, after in pairwise(verdicts))
