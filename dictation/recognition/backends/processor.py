"""What this machine's processor can do, as far as a backend depends on it. Light to import."""

from __future__ import annotations

import os
import platform
import time
from functools import cache
from pathlib import Path

LIMIT = "DICTATION_MAX_CPU_ISA"
"""Environment: ``avx2`` leaves everything newer unused, as oneDNN's ``ONEDNN_MAX_CPU_ISA`` does."""

_MOST_THREADS = 4  # more give nothing on units of a few seconds

_LINUX = Path("/proc/cpuinfo")
# What runs for a moment only, such as our own reader, is gone when we look again.
_LOOKS, _LOOK_AGAIN_S = 3, 0.0003
_LOAD = Path("/proc/loadavg")  # proc(5): its fourth field is "running/all" threads
_NEWER_THAN_AVX2 = ("avx512", "avx_", "avx10", "amx")


@cache
def flags() -> frozenset[str]:
    """Instruction sets by Linux's names, such as ``amx_bf16``; empty where it cannot be asked."""
    try:
        told = _LINUX.read_text(encoding="ascii", errors="replace")
    except OSError:
        return frozenset()
    for line in told.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("flags", "Features"):  # x86, ARM
            known = value.split()
            if os.environ.get(LIMIT) == "avx2":
                known = [flag for flag in known if not flag.startswith(_NEWER_THAN_AVX2)]
            return frozenset(known)
    return frozenset()


def has_amx() -> bool:
    """Whether it multiplies bfloat16 matrices; without, bfloat16 is slower than float32."""
    return {"amx_tile", "amx_bf16"} <= flags()


def has_vnni() -> bool:
    """Whether it adds up products of 8-bit numbers in 32 bits.

    Where the processor cannot be asked, as on Windows, it is taken to be one that does not.
    """
    return bool({"avx512_vnni", "avx_vnni", "asimddp"} & flags())


def cores() -> int:
    """Those that this program may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):  # Linux: what a container or taskset leaves us
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def usual_threads() -> int:
    """The most threads that make one decode faster on this machine."""
    return min(_MOST_THREADS, cores())


def free_threads(most: int) -> int:
    """How many threads would find a core of their own at this moment, from 1 to most.

    OpenMP's threads wait for each other some 450 times in a decode: when another program takes
    the core of one of them, two take three times as long as one alone; on a free machine a
    quarter less. Where the system does not tell, one core is left to the others.
    """
    most = min(most, cores())
    free = 0
    for look in range(_LOOKS if most > 1 else 0):
        if look:
            time.sleep(_LOOK_AGAIN_S)
        running = _running()
        if running is None:
            return max(1, min(most, cores() - 1))
        others = running - 1  # we are one of them
        free = max(free, (os.cpu_count() or 1) - others)
        if free >= most:
            break
    return max(1, min(most, free))


def _running() -> int | None:
    """Threads of the whole machine that run or could run; None where that is not told."""
    try:
        return int(_LOAD.read_text(encoding="ascii").split()[3].partition("/")[0])
    except (OSError, ValueError, IndexError):
        return None


def thread_environment(threads: int) -> dict[str, str]:
    """Of a process that decodes; libraries read it when they are loaded.

    OpenMP's default of spinning threads collapses (6 s for 2 s of audio) when another program
    takes a core; without any spinning two threads are slower than one. GNU's, which PyTorch has
    on Linux, can be told to spin for a while, here about 0.4 ms. threads: 0: as many as suit.
    """
    return {
        "OMP_WAIT_POLICY": "PASSIVE",
        "GOMP_SPINCOUNT": "10000",
        "OMP_NUM_THREADS": str(threads or usual_threads()),
        "OPENBLAS_NUM_THREADS": "1",  # the VAD's matrices are too small to share
    }


def identity() -> str:
    """Changes whenever what was measured before may no longer hold."""
    return " ".join((platform.machine(), platform.processor(), *sorted(flags())))
