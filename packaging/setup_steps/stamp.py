"""Remembers for what the environment was set up, so that a second start need not ask again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from setup_steps.machine import Accelerator

SETUP_VERSION = 1  # raise it when the steps change in a way that finished environments lack


def fingerprint(
    project: dict[str, Any],
    *,
    root: Path,
    python: tuple[int, int],
    accelerator: Accelerator,
    system_packages: Sequence[str],
) -> str:
    """A hash of all that set-up depends on. The root is part: scripts in .venv name its path."""
    table = project.get("project", {})
    basis = {
        "setup": SETUP_VERSION,
        "root": str(root),
        "python": python,
        "accelerator": accelerator.name,
        "system-packages": list(system_packages),
        "build": project.get("build-system"),
        "needs": table.get("dependencies"),
        "extras": table.get("optional-dependencies"),
        "requires-python": table.get("requires-python"),
        "scripts": table.get("scripts"),
    }
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether set-up went through to its end, for just this."""
    try:
        return stamp.read_text(encoding="utf-8").strip() == wanted
    except (OSError, UnicodeDecodeError):
        return False
