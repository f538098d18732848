"""What this machine's processor can do, as far as a backend depends on it. Light to import."""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path

LIMIT = "DICTATION_MAX_CPU_ISA"
"""Environment: ``avx2`` leaves everything newer unused, as oneDNN's ``ONEDNN_MAX_CPU_ISA`` does."""

_LINUX = Path("/proc/cpuinfo")
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


def identity() -> str:
    """Changes whenever what was measured before may no longer hold."""
    return " ".join((platform.machine(), platform.processor(), *sorted(flags())))
