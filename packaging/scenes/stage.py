"""Where scenes are played: Qt on the virtual desktop, in one language and one theme."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QLocale, QPoint, QRect
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from dictation import translation
from dictation.desktop.icons import APPLICATION, icon
from dictation.paths import resource
from scenes import pictures

LANGUAGES = {"en": QLocale("en_GB"), "zh_CN": QLocale("zh_CN")}
LARGE = 2.0
_PATIENCE_S = 20.0
_STEADY_S = 0.12
_CORNER = QPoint(20, 2)


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


@dataclass
class Stage:
    """What a scene may use, and what it leaves to be tidied up."""

    app: QApplication
    language: str
    theme: Theme
    folder: Path
    """Empty, for whatever a scene keeps on disk; gone when it is over."""
    after: list[Callable[[], object]] = field(default_factory=list)
    """Called when the picture is taken, the last first."""

    def wait(self, condition: Callable[[], object]) -> None:
        until_s = time.monotonic() + _PATIENCE_S
        while not condition():
            if time.monotonic() > until_s:
                raise TimeoutError("the scene does not become what it should be")
            self.app.processEvents()
            time.sleep(0.005)

    def show(self, window: QWidget) -> QRect:
        """Shows the window, and returns where it is, without its frame."""
        window.move(_CORNER)
        window.show()
        self.after.append(window.close)
        self.wait(lambda: window.windowHandle() and window.windowHandle().isExposed())
        self.settle()
        return QRect(window.mapToGlobal(QPoint(0, 0)), window.size())

    def settle(self) -> None:
        """Until nothing changes on the screen any more."""
        before = QImage()
        for _ in itertools.repeat(None, 40):
            until_s = time.monotonic() + _STEADY_S
            self.wait(lambda until_s=until_s: time.monotonic() > until_s)
            after = self.screen()
            if after == before:
                return
            before = after

    def screen(self, part: QRect | None = None) -> QImage:
        """What is seen there, by whichever program."""
        place = part or QGuiApplication.primaryScreen().geometry()
        grabbed = QGuiApplication.primaryScreen().grabWindow(
            0, place.x(), place.y(), place.width(), place.height()
        )
        return grabbed.toImage()


Scene = Callable[[Stage], QRect | QImage]
"""Shows something, and returns what the picture is: a part of the screen, or one made of it."""


def play(folder: Path, language: str, theme: Theme, only: str, text_size: float = 1.0) -> None:
    """Takes the pictures of all scenes with these letters in their names."""
    app = QApplication.instance() or QApplication(["dictation"])
    assert isinstance(app, QApplication)
    app.setApplicationName("dictation")
    app.setWindowIcon(icon(APPLICATION))
    app.setQuitOnLastWindowClosed(False)
    app.setCursorFlashTime(0)
    font = app.font()
    font.setPointSizeF(font.pointSizeF() * text_size)
    app.setFont(font)
    app.setPalette(palette(theme))
    QLocale.setDefault(LANGUAGES[language])
    translation.use(language, resource("locale"))
    for name, scene in _scenes():
        if only in name:
            _take(Stage(app, language, theme, Path()), scene, folder / f"{name}-{language}-{theme}")


def palette(theme: Theme) -> QPalette:
    """As Qt's own style has it, where a desktop wishes for light or dark; here nobody does."""
    if theme is Theme.LIGHT:
        return QApplication.style().standardPalette()
    dark = QPalette(QColor(50, 50, 50), QColor(50, 50, 50))
    role = QPalette.ColorRole
    for roles, colour in (
        ((role.WindowText, role.Text, role.ButtonText, role.BrightText), "#f0f0f0"),
        ((role.ToolTipText,), "#f0f0f0"),
        ((role.Base,), "#242424"),
        ((role.AlternateBase,), "#2b2b2b"),
        ((role.ToolTipBase,), "#3c3c3c"),
        ((role.Highlight,), "#308cc6"),
        ((role.HighlightedText,), "#ffffff"),
        ((role.Link,), "#6cb8f0"),
        ((role.PlaceholderText,), "#80f0f0f0"),
    ):
        for one in roles:
            dark.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        dark.setColor(QPalette.ColorGroup.Disabled, one, QColor("#828282"))
    return dark


def _take(stage: Stage, scene: Scene, to: Path) -> None:
    with tempfile.TemporaryDirectory() as kept:
        stage.folder = Path(kept)
        try:
            seen = scene(stage)
            image = stage.screen(seen) if isinstance(seen, QRect) else seen
            pictures.write(to.with_suffix(".png"), image)
        finally:
            for tidy in reversed(stage.after):
                tidy()
            stage.app.processEvents()


def _scenes() -> Iterator[tuple[str, Scene]]:
    """All of them; each is named by its function."""
    from scenes import first_run, history, overlay, settings, tray, windows

    for module in (first_run, tray, overlay, history, settings, windows):
        for scene in module.SCENES:
            yield scene.__name__.replace("_", "-"), scene
