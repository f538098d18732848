"""Looks whether the desktop has a tray: a panel may start after us, or never."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

PATIENCE_MS = 5_000
"""A panel that starts with the session is there by then."""
_LOOK_MS = 1_000


class TrayPlace(QObject):
    """Looks until a tray is found: nothing tells when one appears.

    Signals:
        missing(): there was none for some seconds.
        found(): now there is one.
    """

    missing = Signal()
    found = Signal()

    def __init__(
        self, is_there: Callable[[], bool], parent: QObject, patience_ms: int = PATIENCE_MS
    ) -> None:
        super().__init__(parent)
        self._is_there = is_there
        self._looking = QTimer(self, interval=min(_LOOK_MS, patience_ms))
        self._looking.timeout.connect(self._look)
        self._patience = QTimer(self, interval=patience_ms, singleShot=True)
        self._patience.timeout.connect(self._on_patience)

    def begin(self) -> None:
        self._looking.start()
        self._patience.start()

    def end(self) -> None:
        self._looking.stop()
        self._patience.stop()

    @Slot()
    def _look(self) -> None:
        if self._is_there():
            self.end()
            self.found.emit()

    @Slot()
    def _on_patience(self) -> None:
        self._look()
        if self._looking.isActive():
            self.missing.emit()
