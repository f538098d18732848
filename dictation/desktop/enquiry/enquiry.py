"""Opens the windows that tell of the program itself, each made when it is first asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dictation.desktop.enquiry.about_window import AboutWindow
from dictation.desktop.enquiry.doctor_window import DoctorWindow
from dictation.desktop.tray import Tray


class Enquiry(QObject):
    """The doctor's window and the one about the program. GUI thread."""

    def __init__(self, tray: Tray) -> None:
        super().__init__()
        self._doctor: DoctorWindow | None = None
        self._about: AboutWindow | None = None
        tray.doctor_asked.connect(self.open_doctor)
        tray.about_asked.connect(self.open_about)

    @Slot()
    def open_doctor(self) -> None:
        if self._doctor is None or not self._doctor.isVisible():
            self._drop(self._doctor)
            self._doctor = DoctorWindow()
        _bring(self._doctor)

    @Slot()
    def open_about(self) -> None:
        if self._about is None or not self._about.isVisible():
            self._drop(self._about)
            self._about = AboutWindow()
        _bring(self._about)

    def end(self) -> None:
        """Closes both."""
        for window in (self._doctor, self._about):
            if window is not None:
                window.close()

    def _drop(self, window: QWidget | None) -> None:
        """A closed one is made anew: in the language that the program speaks by then."""
        if window is not None:
            window.deleteLater()


def _bring(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
