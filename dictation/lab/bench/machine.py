"""What the measurements ran on, in words."""

from __future__ import annotations

import platform
import re
from pathlib import Path

from dictation.recognition.backends.processor import cores


def name() -> str:
    """The processor, and how much of it this program may use."""
    return f"{_processor()}, {cores()} core{'s' if cores() > 1 else ''}"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        told = ""
    model = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return model[1] if model else platform.processor() or platform.machine()
