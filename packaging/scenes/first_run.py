"""The window of the first steps in its stages, and the speech model in all of its states."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget

from dictation.desktop.first_run import FirstRunWindow
from dictation.desktop.model_panel import ModelPanel
from dictation.desktop.models.standing import ModelStanding
from dictation.errors import DictationError
from dictation.gesture import Wish
from scenes import models, settings, texts
from scenes.stage import Stage

_STATES = (models.NONE, models.FETCHING, models.PAUSED, models.PREPARING, models.READY,
           models.DEMO)  # fmt: skip
_TROUBLES = (models.OFFLINE, models.PROXY, models.INTERCEPTED, models.FULL, models.WRONG,
             models.DAMAGED)  # fmt: skip
_COLUMNS = 3
_PANEL_PX = 400


class _Keys(QObject):
    wished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.troubles: dict[str, DictationError] = {}


def _window(stage: Stage, standing: ModelStanding, keys: _Keys) -> FirstRunWindow:
    desk = models.models(standing)
    window = FirstRunWindow(settings.means(stage), desk, keys)
    stage.after += [keys.deleteLater, desk.deleteLater]
    window.resize(window.sizeHint())
    return window


def first_run(stage: Stage) -> QRect:
    return stage.show(_window(stage, models.NONE, _Keys()))


def first_run_downloading(stage: Stage) -> QRect:
    keys = _Keys()
    place = stage.show(_window(stage, models.FETCHING, keys))
    keys.wished.emit(Wish.START)
    stage.settle()
    return place


def first_run_offline(stage: Stage) -> QRect:
    return stage.show(_window(stage, models.OFFLINE, _Keys()))


def first_run_done(stage: Stage) -> QRect:
    keys = _Keys()
    window = _window(stage, models.READY, keys)
    place = stage.show(window)
    keys.wished.emit(Wish.START)
    keys.wished.emit(Wish.STOP)
    window.findChild(QPlainTextEdit).setPlainText(texts.LAST[stage.language])
    stage.settle()
    return place


def model_states(stage: Stage) -> QRect:
    return _panels(stage, _STATES)


def model_troubles(stage: Stage) -> QRect:
    return _panels(stage, _TROUBLES)


def _panels(stage: Stage, standings: Sequence[ModelStanding]) -> QRect:
    window = QWidget()
    grid = QGridLayout(window)
    for at, standing in enumerate(standings):
        desk = models.models(standing)
        stage.after.append(desk.deleteLater)
        frame = QFrame(window)
        frame.setFrameShape(QFrame.Shape.StyledPanel)
        frame.setFixedWidth(_PANEL_PX)
        layout = QVBoxLayout(frame)
        layout.addWidget(ModelPanel(desk))
        layout.addStretch(1)
        grid.addWidget(frame, at // _COLUMNS, at % _COLUMNS)
    stage.show(window)
    window.adjustSize()
    stage.settle()
    return QRect(window.mapToGlobal(window.rect().topLeft()), window.size())


SCENES = (first_run, first_run_downloading, first_run_offline, first_run_done, model_states,
          model_troubles)  # fmt: skip
