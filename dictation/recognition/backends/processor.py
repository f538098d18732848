"""What this machine's processor can do, as far as a backend depends on it. Light to import."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

_LINUX = Path("/proc/cpuinfo")


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
            return frozenset(value.split())
    return frozenset()


def has_amx() -> bool:
    """Whether it multiplies bfloat16 matrices; without, bfloat16 is slower than float32."""
    return {"amx_tile", "amx_bf16"} <= flags()


def identity() -> str:
    """Changes whenever what was measured before may no longer hold."""
    return " ".join((platform.machine(), platform.processor(), *sorted(flags())))
