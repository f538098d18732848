"""Decodes with the program ffmpeg, where it is installed."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dictation.audio.decoding import Damaged, Frames, check_length
from dictation.audio.media import CONTAINERS, track_s
from dictation.errors import AudioUnreadable, AudioWithoutSound
from dictation.speech import SAMPLE_RATE_HZ
from dictation.translation import Phrase, Words

_PATIENCE_S = 30.0  # with ffprobe, which looks at the beginning of a file
_BLOCK_BYTES = 4 * SAMPLE_RATE_HZ  # a second of float32
_LIMITS = ("-v", "error", "-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS)
# Gaps in the track become silence, so that times are those of the video.
_FILTER = "aresample=async=1:min_hard_comp=0.1:first_pts=0"


class FfmpegFile:
    """The first audio track of a file. Raises AudioUnreadable or AudioWithoutSound."""

    rate_hz = SAMPLE_RATE_HZ

    def __init__(self, path: Path, ffmpeg: str, ffprobe: str) -> None:
        self._ffmpeg = ffmpeg
        self._path = path
        told = _told(path, ffprobe)
        if not told.get("streams"):
            raise AudioWithoutSound(file=path)
        track = told["streams"][0]
        # Of the track alone: the video may go on without sound.
        self._track_s = _number(track.get("duration")) or track_s(
            track.get("tags", {}).get("DURATION")
        )
        self.duration_s = self._track_s or _number(told.get("format", {}).get("duration"))

    def blocks(self) -> Iterator[Frames]:
        read = 0
        command = [
            *(self._ffmpeg, "-nostdin", *_LIMITS, "-i", _address(self._path)),
            *("-map", "0:a:0", "-af", _FILTER, "-ac", "1", "-ar", str(self.rate_hz)),
            *("-f", "f32le", "pipe:1"),
        ]
        with (
            tempfile.TemporaryFile() as complaints,
            # In a session of its own, so that a Ctrl-C is ours to answer.
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                start_new_session=True,
            ) as program,
        ):
            assert program.stdout is not None
            try:
                while block := program.stdout.read(_BLOCK_BYTES):
                    whole = len(block) // 4 * 4
                    read += whole // 4
                    yield np.frombuffer(block[:whole], "<f4").reshape(-1, 1)
                if program.wait():
                    complaints.seek(0)
                    raise Damaged(_last_line(complaints.read(), self._path))
            finally:
                program.kill()
        check_length(read / self.rate_hz, self._track_s)


def _number(written: object) -> float | None:
    return None if written is None else float(str(written))


def _told(path: Path, ffprobe: str) -> Any:
    wanted = "stream=duration:stream_tags=DURATION:format=duration"
    try:
        ran = subprocess.run(
            [
                *(ffprobe, *_LIMITS, "-select_streams", "a:0", "-show_entries", wanted),
                *("-of", "json", _address(path)),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise AudioUnreadable(file=path, reason=Phrase("ffprobe gave no answer")) from error
    if ran.returncode:
        raise AudioUnreadable(file=path, reason=_last_line(ran.stderr, path))
    return json.loads(ran.stdout)


def _address(path: Path) -> str:
    """Neither an option nor another protocol, whatever the name begins with."""
    return f"file:{path.absolute()}"


def _last_line(told: bytes, path: Path) -> Words:
    """Without the file's name, which our own sentence has."""
    lines = told.decode("utf-8", "replace").strip().splitlines()
    if not lines:
        return Phrase("it cannot be decoded")
    return lines[-1].removeprefix(f"{_address(path)}: ").rstrip(".").lower()
