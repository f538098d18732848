"""On the same units, the exact backends give the tokens that FunASR's own classes give.

On recordings of people that Debian ships, read where its packages put them, and on clips of our
own; with the demo model, and with one of the published size whose weights are random: another
network altogether, and another head on top of it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from dictation.audio.conversion import round_to_16_bit
from dictation.audio.files import AudioFile
from dictation.paths import resource
from dictation.recognition.backends.loading import load
from dictation.recognition.ctc import BLANK, TAG_FRAMES
from dictation.recognition.decoder import load_vocabulary
from dictation.recognition.features import Features
from dictation.recognition.messages import Setup
from dictation.recognition.model_folder import read_folder
from dictation.recognition.noise_floor import with_floor
from dictation.recognition.options import FILE, Options
from dictation.recognition.process import RecogniserProcess
from dictation.recognition.tags import TagReader
from dictation.recognition.units import Unit, UnitCutter
from dictation.recognition.vad import VoiceDetector
from dictation.settings import BackendName
from dictation.speech import LANGUAGES, SAMPLE_RATE_HZ, Language, Samples, TextStyle

from .conftest import Clip, Reference

EXACT = [BackendName.FP32]
HUMAN = {
    "alsa-utils": Path("/usr/share/sounds/alsa"),
    "pocketsphinx-testdata": Path("/usr/share/pocketsphinx/test/data"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A unit that the recogniser cut, and the audio in which it lies."""

    source: Path
    unit: Unit
    samples: Samples


@dataclass(frozen=True, slots=True)
class Heard:
    """What FunASR's classes make of units."""

    model: Path
    pieces: list[Piece]
    logits: list[NDArray[np.float32]]
    """Of each unit, shape (4 + frames, vocabulary)."""


@pytest.fixture(scope="module")
def human() -> list[Path]:
    """48 and 16 kHz; single words, digits, commands, and a novel that is read aloud."""
    missing = [package for package, folder in HUMAN.items() if not folder.is_dir()]
    if missing:
        told = f"no recordings of people without the Debian packages {' and '.join(missing)}"
        if "CI" in os.environ:
            pytest.fail(f"{told}; packaging/bootstrap.py installs them")
        pytest.skip(told)
    files = [file for folder in HUMAN.values() for file in sorted(folder.rglob("*"))]
    return [file for file in files if file.suffix in (".wav", ".raw")]


def samples_of(file: Path) -> Samples:
    if file.suffix == ".raw":
        return round_to_16_bit(np.fromfile(file, "<i2") / np.float32(32_768))
    samples: Samples = np.concatenate(list(AudioFile(file).chunks()))
    return samples


def cut(files: list[Path]) -> list[Piece]:
    """As a dictation of each would be."""
    detector = VoiceDetector(resource("vad"))
    pieces = []
    for file in files:
        # What the recogniser hears: where samples are exact zeros, the faintest noise.
        samples = with_floor(samples_of(file), 0)
        cutter = UnitCutter(detector, FILE)
        for unit in cutter.feed(samples) + cutter.finish():
            first = round(unit.start_s * SAMPLE_RATE_HZ)
            end = first + round(unit.length_s * SAMPLE_RATE_HZ)
            pieces.append(Piece(file, unit, samples[first:end]))
    return pieces


def heard_by_funasr(funasr: Reference, model: Path, pieces: list[Piece], folder: Path) -> Heard:
    files = []
    for index, piece in enumerate(pieces):
        files.append(str(folder / f"unit-{index}.wav"))
        soundfile.write(files[-1], piece.samples, SAMPLE_RATE_HZ, subtype="PCM_16")
    job = {"kind": "logits", "model": str(model), "files": files, "language": "auto", "itn": True}
    return Heard(model, pieces, [np.load(file) for file in funasr(job)])


@pytest.fixture(scope="module")
def heard_by_demo_model(
    demo_model: Path,
    human: list[Path],
    funasr: Reference,
    tmp_path_factory: pytest.TempPathFactory,
) -> Heard:
    return heard_by_funasr(funasr, demo_model, cut(human), tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def heard_by_full_size_model(
    full_size_model: Path,
    human: list[Path],
    clips: list[Clip],
    funasr: Reference,
    tmp_path_factory: pytest.TempPathFactory,
) -> Heard:
    """Fewer units: FunASR takes a tenth of their length, and as long again to load."""
    pieces = cut([*human[1::3], *(clip.file for clip in clips[7::50])])
    return heard_by_funasr(funasr, full_size_model, pieces, tmp_path_factory.mktemp("full"))


def check_equality(name: BackendName, heard: Heard) -> None:
    folder = read_folder(heard.model)
    backend = load(name, folder, load_vocabulary(folder).GetPieceSize(), threads=1)
    features = Features(folder.cmvn)
    for piece, logits in zip(heard.pieces, heard.logits, strict=True):
        emitted = backend.emit(features(piece.unit.frames), None, TextStyle.WRITTEN, None)
        where = f"{piece.source.name} from {piece.unit.start_s} s"
        tags, text = logits[:TAG_FRAMES], logits[TAG_FRAMES:]
        np.testing.assert_array_equal(emitted.tokens, text.argmax(axis=1), where)
        np.testing.assert_array_equal(emitted.tags.argmax(axis=1), tags.argmax(axis=1), where)
        # Tokens that the demo model never learned lie at -10,000.
        ours, theirs = (np.maximum(each, -100) for each in (emitted.tags, tags))
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-3, err_msg=where)
    different = {token for logits in heard.logits for token in logits.argmax(axis=1).tolist()}
    assert len(different) > 50  # else equality would say little


@pytest.mark.parametrize("name", EXACT)
def test_the_demo_model_gives_the_tokens_of_funasr_on_speech_of_people(
    name: BackendName, heard_by_demo_model: Heard
) -> None:
    assert len(heard_by_demo_model.pieces) >= 20
    check_equality(name, heard_by_demo_model)


@pytest.mark.parametrize("name", EXACT)
def test_a_model_of_the_published_size_gives_the_tokens_of_funasr(
    name: BackendName, heard_by_full_size_model: Heard
) -> None:
    assert len(heard_by_full_size_model.pieces) >= 8
    check_equality(name, heard_by_full_size_model)


def check_files(heard: Heard, folder: Path, most: int) -> int:
    """What ``transcribe`` gives of whole files, against FunASR's text of the same units.

    How many units were compared: those whose language the model found by itself, for of others
    FunASR was not asked in the same way.
    """
    model = read_folder(heard.model)
    vocabulary = load_vocabulary(model)
    tags = TagReader(vocabulary, heard.model)
    theirs: dict[Path, dict[float, tuple[Language, str]]] = {}
    for piece, logits in zip(heard.pieces, heard.logits, strict=True):
        best = logits[TAG_FRAMES:].argmax(axis=1)
        merged = best[np.flatnonzero(np.diff(best, prepend=-1))].tolist()
        text = vocabulary.DecodeIds([id for id in merged if id != BLANK and not tags.is_tag(id)])
        own = tags.read(logits[:TAG_FRAMES], frozenset(LANGUAGES)).language
        theirs.setdefault(piece.source, {})[piece.unit.start_s] = (own, text.strip())
    files = [file for file in theirs if file.suffix != ".raw"][:most]
    setup = Setup(heard.model, resource("vad"), folder / "log", threads=1, backend=BackendName.FP32)
    compared = 0
    with RecogniserProcess(setup) as process:
        for take, file in enumerate(files):
            for segment in process.transcribe(take, AudioFile(file).chunks, Options()).segments:
                language, text = theirs[file][segment.start_s]
                if segment.language is language:
                    assert segment.text == text
                    compared += 1
    return compared


def test_files_give_the_text_of_funasr_unit_by_unit(
    heard_by_demo_model: Heard, tmp_path: Path
) -> None:
    assert check_files(heard_by_demo_model, tmp_path, most=100) >= 10


def test_files_give_the_text_of_funasr_with_a_model_of_the_published_size(
    heard_by_full_size_model: Heard, tmp_path: Path
) -> None:
    assert check_files(heard_by_full_size_model, tmp_path, most=6) >= 3
