"""The settings window, page by page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QLineEdit

from dictation.audio.microphone import Block
from dictation.desktop.model_panel import ModelPanel
from dictation.desktop.settings_dialog import SettingsWindow
from dictation.desktop.settings_dialog.means import Means
from dictation.settings import (
    AppRule,
    HotkeySettings,
    InsertionWay,
    RecognitionSettings,
    Settings,
)
from scenes.models import READY, models
from scenes.stage import Scene, Stage

_NAMES = ("general", "hotkey", "microphone", "language", "insertion", "model", "server",
          "overlay", "notifications", "history", "applications", "replacements")  # fmt: skip
_CHOSEN = Settings(
    hotkey=HotkeySettings(undo="Ctrl+Alt+Z"),
    recognition=RecognitionSettings(server="https://speech.example:2002", use_server=False),
    apps={
        "code": AppRule(keys="Ctrl+V"),
        "wechat": AppRule(insert=InsertionWay.TYPE, replacements={"回车": "\n"}),
    },
    replacements={"deep seek": "DeepSeek", "sense voice": "SenseVoice", "泡菜": "PyTorch"},
)


class _Choices(QObject):
    changed = Signal(object, object)
    mistaken = Signal(object)
    settings = _CHOSEN

    def choose(self, chosen: Settings) -> None: ...


class _Login:
    def possible(self) -> bool:
        return True

    def is_on(self) -> bool:
        return True

    def turn(self, on: bool) -> None: ...  # noqa: FBT001 - the contract's


class _Voice:
    """Somebody speaks, always as loud."""

    trouble = None

    def __init__(self, _device: str) -> None: ...

    def heard(self) -> list[Block]:
        return [np.resize(np.float32([0.03, -0.03]), (320, 1))]

    def end(self) -> None: ...


def means(stage: Stage) -> Means:
    """Of a program in which nothing happens."""
    choices = _Choices()
    stage.after.append(choices.deleteLater)
    return Means(
        choices=choices,
        login=_Login(),
        microphones=lambda: ["Built-in Audio", "Headset"],
        listen=_Voice,
        taking=None,
        why_not_key=lambda _name: None,
        lend_keys=lambda _on: None,
        keys_are_wishes=lambda: False,
        enter_server=lambda _entry: None,
        play=lambda _volume: None,
        open_file=lambda: None,
        model_panel=partial(ModelPanel, models(READY)),
    )


def _window(stage: Stage) -> SettingsWindow:
    return SettingsWindow(means(stage))


def _page(number: int, name: str) -> Scene:
    def scene(stage: Stage) -> QRect:
        window = _window(stage)
        window.turn_to(number)
        return stage.show(window)

    scene.__name__ = f"settings_{name}"
    return scene


def settings_search(stage: Stage) -> QRect:
    window = _window(stage)
    place = stage.show(window)
    window.findChild(QLineEdit).setText("key" if stage.language == "en" else "键")
    stage.settle()
    return place


SCENES: tuple[Callable[[Stage], QRect], ...] = (
    *(_page(number, name) for number, name in enumerate(_NAMES)),
    settings_search,
)
