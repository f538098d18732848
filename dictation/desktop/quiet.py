"""Labels of several lines: never cut short, and some that stand back behind others."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

_MOST_PX = (1 << 24) - 1  # Qt's own word for "as high as one likes"
_STRENGTH = 0.72  # on every usual background at least 4.5 : 1, which a placeholder's colour is not


class WrappedLabel(QLabel):
    """Plain text that wraps, and is always as high as it needs: layouts forget that in windows
    whose size the user has chosen."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent, wordWrap=True)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        super().setText(text)
        if self.isVisible():  # before that its width is nothing to go by
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.isVisible():
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(0)
        self.setMaximumHeight(_MOST_PX)
        self.setFixedHeight(max(0, self.heightForWidth(self.width())))


class QuietLabel(WrappedLabel):
    """In a softer colour of the text, in light and dark."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._soften()

    def event(self, event: QEvent) -> bool:
        # The parent's palette has changed, or we have got another parent.
        if event.type() in (
            QEvent.Type.ApplicationPaletteChange,
            QEvent.Type.ParentChange,
            QEvent.Type.Polish,
        ):
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
