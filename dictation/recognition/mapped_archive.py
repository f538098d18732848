"""Reads a zip archive through a memory map: entries that are stored unpacked cost nothing."""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from typing import BinaryIO

_LOCAL_HEADER = struct.Struct("<4s22xHH")  # its mark; the lengths of the name and of extra fields
_MARK = b"PK\x03\x04"
_ENCRYPTED = 1
_RAW_DEFLATE = -zlib.MAX_WBITS


class MappedArchive:
    """The entries of an archive, which must not change while it is used."""

    def __init__(self, file: BinaryIO) -> None:
        """file: one of the operating system; it may be closed afterwards. Raises BadZipFile."""
        try:
            with zipfile.ZipFile(file) as archive:
                self._entries = {entry.filename: entry for entry in archive.infolist()}
        except (NotImplementedError, ValueError, struct.error) as error:
            raise zipfile.BadZipFile("an odd directory") from error
        self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._inflated: dict[str, memoryview] = {}

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def read(self, name: str) -> memoryview:
        """An entry's content, read-only. Raises BadZipFile.

        What is stored unpacked is not checked against its CRC: this would take ten times as long
        as looking at it.
        """
        if name not in self._entries:
            raise zipfile.BadZipFile(f"no entry {name}")
        if name in self._inflated:
            return self._inflated[name]
        entry = self._entries[name]
        first, end = self._bounds(entry)
        packed = memoryview(self._map)[first:end]
        if entry.flag_bits & _ENCRYPTED:
            raise zipfile.BadZipFile(f"{name} is encrypted")
        if entry.compress_type == zipfile.ZIP_STORED:
            return packed
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise zipfile.BadZipFile(f"{name} is packed in an unknown way")
        self._inflated[name] = memoryview(_inflated(entry, packed))
        return self._inflated[name]

    def read_checked(self, name: str) -> bytes:
        """An entry's content, checked against its CRC. Raises BadZipFile."""
        content = bytes(self.read(name))
        if zlib.crc32(content) != self._entries[name].CRC:
            raise zipfile.BadZipFile(f"{name} is damaged")
        return content

    def release(self, name: str) -> None:
        """Gives back an entry's memory; what was read of it stays valid."""
        self._inflated.pop(name, None)
        if name not in self._entries or not hasattr(self._map, "madvise"):
            return  # Windows trims by itself what has not been used for long
        first, end = self._bounds(self._entries[name])
        page = first // mmap.PAGESIZE * mmap.PAGESIZE
        if end > first:
            self._map.madvise(mmap.MADV_DONTNEED, page, end - page)

    def _bounds(self, entry: zipfile.ZipInfo) -> tuple[int, int]:
        # The directory does not say how long the header before the content is.
        try:
            mark, name, extra = _LOCAL_HEADER.unpack_from(self._map, entry.header_offset)
        except struct.error as error:
            raise zipfile.BadZipFile(f"{entry.filename} lies outside") from error
        first = entry.header_offset + _LOCAL_HEADER.size + name + extra
        end = first + entry.compress_size
        if mark != _MARK or end > len(self._map):
            raise zipfile.BadZipFile(f"{entry.filename} is damaged")
        return first, end


def _inflated(entry: zipfile.ZipInfo, packed: memoryview) -> bytes:
    # Never more than the directory promises, however far the content would swell.
    inflater = zlib.decompressobj(_RAW_DEFLATE)
    try:
        content = inflater.decompress(packed, entry.file_size or 1)
    except zlib.error as error:
        raise zipfile.BadZipFile(f"{entry.filename} is damaged") from error
    if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise zipfile.BadZipFile(f"{entry.filename} is damaged")
    return content
