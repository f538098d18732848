"""Which files are meant: those that were named, and those in folders that were named."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from dictation.errors import DictationError, FolderWithoutAudio

_SOUND = (
    "wav flac mp3 ogg oga opus aif aiff aifc au caf w64 rf64 m4a m4b aac wma amr ape wv mka ac3"
)
_VIDEO = "mp4 m4v mov mkv webm avi mpg mpeg ts mts m2ts flv wmv 3gp ogv"
SUFFIXES = frozenset(f".{name}" for name in (*_SOUND.split(), *_VIDEO.split()))
"""Of files in a folder that are taken for audio; a file that is named may have any."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and where it lies below what was named."""

    path: Path
    below: PurePath


def found(named: Sequence[Path]) -> tuple[list[Found], list[DictationError]]:
    """The files, each once: folders with all below them in sorted order.

    What begins with a dot is left out, and links to folders are not followed. Of each folder
    without audio an error.
    """
    files: dict[str, Found] = {}
    errors: list[DictationError] = []
    for path in named:
        inside = _inside(path) if path.is_dir() else [Found(path, PurePath(path.name))]
        if not inside:
            errors.append(FolderWithoutAudio(folder=path))
        for file in inside:
            files.setdefault(os.path.realpath(file.path), file)
    return list(files.values()), errors


def _inside(folder: Path) -> list[Found]:
    files = []
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and PurePath(name).suffix.lower() in SUFFIXES:
                path = Path(where, name)
                files.append(Found(path, path.relative_to(folder)))
    return sorted(files, key=lambda file: file.below.parts)


def output_names(files: Sequence[Found], suffix: str) -> list[PurePath]:
    """For each file a name of its own, below the folder for all.

    ``talk.wav`` becomes ``talk.txt``; where another file would become that too, ``talk.wav.txt``;
    where that is not enough, with the folders in which the two differ before it.
    """
    short = [file.below.with_suffix(suffix) for file in files]
    full = [file.below.with_name(file.below.name + suffix) for file in files]
    names = _first_of_its_own([short, full])
    shared = [index for index, name in enumerate(names) if name is None]
    if shared:
        paths = [os.path.realpath(files[index].path) for index in shared]
        common = os.path.commonpath([str(Path(path).parent) for path in paths])
        apart = [PurePath(os.path.relpath(path, common)) for path in paths]
        wide = [path.with_suffix(suffix) for path in apart]
        wide_full = [path.with_name(path.name + suffix) for path in apart]
        taken = [name for name in names if name is not None]
        for index, name in zip(shared, _first_of_its_own([wide, wide_full], taken), strict=True):
            names[index] = name
    # Two names that differ in their capitals alone may still be one file here: numbers end that.
    return _numbered([name or files[index].below for index, name in enumerate(names)])


def _first_of_its_own(
    ways: Sequence[Sequence[PurePath]], taken: Sequence[PurePath] = ()
) -> list[PurePath | None]:
    """Of each file the first of its names that no other file has."""
    names: list[PurePath | None] = [None] * len(ways[0])
    for way in ways:
        counts: defaultdict[str, int] = defaultdict(int)
        for name in (*way, *taken, *(name for name in names if name is not None)):
            counts[_key(name)] += 1
        for index, name in enumerate(way):
            if names[index] is None and counts[_key(name)] == 1:
                names[index] = name
    return names


def _numbered(names: Sequence[PurePath]) -> list[PurePath]:
    taken: set[str] = set()
    numbered = []
    for name in names:
        number, own = 2, name
        while _key(own) in taken:
            own = name.with_name(f"{name.stem} ({number}){name.suffix}")
            number += 1
        taken.add(_key(own))
        numbered.append(own)
    return numbered


def _key(name: PurePath) -> str:
    return str(name).casefold()
