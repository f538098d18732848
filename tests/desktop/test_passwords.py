"""The whole program where a password is asked for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from dictation.lab.dictation_program import DictationProgram
from dictation.lab.virtual_desktop import VirtualDesktop
from tests.programs.x11_session import HERE, SYSTEM_PYTHON

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"  # the desktop's own bus starts nothing by itself
KNOWN_S = 10.0


@pytest.fixture
def accessibility(desktop: VirtualDesktop) -> Iterator[None]:
    bus = desktop.start(LAUNCHER, "--launch-immediately")
    yield
    bus.end()


@pytest.fixture
def form(desktop: VirtualDesktop, accessibility: None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [SYSTEM_PYTHON, "-E", str(HERE / "x11_form_gtk.py")],
        env=desktop.environment | {"NO_AT_BRIDGE": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    process.communicate(timeout=10)  # it ends with its input


def ask(form: subprocess.Popen[str], field: str) -> dict[str, str]:
    assert form.stdin is not None
    assert form.stdout is not None
    form.stdin.write(json.dumps([field]) + "\n")
    form.stdin.flush()
    return json.loads(form.stdout.readline())


def test_nothing_is_heard_and_nothing_kept_while_the_focus_is_in_a_password_field(
    desktop: VirtualDesktop, form: subprocess.Popen[str]
) -> None:
    assert form.stdout is not None
    form.stdout.readline()  # its window is there
    program = DictationProgram(desktop)
    program.start()
    try:
        program.wait_until_ready()
        told = len(desktop.notifications())
        before = {take.take for take in program.takes(100)}  # of other tests on this desktop

        def is_refused() -> bool:
            """The program may just have begun to listen to the accessibility bus."""
            ask(form, "name")
            ask(form, "password")
            desktop.type_keys("F9")
            program.wait_until("idle")
            return any(
                "password" in each.summary.lower() for each in desktop.notifications()[told:]
            )

        desktop.wait(is_refused, KNOWN_S, "The refusal")
        assert not any(take.text for take in program.takes(10) if take.take not in before)
        assert ask(form, "password") == {"name": "", "password": ""}
    finally:
        program.running.end()
