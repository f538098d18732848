"""Start at login: entries that GLib itself starts, and what the user wrote into them stays."""

from __future__ import annotations

import plistlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dictation.errors import LoginUnchanged
from dictation.native import login, login_linux, login_macos, login_windows
from dictation.native.desktop_entry import exec_value, text_value, values, with_values
from dictation.native.login_linux import entry_on, is_edited, is_started
from dictation.native.start_command import Running, StartCommand, command_of, start_command

PROGRAMS = Path(__file__).parent / "programs"
COMMAND = StartCommand(("/usr/bin/dictation",))
HERE = ["GNOME"]


@pytest.fixture
def entry(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the entry lies; the system has none."""
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(own_folders / "system"))
    return own_folders / "xdg_config_home" / "autostart" / "dictation.desktop"


@pytest.fixture
def systems_entry(own_folders: Path, entry: Path) -> Path:
    """One that a package brought for everybody."""
    file = own_folders / "system" / "autostart" / "dictation.desktop"
    file.parent.mkdir(parents=True)
    file.write_text(entry_on("", COMMAND, HERE))
    return file


def test_it_is_turned_on_and_off_again_without_a_trace(entry: Path) -> None:
    assert login.possible()
    assert not login.is_on()

    login.turn(on=True)
    assert login.is_on()
    assert values(entry.read_text())["Exec"] == exec_value(start_command().words)

    login.turn(on=False)
    assert not login.is_on()
    assert not entry.exists()


@pytest.mark.parametrize(
    "stopper", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "OnlyShowIn=KDE;XFCE;"]
)
def test_what_the_desktop_switched_off_is_off_and_can_be_turned_on(
    entry: Path, monkeypatch: pytest.MonkeyPatch, stopper: str
) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    login.turn(on=True)
    key, value = stopper.split("=")
    entry.write_text(with_values(entry.read_text(), {key: value}))
    assert not login.is_on()

    login.turn(on=True)

    assert login.is_on()


def test_what_the_user_wrote_into_the_entry_outlives_off_and_on(entry: Path) -> None:
    entry.parent.mkdir(parents=True)
    own = "# mine\n[Desktop Entry]\nExec=env A=1 dictation\nName[de]=Diktat\nX-Delay=5\n"
    entry.write_text(own)

    login.turn(on=False)
    assert values(entry.read_text())["Hidden"] == "true"
    assert not login.is_on()

    login.turn(on=True)
    assert login.is_on()
    assert entry.read_text() == own


def test_a_command_of_ours_follows_the_program_to_its_new_place() -> None:
    old = entry_on("", StartCommand(("/old/python", "-m", "dictation"), Path("/old/src")), HERE)

    new = values(entry_on(old, COMMAND, HERE))

    assert new["Exec"] == "/usr/bin/dictation"
    assert "Path" not in new


def test_an_entry_for_everybody_counts_and_is_hidden_not_deleted(
    entry: Path, systems_entry: Path
) -> None:
    assert login.is_on()

    login.turn(on=False)
    assert not login.is_on()
    assert systems_entry.exists()

    login.turn(on=True)
    assert login.is_on()


def test_an_empty_entry_of_the_users_masks_that_for_everybody(
    entry: Path, systems_entry: Path
) -> None:
    entry.parent.mkdir(parents=True)
    entry.symlink_to("/dev/null")
    assert not login.is_on()

    login.turn(on=True)

    assert login.is_on()
    assert not entry.is_symlink()


def test_without_a_config_home_it_is_that_of_the_home_folder(
    own_folders: Path, entry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(own_folders / "home"))
    for not_meant in ("", "relative"):
        monkeypatch.setenv("XDG_CONFIG_HOME", not_meant)
        login.turn(on=True)
        assert (own_folders / "home/.config/autostart/dictation.desktop").exists()
        login.turn(on=False)


def test_why_it_cannot_be_changed_is_said(entry: Path) -> None:
    entry.parent.parent.mkdir(parents=True, exist_ok=True)
    entry.parent.write_text("a file where a folder should be")

    with pytest.raises(LoginUnchanged) as told:
        login.turn(on=True)

    assert str(entry) in str(told.value)
    assert not login.is_on()


@pytest.mark.parametrize(
    "name",
    ["plain", "with space", 'quo"te', "do$llar `tick`", "back\\slash", "100%", "a=b", "了 ' ;&|"],
)
def test_glib_starts_exactly_the_command_that_was_meant(tmp_path: Path, name: str) -> None:
    program, folder, proof = tmp_path / name, tmp_path / f"in {name}", tmp_path / "proof"
    program.write_text(
        f'#!/bin/sh\nprintf "%s|%s" "$1" "$PWD" > "{proof}.part"\nmv "{proof}.part" "{proof}"\n'
    )
    program.chmod(0o755)
    folder.mkdir()
    file = tmp_path / "entry.desktop"
    file.write_text(entry_on("", StartCommand((str(program), name), folder), HERE))

    subprocess.run(
        ["/usr/bin/python3", "-E", str(PROGRAMS / "launch_entry.py"), str(file)],
        check=True,
        timeout=30,
    )

    until_s = time.monotonic() + 20
    while not proof.exists() and time.monotonic() < until_s:
        time.sleep(0.01)
    assert proof.read_text() == f"{name}|{folder}"


def test_values_are_changed_in_their_own_group_alone() -> None:
    entry = "[Other]\nExec=a\n[Desktop Entry]\nExec = b\nExec=c\n\n[Desktop Action x]\nExec=d\n"

    changed = with_values(entry, {"Exec": "new", "Hidden": "true", "Gone": None})

    assert changed == (
        "[Other]\nExec=a\n[Desktop Entry]\nExec=new\nHidden=true\n\n[Desktop Action x]\nExec=d\n"
    )
    assert values(changed) == {"Exec": "new", "Hidden": "true"}
    assert text_value(" a\nb") == "\\sa\\nb"


def test_what_differs_from_ours_is_the_users() -> None:
    ours = entry_on("", COMMAND, HERE)
    assert not is_edited(ours)
    assert is_edited(with_values(ours, {"Exec": "mine"}))
    assert is_edited(with_values(ours, {"X-Delay": "3"}))
    assert is_started(ours, [])
    assert not is_started(with_values(ours, {"NotShowIn": "GNOME;"}), HERE)


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, StartCommand(("/py/python", "-m", "dictation"), Path("/src"))),
        ({"package": Path("/site/dictation")}, StartCommand(("/py/python", "-m", "dictation"))),
        ({"image": "/a.AppImage"}, StartCommand(("/a.AppImage",))),
        ({"is_frozen": True}, StartCommand(("/py/python",))),
    ],
)
def test_the_command_starts_the_program_that_runs_now(
    changes: dict[str, Any], command: StartCommand
) -> None:
    running: dict[str, Any] = {
        "called": Path("/src/dictation/__main__.py"),
        "python": Path("/py/python"),
        "package": Path("/src/dictation"),
        "site": Path("/site"),
    }
    assert command_of(Running(**running | changes)) == command


def test_an_entry_point_is_started_under_the_name_it_was_called_by(tmp_path: Path) -> None:
    (tmp_path / "of the version").write_text("")
    called = tmp_path / "dictation"
    called.symlink_to("of the version")
    running = Running(called, Path("/py"), Path("/src/dictation"), Path("/site"))
    assert command_of(running) == StartCommand((str(called),))


def test_the_command_runs_from_anywhere(tmp_path: Path) -> None:
    command = start_command()
    ran = subprocess.run(
        [*command.words, "--version"],
        cwd=command.folder or tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "dictation" in ran.stdout.lower()


class FakeRegistry:
    """As much of winreg as is used."""

    HKEY_CURRENT_USER, REG_SZ, KEY_SET_VALUE = "user", 1, 2

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, object]] = {}

    @contextmanager
    def CreateKey(self, _root: str, path: str) -> Iterator[dict[str, object]]:
        yield self.keys.setdefault(path, {})

    @contextmanager
    def OpenKey(self, _root: str, path: str, *_: int) -> Iterator[dict[str, object]]:
        if path not in self.keys:
            raise FileNotFoundError
        yield self.keys[path]

    def SetValueEx(self, key: dict[str, object], name: str, *rest: object) -> None:
        key[name] = rest[-1]

    def QueryValueEx(self, key: dict[str, object], name: str) -> tuple[object, int]:
        if name not in key:
            raise FileNotFoundError
        return key[name], 1

    def DeleteValue(self, key: dict[str, object], name: str) -> None:
        if name not in key:
            raise FileNotFoundError
        del key[name]


def test_windows_keeps_it_in_the_run_key_and_the_task_managers_no_counts() -> None:
    registry = FakeRegistry()
    assert not login_windows.is_on(registry)

    login_windows.turn(registry, on=True)
    assert login_windows.is_on(registry)
    registry.keys[login_windows._APPROVED] = {"Dictation": b"\x03" + bytes(11)}
    assert not login_windows.is_on(registry)
    login_windows.turn(registry, on=True)
    assert login_windows.is_on(registry)

    login_windows.turn(registry, on=False)
    assert not login_windows.is_on(registry)
    login_windows.turn(registry, on=False)


def test_the_run_key_finds_a_package_that_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "dictation").mkdir()
    (tmp_path / "dictation" / "__init__.py").write_text("")
    (tmp_path / "dictation" / "__main__.py").write_text("print('it runs')")
    line = login_windows.run_line(StartCommand((sys.executable, "-m", "dictation"), tmp_path))
    # No path of this test has a quote in it, so that a POSIX shell reads it as Windows does.
    ran = subprocess.run(line, shell=True, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "it runs\n"
    installed = StartCommand(("C:\\Program Files\\pythonw.exe", "-m", "dictation"))
    assert login_windows.run_line(installed) == '"C:\\Program Files\\pythonw.exe" -m dictation'


def test_macos_has_an_agent_that_runs_at_login(tmp_path: Path) -> None:
    agents = tmp_path / "agents"
    assert not login_macos.is_on(agents)

    login_macos.turn(agents, on=True)

    assert login_macos.is_on(agents)
    (file,) = agents.iterdir()
    told = plistlib.loads(file.read_bytes())
    assert told["ProgramArguments"] == list(start_command().words)
    file.write_bytes(plistlib.dumps(told | {"Disabled": True}))
    assert not login_macos.is_on(agents)
    file.write_text("nonsense")
    assert not login_macos.is_on(agents)

    login_macos.turn(agents, on=False)
    assert not file.exists()
    login_macos.turn(agents, on=False)


def test_in_a_sandbox_it_is_not_possible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "info").write_text("")
    monkeypatch.setattr(login_linux, "_SANDBOX", tmp_path / "info")
    assert not login.possible()
    assert not login.is_on()
