"""What the settings make of a dictation, with the real program on a whole desktop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dictation.lab.dictation_program import DEMO_SETTINGS, DictationProgram
from dictation.lab.editors import Editor, qt_editor
from dictation.lab.notification_log import Notification
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.settings import (
    FinalPunctuation,
    HotkeyMode,
    HotkeySettings,
    InsertionSettings,
    MicrophoneSettings,
    NotificationSettings,
    Notify,
    Settings,
)

from ..conftest import Clip
from ..fake_player import FakePlayer

TEXT_S = 30.0
LIVELY = replace(
    DEMO_SETTINGS,
    hotkey=HotkeySettings(mode=HotkeyMode.TOGGLE),
    microphone=MicrophoneSettings(keep_open=True, silence_stop_s=1, pause_media=True),
    insertion=InsertionSettings(final_punctuation=FinalPunctuation.REMOVE_STOP),
)
DISCREET = replace(LIVELY, notifications=NotificationSettings(Notify.PROBLEMS, text=False))


@pytest.fixture
def program(desktop: VirtualDesktop) -> Iterator[DictationProgram]:
    program = DictationProgram(desktop)
    yield program
    program.running.end()


@pytest.fixture
def editor(desktop: VirtualDesktop) -> Iterator[Editor]:
    editor = qt_editor(desktop)
    yield editor
    editor.program.end()


@pytest.fixture
def sentence(clips: list[Clip]) -> Clip:
    """One that ends with a full stop."""
    return next(c for c in clips if c.language == "en" and c.written.endswith("."))


def started(program: DictationProgram, chosen: Settings) -> None:
    program.start(chosen)
    program.wait_until_ready()


def tap_and_speak(desktop: VirtualDesktop, program: DictationProgram, sentence: Clip) -> None:
    """The key is tapped once; nobody ends the take."""
    time.sleep(0.1)  # no finger presses again sooner
    desktop.type_keys("F9")
    program.wait_until("listening")
    desktop.play(sentence.file).wait()
    program.wait_until("idle")


def newest(desktop: VirtualDesktop, title: str) -> Notification:
    def found() -> list[Notification]:
        return [told for told in desktop.shown_notifications() if told.summary.endswith(title)]

    desktop.wait(found, TEXT_S, f"The notification {title!r}")
    return found()[-1]


def test_a_tap_and_a_silence_are_a_dictation_that_can_be_taken_back(
    desktop: VirtualDesktop, program: DictationProgram, editor: Editor, sentence: Clip
) -> None:
    started(program, LIVELY)
    bus = desktop.environment["DBUS_SESSION_BUS_ADDRESS"]
    with FakePlayer(bus, "tunes") as player, FakePlayer(bus, "film", "Paused") as film:
        tap_and_speak(desktop, program, sentence)
        desktop.wait(lambda: player.status == "Playing", what="The music")
        assert player.asked == ["Pause", "Play"]
        assert film.asked == []

    told = newest(desktop, "Typed")
    typed = editor.text.strip()
    assert typed == program.takes(1)[0].text
    assert told.text == " ".join(typed.split())
    assert typed[-1].isalpha()
    assert list(told.actions) == ["copy", "undo", "history"]

    desktop.invoke_notification_action(told, "undo")
    desktop.wait(lambda: not editor.text.strip(), what="An empty editor")

    tap_and_speak(desktop, program, sentence)
    told = newest(desktop, "Typed")
    desktop.type_keys("x")
    desktop.wait(lambda: "x" in editor.text[-1:], what="What the person types")
    desktop.invoke_notification_action(told, "undo")
    assert "something was typed" in newest(desktop, "Not undone").text
    assert len(editor.text) > len("x")

    tap_and_speak(desktop, program, sentence)
    desktop.invoke_notification_action(newest(desktop, "Typed"), "history")
    desktop.wait(
        lambda: any(window.pid == program.running.pid for window in desktop.windows()),
        what="The history's window",
    )


def test_the_discreet_hear_of_problems_alone_and_read_nothing_that_was_said(
    desktop: VirtualDesktop, program: DictationProgram, sentence: Clip
) -> None:
    started(program, DISCREET)
    editor = qt_editor(desktop)
    before = len(desktop.notifications())
    tap_and_speak(desktop, program, sentence)
    said = editor.text.strip()
    assert said
    editor.program.end()

    tap_and_speak(desktop, program, sentence)
    told = newest(desktop, "Not typed: it is on the clipboard")

    assert desktop.notifications()[before:] == (told,)
    assert said[:5] not in told.text
    assert (desktop.clipboard() or b"").decode()[:5] == said[:5]
