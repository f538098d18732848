"""Which way of doing things is chosen, and what is done where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dictation.errors import DesktopGone, NoClipboard, NoSuchKey, NotPossibleHere, OnlyCopied
from dictation.native import choose
from dictation.native.choose import NoActiveWindow, Session, this_session
from dictation.native.contracts import Listeners
from dictation.native.copying import ClipboardCommand, CopyingTypist, NoCopying
from dictation.native.key_names import Combination, Modifier, parsed
from dictation.speech import Outcome


@pytest.fixture(autouse=True)
def no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.parametrize(
    ("variables", "session"),
    [
        ({}, Session.NONE),
        ({"DISPLAY": ":0"}, Session.X11),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, Session.X11),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, Session.WAYLAND),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, Session.WAYLAND),
    ],
)
def test_the_session_is_known_by_its_variables(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], session: Session
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert this_session() is session


@pytest.mark.parametrize(("system", "session"), [("win32", "windows"), ("darwin", "macos")])
def test_other_systems_have_one_kind_of_session(
    monkeypatch: pytest.MonkeyPatch, system: str, session: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert this_session() == session


def test_without_a_desktop_everything_has_a_stand_in_and_a_reason() -> None:
    hotkey = choose.hotkey(Session.NONE, "F9")
    window = choose.active_window(Session.NONE)
    typist = choose.typist(Session.NONE, window.service)
    assert [each.candidate for each in (hotkey, window, typist)] == ["none"] * 3
    assert [refused.candidate for refused in typist.refused] == ["x11"]
    assert "there is no desktop session" in str(hotkey.refused[0].reason)
    hotkey.service.start(Listeners(lambda: None, lambda: None, lambda _error: None))
    hotkey.service.watch_escape(None)
    hotkey.service.stop()
    assert window.service.target() is None
    verdict = typist.service.insert("text", None)
    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, NoClipboard)
    typist.service.close()


def test_an_x_server_that_cannot_be_reached_is_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", "nonsense")
    chosen = choose.active_window(Session.X11)
    assert chosen.candidate == "none"
    assert "nonsense" in str(chosen.refused[0].reason)


def test_a_wrong_name_of_a_key_is_no_matter_of_the_platform(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", "nonsense")
    with pytest.raises(NoSuchKey):
        choose.hotkey(Session.X11, "Ctrl+")


def test_under_wayland_text_is_copied_if_there_is_a_program_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "wl-copy"
    program.write_text(f'#!/bin/sh\nexec /bin/cat > "{tmp_path}/copied"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    chosen = choose.typist(Session.WAYLAND, NoActiveWindow())
    assert chosen.candidate == "wl-copy"
    verdict = chosen.service.insert("你好\x1b\n", None)
    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, OnlyCopied)
    assert (tmp_path / "copied").read_text(encoding="utf-8") == "你好"
    assert chosen.service.copy("again").outcome is Outcome.DELIVERED


def test_a_copying_program_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "wl-copy"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    verdict = CopyingTypist(ClipboardCommand(["wl-copy"])).copy("text")
    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, NoClipboard)
    with pytest.raises(NotPossibleHere, match="xcopy-of-nowhere"):
        ClipboardCommand(["xcopy-of-nowhere"])


def test_the_last_resort_says_why_nothing_was_copied() -> None:
    verdict = CopyingTypist(NoCopying("reasons")).copy("text")
    assert "reasons" in str(verdict.reason)


@pytest.mark.parametrize(
    ("name", "key", "modifiers"),
    [
        ("F9", "F9", ""),
        ("f12", "F12", ""),
        ("Pause", "Pause", ""),
        ("scroll lock", "Scroll_Lock", ""),
        ("Right Ctrl", "Control_R", ""),
        ("ctrl_r", "Control_R", ""),
        ("Control_R", "Control_R", ""),
        ("Left Alt", "Alt_L", ""),
        ("Page Down", "Next", ""),
        ("Ctrl+Alt+D", "d", "Ctrl Alt"),
        ("super + space", "space", "Super"),
        ("Shift+F9", "F9", "Shift"),
        ("KP_Insert", "KP_Insert", ""),
    ],
)
def test_keys_are_known_by_the_names_that_people_use(name: str, key: str, modifiers: str) -> None:
    held = frozenset(Modifier(modifier) for modifier in modifiers.split())
    assert parsed(name) == Combination(key, held)


@pytest.mark.parametrize("name", ["", "+", "Ctrl+", "+F9", "Bogus+F9"])
def test_what_is_no_name_of_a_key_is_refused(name: str) -> None:
    with pytest.raises(NoSuchKey):
        parsed(name)


def test_where_nothing_can_be_placed_there_is_no_overlay_and_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for session in (Session.NONE, Session.WAYLAND, Session.X11):
        chosen = choose.overlay(session)
        assert (chosen.service, chosen.candidate) == (None, "none")
        assert str(chosen.refused[0].reason)
    assert choose.overlay(Session.WINDOWS).service is not None


def test_a_compositor_that_does_not_answer_costs_the_overlay_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone() -> None:
        raise DesktopGone(reason="it does not answer")

    monkeypatch.setattr("dictation.native.wayland_layer.WaylandLayer", gone)
    chosen = choose.overlay(Session.WAYLAND)
    assert (chosen.candidate, chosen.service) == ("none", None)
    assert "it does not answer" in str(chosen.refused[0].reason)
