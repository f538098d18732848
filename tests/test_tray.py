"""The tray icon and its menu, without a screen."""

from __future__ import annotations

import gettext
import re
from collections import Counter
from typing import Any

import pytest
from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from dictation import translation
from dictation.desktop import icons
from dictation.desktop.tray import Tray, TrayState
from dictation.settings import AppRule


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few sentences; the real catalogue's are its own tests' matter."""
    catalogue = gettext.NullTranslations()
    known = {
        "&Start dictation ({hotkey})": "开始听写 ({hotkey})",
        "{name}: {told}": "听写：{told}",
        "ready, hold {hotkey} and speak": "就绪",
        "&Microphone": "麦克风",
    }
    monkeypatch.setattr(catalogue, "gettext", lambda told: known.get(told, told))
    monkeypatch.setattr(translation, "_catalogue", lambda: catalogue)


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
    (found,) = [action for action in menu.actions() if shown(action).startswith(label)]
    return found


def submenu(tray: Tray, label: str) -> QMenu:
    menu = entry(menu_of(tray), label).menu()
    assert isinstance(menu, QMenu)
    return menu


def shown(action: QAction) -> str:
    """The label as it is read: what is underlined there is not marked here."""
    return re.sub("&(.)", r"\1", action.text())


def labels(menu: QMenu) -> list[str]:
    return [shown(action) for action in menu.actions() if action.isVisible()]


def marked(menu: QMenu) -> list[str]:
    return [shown(action) for action in menu.actions() if action.isChecked()]


def heard(signal: SignalInstance) -> list[tuple[Any, ...]]:
    """Filled with the arguments of each emission."""
    emissions: list[tuple[Any, ...]] = []
    signal.connect(lambda *arguments: emissions.append(arguments))
    return emissions


def test_the_menu_is_complete_from_the_start(tray: Tray) -> None:
    assert labels(menu_of(tray)) == [
        "Start dictation",
        "",
        "Copy last",
        "History…",
        "Transcribe",
        "",
        "Language",
        "Microphone",
        "Recognise on",
        "For this app…",
        "Copy instead of typing",
        "",
        "Settings…",
        "Help",
        "Quit",
    ]
    assert labels(submenu(tray, "Transcribe")) == [
        "Files…",
        "Audio from the clipboard",
        "",
        "Save texts beside the files",
    ]
    assert labels(submenu(tray, "Help")) == ["Set up…", "Check this computer…", "About Dictation"]
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
        (TrayState.NO_MODEL, "Dictation: no speech model yet", "Get the speech model…"),
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
    assert shown(copy_last) == "Copy last: “Tom & Jerry ran through the whole house…”"
    assert copy_last.isEnabled()


@pytest.mark.parametrize("nothing", [None, "", " \n"])
def test_copy_last_is_disabled_while_there_is_nothing(tray: Tray, nothing: str | None) -> None:
    tray.set_last_text("Hello.")
    tray.set_last_text(nothing)
    copy_last = entry(menu_of(tray), "Copy last")
    assert shown(copy_last) == "Copy last"
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
    assert labels(microphones) == ["System default", "Headset", "Mic & Line"]
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
    copy_only = entry(menu_of(tray), "Copy instead")
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
    for label in ("Files", "Audio", "Save texts"):
        entry(submenu(tray, "Transcribe"), label).trigger()
    assert (len(asked), len(clipboard), beside) == (1, 1, [(True,)])


def test_without_a_model_the_first_entry_gets_one(tray: Tray) -> None:
    asked = heard(tray.first_run_asked)
    tray.show_state(TrayState.NO_MODEL)

    assert labels(menu_of(tray))[:2] == ["Get the speech model…", "Start dictation"]
    menu_of(tray).actions()[0].trigger()
    assert asked == [()]

    tray.show_state(TrayState.IDLE)
    assert labels(menu_of(tray))[0] == "Start dictation"


def test_the_hotkey_is_paused_and_resumed_in_the_menu(tray: Tray) -> None:
    paused, resumed = heard(tray.pause_asked), heard(tray.resume_asked)
    tray.set_hotkey("F9")
    entry(menu_of(tray), "Pause hotkey").trigger()
    assert (paused, resumed) == ([()], [])

    tray.set_paused(True)
    assert icon_of(tray).toolTip() == "Dictation: F9 is paused"
    entry(menu_of(tray), "Resume hotkey").trigger()
    assert (paused, resumed) == ([()], [()])


def test_a_pause_is_seen_in_the_icon_while_all_else_is_quiet(tray: Tray) -> None:
    def drawn() -> QImage:
        return icon_of(tray).icon().pixmap(22, 22).toImage()

    tray.set_hotkey("F9")
    tray.set_paused(True)
    assert drawn() == icons.icon("paused").pixmap(22, 22).toImage()

    tray.show_state(TrayState.LISTENING)
    assert drawn() == icons.icon("listening").pixmap(22, 22).toImage()
    assert icon_of(tray).toolTip() == "Dictation: listening\nF9 is paused"


def test_every_entry_has_a_letter_of_its_own(tray: Tray) -> None:
    """So that it can be chosen by that letter alone; what was spoken, and names, have none."""
    tray.set_hotkey("F9")
    tray.set_last_text("Hello.")
    tray.show_files("Transcribing talk.flac: 43%")
    tray.show_state(TrayState.NO_MODEL)
    tray.set_app("code", AppRule())
    named = ("Language", "Microphone", "Recognise on")
    for menu in (menu_of(tray), submenu(tray, "Transcribe"), submenu(tray, "Help")):
        letters = [letter.lower() for each in menu.actions() for letter in marks(each)]
        assert Counter(letters).most_common(1)[0][1] == 1, letters
        assert all(marks(each) for each in menu.actions() if not each.isSeparator())
    assert all(submenu(tray, name).actions() for name in named)


def marks(action: QAction) -> list[str]:
    return re.findall("&([^&])", action.text().replace("&&", ""))


def test_help_asks_for_the_windows_that_it_names(tray: Tray) -> None:
    signals = (tray.first_run_asked, tray.doctor_asked, tray.about_asked)
    emissions = [heard(signal) for signal in signals]
    for action in submenu(tray, "Help").actions():
        action.trigger()
    assert emissions == [[()], [()], [()]]
    settings = heard(tray.settings_asked)
    entry(menu_of(tray), "Settings").trigger()
    assert settings == [()]


def test_another_language_is_shown_at_once(tray: Tray, chinese: None) -> None:
    tray.set_hotkey("F9")
    tray.set_last_text("Hello.")
    tray.set_microphones(["Headset"], "Headset")
    tray.set_app("code", AppRule())
    before = labels(menu_of(tray))

    tray.retranslate()

    after = labels(menu_of(tray))
    assert len(after) == len(before)
    assert after[0] == "开始听写 (F9)"
    assert icon_of(tray).toolTip() == "听写：就绪"
    assert marked(submenu(tray, "麦克风")) == ["Headset"]
