"""One instance, and commands that reach it, whatever became of the one before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation import paths
from dictation.cli import main
from dictation.control import OneInstance, ask
from dictation.errors import NotRunning, RuntimeFolderOpen

HOLDER = """
import sys, time
from dictation.control import OneInstance
instance = OneInstance.claim()
print("refused" if instance is None else "claimed", flush=True)
if instance:
    instance.serve(lambda command: {"command": command})
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "run").mkdir(mode=0o700)
    return tmp_path / "run"


@pytest.fixture
def instance() -> Iterator[OneInstance]:
    claimed = OneInstance.claim()
    assert claimed is not None
    yield claimed
    claimed.close()


def test_a_command_reaches_the_running_program(instance: OneInstance) -> None:
    instance.serve(lambda command: {"heard": command})

    assert ask("toggle") == {"heard": "toggle"}
    assert ask("status") == {"heard": "status"}


def test_without_a_program_there_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotRunning):
        ask("toggle")
    assert main(["toggle"]) == 8
    assert "not running" in capsys.readouterr().err


def test_there_is_one_instance(instance: OneInstance) -> None:
    assert OneInstance.claim() is None


def test_another_may_start_after_the_end(instance: OneInstance) -> None:
    instance.close()
    second = OneInstance.claim()

    assert second is not None
    second.close()


def test_a_killed_instance_leaves_no_obstacle() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "claimed\n"
    assert ask("status") == {"command": "status"}
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()

    with pytest.raises(NotRunning):
        ask("status")
    second = OneInstance.claim()
    assert second is not None
    second.close()


def test_of_six_that_start_at_once_one_wins() -> None:
    holders = [
        subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    told = [holder.stdout.readline().strip() for holder in holders if holder.stdout]
    for holder in holders:
        holder.kill()
        holder.wait()
        if holder.stdout:
            holder.stdout.close()

    assert sorted(told) == ["claimed"] + ["refused"] * 5


def test_nobody_else_can_send_commands(instance: OneInstance) -> None:
    assert paths.runtime_folder().stat().st_mode & 0o077 == 0


def test_a_folder_that_is_open_to_others_is_refused() -> None:
    paths.runtime_folder().mkdir()
    paths.runtime_folder().chmod(0o755)

    with pytest.raises(RuntimeFolderOpen):
        OneInstance.claim()


def test_status_is_json(instance: OneInstance, capsys: pytest.CaptureFixture[str]) -> None:
    instance.serve(lambda _: {"state": "idle", "model": "ready"})

    assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"state": "idle", "model": "ready"}


def test_a_command_answers_at_once_and_loads_neither_qt_nor_torch(instance: OneInstance) -> None:
    instance.serve(lambda _: {"state": "idle"})
    program = (
        "import sys; from dictation.cli import main; main(['toggle']);"
        "print(*({'PySide6', 'torch', 'numpy', 'funasr'} & set(sys.modules)))"
    )
    began_s = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )

    assert ran.stdout.strip() == ""
    assert time.monotonic() - began_s < 5  # that it is under 150 ms is measured by hand
