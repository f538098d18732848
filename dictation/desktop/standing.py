"""How it stands with the program: what the tray shows of it, and what is said when asked."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, Slot

from dictation.control import Answer
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.tray import Tray, TrayState
from dictation.errors import ModelFileMissing, ModelMissing
from dictation.recognition.messages import Stage, Unusable
from dictation.session import Activity


class Standing(QObject):
    """Knows what the recogniser is at, and shows it together with what the session does."""

    def __init__(self, recogniser: RecogniserThread, tray: Tray) -> None:
        super().__init__()
        self._tray = tray
        self._activity = Activity.IDLE
        self._prepared = 0.0
        self.stage: Stage | Unusable = Stage.STARTING
        recogniser.prepared.connect(self._on_prepared)
        recogniser.stage.connect(self._on_stage)

    @property
    def is_loading(self) -> bool:
        """Whether what is said now waits for the model."""
        return self.stage in (Stage.LOADING, Stage.PREPARING)

    def show(self, activity: Activity) -> None:
        """activity: the session's."""
        self._activity = activity
        prepared = self._prepared if self.stage is Stage.PREPARING else None
        self._tray.show_state(_tray_state(activity, self.stage), prepared)

    def status(self) -> Answer:
        model = "unusable" if isinstance(self.stage, Unusable) else self.stage.value
        return {"state": self._activity.value, "model": model, "pid": os.getpid()}

    @Slot(float)
    def _on_prepared(self, part: float) -> None:
        self._prepared = part

    @Slot(object)
    def _on_stage(self, stage: Stage | Unusable) -> None:
        self.stage = stage
        self.show(self._activity)


def _tray_state(activity: Activity, stage: Stage | Unusable) -> TrayState:
    match activity:
        case Activity.LISTENING:
            return TrayState.LISTENING
        case Activity.WORKING:
            return TrayState.WORKING
    if isinstance(stage, Unusable):
        missing = isinstance(stage.error, ModelMissing | ModelFileMissing)
        return TrayState.NO_MODEL if missing else TrayState.TROUBLE
    return TrayState.IDLE if stage is Stage.READY else TrayState.LOADING
