"""A server with limits that a test reaches: ``python strict_server.py PORT``."""

from __future__ import annotations

import sys
from pathlib import Path

from dictation.paths import resource
from dictation.recognition.messages import Aim, Setup
from dictation.recognition.options import FILE, Options
from dictation.server.access import Access, own_names
from dictation.server.limits import ServerLimits
from dictation.server.serving import Bound, Place, Service, serve

LIMITS = ServerLimits(
    body_bytes=400_000,
    bodies_bytes=1_000_000,
    audio_s=12.0,
    audios_s=60.0,
    takes=3,
    header_s=1.0,
    stall_s=1.0,
    slowest_bytes_per_s=2_000_000,
    answer_s=2.0,
    silence_s=1.0,
    idle_s=1.5,
)


def main() -> None:
    log = Path(sys.argv[1])
    setup = Setup(resource("demo_model"), resource("vad"), log, 1, aim=Aim.THROUGHPUT)

    def tell(bound: Bound) -> None:
        sys.stdout.write(f"Listening on http://127.0.0.1:{bound.port}/\n")
        sys.stdout.flush()

    place = Place("127.0.0.1", 0, Access(None, own_names(())))
    serve(place, Service(lambda: setup, Options(profile=FILE), LIMITS), tell)


if __name__ == "__main__":
    main()
