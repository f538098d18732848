"""Tests that need a whole desktop: it is a virtual one, so they run on any Linux."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation.lab.virtual_desktop import VirtualDesktop

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def desktop() -> Iterator[VirtualDesktop]:
    """One for all tests; each starts its own programs on it, and ends them."""
    # The program under test is this checkout's, whether or not it is installed.
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT) + (os.pathsep + before if before else "")
    try:
        with VirtualDesktop() as desktop:
            yield desktop
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
