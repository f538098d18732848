"""The settings window, as somebody uses it with keys and mouse."""

from __future__ import annotations

import gettext
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QSlider,
    QSpinBox,
    QTableWidget,
    QWidget,
)

from dictation import translation
from dictation.audio.microphone import Block
from dictation.desktop import media_pause
from dictation.desktop.server_dialog import Entry
from dictation.desktop.settings_desk import SettingsDesk
from dictation.desktop.settings_dialog import SettingsWindow
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.search import Findable, found
from dictation.errors import DictationError, HotkeyTaken, LoginUnchanged, SettingInvalid
from dictation.settings import (
    AppRule,
    HistorySettings,
    HotkeyMode,
    HotkeySettings,
    InsertionWay,
    RecognitionSettings,
    Settings,
    SoundSettings,
    SpokenLanguage,
)
from dictation.speech import Language

from . import window_audit

PATIENCE_S = 10
W = TypeVar("W", bound=QWidget)
URL = "http://192.168.1.20:2002"


class FakeChoices(QObject):
    changed = Signal(object, object)
    mistaken = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.settings = Settings()

    def choose(self, chosen: Settings) -> None:
        before, self.settings = self.settings, chosen
        if before != chosen:
            self.changed.emit(before, chosen)


class FakeLogin:
    def __init__(self) -> None:
        self.on = False
        self.error: DictationError | None = None

    def possible(self) -> bool:
        return True

    def is_on(self) -> bool:
        return self.on

    def turn(self, on: bool) -> None:  # noqa: FBT001 - the contract's
        if self.error is not None:
            raise self.error
        self.on = on


class FakeListening:
    trouble = None

    def __init__(self, device: str) -> None:
        self.device = device

    def heard(self) -> list[Block]:
        return []

    def end(self) -> None: ...


class Desk:
    """The window with a person before it."""

    def __init__(self, qt: QApplication) -> None:
        self.qt = qt
        self.choices = FakeChoices()
        self.login = FakeLogin()
        self.names = ["Built-in", "Headset"]
        self.taken: set[str] = set()
        self.decides = False
        self.lent: list[bool] = []
        self.entered: list[Entry] = []
        self.played: list[int] = []
        self.opened: list[str] = []
        self.window: SettingsWindow | None = None

    def means(self) -> Means:
        return Means(
            choices=self.choices,  # type: ignore[arg-type]
            login=self.login,
            microphones=lambda: self.names,
            listen=FakeListening,  # type: ignore[arg-type]
            taking=None,
            why_not_key=lambda name: HotkeyTaken(key=name) if name in self.taken else None,
            lend_keys=self.lent.append,
            keys_are_wishes=lambda: self.decides,
            enter_server=self.entered.append,
            play=self.played.append,
            open_file=lambda: self.opened.append("settings.toml"),
        )

    def open(self, chosen: Settings | None = None) -> Desk:
        self.choices.settings = chosen or self.choices.settings
        self.window = SettingsWindow(self.means())
        self.window.show()
        QTest.qWaitForWindowActive(self.window)
        return self

    def close(self) -> None:
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()

    @property
    def settings(self) -> Settings:
        return self.choices.settings

    def wait(self, true: Callable[[], object]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until_s
            QTest.qWait(5)

    def the(self, kind: type[W], name: str) -> W:
        """The visible widget of that accessible name, or with that text on it."""
        assert self.window is not None
        named = [
            widget
            for widget in self.window.findChildren(kind)
            if widget.isVisible()
            and name in (widget.accessibleName(), getattr(widget, "text", str)())
        ]
        assert len(named) == 1, (name, named)
        return named[0]

    def turn_to(self, title: str) -> Desk:
        pages = self.the(QListWidget, "Pages")
        (item,) = pages.findItems(title, Qt.MatchFlag.MatchExactly)
        place = pages.visualItemRect(item).center()
        QTest.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return self

    def says(self, text: str) -> bool:
        assert self.window is not None
        return any(
            text in label.text() for label in self.window.findChildren(QLabel) if label.isVisible()
        )

    def click(self, name: str) -> None:
        QTest.mouseClick(self.the(QPushButton, name), Qt.MouseButton.LeftButton)

    def choose(self, name: str, label: str) -> None:
        """With the keyboard, as in a list that is closed."""
        box = self.the(QComboBox, name)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.count()):
            if box.currentText() == label:
                break
            QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentText() == label

    def write(self, name: str, text: str) -> None:
        field = self.the(QLineEdit, name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def search(self, words: str) -> list[str]:
        """What is found, and on which page."""
        field = self.the(QLineEdit, "Search settings")
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, words)
        assert self.window is not None
        lists = [each for each in self.window.findChildren(QListWidget) if each.isVisible()]
        lists = [each for each in lists if each.accessibleName() == "Options found"]
        return [each.item(at).text() for each in lists for at in range(each.count())]

    def agree(self) -> None:
        """If something is asked."""
        assert self.window is not None
        if any(each.isVisible() for each in self.window.findChildren(QMessageBox)):
            self.answer("Delete")

    def answer(self, button: str) -> None:
        """What is asked before something is deleted."""
        assert self.window is not None
        (box,) = [each for each in self.window.findChildren(QMessageBox) if each.isVisible()]
        (pressed,) = [each for each in box.buttons() if each.text().replace("&", "") == button]
        QTest.mouseClick(pressed, Qt.MouseButton.LeftButton)


@pytest.fixture
def desk(qt: QApplication) -> Iterator[Desk]:
    desk = Desk(qt)
    yield desk
    desk.close()


def pages(desk: Desk) -> list[Page]:
    assert desk.window is not None
    return desk.window.findChildren(Page)


def keys_of(settings: Any, before: str = "") -> Iterator[str]:
    for field in fields(settings):
        value = getattr(settings, field.name)
        if is_dataclass(value):
            yield from keys_of(value, f"{field.name}.")
        else:
            yield before + field.name


def test_every_setting_can_be_found_in_the_window(desk: Desk) -> None:
    desk.open()
    offered = {row.key for page in pages(desk) for row in page.rows}

    wanted = {*keys_of(Settings()), *(f"apps.{name}" for name in keys_of(AppRule()))}
    assert wanted <= offered


def differing(before: Settings, now: Settings) -> list[str]:
    return [
        f"{section.name}.{field.name}"
        for section in fields(Settings)
        if is_dataclass(getattr(now, section.name))
        for field in fields(getattr(now, section.name))
        if getattr(getattr(before, section.name), field.name)
        != getattr(getattr(now, section.name), field.name)
    ]


def kinds(settings: Settings) -> list[type]:
    """Of all values: Qt makes plain texts of enums."""
    return [
        type(getattr(getattr(settings, section.name), field.name))
        for section in fields(Settings)
        if is_dataclass(getattr(settings, section.name))
        for field in fields(getattr(settings, section.name))
    ]


def test_each_switch_choice_and_number_changes_its_own_setting_at_once(desk: Desk) -> None:
    chosen = Settings(
        recognition=RecognitionSettings(server=URL),
        hotkey=HotkeySettings(mode=HotkeyMode.TAP_OR_HOLD),
        history=HistorySettings(audio_mb=200),
    )
    desk.open(chosen)
    tried = 0
    for page in pages(desk):
        desk.turn_to(page.title)
        for row in page.rows:
            control = row.control
            if row.key.startswith("apps") or not control.isEnabled() or not row.key:
                continue
            before = desk.settings
            if isinstance(control, QCheckBox):
                QTest.keyClick(control, Qt.Key.Key_Space)
            elif isinstance(control, QComboBox):
                last = control.currentIndex() == control.count() - 1
                QTest.keyClick(control, Qt.Key.Key_Up if last else Qt.Key.Key_Down)
            elif isinstance(control, QSpinBox):
                QTest.keyClick(control, Qt.Key.Key_Up)
            else:
                continue
            desk.agree()
            assert differing(before, desk.settings) == [row.key]
            assert kinds(desk.settings) == kinds(before)
            desk.choices.choose(chosen)  # as it was; the window shows that
            tried += 1
    assert tried >= 24


def test_what_is_chosen_elsewhere_is_shown(desk: Desk) -> None:
    desk.open().turn_to("Overlay & sounds")

    desk.choices.choose(Settings(sounds=SoundSettings(on=False, volume_percent=10)))

    assert not desk.the(QCheckBox, "Play sounds").isChecked()
    assert desk.the(QSlider, "Volume").value() == 10
    assert not desk.the(QSlider, "Volume").isEnabled()


def test_a_label_is_as_good_as_its_switch(desk: Desk) -> None:
    desk.open().turn_to("Notifications")

    QTest.mouseClick(desk.the(QLabel, "Show what was said"), Qt.MouseButton.LeftButton)

    assert not desk.settings.notifications.text


# --- the hotkey


def test_a_hotkey_is_chosen_by_pressing_it_while_the_program_lets_its_own_go(desk: Desk) -> None:
    desk.open().turn_to("Hotkey")
    field = desk.the(QPushButton, "Dictate")
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    assert desk.lent == [True]
    QTest.keyPress(field, Qt.Key.Key_F8)

    assert desk.settings.hotkey.key == "F8"
    assert desk.lent == [True, False]


def test_a_key_that_cannot_be_had_is_told_beside_it_and_the_old_one_stays(desk: Desk) -> None:
    desk.taken = {"F8"}
    desk.open(Settings(hotkey=HotkeySettings(undo="Left Ctrl"))).turn_to("Hotkey")
    field = desk.the(QPushButton, "Dictate")
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    QTest.keyPress(field, Qt.Key.Key_F8)
    assert desk.says("Another program has taken the key F8.")

    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    QTest.keyPress(field, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    QTest.keyRelease(field, Qt.Key.Key_Control)

    assert desk.says("Ctrl is the key for “Undo” already.")
    assert desk.settings.hotkey.key == "F9"


def test_where_the_desktop_decides_on_keys_that_is_said(desk: Desk) -> None:
    desk.decides = True
    desk.open().turn_to("Hotkey")

    assert desk.says("The desktop decides on keys here")


def test_a_key_of_a_command_can_be_removed(desk: Desk) -> None:
    desk.open(Settings(hotkey=HotkeySettings(undo="F7"))).turn_to("Hotkey")

    QTest.keyClick(desk.the(QPushButton, "Undo"), Qt.Key.Key_Delete)

    assert desk.settings.hotkey.undo == ""


# --- pages with something of their own


def test_a_microphone_that_is_not_connected_stays_chosen(desk: Desk) -> None:
    chosen = replace(Settings().microphone, device="Gone")
    desk.open(Settings(microphone=chosen)).turn_to("Microphone")
    assert desk.the(QComboBox, "Microphone").currentText() == "Gone (not connected)"

    desk.choose("Microphone", "Headset")

    assert desk.settings.microphone.device == "Headset"


def test_what_this_system_cannot_do_is_said_and_cannot_be_chosen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_pause, "possible", lambda: False)
    desk.open().turn_to("Microphone")

    assert desk.says("This system does not tell what is playing")
    assert not desk.the(QCheckBox, "Pause music and films").isEnabled()


def test_the_last_language_cannot_be_taken_away(desk: Desk) -> None:
    spoken = RecognitionSettings(languages=(Language.ENGLISH,))
    desk.open(Settings(recognition=spoken)).turn_to("Language & text")
    box = desk.the(QCheckBox, "English")

    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() / 4)

    assert desk.says("One of them is needed.")
    assert desk.settings.recognition.languages == (Language.ENGLISH,)


def test_start_at_login_is_as_the_desktop_has_it(desk: Desk) -> None:
    desk.open()
    switch = desk.the(QCheckBox, "Start at login")
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert desk.login.on

    desk.login.error = LoginUnchanged(place="x", reason="Permission denied")
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)

    assert switch.isChecked()
    assert desk.says("Permission denied")


def test_an_address_that_is_none_is_told_beside_it(desk: Desk) -> None:
    desk.open().turn_to("Server")
    desk.write("Address", "ftp://box")
    assert desk.says("ftp://box is not the address of a server")
    assert not desk.entered

    desk.write("Address", "box.local")

    assert not desk.says("is not the address of a server")
    assert desk.entered == [Entry("http://box.local:2002", "", "")]


def test_a_token_is_kept_for_its_server_and_never_shown(desk: Desk) -> None:
    desk.open(Settings(recognition=RecognitionSettings(server=URL))).turn_to("Server")

    desk.write("Token", "secret")

    assert desk.entered == [Entry(URL, "secret", "")]
    assert desk.the(QLineEdit, "Token").text() == ""


def test_the_volume_can_be_heard_before_it_is_chosen(desk: Desk) -> None:
    desk.open().turn_to("Overlay & sounds")
    QTest.keyClick(desk.the(QSlider, "Volume"), Qt.Key.Key_Right)
    desk.click("Play")

    assert desk.played == [65]
    desk.wait(lambda: desk.settings.sounds.volume_percent == 65)


def test_what_would_delete_something_is_asked_first(desk: Desk) -> None:
    desk.open().turn_to("History & privacy")
    box = desk.the(QComboBox, "Keep texts")
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert desk.settings.history.text_days == 0
    desk.answer("Cancel")
    assert box.currentText() == "Until I delete them"

    QTest.keyClick(box, Qt.Key.Key_Home)
    desk.answer("Delete")

    assert desk.settings.history.text_days == 1
    QTest.keyClick(box, Qt.Key.Key_Down)  # more is kept: nothing to ask
    assert desk.settings.history.text_days == 7


def test_rules_of_programs_are_made_changed_and_removed(desk: Desk) -> None:
    wechat = AppRule(insert=InsertionWay.COPY)
    desk.open(Settings(apps={"wechat": wechat})).turn_to("Applications")
    assert desk.says("In “wechat”")
    desk.write("Name of a program", "Firefox")
    assert desk.says("In “firefox”")

    desk.choose("Spoken language", "English")
    desk.write("Keys that paste there", "Ctrl+Shift+V")

    english = AppRule(keys="Ctrl+Shift+V", language=SpokenLanguage.ENGLISH)
    assert desk.settings.apps == {"wechat": wechat, "firefox": english}
    assert isinstance(desk.settings.apps["firefox"].language, SpokenLanguage)
    desk.write("Keys that paste there", "Hyper+V")
    assert desk.says("There is no key named Hyper+V")
    programs = desk.the(QListWidget, "Programs with rules of their own")
    QTest.keyClick(programs, Qt.Key.Key_Down)
    assert desk.says("In “wechat”")
    assert not desk.says("There is no key named Hyper+V")
    assert desk.the(QLineEdit, "Keys that paste there").text() == ""
    QTest.keyClick(programs, Qt.Key.Key_Up)
    (remove,) = [
        button
        for button in desk.the(QListWidget, "Programs with rules of their own")
        .parentWidget()
        .findChildren(QPushButton)
        if button.text() == "Remove"
    ]
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert desk.settings.apps == {"wechat": wechat}


def enter(table: QTableWidget, text: str) -> None:
    """Into the cell that is being edited."""
    (editor,) = [each for each in table.findChildren(QLineEdit) if each.isVisible()]
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.qWait(1)


def test_replacements_are_entered_in_a_table(desk: Desk) -> None:
    desk.open(Settings(replacements={"deep seek": "DeepSeek"})).turn_to("Replacements")
    table = desk.the(QTableWidget, "Replacements")
    desk.click("Add")
    enter(table, "sense voice")
    table.setCurrentCell(1, 1)
    table.edit(table.currentIndex())
    enter(table, "SenseVoice")
    assert desk.settings.replacements == {"deep seek": "DeepSeek", "sense voice": "SenseVoice"}

    table.setCurrentCell(0, 0)
    desk.click("Remove")

    assert desk.settings.replacements == {"sense voice": "SenseVoice"}


# --- search, defaults, the file


def test_an_option_is_found_by_its_words_and_led_to(desk: Desk) -> None:
    desk.open()
    assert desk.search("bluetooth") == ["Stay open after a dictation\nMicrophone"]

    QTest.keyClick(desk.the(QLineEdit, "Search settings"), Qt.Key.Key_Return)

    control = desk.the(QSpinBox, "Stay open after a dictation")
    desk.wait(control.hasFocus)
    QTest.keyClick(control, Qt.Key.Key_Up)
    assert desk.settings.microphone.keep_warm_s == 5


def test_an_option_is_found_by_its_name_in_the_file_and_by_what_can_be_chosen(desk: Desk) -> None:
    desk.open()

    assert desk.search("keep_warm_s") == ["Stay open after a dictation\nMicrophone"]
    assert "Format of saved texts\nGeneral" in desk.search("subrip")
    assert desk.search("zebra") == []
    assert desk.says("Nothing found")


def test_what_is_called_so_comes_before_what_only_speaks_of_it() -> None:
    options = [
        (Findable("Cancel", "Hotkey", "Forgets the volume"), 1),
        (Findable("Volume", "Sounds", ""), 2),
        (Findable("Play", "Volume of sounds", ""), 3),
    ]

    assert [which for _option, which in found("VOL", options)] == [2, 3, 1]


def test_escape_ends_the_search_and_then_closes_the_window(desk: Desk) -> None:
    desk.open()
    desk.search("volume")
    QTest.keyClick(desk.the(QLineEdit, "Search settings"), Qt.Key.Key_Escape)
    assert desk.the(QListWidget, "Pages").isVisible()

    QTest.keyClick(desk.the(QLineEdit, "Search settings"), Qt.Key.Key_Escape)

    assert desk.window is not None
    assert not desk.window.isVisible()


def test_the_defaults_of_one_page_are_restored(desk: Desk) -> None:
    changed = Settings(
        sounds=SoundSettings(on=False, volume_percent=5), hotkey=HotkeySettings(key="F8")
    )
    desk.open(changed).turn_to("Overlay & sounds")

    desk.click("Restore defaults")

    assert desk.settings == replace(changed, sounds=SoundSettings())


def test_what_was_entered_is_not_restored_away_without_a_question(desk: Desk) -> None:
    desk.open(Settings(replacements={"a": "b"})).turn_to("Replacements")
    desk.click("Restore defaults")
    desk.answer("Cancel")
    assert desk.settings.replacements == {"a": "b"}

    desk.click("Restore defaults")
    desk.answer("Restore defaults")

    assert desk.settings.replacements == {}


def test_a_mistake_in_the_file_is_told_until_it_is_mended(desk: Desk) -> None:
    desk.open()
    desk.choices.mistaken.emit(
        SettingInvalid(file="f", key="sounds.on", value="2", allowed="true or false", default=1)
    )
    assert desk.says("In f, sounds.on = 2 is not possible; it must be true or false.")

    desk.choices.mistaken.emit(None)

    assert not desk.says("sounds.on = 2")


def test_the_file_can_be_opened_from_here(desk: Desk) -> None:
    desk.open().click("Open settings.toml")

    assert desk.opened == ["settings.toml"]


class Marked(gettext.NullTranslations):
    """A catalogue of another language."""

    def gettext(self, message: str) -> str:
        return f"»{message}"


def test_in_another_language_the_window_is_there_again_on_the_same_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_desk = SettingsDesk(desk.means())
    settings_desk.open()
    (before,) = shown()
    before.turn_to(2)

    monkeypatch.setattr(translation, "_catalogue", Marked)
    settings_desk.retranslate()

    (now,) = shown()
    assert (now.windowTitle(), now.page, now.geometry()) == ("»Settings", 2, before.geometry())
    settings_desk.end()
    assert shown() == []
    settings_desk.retranslate()  # nobody wants to see it
    assert shown() == []


def shown() -> list[SettingsWindow]:
    windows = QApplication.topLevelWidgets()
    return [each for each in windows if isinstance(each, SettingsWindow) and each.isVisible()]


def test_a_mistake_that_was_told_before_is_told_in_a_window_that_is_opened_later(
    desk: Desk,
) -> None:
    settings_desk = SettingsDesk(desk.means())
    mistake = SettingInvalid(file="f", key="sounds.on", value="2", allowed="", default=1)
    desk.choices.mistaken.emit(mistake)

    settings_desk.open()

    (desk.window,) = shown()
    assert desk.says("In f, sounds.on = 2 is not possible")


# --- for everybody


def test_every_page_can_be_used_without_eyes_and_mouse(desk: Desk) -> None:
    rules = {"wechat": AppRule(replacements={"a": "b"})}
    spoken = RecognitionSettings(server=URL)
    desk.open(Settings(apps=rules, recognition=spoken, hotkey=HotkeySettings(undo="F7")))
    assert desk.window is not None
    for page in pages(desk):
        desk.turn_to(page.title)
        window_audit.check(desk.window)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_no_page_is_wider_than_the_window(desk: Desk, scale: float) -> None:
    font = QFont(desk.qt.font())
    before = QFont(font)
    font.setPointSizeF(font.pointSizeF() * scale)
    desk.qt.setFont(font)
    try:
        desk.open()
        for page in pages(desk):
            desk.turn_to(page.title)
            QTest.qWait(1)
            inside = page.widget()
            assert inside.minimumSizeHint().width() <= page.viewport().width(), page.title
    finally:
        desk.qt.setFont(before)
