"""Which model recognises speech: fetched here, while one goes on with the other steps."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from dictation.desktop.first_run.step import Step
from dictation.desktop.model_panel import Extent, ModelPanel
from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.models.standing import Readiness
from dictation.translation import N_, _

_TITLE = N_("Speech model")


class ModelStep(Step):
    """Done once a model is loaded."""

    def __init__(self, number: int, models: ModelDesk, parent: QWidget | None = None) -> None:
        super().__init__(number, _(_TITLE), "", parent)
        self._models = models
        self.put(ModelPanel(models, Extent.COMPACT, self))
        models.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        if self._models.standing.readiness is Readiness.READY:
            self.mark_done()
