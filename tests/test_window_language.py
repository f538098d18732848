"""Windows in the user's language: our sentences, Qt's own, and a change while they are open."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QDate, QEvent, QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QWidget

from dictation import paths, translation
from dictation.desktop import file_notices
from dictation.desktop.language import WindowLanguage, choose_glyphs
from dictation.settings import InterfaceLanguage, InterfaceSettings, Settings

ENGLISH = Settings(interface=InterfaceSettings(InterfaceLanguage.ENGLISH))
CHINESE = Settings(interface=InterfaceSettings(InterfaceLanguage.CHINESE))


@pytest.fixture
def language(qt: QApplication) -> Iterator[WindowLanguage]:
    translation.use("en", paths.resource("locale"))
    language = WindowLanguage(qt)
    yield language
    language.on_settings(CHINESE, ENGLISH)
    language.deleteLater()
    QLocale.setDefault(QLocale.c())


def test_qt_s_own_words_change_in_open_windows(language: WindowLanguage) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    cancel = box.button(QDialogButtonBox.StandardButton.Cancel)
    assert cancel.text() == "Cancel"
    language.on_settings(ENGLISH, CHINESE)
    QApplication.processEvents()
    assert cancel.text() == "取消"
    language.on_settings(CHINESE, ENGLISH)
    QApplication.processEvents()
    assert cancel.text() == "Cancel"
    box.deleteLater()


def test_our_sentences_are_in_the_language_that_was_chosen(language: WindowLanguage) -> None:
    language.on_settings(ENGLISH, CHINESE)
    assert file_notices.cancelled().title == "转写已取消"
    assert QGuiApplication.applicationDisplayName() == "听写"


class Told(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.changes = 0

    def changeEvent(self, event: QEvent) -> None:
        self.changes += event.type() is QEvent.Type.LanguageChange


def test_every_window_is_told_of_a_change_in_either_direction(language: WindowLanguage) -> None:
    window = Told()
    for before, now in ((ENGLISH, CHINESE), (CHINESE, ENGLISH)):
        seen = window.changes
        language.on_settings(before, now)
        QApplication.processEvents()
        assert window.changes > seen
    window.deleteLater()


def test_other_settings_change_no_language(language: WindowLanguage) -> None:
    window = Told()
    other = replace(ENGLISH, overlay=replace(ENGLISH.overlay, on=False))
    language.on_settings(ENGLISH, other)
    QApplication.processEvents()
    assert window.changes == 0
    assert translation.used() == "en"
    window.deleteLater()


def test_dates_and_numbers_fit_the_language(language: WindowLanguage) -> None:
    day, long = QDate(2026, 3, 1), QLocale.FormatType.LongFormat
    assert "March" in QLocale().toString(day, long)
    language.on_settings(ENGLISH, CHINESE)
    assert QLocale().toString(day, long).startswith("2026年3月1日")
    assert QLocale().toString(date(2026, 3, 1), "MMMM") == "三月"


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [("zh_CN", None, "zh-cn"), ("zh_CN", "ja", "ja"), ("en", None, None)],
)
def test_han_characters_have_the_forms_of_the_language_in_use(
    language: str, before: str | None, after: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"FC_LANG": before} if before else {})
    with translation.told_in(language):
        choose_glyphs()
    assert os.environ.get("FC_LANG") == after


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such category")
def test_what_the_system_says_is_english_for_us_to_translate(qt: QApplication) -> None:
    before = locale.setlocale(locale.LC_MESSAGES)
    try:
        locale.setlocale(locale.LC_MESSAGES, "C.UTF-8")
        WindowLanguage(qt).deleteLater()
        assert locale.setlocale(locale.LC_MESSAGES) == "C"
    finally:
        locale.setlocale(locale.LC_MESSAGES, before)
