"""The icon in the tray with its menu, and the window that serves where there is no tray."""

from dictation.desktop.tray.state import TrayState
from dictation.desktop.tray.tray import Tray

__all__ = ["Tray", "TrayState"]
