"""Which files are meant, and what their results are called."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation.audio.finding import Found, found, output_names
from dictation.errors import FolderWithoutAudio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.wav",
        "a.MP3",
        "notes.txt",
        ".hidden.wav",
        ".cache/x.wav",
        "inner/c.mp4",
        "inner/deep/d.flac",
        "empty/readme.md",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "inner" / "loop").symlink_to(tmp_path)
    return tmp_path


def names(files: list[Found]) -> list[str]:
    return [file.below.as_posix() for file in files]


def test_a_folder_gives_what_sounds_below_it_in_order(folder: Path) -> None:
    files, errors = found([folder])
    assert names(files) == ["a.MP3", "b.wav", "inner/c.mp4", "inner/deep/d.flac"]
    assert not errors


def test_a_named_file_may_end_in_anything_and_counts_once(folder: Path) -> None:
    files, errors = found([folder / "notes.txt", folder, folder / "b.wav", folder / "missing"])
    assert names(files)[0] == "notes.txt"
    assert names(files).count("b.wav") == 1
    assert names(files)[-1] == "missing"  # whoever opens it tells
    assert not errors


def test_a_folder_without_audio_is_told_and_the_others_are_found(folder: Path) -> None:
    files, errors = found([folder / "empty", folder / "inner"])
    assert names(files) == ["c.mp4", "deep/d.flac"]
    assert [type(error) for error in errors] == [FolderWithoutAudio]


def results(*files: tuple[str, str]) -> list[str]:
    """Of files as (path, what was named)."""
    given = [Found(Path(path), PurePath(path).relative_to(root)) for path, root in files]
    return [name.as_posix() for name in output_names(given, ".srt")]


def test_results_are_called_after_their_files_and_lie_like_them() -> None:
    assert results(("/r/a.wav", "/r"), ("/r/in/b.tar.mp3", "/r")) == ["a.srt", "in/b.tar.srt"]


def test_two_kinds_of_one_name_keep_their_endings() -> None:
    assert results(("/r/a.wav", "/r"), ("/r/a.mp3", "/r"), ("/r/b.mp3", "/r")) == [
        "a.wav.srt",
        "a.mp3.srt",
        "b.srt",
    ]


def test_one_name_in_two_folders_is_told_apart_by_them() -> None:
    assert results(("/r/one/a.wav", "/r/one"), ("/r/two/a.wav", "/r/two")) == [
        "one/a.srt",
        "two/a.srt",
    ]


segment = st.sampled_from(["a", "A", "b", "a.wav", "a (2)"])


@given(
    st.lists(
        st.tuples(st.lists(segment, max_size=3), segment, st.sampled_from([".wav", ".WAV", ""])),
        unique_by=str,
        max_size=8,
    ),
    st.integers(0, 3),
)
def test_no_two_results_have_one_name(files: list[tuple[list[str], str, str]], depth: int) -> None:
    given = []
    for folders, stem, suffix in files:
        path = PurePath("/root", *folders, stem + suffix)
        root = PurePath("/root", *folders[:depth])
        given.append(Found(Path(path), path.relative_to(root)))
    named = output_names(given, ".txt")
    assert len({str(name).casefold() for name in named}) == len(given)
    assert not any(name.is_absolute() or ".." in name.parts for name in named)
