"""Shows which speech model there is, and has it fetched, verified, removed or exchanged."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.models.standing import Doing, Kind
from dictation.desktop.models.view import Act, Bar, Mood, Trouble, View, view
from dictation.desktop.quiet import QuietLabel, WrappedLabel
from dictation.desktop.symbols import pixmap
from dictation.desktop.widgets.question import Question, ask
from dictation.errors import joined
from dictation.recognition.model_store.pins import readable_size
from dictation.recognition.model_store.removing import Removal
from dictation.translation import N_, _

_SIGNS = {
    Mood.MISSING: "download",
    Mood.BUSY: "busy",
    Mood.GOOD: "done",
    Mood.BAD: "warning",
}
_LABELS = {
    Act.FETCH: N_("Download ({size})"),
    Act.GET: N_("Get {name} ({size})"),
    Act.GO_ON: N_("Resume"),
    Act.PAUSE: N_("Pause"),
    Act.CANCEL: N_("Cancel"),
    Act.TRY_AGAIN: N_("Try again"),
    Act.MEND: N_("Download again"),
    Act.VERIFY: N_("Verify"),
    Act.REMOVE: N_("Remove…"),
}
_NAMED = N_("{name}: {state}")
_PROGRESS = N_("Progress")
_OTHER = N_("Other model")
_DEMO = N_("Demonstration model")
_FOLDER = N_("A folder of your own…")
_CHOOSE = N_("Choose the folder of a model")
_ASK_REMOVE = N_("Remove {name}?")
_FREES = N_(
    "That frees {size}: the model’s files, and what was prepared of them for this computer. It can "
    "be downloaded again."
)
_NOTHING = N_(
    "No file of it lies where this program downloads to; your own folders are left alone."
)
_REMOVE = N_("Remove")
_ASK_CANCEL = N_("Delete what has come?")
_COMES_AGAIN = N_("{size} have come; they would be downloaded again the next time.")
_DELETE, _KEEP = N_("Delete"), N_("Keep")
_SMALL_BYTES = 5_000_000  # nobody is asked about less: it is back in seconds
_BAR_STEPS = 1000
_NEAR_PX, _GAP_PX, _WIDE_GAP_PX = 2, 8, 12


class Extent(Enum):
    """How much of it is shown."""

    FULL = auto()
    COMPACT = auto()
    """Without a sign, where the files are, and what computes it."""


class ModelPanel(QWidget):
    """A view of a ``ModelDesk``; there may be several of one desk."""

    def __init__(
        self, desk: ModelDesk, extent: Extent = Extent.FULL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._is_full = extent is Extent.FULL
        self._asked_removal = False
        self._mood = Mood.BUSY
        self._acts: tuple[Act, ...] = ()
        self._sign = QLabel(self)
        self._head = WrappedLabel(parent=self)
        font = self._head.font()
        font.setBold(True)
        self._head.setFont(font)
        self._detail = QuietLabel(parent=self)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar = QProgressBar(self, textVisible=False)
        self._bar.setAccessibleName(_(_PROGRESS))
        self._told = QuietLabel(parent=self)
        self._trouble = _TroubleBox(self)
        self._computing = QuietLabel(parent=self)
        self._buttons = (QPushButton(self), QPushButton(self))
        self._other = QPushButton(_(_OTHER), self)
        self._other.setAutoDefault(False)
        self._kinds = _menu(self._other)
        self._lay_out()
        for at, button in enumerate(self._buttons):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, at=at: self._on_button(at))
        self._kinds[Kind.PUBLISHED].triggered.connect(desk.use_published)
        self._kinds[Kind.DEMO].triggered.connect(desk.use_demo)
        self._kinds[Kind.OWN].triggered.connect(self._on_folder)
        desk.changed.connect(self._show)
        desk.removable.connect(self._on_removable)
        self._draw()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._desk.look_again()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        elif event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._desk.look_again()  # perhaps somebody was at a terminal meanwhile
        super().changeEvent(event)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(_NEAR_PX)
        words.addWidget(self._head)
        words.addWidget(self._detail)
        words.addWidget(self._computing)
        buttons = QHBoxLayout()
        for button in self._buttons:
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._other)
        column = QVBoxLayout()
        column.setSpacing(_GAP_PX)
        column.addLayout(words)
        column.addWidget(self._bar)
        column.addWidget(self._told)
        column.addWidget(self._trouble)
        column.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_WIDE_GAP_PX)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._sign.setVisible(self._is_full)
        layout.addLayout(column, 1)

    # --- what is seen

    @Slot()
    def _show(self) -> None:
        standing = self._desk.standing
        shown = view(standing, self._desk.model.name, self._desk.model.size_bytes)
        self._head.setText(_(_NAMED).format(name=shown.name, state=shown.state))
        self._show_words(shown)
        self._show_bar(shown.bar)
        self._trouble.show_trouble(shown.trouble)
        self._show_acts(shown.acts)
        self._other.setVisible(self._is_full or shown.mood is not Mood.GOOD)
        self._other.setEnabled(standing.doing in (Doing.NOTHING, Doing.FETCHING))
        self._kinds[standing.chosen.kind].setChecked(True)
        self._kinds[Kind.PUBLISHED].setText(self._desk.model.name)
        if shown.mood is not self._mood:
            self._mood = shown.mood
            self._draw()

    def _show_words(self, shown: View) -> None:
        is_told = self._is_full or not shown.acts or shown.acts[0] is not Act.VERIFY
        for label, text in (
            (self._detail, shown.detail if is_told else ""),
            (self._computing, shown.computing if self._is_full else ""),
        ):
            label.setText(text)
            label.setVisible(bool(text))

    def _show_bar(self, bar: Bar | None) -> None:
        self._bar.setVisible(bar is not None)
        self._told.setVisible(bar is not None and bool(bar.told))
        if bar is not None:
            self._bar.setRange(0, 0 if bar.part is None else _BAR_STEPS)
            self._bar.setValue(round((bar.part or 0.0) * _BAR_STEPS))
            self._bar.setAccessibleDescription(bar.told)
            self._told.setText(bar.told)

    def _show_acts(self, acts: tuple[Act, ...]) -> None:
        if not self._is_full:
            acts = tuple(act for act in acts if act not in (Act.VERIFY, Act.REMOVE))
        self._acts = acts
        for at, button in enumerate(self._buttons):
            button.setVisible(at < len(acts))
            if at < len(acts):
                model = self._desk.model
                size = readable_size(model.size_bytes)
                button.setText(_(_LABELS[acts[at]]).format(name=model.name, size=size))

    def _draw(self) -> None:
        size_px = self.fontMetrics().height() * 3 // 2
        colour = self.palette().windowText().color()
        self._sign.setPixmap(pixmap(_SIGNS[self._mood], size_px, colour, self.devicePixelRatioF()))

    # --- what is wished

    def _on_button(self, at: int) -> None:
        match self._acts[at]:
            case Act.FETCH | Act.GET | Act.GO_ON | Act.TRY_AGAIN | Act.MEND:
                self._desk.fetch()
            case Act.PAUSE:
                self._desk.pause()
            case Act.CANCEL:
                self._on_cancel()
            case Act.VERIFY:
                self._desk.verify()
            case Act.REMOVE:
                self._asked_removal = True
                self._desk.ask_removal()

    def _on_cancel(self) -> None:
        standing = self._desk.standing
        come = standing.way.bytes_done
        if standing.doing is Doing.NOTHING and standing.published is not None:
            come = standing.published.size_bytes
        if come < _SMALL_BYTES:
            self._desk.cancel()
        else:
            more = _(_COMES_AGAIN).format(size=readable_size(come))
            asked = Question(_(_ASK_CANCEL), more, _(_DELETE), _(_KEEP), loses=False)
            ask(self, asked, self._desk.cancel)

    @Slot(object)
    def _on_removable(self, removal: Removal) -> None:
        if not self._asked_removal:  # another view of the desk has
            return
        self._asked_removal = False
        question = _(_ASK_REMOVE).format(name=removal.model.name)
        if removal.files:
            more = _(_FREES).format(size=readable_size(removal.size_bytes))
            asked = Question(question, more, _(_REMOVE), loses=False)
            ask(self, asked, lambda: self._desk.remove(removal))
        else:
            QMessageBox.information(self, self._desk.model.name, _(_NOTHING))

    @Slot()
    def _on_folder(self) -> None:
        self._show()  # the menu has marked its entry; nothing is chosen yet
        dialog = QFileDialog(self, _(_CHOOSE))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self._desk.use(Path(folder)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class _TroubleBox(QFrame):
    """What went wrong, and what to do about it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._sentence = WrappedLabel(parent=self)
        self._remedy = QuietLabel(parent=self)
        for label in (self._sentence, self._remedy):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.addWidget(self._sentence)
        layout.addWidget(self._remedy)
        self.hide()

    def show_trouble(self, trouble: Trouble | None) -> None:
        self.setVisible(trouble is not None)
        if trouble is not None:
            self._sentence.setText(trouble.sentence)
            self._remedy.setText(trouble.remedy)
            self._remedy.setVisible(bool(trouble.remedy))
            self.setAccessibleName(joined(trouble.sentence, trouble.remedy))


def _menu(button: QPushButton) -> dict[Kind, QAction]:
    menu = QMenu(button)
    group = QActionGroup(menu)
    entries = {Kind.PUBLISHED: "", Kind.DEMO: _(_DEMO), Kind.OWN: _(_FOLDER)}
    actions = {}
    for kind, label in entries.items():
        actions[kind] = group.addAction(menu.addAction(label))
        actions[kind].setCheckable(True)
    button.setMenu(menu)
    return actions
