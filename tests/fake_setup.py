"""Stand-ins for what set-up asks of a machine: its command line, and a checkout to work in."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from setup_steps.checkout import Checkout
from setup_steps.commands import Outcome
from setup_steps.progress import Progress


class FakeCommands:
    """Answers each command by the first rule whose words are all in it; else with success."""

    def __init__(self, *rules: tuple[str, Outcome]) -> None:
        self._rules = rules
        self.ran: list[str] = []

    def run(
        self,
        argv: Sequence[str],
        *,
        watch: Callable[[str], None] = lambda line: None,
        deadline_s: float | None = None,
    ) -> Outcome:
        command = " ".join(argv)
        self.ran.append(command)
        for words, outcome in self._rules:
            if all(word in command for word in words.split()):
                for line in outcome.lines:
                    watch(line)
                return outcome
        return Outcome(0)


def silent() -> Progress:
    return Progress(io.StringIO(), 4)


def has_torch(checkout: Checkout, version: str) -> None:
    folder = checkout.site_packages / f"torch-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n")


def has_venv(checkout: Checkout, version: str = "3.11.2", folder: Path | None = None) -> None:
    """folder: where it was made, if not here."""
    checkout.program("python").parent.mkdir(parents=True)
    checkout.program("python").touch()
    (checkout.venv / "pyvenv.cfg").write_text(
        f"home = /usr/bin\nversion = {version}\n"
        f"command = /usr/bin/python3 -m venv {folder or checkout.venv}\n"
    )


def has_programs(checkout: Checkout, **codes: int) -> None:
    """Programs that say what they were called with; codes: how those end that do not succeed."""
    checkout.program("python").parent.mkdir(parents=True, exist_ok=True)
    for name in ("ruff", "mypy", "lint-imports", "pytest"):
        program = checkout.program(name)
        program.write_text(f'#!/bin/sh\necho "{name} $*"\nexit {codes.get(name, 0)}\n')
        program.chmod(0o755)
