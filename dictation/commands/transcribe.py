"""``dictation transcribe``: files in, text out."""

from __future__ import annotations

import argparse
import dataclasses
import json
from dataclasses import replace
from pathlib import Path

from dictation import paths, settings
from dictation.audio.files import AudioFile
from dictation.commands.telling import note, tell
from dictation.errors import DictationError
from dictation.recognition.messages import Advanced, Progress, Stage
from dictation.recognition.options import FILE, Options, chosen_options
from dictation.recognition.process import RecogniserProcess
from dictation.recognition.setup import DEMO, find_setup
from dictation.speech import Hypothesis, TextStyle, Transcript
from dictation.text.rich import rich_line


def run(chosen: argparse.Namespace) -> int:
    """The exit code: that of the first file that failed; the others are still done."""
    chosen_settings = settings.load(paths.settings_file()).recognition
    codes: list[int] = []
    # Every file is looked at first: a mistyped name need not wait for a model to load.
    files = [file for path in chosen.files if (file := _opened(path, codes)) is not None]
    if files:
        recognition = replace(
            chosen_settings,
            model=chosen.model or chosen_settings.model,
            backend=settings.BackendName(chosen.backend or chosen_settings.backend),
        )
        if recognition.model == DEMO:
            note("this is the small demonstration model; it knows only a few hundred words.")
        options = _options(chosen, chosen_settings)
        with RecogniserProcess(find_setup(recognition)) as recogniser:
            for take, file in enumerate(files):
                try:
                    transcript = recogniser.transcribe(take, file.chunks, options, _tell_progress)
                except DictationError as error:
                    codes.append(tell(error))
                    continue
                _note_oddities(file, transcript)
                _print(chosen, file, transcript)
    return codes[0] if codes else 0


def _tell_progress(message: Progress | Hypothesis | Advanced) -> None:
    if message == Progress(Stage.PREPARING, 0.0):
        note("preparing the model for this machine; this happens once and takes some seconds.")


def _opened(path: Path, codes: list[int]) -> AudioFile | None:
    try:
        return AudioFile(path)
    except DictationError as error:
        codes.append(tell(error))
        return None


def _options(chosen: argparse.Namespace, usual: settings.RecognitionSettings) -> Options:
    language = settings.SpokenLanguage(chosen.language or usual.language)
    style = TextStyle.SPOKEN if chosen.no_itn else usual.style
    return chosen_options(replace(usual, language=language, style=style), FILE)


def _note_oddities(file: AudioFile, transcript: Transcript) -> None:
    if file.bad_samples:
        note(
            f"{file.path} has {file.bad_samples} samples that are NaN or infinite; "
            "they were taken as silence."
        )
    if not transcript.segments:
        note(f"no speech was heard in {file.path}.")


def _print(chosen: argparse.Namespace, file: AudioFile, transcript: Transcript) -> None:
    if chosen.json:
        print(json.dumps(_as_json(file, transcript), ensure_ascii=False))
        return
    if len(chosen.files) > 1:
        print(f"== {file.path}")
    if chosen.rich:
        for segment in transcript.segments:
            print(rich_line(segment))
    elif transcript.text:
        print(transcript.text)


def _as_json(file: AudioFile, transcript: Transcript) -> dict[str, object]:
    return {
        "file": str(file.path),
        "duration_s": round(file.duration_s, 3),
        "text": transcript.text,
        "segments": [_rounded(dataclasses.asdict(segment)) for segment in transcript.segments],
    }


def _rounded(value: object) -> object:
    """Times to the millisecond, probabilities to as many digits."""
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {key: _rounded(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_rounded(inner) for inner in value]
    return value
