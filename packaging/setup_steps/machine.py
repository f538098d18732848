"""What this machine is: with an NVIDIA GPU or without, with a display or without."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto

from setup_steps.commands import Outcome, ask


class Accelerator(Enum):
    """What PyTorch can compute on."""

    NVIDIA = auto()
    NONE = auto()


class Display(Enum):
    """Whether a window can be shown."""

    PRESENT = auto()
    ABSENT = auto()


def accelerator(question: Callable[[Sequence[str]], Outcome] = ask) -> Accelerator:
    """Asks the driver: nvidia-smi may be installed where no GPU is, and then lists none."""
    if shutil.which("nvidia-smi") is None:
        return Accelerator.NONE
    return accelerator_of(question(["nvidia-smi", "-L"]))


def accelerator_of(listing: Outcome) -> Accelerator:
    """From the outcome of ``nvidia-smi -L``, one line "GPU 0: NAME (UUID: ...)" for each."""
    listed = any(line.startswith("GPU ") for line in listing.lines)
    return Accelerator.NVIDIA if listing.succeeded and listed else Accelerator.NONE


def display(environment: Mapping[str, str], system: str = sys.platform) -> Display:
    """From the environment variables that X and Wayland sessions set."""
    windows = system == "darwin" or any(
        environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return Display.PRESENT if windows else Display.ABSENT
