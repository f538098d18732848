"""Files that are chosen in the tray: one after the other, to the clipboard, and beside them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from dictation.desktop import file_notices
from dictation.desktop.file_desk import FileDesk, free_name
from dictation.desktop.insertion_thread import Way
from dictation.desktop.notices import COPY
from dictation.errors import ModelMissing, NoClipboard
from dictation.native.offer import Offer, Piece
from dictation.recognition.options import FILE, Options
from dictation.settings import FileSettings, Form, Settings
from dictation.speech import Outcome, Transcript, Verdict

from .segments import segment
from .test_conductor import FakeInsertion, FakeNotifier, FakeTray

PATIENCE_S = 10
COPIED = Verdict(Outcome.DELIVERED, "clipboard")


class FakeRecogniser(QObject):
    recognised = Signal(object)
    failed = Signal(int, object)
    advanced = Signal(int, float)

    def __init__(self) -> None:
        super().__init__()
        self.takes: dict[int, Callable[[], Any]] = {}
        self.dropped: list[int] = []

    def submit(self, take: int, options: Options, audio: Callable[[], Any]) -> None:
        assert options.profile is FILE
        self.takes[take] = audio

    def drop(self, take: int) -> None:
        self.dropped.append(take)


@dataclass
class FakeChoices:
    settings: Settings

    def options(self, profile: Any) -> Options:
        return Options(profile=profile)


class ShowingTray(FakeTray):
    files = ""

    def show_files(self, told: str) -> None:
        self.files = told


class Desk:
    """The desk with everything around it played by fakes."""

    def __init__(self, qt: QApplication, folder: Path, files: FileSettings) -> None:
        self.qt, self.folder = qt, folder
        self.recogniser, self.insertion = FakeRecogniser(), FakeInsertion()
        self.notifier, self.tray = FakeNotifier(), ShowingTray()
        self.copied = ""
        self.desk = FileDesk(
            self.recogniser,  # type: ignore[arg-type]
            self.insertion,  # type: ignore[arg-type]
            self.notifier,  # type: ignore[arg-type]
            self.tray,  # type: ignore[arg-type]
            FakeChoices(Settings(files=files)),  # type: ignore[arg-type]
            next_number=count(1).__next__,
            read_clipboard=self.clipboard,
        )

    def clipboard(self) -> Offer:
        return Offer({"text/uri-list": Piece("text/uri-list", 8, self.copied.encode())})

    def file(self, name: str) -> Path:
        soundfile.write(self.folder / name, np.zeros(32_000), 16_000)
        return self.folder / name

    def wait(self, true: Callable[[], object]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until_s
            self.qt.processEvents()
            time.sleep(0.005)

    def begin(self, *names: str) -> None:
        begun = len(self.recogniser.takes)
        self.desk.transcribe([self.file(name) for name in names])
        self.wait(lambda: len(self.recogniser.takes) > begun)

    def hear(self, text: str) -> None:
        """The file that is being transcribed is done."""
        take = max(self.recogniser.takes)
        self.recogniser.recognised.emit(Transcript(take, (segment(text),), text))

    def bubble(self) -> Any:
        return self.notifier.shown[max(self.notifier.shown)]

    def act(self, key: str) -> None:
        self.notifier.acted.emit(max(self.notifier.shown), key)

    def was_copied(self, verdict: Verdict = COPIED) -> str:
        """What was put on the clipboard last; the desk is told that it is there."""
        self.wait(lambda: self.insertion.asked)
        number, text, target, way = self.insertion.asked.pop()
        assert (target, way) == (None, Way.COPY)
        self.insertion.inserted.emit(number, verdict)
        return str(text)


@pytest.fixture
def desk(qt: QApplication, tmp_path: Path) -> Desk:
    return Desk(qt, tmp_path, FileSettings())


@pytest.fixture
def saving(qt: QApplication, tmp_path: Path) -> Desk:
    return Desk(qt, tmp_path, FileSettings(beside=True, format=Form.SRT))


def test_a_file_goes_to_the_clipboard_and_is_told(desk: Desk) -> None:
    desk.begin("talk.wav")
    assert desk.bubble().title == "Transcribing talk.wav…"
    assert desk.tray.files == "Transcribing talk.wav: 0%"
    desk.recogniser.advanced.emit(max(desk.recogniser.takes), 0.5)
    assert desk.tray.files == "Transcribing talk.wav: 25%"

    desk.hear("Good morning.")

    assert desk.was_copied() == "Good morning."
    assert desk.bubble().title == "🇬🇧 Transcribed talk.wav"
    assert desk.bubble().lines == "Good morning.\nIt is on the clipboard."
    assert desk.bubble().actions == (file_notices.SAVE, COPY)
    assert desk.tray.files == ""


def test_several_files_go_one_after_the_other_and_each_has_its_name(desk: Desk) -> None:
    desk.begin("one.wav", "two.wav")
    assert len(desk.recogniser.takes) == 1
    assert desk.tray.files == "Transcribing one.wav: 0%, 1 more"
    desk.hear("First.")
    desk.hear("Second.")
    assert desk.was_copied() == "one.wav\nFirst.\n\ntwo.wav\nSecond."
    assert desk.bubble().title == "🇬🇧 Transcribed 2 files"


def test_what_is_chosen_meanwhile_waits_behind(desk: Desk) -> None:
    desk.begin("one.wav")
    desk.desk.transcribe([desk.file("two.wav")])
    desk.wait(lambda: desk.tray.files == "Transcribing one.wav: 0%, 1 more")
    assert desk.bubble().title == "Transcribing 2 files…"
    desk.hear("First.")
    desk.hear("Second.")
    assert "two.wav\nSecond." in desk.was_copied()


def test_a_bad_file_is_told_and_the_others_are_done(desk: Desk) -> None:
    text = desk.folder / "text.wav"
    text.write_text("not audio\n" * 100)
    desk.desk.transcribe([text, desk.file("talk.wav")])
    desk.wait(lambda: desk.recogniser.takes)
    desk.hear("Hello.")
    desk.was_copied()
    assert desk.bubble().title == "🇬🇧 Transcribed talk.wav"
    assert f"{text} is not audio" in desk.bubble().body


def test_without_a_model_the_reason_is_told(desk: Desk) -> None:
    desk.begin("talk.wav")
    error = ModelMissing(name="SenseVoiceSmall", size="937 MB")
    desk.recogniser.failed.emit(max(desk.recogniser.takes), error)
    assert desk.bubble().title == "Not transcribed: talk.wav"
    assert "dictation model download" in desk.bubble().body
    assert not desk.bubble().actions


def test_silence_is_told_and_nothing_is_copied(desk: Desk) -> None:
    desk.begin("talk.wav")
    desk.recogniser.recognised.emit(Transcript(max(desk.recogniser.takes), (), ""))
    assert desk.bubble().body == "No speech was heard in talk.wav."
    assert not desk.insertion.asked


def test_cancel_keeps_what_is_done(desk: Desk) -> None:
    desk.begin("one.wav", "two.wav", "three.wav")
    desk.hear("First.")
    two = max(desk.recogniser.takes)
    desk.tray.files_cancelled.emit()
    assert desk.recogniser.dropped == [two]
    desk.recogniser.recognised.emit(Transcript(two, (), "too late"))
    assert desk.was_copied() == "First."
    assert desk.bubble().title == "🇬🇧 Transcribed one.wav"
    assert desk.tray.files == ""


def test_cancel_in_the_bubble_ends_it(desk: Desk) -> None:
    desk.begin("one.wav")
    desk.act(file_notices.CANCEL.key)
    assert desk.recogniser.dropped == [max(desk.recogniser.takes)]
    assert desk.bubble() == file_notices.cancelled()


def test_takes_of_others_are_none_of_its_business(desk: Desk) -> None:
    desk.begin("one.wav")
    desk.recogniser.recognised.emit(Transcript(99, (), "a dictation"))
    desk.recogniser.advanced.emit(99, 1.0)
    desk.insertion.inserted.emit(99, COPIED)
    assert desk.tray.files == "Transcribing one.wav: 0%"
    assert not desk.insertion.asked


def test_a_text_is_saved_beside_its_file_when_the_bubble_is_asked_to(desk: Desk) -> None:
    desk.begin("talk.wav")
    desk.hear("Hello.")
    desk.was_copied()
    (desk.folder / "talk.txt").write_text("the user's own notes")
    desk.act(file_notices.SAVE.key)
    desk.wait(lambda: desk.bubble().title == "Saved as talk (2).txt")
    assert (desk.folder / "talk (2).txt").read_text() == "Hello.\n"
    assert (desk.folder / "talk.txt").read_text() == "the user's own notes"


def test_where_that_is_wanted_every_text_is_saved_in_the_chosen_form(saving: Desk) -> None:
    saving.begin("talk.wav")
    saving.hear("Hello.")
    assert saving.was_copied() == "Hello."
    assert (saving.folder / "talk.srt").read_text().startswith("1\n00:00:00,000 -->")
    assert "Saved as talk.srt." in saving.bubble().body
    assert saving.bubble().actions == (COPY,)


def test_a_folder_that_cannot_be_written_is_told_and_the_text_is_copied(saving: Desk) -> None:
    saving.begin("talk.wav")
    (saving.folder / "talk.wav").unlink()
    saving.folder.rename(saving.folder.with_name("moved"))
    saving.folder.touch()  # a file where the folder was
    saving.hear("Hello.")
    assert saving.was_copied() == "Hello."
    assert "could not be saved" in saving.bubble().body


def test_a_clipboard_that_fails_is_told(desk: Desk) -> None:
    desk.begin("talk.wav")
    desk.hear("Hello.")
    desk.was_copied(Verdict(Outcome.FAILED, "clipboard", NoClipboard(reason="no xclip")))
    assert "no xclip" in desk.bubble().body


def test_files_on_the_clipboard_are_transcribed(desk: Desk) -> None:
    desk.copied = desk.file("talk.wav").as_uri()
    desk.tray.clipboard_asked.emit()
    desk.wait(lambda: desk.recogniser.takes)
    assert desk.bubble().title == "Transcribing talk.wav…"


def test_a_clipboard_without_files_is_told(desk: Desk) -> None:
    desk.tray.clipboard_asked.emit()
    desk.wait(lambda: desk.notifier.shown)
    assert desk.bubble() == file_notices.nothing_copied()


def test_a_name_that_is_free_is_taken_as_it_is(tmp_path: Path) -> None:
    assert free_name(tmp_path / "a.txt") == tmp_path / "a.txt"
    (tmp_path / "a.txt").touch()
    (tmp_path / "a (2).txt").touch()
    assert free_name(tmp_path / "a.txt") == tmp_path / "a (3).txt"
