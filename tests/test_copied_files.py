"""File managers put files on the clipboard, each in its own way."""

from __future__ import annotations

from pathlib import Path

import pytest

from dictation.native.copied_files import copied_files
from dictation.native.offer import NOTHING, Offer, Piece

TALK, SONG = Path("/music/a talk.flac"), Path("/music/歌%20.mp3")
TALK_URI = "file:///music/a%20talk.flac"
SONG_URI = "file:///music/%E6%AD%8C%2520.mp3"


def offer(**pieces: str) -> Offer:
    names = {"gnome": "x-special/gnome-copied-files", "uris": "text/uri-list", "text": "text/plain"}
    return Offer(
        {names[key]: Piece(names[key], 8, content.encode()) for key, content in pieces.items()}
    )


@pytest.mark.parametrize(
    ("copied", "files"),
    [
        (offer(gnome=f"copy\n{TALK_URI}\n{SONG_URI}"), [TALK, SONG]),
        (offer(gnome=f"cut\n{TALK_URI}\0"), [TALK]),
        (offer(uris=f"{TALK_URI}\r\n{SONG_URI}\r\n"), [TALK, SONG]),
        (offer(uris=f"# a comment\r\n{TALK_URI}\r\n{TALK_URI}\r\n"), [TALK]),
        (offer(uris="file://localhost/music/x.wav\r\n"), [Path("/music/x.wav")]),
        (offer(uris="https://example.org/x.wav\r\nfile://other/x.wav\r\n"), []),
        (offer(text=f"{TALK}\n/b.wav\n"), [TALK, Path("/b.wav")]),
        (offer(text=TALK_URI), [TALK]),
        (offer(text="just some words"), []),
        (offer(text="/etc and other words\nmore"), []),
        (NOTHING, []),
    ],
)
def test_they_are_found(copied: Offer, files: list[Path]) -> None:
    assert copied_files(copied) == files
