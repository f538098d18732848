"""The tray icon and its menu, without a screen."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from dictation.desktop import icons
from dictation.desktop.tray import Tray, TrayState


@pytest.fixture
def tray(qt: QApplication) -> Tray:
    return Tray()


def icon_of(tray: Tray) -> QSystemTrayIcon:
    (icon,) = tray.findChildren(QSystemTrayIcon)
    return icon


def menu_of(tray: Tray) -> QMenu:
    return icon_of(tray).contextMenu()


def entry(menu: QMenu, label: str) -> QAction:
    """The one entry whose label begins so."""
    (found,) = [action for action in menu.actions() if action.text().startswith(label)]
    return found


def submenu(tray: Tray, label: str) -> QMenu:
    menu = entry(menu_of(tray), label).menu()
    assert isinstance(menu, QMenu)
    return menu


def labels(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def marked(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isChecked()]


def heard(signal: SignalInstance) -> list[tuple[Any, ...]]:
    """Filled with the arguments of each emission."""
    emissions: list[tuple[Any, ...]] = []
    signal.connect(lambda *arguments: emissions.append(arguments))
    return emissions


def test_the_menu_is_complete_from_the_start(tray: Tray) -> None:
    assert labels(menu_of(tray)) == [
        "Start dictation",
        "Copy last",
        "History…",
        "",
        "Transcribe file…",
        "Transcribe audio from the clipboard",
        "Cancel transcription",
        "",
        "Language",
        "Microphone",
        "Recognise on",
        "For this app…",
        "Copy to clipboard instead of typing",
        "Save transcripts beside the files",
        "",
        "Quit",
    ]
    assert marked(submenu(tray, "Language")) == ["Automatic"]
    assert marked(submenu(tray, "Microphone")) == ["System default"]


def test_showing_does_not_need_a_tray_host(tray: Tray) -> None:
    assert not QSystemTrayIcon.isSystemTrayAvailable()
    tray.show()
    assert icon_of(tray).isVisible()
    tray.hide()
    assert not icon_of(tray).isVisible()


@pytest.mark.parametrize(
    ("state", "tooltip", "first_entry"),
    [
        (TrayState.IDLE, "Dictation: ready, hold F9 and speak", "Start dictation (F9)"),
        (TrayState.LISTENING, "Dictation: listening", "Stop dictation (F9)"),
        (TrayState.WORKING, "Dictation: transcribing", "Start dictation (F9)"),
        (TrayState.LOADING, "Dictation: loading the speech model", "Start dictation (F9)"),
        (TrayState.TROUBLE, "Dictation: not ready", "Start dictation (F9)"),
    ],
)
def test_each_state_has_its_words(
    tray: Tray, state: TrayState, tooltip: str, first_entry: str
) -> None:
    tray.set_hotkey("F9")
    tray.show_state(state)
    assert icon_of(tray).toolTip() == tooltip
    assert labels(menu_of(tray))[0] == first_entry


def test_while_a_model_is_prepared_the_icon_tells_how_far_it_is(tray: Tray) -> None:
    tray.show_state(TrayState.LOADING, 0.25)
    assert icon_of(tray).toolTip() == (
        "Dictation: preparing the speech model for this machine, once: 25%"
    )
    tray.show_state(TrayState.LISTENING, 0.25)
    assert icon_of(tray).toolTip() == "Dictation: listening"


def test_without_a_hotkey_none_is_named(tray: Tray) -> None:
    tray.set_hotkey("")
    assert icon_of(tray).toolTip() == "Dictation: ready"
    assert labels(menu_of(tray))[0] == "Start dictation"


def test_a_click_on_the_icon_toggles_and_other_clicks_do_not(tray: Tray) -> None:
    toggled = heard(tray.toggle_asked)
    for reason in QSystemTrayIcon.ActivationReason:
        icon_of(tray).activated.emit(reason)
    assert len(toggled) == 1


def test_entries_ask_for_what_they_say(tray: Tray) -> None:
    tray.set_last_text("Hello.")
    toggled, copied, quitted = map(
        heard, (tray.toggle_asked, tray.copy_last_asked, tray.quit_asked)
    )
    for label, emissions in (("Start", toggled), ("Copy last", copied), ("Quit", quitted)):
        entry(menu_of(tray), label).trigger()
        assert emissions == [()]


def test_the_opening_menu_is_told(tray: Tray) -> None:
    opened = heard(tray.menu_opening)
    menu_of(tray).aboutToShow.emit()
    assert opened == [()]


def test_copy_last_shows_the_beginning_of_the_text(tray: Tray) -> None:
    tray.set_last_text("Tom & Jerry\nran through the whole house that evening")
    copy_last = entry(menu_of(tray), "Copy last")
    assert copy_last.text() == "Copy last: “Tom && Jerry ran through the whole house…”"
    assert copy_last.isEnabled()


@pytest.mark.parametrize("nothing", [None, "", " \n"])
def test_copy_last_is_disabled_while_there_is_nothing(tray: Tray, nothing: str | None) -> None:
    tray.set_last_text("Hello.")
    tray.set_last_text(nothing)
    copy_last = entry(menu_of(tray), "Copy last")
    assert copy_last.text() == "Copy last"
    assert not copy_last.isEnabled()


def test_languages_are_chosen_by_their_tags(tray: Tray) -> None:
    chosen = heard(tray.language_chosen)
    for action in submenu(tray, "Language").actions():
        action.trigger()
    assert chosen == [("auto",), ("zh",), ("en",), ("yue",), ("ja",), ("ko",)]


def test_a_language_that_is_set_is_marked_and_not_told(tray: Tray) -> None:
    chosen = heard(tray.language_chosen)
    tray.set_language("yue")
    assert marked(submenu(tray, "Language")) == ["粵語 (Cantonese)"]
    assert chosen == []


def test_microphones_are_offered_and_chosen_by_name(tray: Tray) -> None:
    chosen = heard(tray.microphone_chosen)
    tray.set_microphones(["Headset", "Mic & Line", "Headset"], "Headset")
    microphones = submenu(tray, "Microphone")
    assert labels(microphones) == ["System default", "Headset", "Mic && Line"]
    assert marked(microphones) == ["Headset"]
    for action in microphones.actions():
        action.trigger()
    assert chosen == [("",), ("Headset",), ("Mic & Line",)]


def test_a_chosen_microphone_that_is_gone_stays_chosen(tray: Tray) -> None:
    tray.set_microphones(["Headset"], "Headset")
    tray.set_microphones([], "Headset")
    microphones = submenu(tray, "Microphone")
    assert labels(microphones) == ["System default", "Headset (not connected)"]
    assert marked(microphones) == ["Headset (not connected)"]


def test_the_same_microphones_again_leave_an_open_menu_alone(tray: Tray) -> None:
    tray.set_microphones(["Headset"], "")
    before = submenu(tray, "Microphone").actions()
    tray.set_microphones(["Headset"], "Headset")
    assert submenu(tray, "Microphone").actions() == before
    assert marked(submenu(tray, "Microphone")) == ["Headset"]


def test_copy_only_is_told_when_the_user_switches_it(tray: Tray) -> None:
    chosen = heard(tray.copy_only_chosen)
    copy_only = entry(menu_of(tray), "Copy to clipboard")
    tray.set_copy_only(True)
    assert copy_only.isChecked()
    assert chosen == []
    copy_only.trigger()
    assert chosen == [(False,)]


@pytest.mark.parametrize("size_px", [16, 22, 24, 48])
def test_the_icons_are_drawn_and_differ(qt: QApplication, size_px: int) -> None:
    drawn = [icons.image(name, size_px) for name in (*TrayState, icons.APPLICATION)]
    for image in drawn:
        assert (image.width(), image.height()) == (size_px, size_px)
        assert image.pixelColor(0, 0).alpha() == 0
        assert image.pixelColor(size_px // 2, size_px // 2).alpha() == 255
    for i, image in enumerate(drawn):
        assert image not in drawn[i + 1 :]


def test_qt_draws_the_icons_itself(qt: QApplication) -> None:
    for state in TrayState:
        pixels = icons.icon(state).pixmap(22, 22).toImage()
        assert pixels.convertToFormat(QImage.Format.Format_RGBA8888) == icons.image(state, 22)


def test_files_are_shown_while_they_are_transcribed_and_can_be_cancelled(tray: Tray) -> None:
    cancelled = heard(tray.files_cancelled)
    entry_of_cancel = entry(menu_of(tray), "Cancel transcription")
    assert not entry_of_cancel.isVisible()

    tray.show_files("Transcribing talk.flac: 43%")
    assert icon_of(tray).toolTip() == "Dictation: ready\nTranscribing talk.flac: 43%"
    assert entry_of_cancel.isVisible()
    entry_of_cancel.trigger()
    assert len(cancelled) == 1

    tray.show_files("")
    assert icon_of(tray).toolTip() == "Dictation: ready"
    assert not entry_of_cancel.isVisible()


def test_the_menu_asks_for_files_and_for_those_on_the_clipboard(tray: Tray) -> None:
    asked, clipboard = heard(tray.files_asked), heard(tray.clipboard_asked)
    beside = heard(tray.beside_chosen)
    entry(menu_of(tray), "Transcribe file").trigger()
    entry(menu_of(tray), "Transcribe audio").trigger()
    entry(menu_of(tray), "Save transcripts").trigger()
    assert (len(asked), len(clipboard), beside) == (1, 1, [(True,)])
