"""Has the doctor look at this machine, on a thread: he asks the sound system and the desktop."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from dictation import doctor
from dictation.doctor import Finding


class Looking(QObject):
    """One look after the other.

    Signals:
        found(list[Finding]): what one look found.
    """

    found = Signal(object)

    def __init__(
        self, parent: QObject, examine: Callable[[], list[Finding]] = doctor.examine
    ) -> None:
        super().__init__(parent)
        self._examine = examine

    def begin(self) -> None:
        threading.Thread(target=self._run, name="doctor", daemon=True).start()

    def _run(self) -> None:
        findings = self._examine()
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile, and is gone
            self.found.emit(findings)
