"""Finds the audio of each reference in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dictation.audio.files import AudioFile
from dictation.errors import AudioError
from dictation.lab.evaluate.errors import RecordingsFolderMissing
from dictation.lab.evaluate.references import Reference

_SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3")  # of files named without theirs, in order


@dataclass(frozen=True, slots=True)
class Recording:
    """Audio of which the words are known."""

    audio: AudioFile
    reference: Reference


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a folder holds of what was asked for."""

    recordings: tuple[Recording, ...]
    unusable: tuple[AudioError, ...]
    """Why audio that has a reference cannot be used: for the most part, it is not there."""
    unlisted: tuple[Path, ...]
    """Audio that has no reference."""


def find_recordings(folder: Path, references: Iterable[Reference]) -> Inventory:
    """Raises RecordingsFolderMissing."""
    if not folder.is_dir():
        raise RecordingsFolderMissing(folder=folder)
    recordings: list[Recording] = []
    unusable: list[AudioError] = []
    listed: set[Path] = set()
    for reference in references:
        path = _file_of(folder, reference.name)
        listed.add(path)
        try:
            recordings.append(Recording(AudioFile(path), reference))
        except AudioError as error:
            unusable.append(error)
    return Inventory(tuple(recordings), tuple(unusable), _unlisted(folder, listed))


def spread(references: Sequence[Reference], limit: int) -> Sequence[Reference]:
    """At most so many of them, evenly from the whole list: lists are often sorted by language."""
    if limit >= len(references):
        return references
    return [references[index * len(references) // limit] for index in range(limit)]


def _file_of(folder: Path, name: str) -> Path:
    named = folder / name
    others = [folder / f"{name}{suffix}" for suffix in _SUFFIXES]
    return next((path for path in (named, *others) if path.is_file()), named)


def _unlisted(folder: Path, listed: set[Path]) -> tuple[Path, ...]:
    folders = {folder} | {path.parent for path in listed if path.is_file()}
    there = {path for each in folders for path in each.iterdir() if path.suffix in _SUFFIXES}
    return tuple(sorted(there - listed))
