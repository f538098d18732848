"""Brings everything in place, step by step, and remembers when it is."""

from __future__ import annotations

import fcntl
import os
import sys
from typing import TextIO

from setup_steps import environment, machine, pytorch, stamp, system_packages
from setup_steps.checkout import Checkout
from setup_steps.commands import Commands, LoggedCommands
from setup_steps.machine import Accelerator
from setup_steps.progress import Progress

EXTRAS = "engine,client,server,lab,media,dev"
_STEPS = 4


def set_up(checkout: Checkout) -> None:
    """Raises a SetupFault where a step fails; what was done stays, and the next start goes on."""
    accelerator = machine.accelerator()
    wanted = stamp.fingerprint(
        checkout.project(),
        root=checkout.root,
        python=sys.version_info[:2],
        accelerator=accelerator,
        system_packages=system_packages.for_display(machine.display(os.environ)),
    )
    if _is_complete(checkout, wanted):
        return
    checkout.venv.mkdir(exist_ok=True)
    with checkout.log.open("a", encoding="utf-8") as log:
        _wait_for_others(log)
        if _is_complete(checkout, wanted):
            return
        log.truncate(0)
        checkout.stamp.unlink(missing_ok=True)
        progress = Progress(sys.stdout, _STEPS)
        commands = LoggedCommands(log, environment.variables(os.environ), progress.show)
        try:
            _take_steps(checkout, accelerator, commands, progress)
        finally:
            progress.leave()
        checkout.stamp.write_text(wanted + "\n", encoding="utf-8")


def _take_steps(
    checkout: Checkout, accelerator: Accelerator, commands: Commands, progress: Progress
) -> None:
    progress.begin("System packages")
    progress.end(system_packages.provide(commands, progress))
    progress.begin("Environment .venv")
    progress.end(environment.provide(checkout, commands, progress))
    progress.begin("PyTorch, " + ("CUDA" if accelerator is Accelerator.NVIDIA else "CPU"))
    progress.end(pytorch.provide(checkout, accelerator, commands, progress))
    progress.begin("Dictation and what it needs")
    pytorch.pip_install(
        checkout,
        accelerator,
        commands,
        ["--constraint", str(checkout.constraints), "--editable", f"{checkout.root}[{EXTRAS}]"],
        what="Installing the packages that Dictation needs",
    )
    progress.end("installed")


def _is_complete(checkout: Checkout, wanted: str) -> bool:
    return stamp.is_current(checkout.stamp, wanted) and checkout.program("python").exists()


def _wait_for_others(log: TextIO) -> None:
    """Two set-ups in one folder would tread on each other; the lock ends with the process."""
    try:
        fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another set-up is at work in this folder; waiting for it.", flush=True)
        fcntl.flock(log, fcntl.LOCK_EX)
