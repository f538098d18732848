"""Records takes in a process of its own: PortAudio reads the environment only once.

    record_take.py JOURNAL_FOLDER

Commands come on standard input, one a line: ``start TAKE``, ``stop TAKE``. What the capture tells
goes to standard output, one JSON object a line. The end of the input closes it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from dictation.audio.capture import Capture
from dictation.audio.journal import Journal
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
    for line in sys.stdin:
        command, take = line.split()
        teller.commanded_s = time.monotonic()
        {"start": capture.start, "stop": capture.stop}[command](int(take))
    capture.close()
    journal.close()


if __name__ == "__main__":
    main()
