"""The tray: its icons, its menu, a notification, and the window where there is no tray."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from dictation.desktop import icons, notices
from dictation.desktop.notifications import Notifier
from dictation.desktop.tray import Tray, TrayState
from dictation.settings import AppRule
from dictation.speech import Emotion, Language, Outcome, Transcript, Verdict
from scenes.stage import Stage
from scenes.texts import HELLO, LAST, segment

_SIZES_PX = (16, 22, 24, 32, 48)
_PANELS = {"light": "#eff0f2", "dark": "#202226"}
_CELL_PX = 64
_BUBBLE = QRect(820, 10, 460, 140)


def tray_icons(stage: Stage) -> QImage:
    """Every state at the sizes of panels, enlarged nowhere."""
    names = [icons.APPLICATION, *TrayState]
    sheet = QImage(
        sum(size + 20 for size in _SIZES_PX) + 20, _CELL_PX * len(names), QImage.Format.Format_RGB32
    )
    sheet.fill(QColor(_PANELS[stage.theme]))
    painter = QPainter(sheet)
    for row, name in enumerate(names):
        left = 20
        for size in _SIZES_PX:
            painter.drawImage(
                left, row * _CELL_PX + (_CELL_PX - size) // 2, icons.image(name, size)
            )
            left += size + 20
    painter.end()
    return sheet


def tray_menu(stage: Stage) -> QRect:
    tray = _tray(stage, TrayState.IDLE)
    return _open_menu(stage, tray)


def tray_menu_without_model(stage: Stage) -> QRect:
    tray = _tray(stage, TrayState.NO_MODEL)
    tray.set_last_text(None)
    return _open_menu(stage, tray)


def window_without_tray(stage: Stage) -> QRect:
    tray = _tray(stage, TrayState.IDLE)
    return stage.show(_stand_in(tray))


def notification(stage: Stage) -> QRect:
    """As the desktop's own daemon draws it."""
    notifier = Notifier(lambda *_: None)
    stage.after.append(notifier.stop)
    said = segment(HELLO, Language.ENGLISH, Emotion.HAPPY)
    heard = Transcript(1, (said,), HELLO)
    before = stage.screen(_BUBBLE)
    notifier.show(1, notices.notice_for(heard, Verdict(Outcome.DELIVERED, "paste")))
    stage.after.append(lambda: notifier.close(1))
    stage.wait(lambda: stage.screen(_BUBBLE) != before)
    stage.settle()
    return _BUBBLE


SCENES = (tray_icons, tray_menu, tray_menu_without_model, window_without_tray, notification)


def _tray(stage: Stage, state: TrayState) -> Tray:
    tray = Tray()
    tray.set_hotkey("F9")
    tray.set_last_text(LAST[stage.language])
    tray.set_app("kate", AppRule())
    tray.show_state(state)
    tray.show()
    stage.after.append(tray.hide)
    return tray


def _open_menu(stage: Stage, tray: Tray) -> QRect:
    """Where a click on the icon opens it."""
    (shown,) = tray.findChildren(QSystemTrayIcon)
    stage.wait(lambda: shown.geometry().y() > 0)
    menu = shown.contextMenu()
    at = shown.geometry()
    menu.popup(QPoint(at.right() - menu.sizeHint().width(), at.top() - menu.sizeHint().height()))
    stage.after.append(menu.close)
    stage.settle()
    screen = QGuiApplication.primaryScreen().geometry()
    seen = QRect(menu.mapToGlobal(QPoint(0, 0)), menu.size()).adjusted(-24, -24, 0, 0)
    seen.setBottomRight(screen.bottomRight())
    return seen


def _stand_in(tray: Tray) -> QWidget:
    tray._show_stand_in()
    window = tray._stand_in
    assert window is not None
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, on=False)
    return window
