"""``dictation toggle``, ``press``, ``release`` …: commands to the running program."""

from __future__ import annotations

import argparse
import json

from dictation.control import ask
from dictation.translation import N_, _

_STATES = {
    "idle": N_("idle"),
    "listening": N_("listening"),
    "working": N_("working"),
}
_MODEL = {
    "starting": N_("model starting"),
    "loading": N_("model loading"),
    "preparing": N_("model preparing"),
    "ready": N_("model ready"),
    "unusable": N_("model unusable"),
}


def run(chosen: argparse.Namespace) -> int:
    """1 if the running program refused; NotRunning is raised where there is none."""
    answer = ask(chosen.order)
    if chosen.json:
        print(json.dumps(answer))
    elif chosen.order == "status":
        state, model = _STATES[answer["state"]], _MODEL[answer["model"]]
        told = (
            _("{state}; {model}; hotkey paused") if answer.get("paused") else _("{state}; {model}")
        )
        print(told.format(state=_(state), model=_(model)))
    return 1 if "error" in answer else 0
