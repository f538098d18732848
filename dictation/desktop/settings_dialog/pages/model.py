"""What recognises speech on this computer."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from dictation.desktop.settings_dialog import lens, options, units
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.options import Choice
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.row import Row
from dictation.errors import DictationError
from dictation.recognition.model_folder import read_folder
from dictation.recognition.setup import DEMO
from dictation.settings import BackendName, Settings
from dictation.translation import N_, _

TITLE = N_("Model & device")
_PUBLISHED = N_("SenseVoice Small, as published")
_DEMONSTRATION = N_("Demonstration model (a few hundred words)")
_FOLDER = N_("Another folder…")
_CHOOSE = N_("Folder of the model")
_BACKENDS = (
    (BackendName.AUTO, N_("Automatic")),
    (BackendName.CUDA, N_("NVIDIA graphics card (bf16)")),
    (BackendName.AMX, N_("Processor with AMX (bf16)")),
    (BackendName.INT8, N_("Processor, 8 bits")),
    (BackendName.FP32, N_("Processor, exact (fp32)")),
    (BackendName.REFERENCE, N_("FunASR's own code")),
)


def build(means: Means) -> Page:
    page = Page(_(TITLE))
    page.group(_model(page) if means.model_panel is None else _panel(page, means.model_panel()))
    page.group(
        options.choice(
            page,
            lens.of("recognition", "backend"),
            _("Computed by"),
            _("Automatic takes the fastest that proved itself on this computer."),
            offered=options.named(_BACKENDS),
        ),
        options.number(
            page,
            lens.of("recognition", "threads"),
            _("Threads"),
            _("At most so many at once; more are not always faster."),
            unit=units.threads,
            zero=_("Automatic"),
        ),
    )
    page.group(
        options.number(
            page,
            lens.of("recognition", "unload_minutes"),
            _("Free the memory when idle"),
            _("After so long without a dictation; the next one loads the model again."),
            unit=units.minutes,
            zero=_("Never"),
            step=5,
        ),
    )
    return page


def _panel(page: Page, panel: QWidget) -> Row:
    """It chooses the model by itself."""
    model = lens.of("recognition", "model")
    panel.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    page.shows(lambda _settings: None, model)
    words = _("download remove verify folder demonstration")
    return Row(_("Speech model"), "", panel, key=model.key, words=words)


def _model(page: Page) -> Row:
    model = lens.of("recognition", "model")
    control = Choice()
    control.most_ems *= 2
    row = Row(_("Speech model"), "", control, key=model.key)
    shown = ""

    def show(settings: Settings) -> None:
        nonlocal shown
        shown = model.get(settings)
        control.clear()
        control.offer("", _(_PUBLISHED))
        control.offer(DEMO, _(_DEMONSTRATION))
        if shown not in ("", DEMO):
            control.offer(shown, os.fspath(shown))
        control.offer(None, _(_FOLDER))
        control.mark(shown)

    def choose() -> None:
        chosen = control.chosen
        if chosen is None:
            before = shown if shown != DEMO else ""
            chosen = QFileDialog.getExistingDirectory(page, _(_CHOOSE), before) or shown
        control.mark(shown)  # until it is known to be a model
        try:
            if chosen not in ("", DEMO):
                read_folder(Path(chosen).expanduser())
        except DictationError as error:
            row.tell(error.whole)
        else:
            row.tell("")
            page.choose(model, chosen)

    control.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    control.activated.connect(lambda _at: choose())
    page.shows(show, model)
    return row
