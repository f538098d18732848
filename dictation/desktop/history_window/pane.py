"""The take that is looked at: its text to correct, its recording to hear, and what can be done."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.history_window import wording
from dictation.desktop.history_window.action_buttons import (
    action_button,
    dress,
    flowing_buttons,
)
from dictation.desktop.history_window.colours import MARK
from dictation.desktop.history_window.player import Player
from dictation.desktop.history_window.sound_bar import SoundBar
from dictation.desktop.muted import MutedLabel
from dictation.desktop.notices import LANGUAGE_NAMES
from dictation.desktop.symbols import symbol
from dictation.history import Entry
from dictation.settings import SpokenLanguage
from dictation.speech import Transcript
from dictation.translation import N_, _

_TEXT = N_("Text")
_SAVE = N_("Save correction")
_DISCARD = N_("Discard")
_ORIGINAL = N_("As it was recognised")
_GO_BACK = N_("Go back to it")
_AGAIN = N_("Transcribe again")
_HEARING = N_("Transcribing…")
_HEARD = N_("Heard this time")
_HEARD_SAME = N_("The same text was heard.")
_HEARD_NOTHING = N_("No words were heard this time.")
_USE = N_("Use this text")
_NO_SOUND = N_("The recording is not kept any more.")
_BETWEEN = "  ·  "
_GAP_PX = 10
_LARGE = 1.15
_LEAST_LINES = 4


class Pane(QWidget):
    """Shows one take, or none.

    Signals:
        corrected(int, str): the take's text shall be this one.
        went_back(int): … what was recognised at first.
        again_asked(int, SpokenLanguage): its recording shall be recognised as that language.
        chosen(int, Transcript): what was heard that way shall be its text.
    """

    corrected = Signal(int, str)
    went_back = Signal(int)
    again_asked = Signal(int, str)
    chosen = Signal(int, object)

    def __init__(self, player: Player, actions: list[QAction], parent: QWidget) -> None:
        """actions: what can be done with takes, as buttons."""
        super().__init__(parent)
        self._player = player
        self._actions = actions
        self._entry: Entry | None = None
        self._heard: Transcript | None = None
        self._when = QLabel(self)
        self._about = MutedLabel(self, wordWrap=True)
        self._error = QLabel(self, wordWrap=True)
        self._sound = SoundBar(player, self)
        self._no_sound = MutedLabel(_(_NO_SOUND), self, wordWrap=True)
        self.text = QPlainTextEdit(self, tabChangesFocus=True)
        self.text.setAccessibleName(_(_TEXT))
        self._save = QPushButton(_(_SAVE), self)
        self._discard = QPushButton(_(_DISCARD), self)
        self._changes = _row(self, self._save, self._discard)
        self._original = _Aside(_(_ORIGINAL), _(_GO_BACK), self)
        self._again_told = _Aside(_(_HEARD), _(_USE), self)
        self._again = QToolButton(self)
        self._again.setText(_(_AGAIN))
        self._lay_out()
        self._connect()
        self._draw()

    def _lay_out(self) -> None:
        font = self._when.font()
        font.setPointSizeF(font.pointSizeF() * _LARGE)
        font.setBold(True)
        self._when.setFont(font)
        for label in (self._when, self._about, self._error):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        large = self.text.font()
        large.setPointSizeF(large.pointSizeF() * _LARGE)
        self.text.setFont(large)
        self.text.document().setDocumentMargin(_GAP_PX)
        self.text.setMinimumHeight(_LEAST_LINES * self.text.fontMetrics().lineSpacing())
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._again.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._again.setAccessibleName(_(_AGAIN))
        dress(self._again)
        made = [action_button(action, self) for action in self._actions]
        buttons = flowing_buttons([*made[:2], self._again, *made[2:]], self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_GAP_PX, 0, 0, 0)
        layout.setSpacing(_GAP_PX)
        for part in (self._when, self._about, self._error, self._sound, self._no_sound):
            layout.addWidget(part)
        layout.addWidget(self.text, 1)
        for widget in (self._changes, self._again_told, self._original, buttons):
            layout.addWidget(widget)

    def _connect(self) -> None:
        menu = QMenu(self._again)
        for language, name in LANGUAGE_NAMES.items():
            menu.addAction(_(name)).setData(language.value)
        menu.triggered.connect(self._on_again)
        self._again.setMenu(menu)
        self.text.textChanged.connect(self._on_edited)
        self._save.clicked.connect(self.save)
        self._discard.clicked.connect(self._on_discard)
        self._original.asked.connect(self._on_go_back)
        self._again_told.asked.connect(self._on_use)

    # --- what is shown

    def show_take(self, entry: Entry, sound: Path) -> None:
        """A take, or what has become of the one that is shown. What is being typed stays."""
        is_same = self._entry is not None and self._entry.take == entry.take
        is_edited = is_same and self.is_edited
        self._entry = entry
        if not is_same:
            self.hide_heard()
        if not is_edited and self.text.toPlainText() != entry.text:
            self.text.setPlainText(entry.text)
        now = datetime.now().astimezone()
        self._when.setText(wording.at_length(entry.started_at.astimezone(), now))
        about = [entry.app, wording.length(entry.duration_s) if entry.duration_s else ""]
        about += wording.heard(entry)
        self._about.setText(_BETWEEN.join(part for part in about if part))
        self._error.setText(entry.error)
        self._error.setVisible(bool(entry.error))
        self._player.load(sound if entry.has_sound else None)
        self._sound.setVisible(entry.has_sound)
        self._sound.show_sound(entry.duration_s or 0.0)
        self._no_sound.setVisible(not entry.has_sound)
        self._again.setEnabled(entry.has_sound)
        self._original.setVisible(entry.original is not None)
        self._original.say(entry.original or "")
        self._on_edited()

    def mark(self, words: str) -> None:
        """Words that were looked for are marked in the text."""
        marks = []
        for word in words.split():
            cursor = self.text.document().find(word)
            while not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor
                mark.format.setBackground(MARK)
                marks.append(mark)
                cursor = self.text.document().find(word, cursor)
        self.text.setExtraSelections(marks)

    @property
    def is_edited(self) -> bool:
        """Whether what is in the field is not yet the take's text."""
        return self._entry is not None and self.text.toPlainText() != self._entry.text

    @property
    def unsaved(self) -> tuple[int, str] | None:
        """The take that is being corrected, and the text as it stands."""
        if self._entry is None or not self.is_edited:
            return None
        return self._entry.take, self.text.toPlainText()

    def show_hearing(self) -> None:
        """The recording is being recognised once more."""
        self._heard = None
        self._again_told.say(_(_HEARING), with_button=False)
        self._again_told.show()

    def show_heard(self, heard: Transcript) -> None:
        """What came of that."""
        text = heard.text.strip()
        same = self._entry is not None and text == self._entry.text
        self._heard = heard if text and not same else None
        told = _(_HEARD_SAME) if same else text or _(_HEARD_NOTHING)
        self._again_told.say(told, with_button=self._heard is not None)
        self._again_told.show()

    def hide_heard(self) -> None:
        self._heard = None
        self._again_told.hide()

    # --- what the user does

    @Slot()
    def save(self) -> None:
        """What is in the field is the take's text from now on."""
        unsaved = self.unsaved
        if unsaved is not None:
            self.corrected.emit(*unsaved)
            self._changes.hide()

    @Slot()
    def _on_edited(self) -> None:
        self._changes.setVisible(self.is_edited)

    @Slot()
    def _on_discard(self) -> None:
        if self._entry is not None:
            self.text.setPlainText(self._entry.text)
            self.text.setFocus()

    @Slot()
    def _on_go_back(self) -> None:
        if self._entry is not None:
            self._on_discard()
            self.went_back.emit(self._entry.take)

    @Slot(QAction)
    def _on_again(self, action: QAction) -> None:
        if self._entry is not None:
            self.again_asked.emit(self._entry.take, SpokenLanguage(action.data()).value)

    @Slot()
    def _on_use(self) -> None:
        if self._entry is not None and self._heard is not None:
            heard = self._heard
            self._on_discard()
            self.hide_heard()
            self.chosen.emit(self._entry.take, heard)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        self._again.setIcon(symbol("again", self.palette()))


class _Aside(QFrame):
    """A text beside the take's own, with a button that puts it in its place.

    Signals:
        asked(): the button was pressed.
    """

    asked = Signal()

    def __init__(self, title: str, button: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        head = MutedLabel(title, self)
        self._text = QLabel(self, wordWrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setAccessibleName(title)
        self._button = QPushButton(button, self)
        self._button.clicked.connect(self.asked)
        top = QHBoxLayout()
        top.addWidget(head, 1)
        top.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._text)
        self.hide()

    def say(self, text: str, *, with_button: bool = True) -> None:
        self._text.setText(text)
        self._button.setVisible(with_button)


def _row(parent: QWidget, *widgets: QWidget) -> QWidget:
    row = QWidget(parent)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return row
