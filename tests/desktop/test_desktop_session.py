"""The virtual desktop: everything is there, nothing gets out of it, and nothing is left of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtGui import QImage

from dictation.errors import PlatformError
from dictation.lab import needs, stragglers
from dictation.lab.editors import Editor, gtk_editor, qt_editor, terminal
from dictation.lab.errors import (
    DesktopProgramEnded,
    DesktopProgramsMissing,
    NoVirtualDesktop,
    WaitedInVain,
)
from dictation.lab.running import Running
from dictation.lab.virtual_desktop import VirtualDesktop

NOTIFICATIONS = DBusAddress(
    "/org/freedesktop/Notifications",
    "org.freedesktop.Notifications",
    "org.freedesktop.Notifications",
)
PYTHON = sys.executable


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary folders are made; shorter than tmp_path, as a socket's path must be."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as name:
        monkeypatch.setattr("tempfile.tempdir", name)
        yield Path(name)


@contextmanager
def connection(desktop: VirtualDesktop) -> Iterator[DBusConnection]:
    with open_dbus_connection(desktop.environment["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        yield connection


def notify(bus: DBusConnection, summary: str, body: str, *, replaces: int = 0) -> int:
    actions = ["default", "Open", "copy", "Copy text"]
    hints = {"urgency": ("y", 0)}
    message = new_method_call(
        NOTIFICATIONS,
        "Notify",
        "susssasa{sv}i",
        ("test", replaces, "", summary, body, actions, hints, -1),
    )
    return int(bus.send_and_get_reply(message).body[0])


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


# --- from nothing to nothing


def test_it_is_complete_within_two_seconds() -> None:
    took_s = []
    for _ in range(3):  # the machine may be busy with something else for a moment
        began_s = time.monotonic()
        with VirtualDesktop():
            took_s.append(time.monotonic() - began_s)
    assert min(took_s) < 2


def test_neither_a_process_nor_a_file_is_left(temporary: Path) -> None:
    stubborn = "trap '' TERM; while :; do sleep 1; done"
    with VirtualDesktop() as desktop:
        started = [
            desktop.start("sh", "-c", stubborn),
            desktop.start("setsid", "--fork", "sleep", "600"),  # in a group that we never saw
            desktop.start("xterm"),
        ]
        run_folder = Path(desktop.environment["XDG_RUNTIME_DIR"])
        desktop.wait(lambda: len(stragglers.found(run_folder)) >= 9)
        pids = stragglers.found(run_folder)
        socket = Path(f"/tmp/.X11-unix/X{desktop.display[1:]}")
        assert desktop.folder.parent == temporary
        assert socket.exists()
    assert all(ended(pid) for pid in [*pids, *(running.pid for running in started)])
    assert list(temporary.iterdir()) == []
    assert not socket.exists()


def test_nothing_is_left_when_the_work_on_it_fails(temporary: Path) -> None:
    pids = []

    def interrupted() -> None:
        with VirtualDesktop() as desktop:
            pids.append(desktop.start("xterm").pid)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert ended(pids[0])
    assert list(temporary.iterdir()) == []


def test_its_programs_end_when_the_one_that_made_it_is_killed(temporary: Path) -> None:
    making = (
        "import time\n"
        "from dictation.lab.virtual_desktop import VirtualDesktop\n"
        "with VirtualDesktop() as desktop:\n"
        "    print(desktop.folder, flush=True)\n"
        "    time.sleep(600)\n"
    )
    maker = subprocess.Popen(
        [PYTHON, "-c", making],
        env=os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with maker:
        assert maker.stdout is not None
        run_folder = Path(maker.stdout.readline().strip()) / "run"
        assert len(stragglers.found(run_folder)) >= 6
        maker.kill()
    until_s = time.monotonic() + 5
    while stragglers.found(run_folder) and time.monotonic() < until_s:
        time.sleep(0.02)
    assert stragglers.found(run_folder) == ()


def test_several_can_be_made_at_the_same_moment() -> None:
    together = 3
    with ThreadPoolExecutor(together) as threads:
        desktops = [VirtualDesktop() for _ in range(together)]
        try:
            list(threads.map(VirtualDesktop.__enter__, desktops))
            assert len({desktop.display for desktop in desktops}) == together
            first, *others = desktops
            xterm = first.start("xterm")
            assert first.window_of(xterm)
            assert not any(
                window.app == "XTerm" for desktop in others for window in desktop.windows()
            )
            first.set_clipboard("UTF8_STRING", b"of the first")
            assert [desktop.clipboard() for desktop in others] == [None] * (together - 1)
        finally:
            for desktop in desktops:
                desktop.__exit__(None, None, None)


def test_it_leaves_a_screen_alone_that_is_there_already() -> None:
    with VirtualDesktop() as older:
        xterm = older.start("xterm")
        older.window_of(xterm)
        for _ in range(2):
            with VirtualDesktop() as newer:
                assert newer.display != older.display
        # A program that starts now still finds it by its socket.
        later = older.start("xterm")
        assert older.window_of(later)


# --- what gets in


def test_nothing_of_the_users_session_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    leaks = {
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/leak",
        "DISPLAY": ":leak",
        "HOME": "/leak",
        "LC_ALL": "leak",
        "PULSE_SERVER": "/leak",
        "PULSE_SINK": "leak",
        "QT_QPA_PLATFORM": "leak",
        "SESSION_MANAGER": "leak",
        "WAYLAND_DISPLAY": "leak",
        "XAUTHORITY": "/leak",
        "XDG_CONFIG_HOME": "/leak",
        "XDG_RUNTIME_DIR": "/leak",
    }
    for variable, value in leaks.items():
        monkeypatch.setenv(variable, value)
    with VirtualDesktop() as desktop:
        program = desktop.start("env")
        assert program.wait(5) == 0
        assert "PATH=" in program.output
        assert "leak" not in program.output
        for folder in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
            assert Path(desktop.environment[folder]).is_relative_to(desktop.folder)


def test_all_that_is_missing_is_named_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("dbus-daemon", "pulseaudio", "paplay", "xclip", "dunst", "xfwm4"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DesktopProgramsMissing) as missing, VirtualDesktop():
        pass
    assert "Xvfb, trayer" in str(missing.value)
    assert missing.value.remedy.endswith("sudo apt install trayer xvfb")


def test_other_systems_are_told_that_it_needs_linux() -> None:
    with pytest.raises(NoVirtualDesktop, match="Linux"):
        needs.check("darwin")


# --- programs


def test_a_program_that_ends_too_early_is_named_with_its_last_words(
    desktop: VirtualDesktop,
) -> None:
    failing = desktop.start("sh", "-c", "echo cannot be >&2; exit 3")
    with pytest.raises(DesktopProgramEnded) as told:
        desktop.window_of(failing)
    assert str(told.value) == "sh of the virtual desktop ended with exit code 3: cannot be"
    assert isinstance(told.value, PlatformError)


def test_what_does_not_come_is_waited_for_only_so_long(desktop: VirtualDesktop) -> None:
    with pytest.raises(WaitedInVain, match=r"A miracle: waited 0\.05 s for it in vain"):
        desktop.wait(lambda: False, timeout_s=0.05, what="A miracle")


@pytest.mark.parametrize("open_editor", [qt_editor, gtk_editor, terminal])
def test_what_is_typed_is_in_the_editors_file(
    desktop: VirtualDesktop, open_editor: Callable[[VirtualDesktop], Editor]
) -> None:
    editor = open_editor(desktop)
    assert editor.text == ""
    desktop.type_keys("Shift_L", "h")
    desktop.type_keys("i")
    desktop.wait(lambda: editor.text == "Hi", what="The typed text")
    assert desktop.keys_down() == frozenset()
    editor.program.end()


def test_the_focus_decides_who_gets_what_is_typed(desktop: VirtualDesktop) -> None:
    first, second = qt_editor(desktop), terminal(desktop)
    desktop.focus(first.window)
    desktop.type_keys("a")
    desktop.focus(second.window)
    desktop.type_keys("b")
    desktop.wait(lambda: (first.text, second.text) == ("a", "b"), what="Both texts")
    first.program.end()
    second.program.end()


def test_a_held_key_and_a_taken_key_are_seen(desktop: VirtualDesktop) -> None:
    taking = (
        "from Xlib import X, display\n"
        "d = display.Display()\n"
        "d.screen().root.grab_key(d.keysym_to_keycode(0xFFC6), X.AnyModifier, 0, 1, 1)\n"
        "d.sync(); print('taken', flush=True)\n"
        "d.next_event()"
    )
    assert not desktop.is_grabbed("F9")
    taker = desktop.start(PYTHON, "-c", taking)
    desktop.wait(lambda: "taken" in taker.output, what="The grab")
    assert desktop.is_grabbed("F9")
    assert not desktop.is_grabbed("F8")
    taker.end()
    assert not desktop.is_grabbed("F9")
    desktop.press("Control_L")
    assert desktop.keys_down() == {"Control_L"}
    desktop.release("Control_L")
    assert desktop.keys_down() == frozenset()


# --- sound


def test_the_microphone_hears_what_is_played(
    desktop: VirtualDesktop, tmp_path: Path, demo_recording: Path
) -> None:
    samples, rate_hz = soundfile.read(demo_recording, dtype="float32")
    spoken = samples[: 3 * rate_hz]
    soundfile.write(tmp_path / "spoken.wav", spoken, rate_hz)
    recording = (
        "import sys, sounddevice, soundfile\n"
        "with sounddevice.InputStream(samplerate=16000, channels=1, dtype='float32') as stream:\n"
        "    print('open', flush=True)\n"
        "    soundfile.write(sys.argv[1], stream.read(16000 * 4)[0], 16000)\n"
    )
    best = 0.0
    for _ in range(3):  # on a busy machine PulseAudio now and then drops some milliseconds
        recorder = desktop.start(PYTHON, "-c", recording, str(tmp_path / "heard.wav"))
        desktop.wait(lambda run=recorder: "open" in run.output, what="The recording")
        desktop.play(tmp_path / "spoken.wav").wait()
        assert recorder.wait(10) == 0, recorder.output
        heard, _ = soundfile.read(tmp_path / "heard.wav", dtype="float32")
        best = max(best, best_correlation(heard, spoken))
        if best > 0.98:
            return
    pytest.fail(f"the best correlation of three recordings was {best:.3f}")


def best_correlation(heard: np.ndarray, spoken: np.ndarray) -> float:
    """At the shift where they fit best, found by their spectra."""
    size = 1 << int(len(heard) + len(spoken)).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size)), size)
    shift = int(product[: len(heard) - len(spoken) + 1].argmax())
    return float(np.corrcoef(heard[shift : shift + len(spoken)], spoken)[0, 1])


def test_a_recording_that_cannot_be_played_is_an_error(
    desktop: VirtualDesktop, tmp_path: Path
) -> None:
    with pytest.raises(DesktopProgramEnded, match="paplay"):
        desktop.play(tmp_path / "none.wav")


# --- clipboard, tray, notifications, picture


def test_the_clipboard_holds_what_a_program_put_there(desktop: VirtualDesktop) -> None:
    picture = np.random.default_rng(1).bytes(1_300_000)  # too much for one X request
    owner = desktop.set_clipboard("image/png", picture)
    assert desktop.clipboard("image/png") == picture
    desktop.set_clipboard("UTF8_STRING", "你好 😀".encode())
    assert desktop.clipboard() == "你好 😀".encode()
    assert owner.wait(5) == 0  # it lost the clipboard to the other


def test_an_icon_in_the_tray_is_seen(desktop: VirtualDesktop) -> None:
    showing = (
        "from PySide6 import QtGui, QtWidgets\n"
        "app = QtWidgets.QApplication([])\n"
        "picture = QtGui.QPixmap(22, 22); picture.fill('red')\n"
        "icon = QtWidgets.QSystemTrayIcon(QtGui.QIcon(picture)); icon.show()\n"
        "app.exec()"
    )
    before = desktop.tray_icons()
    program = desktop.start(PYTHON, "-c", showing)
    desktop.wait(lambda: len(desktop.tray_icons()) == len(before) + 1, 10, "The icon")
    icon = desktop.tray_icons()[-1]
    assert 16 <= icon.width <= 64
    assert icon.y > 700
    program.end()
    desktop.wait(lambda: desktop.tray_icons() == before, what="The icon's end")


def wait_until_shown(desktop: VirtualDesktop, id_: int, summary: str = "") -> None:
    """What listens on the bus hears of a notification a moment after the daemon did."""
    desktop.wait(
        lambda: any(
            shown.id == id_ and shown.summary.startswith(summary)
            for shown in desktop.shown_notifications()
        ),
        what="The notification",
    )


def test_a_notification_is_known_in_all_its_forms(desktop: VirtualDesktop) -> None:
    with connection(desktop) as bus:
        id_ = notify(bus, "Listening", "…")
        assert notify(bus, "Done", "<b>5 &lt; 6</b> 🇬🇧", replaces=id_) == id_
        wait_until_shown(desktop, id_, "Done")
        listening, done = desktop.notifications()[-2:]
        assert (listening.summary, done.summary) == ("Listening", "Done")
        assert (listening.replaces, done.replaces) == (0, id_)
        assert done.text == "5 < 6 🇬🇧"
        assert done.actions == {"default": "Open", "copy": "Copy text"}
        assert desktop.shown_notifications()[-1] == done
        bus.send_and_get_reply(new_method_call(NOTIFICATIONS, "CloseNotification", "u", (id_,)))
        desktop.wait(lambda: done not in desktop.shown_notifications(), what="The end of it")


def test_an_action_of_a_notification_can_be_chosen(desktop: VirtualDesktop) -> None:
    with connection(desktop) as bus:
        ids = [notify(bus, f"Done {number}", "Hello") for number in range(3)]
        wait_until_shown(desktop, ids[-1])
        _, middle, _ = desktop.shown_notifications()[-3:]
        desktop.invoke_notification_action(middle, "copy")
        invoked = bus.receive(timeout=5)
        assert invoked.body == (ids[1], "copy")
        for id_ in ids:
            bus.send_and_get_reply(new_method_call(NOTIFICATIONS, "CloseNotification", "u", (id_,)))


def test_the_screenshot_shows_what_is_there(desktop: VirtualDesktop, tmp_path: Path) -> None:
    desktop.screenshot(tmp_path / "empty.png")
    editor = qt_editor(desktop)

    def looks_like_paper() -> bool:
        desktop.screenshot(tmp_path / "full.png")
        return colours(tmp_path / "full.png").get("#fffdf7", 0) > 200_000

    assert "#fffdf7" not in colours(tmp_path / "empty.png")
    desktop.wait(looks_like_paper, what="The picture of the editor")
    editor.program.end()


def colours(file: Path) -> dict[str, int]:
    """How many pixels are of each colour."""
    picture = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32)
    assert (picture.width(), picture.height()) == (1280, 800)
    values, counts = np.unique(np.frombuffer(picture.constBits(), np.uint32), return_counts=True)
    return {
        f"#{value & 0xFFFFFF:06x}": int(count) for value, count in zip(values, counts, strict=True)
    }


def test_asking_and_killing_go_to_the_whole_group(desktop: VirtualDesktop) -> None:
    parent: Running = desktop.start("sh", "-c", "sleep 600 & echo $!; wait")
    desktop.wait(lambda: parent.output.strip(), what="The child")
    child = int(parent.output)
    parent.send_signal(signal.SIGKILL)  # it cannot take its child along
    desktop.wait(lambda: not parent.alive, what="The parent's end")
    assert not ended(child)
    parent.end()
    assert ended(child)
