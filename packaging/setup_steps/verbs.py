"""run, check and test: what the script does once everything is in place."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from setup_steps import machine
from setup_steps.checkout import THIS, Checkout
from setup_steps.faults import ProgramMissing, SetupFault
from setup_steps.machine import Display
from setup_steps.sequence import set_up
from setup_steps.symptoms import fault_of_error

_USAGE = """\
python3 packaging/bootstrap.py run [ARGUMENTS]    set up, then start Dictation
python3 packaging/bootstrap.py check              set up, then lint, format and type checks
python3 packaging/bootstrap.py test [ARGUMENTS]   set up, check, then run the tests with pytest
"""
_CHECKS = (
    ("ruff check", ("ruff", "check", "--output-format=concise", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("mypy", ("mypy",)),
    ("lint-imports", ("lint-imports",)),
)


@dataclass(frozen=True)
class Launch:
    """What ``run`` starts. sentence: said before, where it is not what one would expect."""

    arguments: tuple[str, ...]
    sentence: str = ""


def launch(arguments: Sequence[str], display: Display) -> Launch:
    """Decides what ``run`` starts: the arguments of ``dictation``, none for the program itself."""
    if arguments:
        return Launch(tuple(arguments))
    if display is Display.ABSENT:
        return Launch(("demo",), "No display here, so a virtual one shows the demonstration.")
    return Launch((), "Dictation is in the system tray: hold F9 and speak.")


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a path may hold what the terminal cannot show
    try:
        return _obey(arguments, THIS)
    except SetupFault as fault:
        print(rendered(fault, THIS), file=sys.stderr)
        return fault.exit_code
    except OSError as error:
        print(rendered(fault_of_error("Set-up", error), THIS), file=sys.stderr)
        return 1


def _obey(arguments: Sequence[str], checkout: Checkout) -> int:
    match list(arguments):
        case ["run", *rest]:
            set_up(checkout)
            return run(launch(rest, machine.display(os.environ)), checkout)
        case ["check"]:
            set_up(checkout)
            return 1 if check(checkout) else 0
        case ["test", *rest]:
            set_up(checkout)
            return test(rest, checkout)
        case ["help" | "-h" | "--help"]:
            print(_USAGE, end="")
            return 0
        case _:
            print(_USAGE, end="", file=sys.stderr)
            return 2


def rendered(fault: SetupFault, checkout: Checkout) -> str:
    """What happened, the lines that show it, and what to do."""
    evidence = [f"  | {line}" for line in fault.evidence]
    log = [f"The whole log: {checkout.log}"] if fault.evidence and checkout.log.exists() else []
    return "\n".join([str(fault), *evidence, fault.remedy, *log])


def run(launch: Launch, checkout: Checkout) -> int:
    """Hands the process over to ``dictation``, which then gets the signals and the exit code."""
    if launch.sentence:
        print(launch.sentence, flush=True)
    dictation = _program(checkout, "dictation")
    os.execv(dictation, [str(dictation), *launch.arguments])


def check(checkout: Checkout) -> list[str]:
    """Runs every check, whatever the others say, and returns the names of those that failed."""
    failed = []
    for name, (program, *arguments) in _CHECKS:
        started = time.monotonic()
        result = subprocess.run(
            [_program(checkout, program), *arguments],
            cwd=checkout.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        verdict = "ok" if result.returncode == 0 else "FAILED"
        print(f"{name}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
        if result.returncode != 0:
            print(result.stdout, flush=True)
            failed.append(name)
    return failed


def test(arguments: Sequence[str], checkout: Checkout) -> int:
    """Runs the tests even where a check failed, so that one start tells everything."""
    failed = check(checkout)
    if failed:
        print(f"Failed: {', '.join(failed)}. The tests run all the same.", flush=True)
    pytest = subprocess.run(
        [_program(checkout, "pytest"), *arguments], cwd=checkout.root, check=False
    )
    return pytest.returncode or (1 if failed else 0)


def _program(checkout: Checkout, name: str) -> Path:
    program = checkout.program(name)
    if not program.exists():
        raise ProgramMissing(program=name)
    return program
