"""The recordings of takes that are over, as FLAC files for their owner alone."""

from __future__ import annotations

import logging
import os
import queue
import re
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import soundfile

from dictation.errors import DictationError
from dictation.paths import private_folder
from dictation.speech import SAMPLE_RATE_HZ, Samples

logger = logging.getLogger(__name__)

_CLOSE_WAIT_S = 2.0
_NAME = re.compile(r"take-(\d+)\.flac(\.part)?")


class SoundFiles:
    """One file for each take. They are written on a thread of their own; nothing here raises."""

    def __init__(self, folder: Path, on_kept: Callable[[int, int], None]) -> None:
        """on_kept(take, bytes): called on the thread when a file is whole."""
        self.folder = folder
        self._on_kept = on_kept
        self._new: set[int] = set()  # of this run; the thread alone uses it
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
        self._thread.start()

    def file(self, take: int) -> Path:
        return self.folder / f"take-{take:06d}.flac"

    def keep(
        self, take: int, audio: Callable[[], Iterable[Samples]], done: Callable[[], None]
    ) -> None:
        """done: called on the thread once it is kept, or cannot be."""
        self._jobs.put(partial(self._keep, take, audio, done))

    def drop(self, takes: Iterable[int]) -> None:
        """Deletes their files, those too that are still to be written by then."""
        self._jobs.put(partial(self._drop, tuple(takes)))

    def drop_others(self, kept: Iterable[int]) -> None:
        """Deletes what belongs neither to these takes nor to one of this run.

        A crash may have left it, half written or without its take.
        """
        self._jobs.put(partial(self._drop_others, frozenset(kept)))

    def close(self) -> None:
        """Ends the thread after what was asked of it; waits two seconds for that."""
        self._jobs.put(None)
        self._thread.join(_CLOSE_WAIT_S)

    # --- on the thread

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:  # the thread's boundary: the texts of takes do not depend on it
                logger.exception("a recording was not dealt with")

    def _keep(
        self, take: int, audio: Callable[[], Iterable[Samples]], done: Callable[[], None]
    ) -> None:
        try:
            size_bytes = self._write(take, audio())
        except (OSError, soundfile.LibsndfileError, DictationError) as error:
            logger.warning("the recording of take %s is not kept: %s", take, error)
        else:
            if size_bytes:
                self._new.add(take)
                self._on_kept(take, size_bytes)
        finally:
            done()

    def _write(self, take: int, audio: Iterable[Samples]) -> int:
        """How large the file is; 0 for a take of which nothing was captured."""
        private_folder(self.folder)
        file = self.file(take)
        part = file.with_name(f"{file.name}.part")
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        frames = 0
        try:
            with soundfile.SoundFile(
                part, "w", SAMPLE_RATE_HZ, channels=1, format="FLAC", subtype="PCM_16"
            ) as sound:
                for samples in audio:
                    sound.write(samples)
                    frames += len(samples)
            if frames:
                part.replace(file)
        finally:
            part.unlink(missing_ok=True)
        return file.stat().st_size if frames else 0

    def _drop(self, takes: Iterable[int]) -> None:
        for take in takes:
            self._unlink(self.file(take))

    def _drop_others(self, kept: frozenset[int]) -> None:
        try:
            files = list(self.folder.iterdir())
        except OSError:  # mostly, because nothing was ever kept
            return
        for file in files:
            name = _NAME.fullmatch(file.name)
            if name and (name[2] or int(name[1]) not in kept | self._new):
                self._unlink(file)

    @staticmethod
    def _unlink(file: Path) -> None:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("the recording %s cannot be deleted: %s", file, error)
