"""``dictation toggle``, ``press``, ``release`` …: commands to the running program."""

from __future__ import annotations

import argparse
import json

from dictation.control import ask


def run(chosen: argparse.Namespace) -> int:
    """1 if the running program refused; NotRunning is raised where there is none."""
    answer = ask(chosen.order)
    if chosen.json:
        print(json.dumps(answer))
    elif chosen.order == "status":
        paused = "; hotkey paused" if answer.get("paused") else ""
        print(f"{answer['state']}; model {answer['model']}{paused}")
    return 1 if "error" in answer else 0
