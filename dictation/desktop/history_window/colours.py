"""Colours that fit both light and dark."""

from __future__ import annotations

from PySide6.QtGui import QColor

MARK = QColor(255, 191, 25, 102)
"""Behind words that were looked for."""
