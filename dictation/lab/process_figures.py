"""What the kernel has counted of a process."""

from __future__ import annotations

import os
import re
from pathlib import Path


def peak_memory_mb(pid: int) -> float | None:
    """The most memory it ever had in RAM, shared pages too, in 10⁶ bytes.

    None on a system without /proc.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(peak[1]) * 1024 / 1e6 if peak else None


def cpu_s(pid: int) -> float | None:
    """The seconds of a core that all its threads have used. None on a system without /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # From proc(5): "pid (name) state …", where the name may hold anything; utime is field 14.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
