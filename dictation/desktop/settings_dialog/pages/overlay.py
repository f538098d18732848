"""What is seen and heard while one dictates."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.settings_dialog.row import Row
from dictation.settings import Edge, Motion, Settings
from dictation.translation import N_, _

TITLE = N_("Overlay & sounds")
_EDGES = ((Edge.BOTTOM, N_("Bottom of the screen")), (Edge.TOP, N_("Top of the screen")))
_MOTIONS = (
    (Motion.SYSTEM, N_("As the desktop")),
    (Motion.FULL, N_("Full")),
    (Motion.REDUCED, N_("Reduced")),
)
_SHORT_SLIDER_EMS, _SLIDER_EMS = 4, 9
_SETTLED_MS = 250  # a slider that is moved gives many values, of which one is meant
_PERCENT = N_("{percent} %")


def build(means: Means) -> Page:
    page = Page(_(TITLE))

    def is_shown(settings: Settings) -> bool:
        return settings.overlay.on

    page.group(
        options.switch(
            page,
            lens.of("overlay", "on"),
            _("Show the overlay"),
            _("The pill with the level and the words, on the screen that has the pointer."),
        ),
        options.choice(
            page,
            lens.of("overlay", "position"),
            _("Position"),
            offered=options.named(_EDGES),
            where=is_shown,
        ),
        options.choice(
            page,
            lens.of("overlay", "motion"),
            _("Motion"),
            _("How lively it is."),
            offered=options.named(_MOTIONS),
            where=is_shown,
        ),
        title=_("Overlay"),
    )
    page.group(
        options.switch(
            page,
            lens.of("sounds", "on"),
            _("Play sounds"),
            _("When dictation starts, stops or fails."),
        ),
        _volume(page, means),
        title=_("Sounds"),
    )
    return page


def _volume(page: Page, means: Means) -> Row:
    volume = lens.of("sounds", "volume_percent")
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(volume.least, volume.most)
    slider.setSingleStep(5)
    slider.setPageStep(20)
    em = slider.fontMetrics().height()
    slider.setMinimumWidth(em * _SHORT_SLIDER_EMS)
    slider.setMaximumWidth(em * _SLIDER_EMS)
    told = QLabel()
    told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    told.setMinimumWidth(told.fontMetrics().horizontalAdvance(_(_PERCENT).format(percent=100)))
    play = QPushButton(_("Play"))
    play.setAutoDefault(False)
    together = QWidget()
    together.setFocusProxy(slider)
    layout = QHBoxLayout(together)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in (slider, told, play):
        layout.addWidget(widget)
    row = Row(_("Volume"), "", together, key=volume.key)
    slider.setAccessibleName(row.name)
    settled = QTimer(together, interval=_SETTLED_MS, singleShot=True)
    settled.timeout.connect(lambda: page.choose(volume, slider.value()))

    def name(value: int) -> None:
        told.setText(_(_PERCENT).format(percent=value))

    def moved(value: int) -> None:
        name(value)
        settled.start()

    def show(settings: Settings) -> None:
        row.enable(settings.sounds.on)
        if not (settled.isActive() or slider.isSliderDown()):
            with QSignalBlocker(slider):
                slider.setValue(volume.get(settings))
            name(slider.value())

    slider.valueChanged.connect(moved)
    play.clicked.connect(lambda: means.play(slider.value()))
    page.shows(show, volume)
    return row
