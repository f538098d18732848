"""Whatever is chosen is told to the part that it concerns, and to no other."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dictation.desktop.applying import Applying, InUse, limits_of
from dictation.errors import DictationError, HotkeyTaken, SettingsUnreadable
from dictation.recognition.process import Limits
from dictation.settings import (
    BackendName,
    HistorySettings,
    HotkeySettings,
    InterfaceLanguage,
    InterfaceSettings,
    OverlaySettings,
    RecognitionSettings,
    Settings,
    SoundSettings,
)

PATIENCE_S = 10


class Parts:
    """Stands in for all of them."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.trouble: list[DictationError] = []
        self.in_use = InUse(RecognitionSettings())
        self.applying = Applying(
            keys=self,  # type: ignore[arg-type]
            key_choice=self,  # type: ignore[arg-type]
            recogniser=self,  # type: ignore[arg-type]
            in_use=self.in_use,
            overlay=self,  # type: ignore[arg-type]
            sounds=self,  # type: ignore[arg-type]
            retranslate=lambda: self.told.append("retranslated"),
            tell=self.told.append,
        )

    def change(
        self, _keys: object, before: HotkeySettings, now: HotkeySettings
    ) -> list[DictationError]:
        self.told.append((before.key, now.key))
        return self.trouble

    def wait(self) -> None:
        """Until it has told somebody, and has no more to tell."""
        until_s = time.monotonic() + PATIENCE_S
        timers = self.applying.findChildren(QTimer)
        while not self.told or any(timer.isActive() for timer in timers):
            assert time.monotonic() < until_s
            QTest.qWait(5)

    def look_again(self) -> None:
        self.told.append("recognised anew")

    def keep_within(self, limits: Limits) -> None:
        self.told.append(limits.idle_s)

    def choose(self, chosen: object) -> None:
        self.told.append(chosen)


@pytest.fixture
def parts(qt: QApplication) -> Parts:
    return Parts()


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (Settings(hotkey=HotkeySettings(key="F8")), ("F9", "F8")),
        (Settings(recognition=RecognitionSettings(model="demo")), "recognised anew"),
        (Settings(recognition=RecognitionSettings(threads=2)), "recognised anew"),
        (Settings(recognition=RecognitionSettings(backend=BackendName.FP32)), "recognised anew"),
        (Settings(recognition=RecognitionSettings(unload_minutes=5)), 300.0),
        (Settings(overlay=OverlaySettings(on=False)), OverlaySettings(on=False)),
        (Settings(sounds=SoundSettings(on=False)), SoundSettings(on=False)),
        (
            Settings(interface=InterfaceSettings(language=InterfaceLanguage.CHINESE)),
            "retranslated",
        ),
    ],
)
def test_a_change_is_told_to_whom_it_concerns(parts: Parts, now: Settings, told: object) -> None:
    parts.applying.on_settings(Settings(), now)
    parts.wait()

    assert parts.told == [told]


def test_the_recogniser_begins_anew_once_for_somebody_who_goes_through_a_list(
    parts: Parts,
) -> None:
    before = Settings()
    for backend in BackendName:
        now = Settings(recognition=RecognitionSettings(backend=backend))
        parts.applying.on_settings(before, now)
        before = now
    parts.wait()

    assert parts.told == ["recognised anew"]


def test_a_change_that_concerns_nobody_here_is_told_to_nobody(parts: Parts) -> None:
    parts.applying.on_settings(Settings(), Settings(history=HistorySettings(private=True)))

    assert parts.told == []


def test_a_key_that_cannot_be_had_and_a_mistake_in_the_file_are_told(parts: Parts) -> None:
    parts.trouble = [HotkeyTaken(key="F8")]
    parts.applying.on_settings(Settings(), Settings(hotkey=HotkeySettings(key="F8")))
    assert parts.told[1:] == parts.trouble

    mistake = SettingsUnreadable(file="f", reason="r")
    parts.applying.on_mistake(mistake)
    parts.applying.on_mistake(None)
    assert parts.told[2:] == [mistake]


def test_an_idle_recogniser_keeps_its_memory_unless_the_user_wants_it_back() -> None:
    assert limits_of(RecognitionSettings()).idle_s == float("inf")
    assert limits_of(RecognitionSettings(unload_minutes=10)).idle_s == 600


def test_the_model_of_this_run_stands_until_the_user_chooses_another() -> None:
    chosen = RecognitionSettings(model="mine")
    in_use = InUse(chosen, model="demo", backend=None)
    assert in_use.settings().model == "demo"

    assert not in_use.change(replace(chosen, unload_minutes=5))
    assert in_use.settings().model == in_use.model == "demo"

    assert in_use.change(replace(chosen, model="other"))
    assert in_use.settings().model == "other"
    assert in_use.model is None
