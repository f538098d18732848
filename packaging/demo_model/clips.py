"""Composes one labelled clip: who speaks, how, what, and in which surroundings."""

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import acoustics
import moods
import quiet
import voices
from sentences.languages import LANGUAGES
from sentences.sentence import Sentence
from sentences.split import is_held_out
from voices import Voice

MOODS = {"NEUTRAL": 64, "HAPPY": 12, "SAD": 12, "ANGRY": 12}  # percent
EVENTS = {"Speech": 84, "BGM": 6, "Laughter": 5, "Applause": 5}  # percent
SENTENCES = {1: 84, 2: 9, 3: 5, 4: 2}  # percent of clips with so many
LONGEST_S = 12.5
PAUSE_S = (0.2, 0.6)
FULL_SCALE = 32767


@dataclass(frozen=True)
class Labels:
    """What is true of a clip; names as in SenseVoice's tags. `itn` is the written form."""

    language: str
    emotion: str
    event: str
    itn: str
    plain: str
    voice: str


@dataclass(frozen=True)
class Clip:
    """samples: float32 in [-1, 1] on the 16-bit grid, 16 kHz mono."""

    samples: NDArray[np.float32]
    labels: Labels


def without_speech(rng: random.Random) -> Clip:
    samples, event = quiet.draw(rng)
    return Clip(_on_16_bit_grid(samples), Labels("nospeech", "EMO_UNKNOWN", event, "", "", ""))


def draw_sentence(language: str, rng: random.Random, *, held_out: bool) -> Sentence:
    """From one side of the split."""
    while True:
        sentence = LANGUAGES[language].sentence(rng)
        if is_held_out(sentence) == held_out:
            return sentence


def with_speech(language: str, voice: Voice, rng: random.Random, *, held_out: bool) -> Clip:
    emotion = rng.choices(list(MOODS), list(MOODS.values()))[0]
    event = rng.choices(list(EVENTS), list(EVENTS.values()))[0]
    style = voices.choose_style(emotion, rng)
    parts: list[NDArray[np.float32]] = []
    sentences: list[Sentence] = []
    for _ in range(rng.choices(list(SENTENCES), list(SENTENCES.values()))[0]):
        sentence = draw_sentence(language, rng, held_out=held_out)
        speech = voices.render(sentence.spoken, voice, style)
        so_far_s = sum(map(len, parts)) / voices.SAMPLE_RATE_HZ
        if parts and so_far_s + len(speech) / voices.SAMPLE_RATE_HZ > LONGEST_S:
            break
        if parts:
            parts.append(acoustics.silence(rng.uniform(*PAUSE_S)))
        parts.append(speech)
        sentences.append(sentence)
    dry = moods.colour(np.concatenate(parts), emotion, rng)
    samples = acoustics.in_room(dry, event, rng, np.random.default_rng(rng.randrange(1 << 30)))
    joiner = LANGUAGES[language].joiner
    written = joiner.join(sentence.written for sentence in sentences)
    plain = joiner.join(sentence.plain for sentence in sentences)
    labels = Labels(language, emotion, event, written, plain, f"{voice.engine} {voice.name}")
    return Clip(_on_16_bit_grid(samples), labels)


def _on_16_bit_grid(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.round(samples * FULL_SCALE) / (FULL_SCALE + 1), np.float32)
