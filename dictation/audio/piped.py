"""Audio from standard input, as it comes: WAV, or raw samples."""

from __future__ import annotations

import struct
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from dictation import paths
from dictation.audio.conversion import FULL_SCALE, Converter
from dictation.audio.decoding import Frames
from dictation.errors import AudioEmpty, PipedAudioWrong
from dictation.speech import SAMPLE_RATE_HZ, Samples
from dictation.translation import N_, Phrase

NAME = N_("standard input")

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE  # wFormatTag
# What a program writes for the length that it does not know yet when it writes to a pipe.
_ENDLESS = 0x7FFF_0000
_MOST_HEADER = 1 << 20  # bytes of chunks before the samples, such as a cover picture


@dataclass(frozen=True, slots=True)
class Form:
    """How samples are written."""

    rate_hz: int
    channels: int
    bits: int
    is_float: bool
    length: int | None
    """Bytes of samples; None: until the end."""

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8


def raw(rate_hz: int) -> Form:
    """16-bit samples, the low byte first, of one channel, without a header."""
    return Form(rate_hz, 1, 16, is_float=False, length=None)


class PipedAudio:
    """A stream that can be read once; what was read is kept on the disk, to be read again.

    Raises PipedAudioWrong at construction if it does not begin as audio does.

    Attributes:
        duration_s: of what was read so far.
        bad_samples: how many samples were NaN or infinite so far.
        damage: always empty: a stream ends where it ends.
    """

    damage = ""

    def __init__(self, stream: BinaryIO, form: Form | None = None) -> None:
        """form None: it is told by the head of a WAV file."""
        self._stream = stream
        self._form = form or _wav_form(stream)
        self._left = self._form.length
        self._converter = Converter(self._form.rate_hz)
        # Not in /tmp, which may be in memory.
        folder = paths.private_folder(paths.cache_folder())
        self._kept = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - as long as this object
        weakref.finalize(self, self._kept.close)
        self._is_over = False

    @property
    def duration_s(self) -> float:
        return self._converter.samples / SAMPLE_RATE_HZ

    @property
    def bad_samples(self) -> int:
        return self._converter.bad_samples

    def chunks(self) -> Iterator[Samples]:
        """From its start, about a second at a time. Raises AudioEmpty."""
        at = 0
        while True:
            self._kept.seek(at)
            again = np.frombuffer(self._kept.read(2 * SAMPLE_RATE_HZ), "<i2")
            if len(again):
                at += again.nbytes
                yield again.astype(np.float32) / np.float32(FULL_SCALE)
            elif self._is_over:
                break
            else:
                self._read_on()
        if not at:
            raise AudioEmpty(file=Phrase(NAME))

    def _read_on(self) -> None:
        wanted = self._form.rate_hz * self._form.frame_bytes
        if self._left is not None:
            wanted = min(wanted, self._left)
        block = _read(self._stream, wanted)
        if self._left is not None:
            self._left -= len(block)
        self._is_over = len(block) < wanted or self._left == 0
        whole = len(block) // self._form.frame_bytes * self._form.frame_bytes
        samples = self._converter.convert(_frames(block[:whole], self._form))
        self._keep(samples)
        if self._is_over:
            self._keep(self._converter.finish())

    def _keep(self, samples: Samples) -> None:
        self._kept.seek(0, 2)
        self._kept.write(np.rint(samples * FULL_SCALE).astype("<i2").tobytes())


def _wav_form(stream: BinaryIO) -> Form:
    """Reads as far as the samples."""
    head = _read(stream, 12)
    if not head:
        raise AudioEmpty(file=Phrase(NAME))
    if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
        raise PipedAudioWrong(reason=Phrase("it does not begin as a WAV file does"))
    form: tuple[int, int, int, int] | None = None
    skipped = 0
    while len(chunk := _read(stream, 8)) == 8:
        name, size = struct.unpack("<4sI", chunk)
        if name == b"data":
            return _checked(form, None if size == 0 or size >= _ENDLESS else size)
        skipped += size
        if skipped > _MOST_HEADER:
            break
        content = _read(stream, size + size % 2)
        if name == b"fmt " and len(content) >= 16:
            tag, channels, rate_hz, _, _, bits = struct.unpack("<HHIIHH", content[:16])
            if tag == _EXTENSIBLE and len(content) >= 26:
                (tag,) = struct.unpack("<H", content[24:26])
            form = tag, channels, rate_hz, bits
    raise PipedAudioWrong(reason=Phrase("its WAV header has no end"))


def _checked(form: tuple[int, int, int, int] | None, length: int | None) -> Form:
    if form is None:
        raise PipedAudioWrong(
            reason=Phrase("its WAV header does not say how the samples are written")
        )
    tag, channels, rate_hz, bits = form
    known = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64)}.get(tag, ())
    if bits not in known or not channels or not 1_000 <= rate_hz <= 768_000:
        raise PipedAudioWrong(
            reason=Phrase(
                "WAV of format {tag} with {bits} bits, {channels} channels and {rate_hz} Hz",
                tag=tag,
                bits=bits,
                channels=channels,
                rate_hz=rate_hz,
            )
        )
    return Form(rate_hz, channels, bits, tag == _FLOAT, length)


def _frames(block: bytes, form: Form) -> Frames:
    return _values(block, form).astype(np.float32).reshape(-1, form.channels)


def _values(block: bytes, form: Form) -> NDArray[np.floating]:
    if form.is_float:
        return np.frombuffer(block, f"<f{form.bits // 8}")
    if form.bits == 8:
        return (np.frombuffer(block, np.uint8).astype(np.float32) - 128) / 128
    if form.bits == 24:
        wide = np.zeros((len(block) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(block, np.uint8).reshape(-1, 3)
        return wide.view("<i4")[:, 0] / 2.0**31
    return np.frombuffer(block, f"<i{form.bits // 8}") / 2.0 ** (form.bits - 1)


def _read(stream: BinaryIO, size: int) -> bytes:
    """That many bytes, or fewer at the end of the stream."""
    parts = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
