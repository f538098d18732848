"""Reads the tensors of a file that torch has written, without torch.

Such a file is a zip archive: a pickle that lists the tensors, and their numbers, one entry per
storage. torch stores these unpacked, so that they are mapped: what is not looked at is never in
memory.
"""

from __future__ import annotations

import pickle
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from dictation.errors import EngineMissing, ModelDamaged, ModelFileMissing
from dictation.recognition.lean_funasr import INSTALL_ENGINE
from dictation.recognition.mapped_archive import MappedArchive
from dictation.recognition.weights_pickle import (
    BFLOAT16,
    STORAGE_TYPES,
    UNPICKLING_ERRORS,
    Place,
    read_places,
)
from dictation.translation import Phrase

_LIST = "data.pkl"
_BYTE_ORDER = "byteorder"
# torch before 1.6 wrote no archive but pickles in a row; the first of them is this number.
_OLD_FORMAT = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)


class WeightsFile(Mapping[str, NDArray[np.float32]]):
    """The tensors by name: float32, whatever the file has, and never to be written to.

    Asking for one raises ModelDamaged if it cannot be read or has values that are no number.
    """

    def __init__(self, file: Path) -> None:
        """Raises ModelFileMissing or ModelDamaged; EngineMissing where only torch can read it."""
        self._file = file
        try:
            with _opened(file) as archive:
                self._archive = MappedArchive(archive)
            self._root = _root(self._archive)
            self._places = read_places(self._archive.read_checked(self._root + _LIST))
        except FileNotFoundError as error:
            raise ModelFileMissing(folder=file.parent, file=file.name) from error
        except (OSError, zipfile.BadZipFile, *UNPICKLING_ERRORS) as error:
            raise self._damaged(Phrase("{file} cannot be loaded", file=self._file.name)) from error

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor; this looks at none."""
        return {name: place.shape for name, place in self._places.items()}

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        place = self._places[name]
        try:
            values = _values(place, self._archive.read(self._entry(place)))
        except (zipfile.BadZipFile, TypeError, ValueError) as error:
            raise self._damaged(Phrase("{file} cannot be loaded", file=self._file.name)) from error
        if not _is_finite(values):
            raise ModelDamaged(
                folder=self._file.parent,
                reason=Phrase("{name} has values that are no number", name=name),
            )
        return values

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def release(self, name: str) -> None:
        """Gives back the memory of a tensor that was looked at; its array stays valid.

        Whoever turns one tensor after the other into something else then never has all of them.
        """
        self._archive.release(self._entry(self._places[name]))

    def _entry(self, place: Place) -> str:
        return f"{self._root}data/{place.storage.key}"

    def _damaged(self, reason: Phrase) -> ModelDamaged:
        return ModelDamaged(folder=self._file.parent, reason=reason)


def _root(archive: MappedArchive) -> str:
    roots = [name.removesuffix(_LIST) for name in archive.names if name.endswith(f"/{_LIST}")]
    if len(roots) != 1:
        raise zipfile.BadZipFile("no list of tensors")
    order = roots[0] + _BYTE_ORDER  # absent before torch 2.1
    if order in archive.names and archive.read_checked(order) != b"little":
        raise zipfile.BadZipFile("written on a big-endian machine")
    return roots[0]


def _values(place: Place, storage: memoryview) -> NDArray[np.float32]:
    kind = np.dtype(STORAGE_TYPES[place.storage.kind])
    strides = [stride * kind.itemsize for stride in place.strides]
    start = place.offset * kind.itemsize
    # This makes sure that all of it lies in the storage.
    stored = np.ndarray(place.shape, kind, storage, start, strides)
    if place.storage.kind == BFLOAT16:  # the upper half of a float32
        values = (stored.astype(np.uint32) << 16).view(np.float32)
    else:
        with np.errstate(over="ignore"):  # a float64 that is too large is refused as infinite
            values = np.require(stored, np.float32, "A")
    values.flags.writeable = False
    return values


def _is_finite(values: NDArray[np.float32]) -> bool:
    # The sum of squares takes half the time and no memory; where it overflows, each value is asked.
    flat = values.ravel(order="K")
    return bool(np.isfinite(np.vdot(flat, flat))) or bool(np.isfinite(values).all())


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """The file, or what it holds in today's format. Raises EngineMissing, UNPICKLING_ERRORS."""
    with file.open("rb") as opened:
        if opened.read(len(_OLD_FORMAT)) != _OLD_FORMAT:
            yield opened
            return
    try:
        import torch
    except ModuleNotFoundError as error:
        raise EngineMissing(package="PyTorch", command=INSTALL_ENGINE) from error
    with tempfile.TemporaryFile() as rewritten:
        try:
            torch.save(torch.load(file, map_location="cpu", weights_only=True), rewritten)
        except RuntimeError as error:
            raise pickle.UnpicklingError("torch cannot load it either") from error
        yield rewritten
