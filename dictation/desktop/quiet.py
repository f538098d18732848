"""Words that stand back behind others, and can still be read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

_STRENGTH = 0.72  # on every usual background at least 4.5 : 1, which a placeholder's colour is not


class QuietLabel(QLabel):
    """Wraps; in a softer colour of the text, in light and dark."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent, wordWrap=True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._soften()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._soften()

    def event(self, event: QEvent) -> bool:
        # The parent's palette has changed, or we have got another parent.
        if event.type() in (QEvent.Type.ParentChange, QEvent.Type.Polish):
            self._soften()
        return super().event(event)

    def _soften(self) -> None:
        parent = self.parentWidget()
        palette = QPalette(parent.palette() if parent is not None else QPalette())
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            colour = palette.color(group, QPalette.ColorRole.WindowText)
            colour.setAlphaF(_STRENGTH)
            palette.setColor(group, QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)
