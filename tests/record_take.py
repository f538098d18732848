"""Records takes in a process of its own: PortAudio reads the environment only once.

    record_take.py JOURNAL_FOLDER

Commands come on standard input, one a line: ``start TAKE``, ``stop TAKE``, ``open 1`` to keep the
microphone open, ``warm SECONDS``. What the capture tells goes to standard output, one JSON object a
line. The end of the input closes it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dictation.audio.capture import Capture
from dictation.audio.journal import Journal
from dictation.audio.line import Standby
from dictation.errors import AudioError
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk


class Teller:
    """Tells each note with the time since the last command, in seconds."""

    def __init__(self) -> None:
        self.commanded_s = time.monotonic()
        self._heard = 0

    def began(self, take: int) -> None:
        self._tell("began", take)

    def heard(self, chunk: AudioChunk) -> None:
        self._heard += len(chunk.samples)
        self._tell("heard", chunk.take, heard_s=self._heard / SAMPLE_RATE_HZ)

    def lost(self, take: int, error: AudioError) -> None:
        self._tell("lost", take, error=type(error).__name__)

    def ended(self, take: int) -> None:
        self._tell("ended", take)

    def _tell(self, note: str, take: int, **more: Any) -> None:
        after_s = time.monotonic() - self.commanded_s
        told = {"note": note, "take": take, "after_s": after_s, **more}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def main() -> None:
    journal = Journal(Path(sys.argv[1]))
    teller = Teller()
    capture = Capture(journal, teller)
    commands: dict[str, Callable[[int], None]] = {
        "start": capture.start,
        "stop": capture.stop,
        "open": lambda on: capture.stand_by(Standby(keep_open=bool(on))),
        "warm": lambda seconds: capture.stand_by(Standby(keep_warm_s=seconds)),
    }
    for line in sys.stdin:
        command, take = line.split()
        teller.commanded_s = time.monotonic()
        commands[command](int(take))
    capture.close()
    journal.close()


if __name__ == "__main__":
    main()
