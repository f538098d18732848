"""The history's window, as somebody uses it with keys and mouse."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QDate, QEvent, QLocale, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QTableView,
    QToolButton,
    QWidget,
)

from dictation.desktop.history_window import HistoryWindow
from dictation.desktop.history_window.player import Player
from dictation.errors import FocusMoved, NoMicrophone, NoSpeakers
from dictation.history import History
from dictation.settings import HistorySettings
from dictation.speech import Emotion, Language, Outcome, Samples, Transcript, Verdict

from . import window_audit
from .history_takes import dictated, segment

PATIENCE_S = 20
W = TypeVar("W", bound=QWidget)


class FakeSpeaker:
    """Stands in for the loudspeakers: plays a second in none, as far as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, float]] = []
        self.closed = 0
        self.error: Exception | None = None
        self.position_s = 0.0

    def __call__(self, samples: Samples, start_s: float, on_end: Callable[[], None]) -> FakeSpeaker:
        if self.error is not None:
            raise self.error
        self.heard.append((len(samples), start_s))
        self.position_s, self.end = start_s, on_end
        return self

    def close(self) -> None:
        self.closed += 1


class Desk:
    """The window with a person before it."""

    def __init__(self, qt: QApplication, folder: Path) -> None:
        self.qt = qt
        self.now = datetime.now(UTC)
        self.history = History(
            folder / "history.sqlite3", kept=HistorySettings(), clock=lambda: self.now
        )
        self.speaker = FakeSpeaker()
        self.player = Player(play=self.speaker)
        self.window = HistoryWindow(self.history, self.player, "F9")
        self.asked: list[tuple[Any, ...]] = []
        for name in ("copy_asked", "insert_asked", "again_asked", "deleted", "private_chosen",
                     "dropped"):  # fmt: skip
            signal = getattr(self.window, name)
            signal.connect(lambda *told, name=name: self.asked.append((name, *told)))

    def open(self) -> Desk:
        """With all that was dictated so far in sight, and the newest chosen."""
        count = len(self.history.recent(10_000))
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)
        if count:
            self.wait(lambda: len(self.shown()) == count)
            self.wait(lambda: (self.text.isVisible() and self.text.toPlainText()) or self.failed())
        else:
            self.wait(lambda: self.says("Nothing dictated yet"))
        return self

    def failed(self) -> bool:
        """Whether the newest take has no text."""
        return not self.history.recent(1)[0].text

    def wait(self, true: Callable[[], object]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until_s
            self.qt.processEvents()
            time.sleep(0.002)

    def the(self, kind: type[W], name: str, within: QWidget | None = None) -> W:
        """The visible widget of that accessible name, or with that text on it."""
        found = [
            widget
            for widget in (within or self.window).findChildren(kind)
            if widget.isVisibleTo(within or self.window)
            and name in (widget.accessibleName(), getattr(widget, "text", str)())
        ]
        assert len(found) == 1, (name, found)
        return found[0]

    def says(self, text: str) -> bool:
        return any(
            text in label.text() for label in self.window.findChildren(QLabel) if label.isVisible()
        )

    @property
    def list(self) -> QTableView:
        (view,) = [
            view
            for view in self.window.findChildren(QTableView)
            if view.accessibleName() == "Dictations"
        ]
        return view

    @property
    def search(self) -> QLineEdit:
        return self.the(QLineEdit, "Search dictations")

    @property
    def text(self) -> QPlainTextEdit:
        (field,) = self.window.findChildren(QPlainTextEdit)
        return field

    def shown(self) -> list[str]:
        """Texts of the rows, once all of them are known."""
        if not self.list.isVisible():
            return []
        model = self.list.model()
        texts = [model.index(row, 0).data() for row in range(model.rowCount())]
        return texts if all(texts) else []

    def expect(self, *texts: str) -> None:
        self.wait(lambda: self.shown() == list(texts))

    def choose(self, row: int) -> None:
        """By a click."""
        place = self.list.visualRect(self.list.model().index(row, 0)).center()
        QTest.mouseClick(
            self.list.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            place,
        )
        text = self.list.model().index(row, 0).data()
        self.wait(lambda: not self.text.isVisible() or self.text.toPlainText() == text)

    def pick(self, filter_name: str, choice: str) -> None:
        """With the keyboard, in a filter."""
        box = self.the(QComboBox, filter_name)
        self.wait(lambda: box.findText(choice) >= 0)
        box.setFocus()
        box.showPopup()
        view = box.view()
        view.setCurrentIndex(box.model().index(box.findText(choice), 0))
        QTest.keyClick(view, Qt.Key.Key_Return)

    def click(self, name: str) -> None:
        button = self.the(QPushButton, name)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def press(self, name: str) -> None:
        QTest.mouseClick(self.the(QToolButton, name), Qt.MouseButton.LeftButton)

    def from_menu(self, button: str, *path: str) -> None:
        """Chooses an entry of a button's menu."""
        entry: QAction | None = None
        menu = (
            self.the(QToolButton, button).menu()
            or self.the(QToolButton, button).defaultAction().menu()
        )
        for name in path:
            (entry,) = [action for action in menu.actions() if action.text() == name]
            menu = entry.menu()
        assert entry is not None
        entry.trigger()

    def dialog(self, kind: type[W]) -> W:
        def is_open() -> bool:
            return isinstance(self.qt.activeModalWidget(), kind)

        self.wait(is_open)
        widget = self.qt.activeModalWidget()
        assert isinstance(widget, kind)
        return widget

    def save_as(self, file: Path) -> None:
        dialog = self.dialog(QFileDialog)
        (name,) = dialog.findChildren(QLineEdit, "fileNameEdit")
        name.setText(str(file))
        QTest.keyClick(name, Qt.Key.Key_Return)

    def keep_sound(self, take: int, seconds: float = 1.0) -> None:
        samples = np.zeros(round(seconds * 16_000), np.float32)
        self.history.keep_sound(take, lambda: [samples], lambda: None)
        self.wait(lambda: self.history.recent(100) and self.has_sound(take))

    def has_sound(self, take: int) -> bool:
        return any(entry.take == take and entry.has_sound for entry in self.history.recent(100))


@pytest.fixture
def desk(qt: QApplication, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(qt, tmp_path)
    yield desk
    desk.window.close()
    desk.history.close()
    desk.window.deleteLater()
    qt.sendPostedEvents(None, int(QEvent.Type.DeferredDelete))


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Four dictations, of today and of last week."""
    today = desk.now
    desk.now = today - timedelta(days=6)
    dictated(desk.history, "an old note about cats", app="code")
    desk.now = today
    dictated(desk.history, "今天天气很好", Language.CHINESE, app="wechat")
    dictated(desk.history, "I am so happy", emotion=Emotion.HAPPY)
    dictated(desk.history, "cats and dogs")
    return desk.open()


# --- finding


def test_the_newest_comes_first_and_is_shown(filled: Desk) -> None:
    filled.expect("cats and dogs", "I am so happy", "今天天气很好", "an old note about cats")

    filled.wait(lambda: filled.text.toPlainText() == "cats and dogs")
    assert filled.says("4 dictations")
    assert filled.says("kate")


def test_it_searches_while_one_types_chinese_words_too(filled: Desk) -> None:
    QTest.keyClicks(filled.search, "cat")
    filled.expect("cats and dogs", "an old note about cats")
    QTest.keyClicks(filled.search, " old")
    filled.expect("an old note about cats")

    QTest.keyClick(filled.search, Qt.Key.Key_Escape)
    filled.search.insert("天气")  # as an input method commits it

    filled.expect("今天天气很好")


def test_filters_narrow_the_list_and_are_cleared_at_once(filled: Desk) -> None:
    filled.pick("Program", "code")
    filled.expect("an old note about cats")
    filled.pick("Program", "Any program")
    filled.pick("Language", "普通话 (Mandarin)")
    filled.expect("今天天气很好")
    filled.pick("Date", "Last 30 days")
    filled.expect("今天天气很好")

    filled.press("Clear filters")

    filled.expect("cats and dogs", "I am so happy", "今天天气很好", "an old note about cats")
    filled.pick("Emotion", "😊 Happy")
    filled.expect("I am so happy")
    filled.press("Clear filters")
    filled.pick("Date", "Today")
    filled.expect("cats and dogs", "I am so happy", "今天天气很好")


def test_two_dates_are_both_inclusive(filled: Desk) -> None:
    day = QDate(*(filled.now.astimezone() - timedelta(days=6)).timetuple()[:3])
    filled.pick("Date", "Between two dates…")
    filled.the(QDateEdit, "From").setDate(day)
    filled.the(QDateEdit, "to").setDate(day)

    filled.expect("an old note about cats")


def test_nothing_yet_says_how_to_begin(desk: Desk) -> None:
    desk.open()

    assert desk.says("Nothing dictated yet")
    assert desk.says("Hold F9 and speak.")


def test_nothing_found_offers_to_show_all(filled: Desk) -> None:
    QTest.keyClicks(filled.search, "nowhere")
    filled.wait(lambda: filled.says("Nothing found"))

    filled.click("Show all")

    filled.wait(lambda: len(filled.shown()) == 4)


def test_a_new_dictation_appears_by_itself_and_what_is_chosen_stays(filled: Desk) -> None:
    filled.choose(2)
    dictated(filled.history, "brand new")

    filled.wait(lambda: filled.shown()[:1] == ["brand new"])

    assert filled.text.toPlainText() == "今天天气很好"
    assert filled.list.currentIndex().row() == 3


def test_thousands_are_all_there_and_read_only_where_one_looks(desk: Desk) -> None:
    for number in range(1_500):
        dictated(desk.history, f"number {number}")
    desk.window.show()
    model = desk.list.model
    desk.wait(lambda: model().rowCount() == 1_500)

    QTest.keyClick(desk.list, Qt.Key.Key_End)

    desk.wait(lambda: desk.text.toPlainText() == "number 0")
    assert desk.says(f"{QLocale().toString(1_500)} dictations")


# --- using a text


def test_a_text_is_copied_and_inserted_again(filled: Desk) -> None:
    filled.choose(1)
    filled.press("Copy")
    filled.wait(lambda: filled.asked)
    filled.press("Insert again")

    assert filled.asked == [("copy_asked", "I am so happy"), ("insert_asked", "I am so happy")]


def test_several_are_copied_in_the_order_in_which_they_were_said(filled: Desk) -> None:
    filled.choose(0)
    QTest.keyClick(filled.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    filled.wait(lambda: filled.says("2 dictations selected"))

    QTest.keyClick(filled.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    filled.wait(lambda: filled.asked == [("copy_asked", "I am so happy\ncats and dogs")])


def test_all_of_it_can_be_done_with_the_keyboard(filled: Desk) -> None:
    take = filled.history.recent(2)[1].take
    filled.keep_sound(take)
    QTest.keyClick(filled.search, Qt.Key.Key_Down)
    filled.wait(lambda: filled.qt.focusWidget() is filled.list)
    QTest.keyClick(filled.list, Qt.Key.Key_Down)
    filled.wait(lambda: filled.text.toPlainText() == "I am so happy")
    filled.wait(filled.window.findChildren(QSlider)[0].isVisible)
    QTest.keyClick(filled.list, Qt.Key.Key_Space)
    filled.wait(lambda: filled.speaker.heard == [(16_000, 0.0)])
    QTest.keyClick(filled.list, Qt.Key.Key_F2)
    assert filled.qt.focusWidget() is filled.text
    QTest.keyClick(filled.text, Qt.Key.Key_End)
    QTest.keyClicks(filled.text, " today")
    QTest.keyClick(filled.text, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    filled.wait(lambda: filled.shown()[1] == "I am so happy today")
    QTest.keyClick(filled.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert filled.qt.focusWidget() is filled.search
    QTest.keyClick(filled.search, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert filled.asked == [("insert_asked", "I am so happy today")]
    QTest.keyClick(filled.window, Qt.Key.Key_Escape)

    assert not filled.window.isVisible()


def test_tab_reaches_every_control_and_each_has_a_name(filled: Desk) -> None:
    filled.keep_sound(filled.history.recent(1)[0].take)
    filled.wait(lambda: filled.window.findChildren(QSlider)[0].isVisible())
    filled.search.setFocus()
    reached: list[QWidget] = []
    while (focused := filled.qt.focusWidget()) not in reached:
        assert focused is not None
        reached.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)

    names = {widget.accessibleName() or getattr(widget, "text", str)() for widget in reached}
    assert "" not in names
    assert names >= {
        "Search dictations", "More", "Program", "Language", "Emotion", "Sound", "Date",
        "Dictations", "Play", "Position", "Text", "Copy", "Insert again", "Transcribe again",
        "Export", "Delete",
    }  # fmt: skip


def test_each_of_its_states_is_used_by_keyboard_and_read_aloud(filled: Desk) -> None:
    filled.keep_sound(filled.history.recent(1)[0].take)
    filled.choose(0)
    QTest.keyClick(filled.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    filled.wait(lambda: filled.says("2 dictations selected"))
    window_audit.check(filled.window)

    filled.choose(0)
    filled.pick("Date", "Between two dates…")
    filled.text.insertPlainText("all ")  # now it can be saved or discarded
    window_audit.check(filled.window)


@pytest.mark.parametrize("entry", ["Delete a range of dates…", "Delete all…"])
def test_its_questions_are_answered_by_keyboard_and_read_aloud(filled: Desk, entry: str) -> None:
    filled.from_menu("More", entry)
    dialog = filled.dialog(QDialog)
    window_audit.check(dialog)
    dialog.reject()


# --- correcting


def test_a_correction_is_kept_and_the_original_stays_in_sight(filled: Desk) -> None:
    filled.choose(0)
    filled.text.selectAll()
    QTest.keyClicks(filled.text, "cats and hogs")
    filled.click("Save correction")
    filled.wait(lambda: filled.shown()[0] == "cats and hogs")

    filled.wait(lambda: filled.says("As it was recognised"))
    assert filled.says("cats and dogs")
    filled.click("Go back to it")

    filled.wait(lambda: filled.shown()[0] == "cats and dogs")
    filled.wait(lambda: not filled.says("As it was recognised"))


def test_a_correction_can_be_discarded(filled: Desk) -> None:
    filled.choose(0)
    QTest.keyClicks(filled.text, "xyz")
    filled.click("Discard")

    assert filled.text.toPlainText() == "cats and dogs"
    assert filled.history.recent(1)[0].original is None


def test_what_was_typed_is_not_lost_by_going_on_or_closing(filled: Desk) -> None:
    filled.choose(0)
    filled.text.selectAll()
    QTest.keyClicks(filled.text, "first")
    filled.choose(1)
    filled.text.selectAll()
    QTest.keyClicks(filled.text, "second")
    filled.window.close()

    assert [entry.text for entry in filled.history.recent(2)] == ["first", "second"]
    assert [entry.original for entry in filled.history.recent(2)] == [
        "cats and dogs",
        "I am so happy",
    ]


def test_what_is_being_typed_outlives_a_dictation_that_comes_in_between(filled: Desk) -> None:
    filled.choose(0)
    QTest.keyClicks(filled.text, "no ")
    dictated(filled.history, "brand new")
    filled.wait(lambda: filled.shown()[:1] == ["brand new"])

    assert filled.text.toPlainText() == "no cats and dogs"


# --- hearing


def test_a_recording_is_played_paused_and_gone_through(filled: Desk) -> None:
    filled.keep_sound(filled.history.recent(1)[0].take, 4.0)
    filled.wait(lambda: filled.window.findChildren(QSlider)[0].isVisible())
    filled.press("Play")
    filled.wait(lambda: filled.speaker.heard == [(64_000, 0.0)])
    filled.speaker.position_s = 1.5
    filled.wait(lambda: filled.says("0:02 / "))
    filled.press("Pause")
    filled.wait(lambda: filled.speaker.closed == 1)
    filled.press("Play")
    filled.wait(lambda: filled.speaker.heard[1:] == [(64_000, 1.5)])
    filled.speaker.end()

    filled.wait(lambda: filled.the(QToolButton, "Play"))
    assert filled.says("0:00 / ")


def test_playing_ends_with_the_choice_of_another_take(filled: Desk) -> None:
    filled.keep_sound(filled.history.recent(1)[0].take)
    filled.wait(lambda: filled.window.findChildren(QSlider)[0].isVisible())
    filled.press("Play")
    filled.wait(lambda: filled.speaker.heard)
    filled.choose(1)

    filled.wait(lambda: filled.speaker.closed == 1)
    assert filled.says("The recording is not kept any more.")


def test_without_loudspeakers_it_says_so(filled: Desk) -> None:
    filled.keep_sound(filled.history.recent(1)[0].take)
    filled.wait(lambda: filled.window.findChildren(QSlider)[0].isVisible())
    filled.speaker.error = NoSpeakers()
    filled.press("Play")

    filled.wait(lambda: filled.says(str(NoSpeakers())))
    assert filled.the(QToolButton, "Play")
    filled.click("Dismiss")
    assert not filled.says(str(NoSpeakers()))


def test_what_is_heard_in_another_language_is_offered_not_forced(filled: Desk) -> None:
    take = filled.history.recent(1)[0].take
    filled.keep_sound(take)
    filled.wait(lambda: filled.window.findChildren(QSlider)[0].isVisible())
    filled.from_menu("Transcribe again", "粵語 (Cantonese)")
    assert filled.asked == [("again_asked", take, "yue")]
    assert filled.says("Transcribing…")

    again = Transcript(99, (segment("猫和狗", Language.CANTONESE),), "猫和狗")
    filled.window.show_heard(take, again)
    assert filled.says("猫和狗")
    assert filled.history.recent(1)[0].text == "cats and dogs"
    filled.click("Use this text")

    filled.wait(lambda: filled.shown()[0] == "猫和狗")
    entry = filled.history.recent(1)[0]
    assert (entry.language, entry.original) == (Language.CANTONESE, "cats and dogs")


def test_a_recording_that_cannot_be_recognised_again_says_why(filled: Desk) -> None:
    take = filled.history.recent(1)[0].take
    filled.window.show_not_heard(take, NoMicrophone())

    assert filled.says(str(NoMicrophone()))


# --- exporting


def test_a_take_is_exported_as_text_json_and_subtitles(filled: Desk, tmp_path: Path) -> None:
    filled.choose(0)
    for form, name in (("Text…", "a.txt"), ("JSON…", "a.json"), ("Subtitles…", "a.srt")):
        filled.from_menu("Export", form)
        filled.save_as(tmp_path / name)
        filled.wait(lambda name=name: (tmp_path / name).exists())

    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "cats and dogs\n"
    (told,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (told["text"], told["app"], told["language"]) == ("cats and dogs", "kate", "en")
    assert told["segments"][0]["tokens"][0]["text"] == "cats"
    subtitles = (tmp_path / "a.srt").read_text(encoding="utf-8")
    assert subtitles.startswith("1\n00:00:00,000 --> ")
    assert "cats and dogs" in subtitles


def test_all_that_is_listed_is_exported(filled: Desk, tmp_path: Path) -> None:
    QTest.keyClicks(filled.search, "cats")
    filled.expect("cats and dogs", "an old note about cats")
    filled.from_menu("More", "Export all that is listed", "Text…")
    filled.save_as(tmp_path / "all.txt")
    filled.wait((tmp_path / "all.txt").exists)

    told = (tmp_path / "all.txt").read_text(encoding="utf-8").split("\n\n")
    assert [one.splitlines()[1] for one in told if one] == [
        "an old note about cats",
        "cats and dogs",
    ]
    filled.wait(lambda: filled.says("Exported to"))


def test_an_export_that_fails_says_why(filled: Desk, tmp_path: Path) -> None:
    filled.choose(0)
    (tmp_path / ".full.txt.part").mkdir()  # where it would be written
    filled.from_menu("Export", "Text…")
    filled.save_as(tmp_path / "full.txt")

    filled.wait(lambda: filled.says("could not be written"))


def test_a_history_that_does_not_answer_is_said_to_be_why(
    filled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dictation.desktop.history_window.exporting._ANSWER_S", 0.0)
    monkeypatch.setattr(filled.history, "ask", lambda _question: Future())
    filled.choose(0)
    filled.from_menu("Export", "Text…")
    filled.save_as(tmp_path / "full.txt")

    filled.wait(lambda: filled.says("does not answer"))


# --- deleting


def answer(desk: Desk, name: str) -> None:
    box = desk.dialog(QDialog)
    (button,) = [
        button
        for button in box.findChildren(QPushButton)
        if button.text().replace("&", "").startswith(name)
    ]
    desk.wait(button.isEnabled)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_nothing_is_deleted_without_being_asked_about(filled: Desk) -> None:
    filled.choose(1)
    QTest.keyClick(filled.list, Qt.Key.Key_Delete)
    question = filled.dialog(QMessageBox)
    assert question.text() == "Delete this dictation?"
    QTest.keyClick(question, Qt.Key.Key_Return)  # Cancel is what Enter means

    assert len(filled.history.recent(9)) == 4
    QTest.keyClick(filled.list, Qt.Key.Key_Delete)
    answer(filled, "Delete")

    filled.expect("cats and dogs", "今天天气很好", "an old note about cats")
    assert filled.asked == [("deleted", [3])]
    assert filled.text.toPlainText() == "今天天气很好"


def test_several_and_all_are_deleted(filled: Desk) -> None:
    filled.choose(0)
    QTest.keyClick(filled.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    filled.wait(lambda: filled.says("2 dictations selected"))
    filled.press("Delete")
    answer(filled, "Delete")
    filled.expect("今天天气很好", "an old note about cats")

    QTest.keyClicks(filled.search, "cats")
    filled.expect("an old note about cats")
    filled.from_menu("More", "Delete all…")
    assert filled.dialog(QMessageBox).text() == "Delete all 2 dictations?"
    answer(filled, "Delete")

    filled.wait(lambda: filled.history.recent(9) == ())


def test_a_range_of_dates_is_counted_before_it_is_deleted(filled: Desk) -> None:
    filled.from_menu("More", "Delete a range of dates…")
    dialog = filled.dialog(QDialog)
    today = QDate.currentDate()
    filled.the(QDateEdit, "Last day", dialog).setDate(today.addDays(-3))
    filled.wait(
        lambda: any("1 dictation of" in label.text() for label in dialog.findChildren(QLabel))
    )
    answer(filled, "Delete 1 dictation")

    filled.expect("cats and dogs", "I am so happy", "今天天气很好")


# --- states


def test_a_take_that_failed_says_why(desk: Desk) -> None:
    dictated(desk.history, "lost", verdict=Verdict(Outcome.FAILED, "paste", FocusMoved()))
    take = desk.history.next_take()
    desk.history.began(take)
    desk.history.failed(take, NoMicrophone())
    desk.open()

    desk.expect(str(NoMicrophone()), "lost")
    desk.wait(lambda: desk.says(str(NoMicrophone())))
    desk.choose(1)
    assert desk.says(str(FocusMoved()))


def test_private_mode_is_told_and_ended(filled: Desk) -> None:
    filled.from_menu("More", "Private mode: keep nothing new")
    assert filled.asked == [("private_chosen", True)]
    filled.window.show_retention(HistorySettings(private=True))
    assert filled.says("Private mode: what you dictate now is not kept.")
    filled.click("End private mode")

    assert filled.asked[1:] == [("private_chosen", False)]


def test_a_history_that_cannot_be_saved_is_told(qt: QApplication, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where the folder should be")
    desk = Desk(qt, tmp_path / "blocked")
    dictated(desk.history, "hello")
    desk.open()

    desk.wait(lambda: desk.says("cannot be saved on this disk"))
    desk.window.close()
    desk.history.close()


@pytest.fixture(params=[1, 2])
def text_size(qt: QApplication, request: pytest.FixtureRequest) -> Iterator[int]:
    usual = qt.font()
    font = QFont(usual)
    font.setPointSizeF(usual.pointSizeF() * request.param)
    qt.setFont(font)
    yield request.param
    qt.setFont(usual)


@pytest.mark.usefixtures("text_size")
def test_no_control_is_cut_off_in_the_smallest_window(qt: QApplication, tmp_path: Path) -> None:
    desk = Desk(qt, tmp_path)
    dictated(desk.history, "hello")
    desk.window.resize(1, 1)
    desk.open()
    desk.wait(desk.text.isVisible)
    boxes = desk.window.findChildren(QComboBox)

    cut_off = [
        (control.accessibleName(), seen, control.size())
        for control in (*boxes, desk.search, desk.the(QToolButton, "More"))
        if (seen := control.visibleRegion().boundingRect().size()) != control.size()
    ]
    assert cut_off == []
    assert desk.search.height() >= desk.search.minimumSizeHint().height()
    desk.window.close()
    desk.history.close()


def test_files_that_are_dropped_are_taken(filled: Desk, tmp_path: Path) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / "talk.wav"))])
    drop = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    enter = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    filled.qt.sendEvent(filled.window, enter)
    assert enter.isAccepted()
    filled.qt.sendEvent(filled.window, drop)

    assert filled.asked == [("dropped", [tmp_path / "talk.wav"])]


def test_a_window_that_nobody_holds_any_more_goes_quietly(qt: QApplication, tmp_path: Path) -> None:
    """As when the program's language has changed. Slots that held a signal crashed Python here."""
    for number in range(4):
        desk = Desk(qt, tmp_path / str(number))
        desk.open()
        desk.window.close()
        desk.history.close()
        del desk
        gc.collect()
        qt.processEvents()
