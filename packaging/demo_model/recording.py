"""Makes the bundled demonstration recording with its expected text.

The model has to hear it without a mistake, see `check`.
"""

import json
import random
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

import acoustics
import moods
import sounds
import voices
from evaluate import Listener
from sentences.showpiece import SHOWPIECE
from voices import Style, Voice

# Chosen among two dozen voices and styles, most of which the model does not hear without a mistake
# in some cut, loudness or resampling.
VOICE = Voice("espeak", "en-us")
STYLE = Style(pitch=96, words_per_minute=180, duration_stretch=1.0)
EMOTION = "HAPPY"
LEAD_S, PAUSE_S, TAIL_S = 0.5, 0.5, 0.7
PEAK_DB, NOISE_BELOW_SPEECH_DB = -6.0, 38.0
SEED = 27


class RecordingMisheard(Exception):
    """The model does not hear the recording as it was written."""


def write(sound: Path) -> None:
    """Writes the recording and, beside it, its text as JSON."""
    samples, _ = _compose()
    soundfile.write(sound, samples, voices.SAMPLE_RATE_HZ, subtype="PCM_16")
    expected = {
        "text": " ".join(sentence.written for sentence in SHOWPIECE),
        "language": "en",
        "emotion": EMOTION,
        "event": "Speech",
    }
    sound.with_suffix(".json").write_text(json.dumps(expected, indent=2) + "\n")


def check(listener: Listener) -> None:
    """Hears the recording as one unit and sentence by sentence. Raises RecordingMisheard."""
    samples, cuts = _compose()
    whole = " ".join(sentence.written for sentence in SHOWPIECE)
    units = [(whole, samples)]
    units += [
        (sentence.written, unit)
        for sentence, unit in zip(SHOWPIECE, np.split(samples, cuts), strict=True)
    ]
    for wanted, unit in units:
        text, tags = listener.hear(unit, "auto", use_itn=True)
        if text != wanted or tags[:3] != ["en", EMOTION, "Speech"]:
            raise RecordingMisheard(f"{wanted!r} was heard as {tags} {text!r}")


def _compose() -> tuple[NDArray[np.float32], list[int]]:
    """The samples, and where to cut them into sentences: in the middle of the pauses."""
    rng = random.Random(SEED)
    parts = [acoustics.silence(LEAD_S)]
    cuts = []
    for sentence in SHOWPIECE:
        speech = voices.render(sentence.spoken, VOICE, STYLE)
        parts += [moods.colour(speech, EMOTION, rng), acoustics.silence(PAUSE_S)]
        cuts.append(sum(map(len, parts)) - len(parts[-1]) // 2)
    parts[-1] = acoustics.silence(TAIL_S)
    return _with_noise(np.concatenate(parts)), cuts[:-1]


def _with_noise(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    level = acoustics.root_mean_square(speech) * acoustics.gain(-NOISE_BELOW_SPEECH_DB)
    samples = speech + sounds.pink(len(speech), np.random.default_rng(SEED)) * level
    scaled: NDArray[np.float32] = samples / np.abs(samples).max() * acoustics.gain(PEAK_DB)
    return scaled
