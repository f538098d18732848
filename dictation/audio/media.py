"""Sound out of videos and of what else libsndfile does not read, by PyAV or an installed ffmpeg."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from dictation.audio.decoding import Decoding
from dictation.errors import AudioUnreadable, DecoderMissing

# What ffmpeg may take a file for, by its own names. Not playlists and the like, which name further
# files or addresses, and would have them opened.
CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,avi,caf,dts,eac3,flac,flv,loas,matroska,mov,mp3,mp4,mpeg,mpegts,"
    "ogg,rm,tta,w64,wav,webm,wv,3gp,m4a"
)

# How files begin that such a decoder may read: from that byte on.
_SIGNS: tuple[tuple[int, bytes], ...] = (
    (4, b"ftyp"),  # MP4, MOV, M4A, 3GP
    (4, b"moov"),
    (4, b"mdat"),
    (0, b"\x1aE\xdf\xa3"),  # Matroska, WebM
    (8, b"AVI "),
    (0, b"FLV"),
    (0, b"0&\xb2u\x8ef\xcf\x11"),  # ASF: WMA, WMV
    (0, b"\x00\x00\x01\xba"),  # MPEG-PS
    (0, b"#!AMR"),
    (0, b"\xff\xf1"),  # AAC in ADTS
    (0, b"\xff\xf9"),
    (0, b"MAC "),
    (0, b"wvpk"),
    (0, b".RMF"),
)
_PACKET_BYTES = 188  # of an MPEG transport stream, each beginning with the same byte


def open_media(path: Path, refused: AudioUnreadable) -> Decoding:
    """refused: why libsndfile did not take it; raised where nothing else could take it either.

    Raises AudioUnreadable, AudioWithoutSound or DecoderMissing.
    """
    if importlib.util.find_spec("av") is not None:
        from dictation.audio.av_decoding import AvFile

        return AvFile(path)
    programs = shutil.which("ffmpeg"), shutil.which("ffprobe")
    if programs[0] and programs[1]:
        from dictation.audio.ffmpeg_decoding import FfmpegFile

        return FfmpegFile(path, programs[0], programs[1])
    if is_media(path):
        raise DecoderMissing(file=path) from refused
    raise refused


def track_s(written: object) -> float | None:
    """The length of a track as Matroska's tag has it, 01:02:03.5; None if it is none."""
    try:
        hours, minutes, seconds = str(written).split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return None


def is_media(path: Path) -> bool:
    """Whether it begins as videos and their like do."""
    with path.open("rb") as file:
        head = file.read(2 * _PACKET_BYTES + 1)
    return head[::_PACKET_BYTES] == b"GGG" or any(
        head[at : at + len(sign)] == sign for at, sign in _SIGNS
    )
