"""``dictation`` alone: the program in the system tray."""

from __future__ import annotations

import argparse


def run(chosen: argparse.Namespace) -> int:
    """The exit code, when the user quits."""
    from dictation.desktop.app import main

    return main(chosen.app_model, chosen.app_backend)
