"""The window in which past dictations are found, heard, corrected, exported and deleted."""

from dictation.desktop.history_window.window import HistoryWindow

__all__ = ["HistoryWindow"]
