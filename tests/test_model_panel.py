"""The model in windows: fetched, paused, verified, removed, exchanged, as somebody asks for it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
)

from dictation import paths
from dictation.desktop.choices import Choices
from dictation.desktop.model_panel import Extent, ModelPanel
from dictation.desktop.models import desk
from dictation.desktop.models.desk import ModelDesk
from dictation.desktop.models.remedies import remedy
from dictation.desktop.tray import Tray
from dictation.errors import (
    DownloadCancelled,
    HubError,
    ModelError,
    ModelImportIncomplete,
    ModelImportWrong,
)
from dictation.recognition.model_store.download import download
from dictation.recognition.model_store.pins import Model, Pin, PinnedFile
from dictation.recognition.model_store.states import Absent, Partial, Verified, home, state
from dictation.settings import Settings

from . import window_audit
from .fake_hub import FakeHub, Stall, Status

PATIENCE_S = 20
CONFIG = b"model: small\n"
WEIGHTS = bytes(range(256)) * 40_000  # 10 MB
HALF = len(WEIGHTS) // 2
_FIELDS = ("host", "hosts", "proxy", "reason", "status", "file", "name", "folder", "needed", "free",
           "size", "stall_s")  # fmt: skip


def pinned(name: str, content: bytes) -> PinnedFile:
    return PinnedFile(name, (Pin(len(content), hashlib.sha256(content).hexdigest()),))


SMALL = Model(
    "Small",
    "owner/Small",
    "master",
    (pinned("config.yaml", CONFIG), pinned("model.pt", WEIGHTS)),
)
FILES = {(SMALL.hub_id, "config.yaml"): CONFIG, (SMALL.hub_id, "model.pt"): WEIGHTS}


class FakeRecogniser(QObject):
    prepared = Signal(float)
    stage = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def look_again(self) -> None:
        self.asked.append("look again")

    def let_go(self, then: Callable[[], None]) -> None:
        self.asked.append("let go")
        then()


class Person:
    """Somebody before the panel."""

    def __init__(self, qt: QApplication, extent: Extent = Extent.FULL) -> None:
        self.qt = qt
        self.recogniser = FakeRecogniser()
        recogniser: Any = self.recogniser
        self.choices = Choices(Settings(), Tray(), {}, lambda: "")
        self.desk = ModelDesk(recogniser, self.choices, model=SMALL)
        self.desk.begin()
        self.panel = ModelPanel(self.desk, extent)
        self.panel.resize(480, 260)
        self.panel.show()
        self.wait(lambda: self.desk.standing.published is not None)

    def leave(self) -> None:
        self.panel.close()
        self.panel.deleteLater()
        self.desk.end()
        self.choices.end()
        self.qt.processEvents()

    def wait(self, true: Callable[[], object]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until_s, self.words()
            self.qt.processEvents()
            time.sleep(0.002)

    def words(self) -> str:
        """All that can be read."""
        labels = self.panel.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def sees(self, words: str) -> None:
        self.wait(lambda: words in self.words())

    def offered(self) -> list[str]:
        buttons = self.panel.findChildren(QPushButton)
        labels = [button.text() for button in buttons if button.isVisible()]
        return [label for label in labels if label != "Other model"]

    def press(self, label: str) -> None:
        (button,) = [
            button
            for button in self.panel.findChildren(QPushButton)
            if button.isVisible() and button.text() == label
        ]
        QTest.keyClick(button, " ")

    def choose(self, label: str) -> None:
        (other,) = [
            button
            for button in self.panel.findChildren(QPushButton)
            if button.text() == "Other model"
        ]
        menu = other.menu()
        assert menu is not None
        (action,) = [action for action in menu.actions() if action.text() == label]
        action.trigger()

    def answer(self, label: str) -> str:
        """Presses that button of the question that is asked."""
        self.wait(self.questions)
        (box,) = self.questions()
        (button,) = [button for button in box.buttons() if button.text().replace("&", "") == label]
        asked = f"{box.text()} {box.informativeText()}"
        button.click()
        self.wait(lambda: not self.questions())
        return asked

    def questions(self) -> list[QMessageBox]:
        return [box for box in self.panel.findChildren(QMessageBox) if box.isVisible()]


@pytest.fixture(autouse=True)
def direct_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub(FILES) as running:
        monkeypatch.setenv("MODELSCOPE_ENDPOINT", running.url)
        yield running


@pytest.fixture
def person(qt: QApplication, hub: FakeHub) -> Iterator[Person]:
    person = Person(qt)
    yield person
    person.leave()


def test_the_panel_is_used_without_eyes_and_mouse_in_every_state(
    person: Person, hub: FakeHub
) -> None:
    window_audit.check(person.panel)
    hub.faults["model.pt"] = [Stall(HALF)]
    person.press("Download (10 MB)")
    person.sees("5 MB of 10 MB")
    window_audit.check(person.panel)


def test_a_model_that_is_not_there_is_offered_and_comes(person: Person) -> None:
    person.sees("Small: Not on this computer yet")
    assert person.offered() == ["Download (10 MB)"]

    person.press("Download (10 MB)")

    person.sees("Small: On this computer")
    person.sees("10 MB, byte for byte as published")
    assert person.recogniser.asked == ["look again"]
    assert person.offered() == ["Verify", "Remove…"]


def test_a_download_is_paused_and_goes_on(person: Person, hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Stall(HALF)]
    person.press("Download (10 MB)")
    person.sees("5 MB of 10 MB")
    (bar,) = person.panel.findChildren(QProgressBar)
    assert 0.4 < bar.value() / bar.maximum() < 0.6

    person.press("Pause")
    person.sees("Small: Download paused")
    person.sees("5 MB of 10 MB")
    person.press("Resume")

    person.sees("Small: On this computer")
    assert hub.transfers[-1].byte_range == f"bytes={HALF}-"


def test_what_has_come_of_a_cancelled_download_goes_when_that_is_confirmed(
    person: Person, hub: FakeHub
) -> None:
    hub.faults["model.pt"] = [Stall(HALF + 1000)]
    person.press("Download (10 MB)")
    person.sees("5 MB of 10 MB")
    person.press("Cancel")
    assert "5 MB have come" in person.answer("Keep")
    assert person.offered() == ["Pause", "Cancel"]

    person.press("Cancel")
    person.answer("Delete")

    person.sees("Not on this computer yet")
    assert isinstance(state(SMALL), Absent)
    assert not home(SMALL).exists()


def test_a_download_outlives_the_window_and_the_next_one_shows_it(
    person: Person, hub: FakeHub
) -> None:
    hub.faults["model.pt"] = [Stall(HALF)]
    person.press("Download (10 MB)")
    person.sees("5 MB of 10 MB")
    person.panel.close()
    person.panel = ModelPanel(person.desk, Extent.COMPACT)
    person.panel.show()

    person.sees("Downloading…")
    assert person.offered() == ["Pause", "Cancel"]


def test_a_download_that_the_end_of_the_program_cut_short_goes_on_at_the_next_start(
    qt: QApplication, hub: FakeHub
) -> None:
    hub.faults["model.pt"] = [Stall(HALF)]
    before = Person(qt)
    before.press("Download (10 MB)")
    before.sees("5 MB of 10 MB")
    before.leave()
    assert isinstance(state(SMALL), Partial)

    after = Person(qt)
    after.sees("Small: On this computer")
    assert hub.transfers[-1].byte_range == f"bytes={HALF}-"
    after.leave()


def test_a_paused_download_waits_at_the_next_start_too(qt: QApplication, hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Stall(HALF)]
    before = Person(qt)
    before.press("Download (10 MB)")
    before.sees("5 MB of 10 MB")
    before.press("Pause")
    before.sees("Download paused")
    before.leave()

    after = Person(qt)
    after.sees("Download paused")
    assert after.offered() == ["Resume", "Cancel"]
    after.leave()


def test_what_went_wrong_is_told_with_what_to_do_in_a_window(person: Person, hub: FakeHub) -> None:
    hub.faults["config.yaml"] = [Status(503)] * 9
    person.press("Download (10 MB)")

    person.sees("answered with an error (HTTP 503)")
    person.sees("tried again every minute")
    assert "`" not in person.words()
    assert person.offered() == ["Try again"]
    hub.faults.clear()
    person.press("Try again")
    person.sees("Small: On this computer")


def test_what_may_pass_is_tried_again_by_itself_and_the_rest_is_not(
    person: Person, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_RETRY_MS", 50)
    hub.faults["config.yaml"] = [Status(503)]
    person.press("Download (10 MB)")
    person.sees("Small: On this computer")

    person.press("Remove…")
    person.answer("Remove")
    person.sees("Not on this computer yet")
    hub.faults["config.yaml"] = [Status(404)]
    person.press("Download (10 MB)")
    person.sees("has no config.yaml")
    QTest.qWait(150)
    assert person.offered() == ["Try again"]


def test_a_verification_reads_every_byte_and_finds_what_is_wrong(person: Person) -> None:
    person.press("Download (10 MB)")
    person.sees("On this computer")
    changed = bytearray(WEIGHTS)
    changed[HALF] ^= 1
    (home(SMALL) / "model.pt").write_bytes(changed)

    person.press("Verify")
    person.sees("Small: Damaged")
    person.sees("model.pt has the wrong content")
    person.press("Download again")

    person.sees("Small: On this computer")


def test_what_was_fetched_at_a_terminal_is_seen_and_loaded(person: Person) -> None:
    download([SMALL])
    person.desk.look_again()  # as when the window is gone to
    person.sees("Small: On this computer")
    assert person.recogniser.asked == ["look again"]


def test_a_model_is_removed_once_the_recogniser_has_let_it_go(person: Person) -> None:
    person.press("Download (10 MB)")
    person.sees("On this computer")
    person.press("Remove…")
    assert "That frees 10 MB" in person.answer("Remove")

    person.sees("Not on this computer yet")
    assert person.recogniser.asked == ["look again", "let go", "look again"]
    assert isinstance(state(SMALL), Absent)


def test_a_folder_is_used_if_there_is_a_model_in_it(
    person: Person, tmp_path: Path, demo_model: Path
) -> None:
    for folder, seen in ((tmp_path, "is incomplete"), (demo_model, "Your own model")):
        person.choose("A folder of your own…")
        dialog = person.panel.findChildren(QFileDialog)[-1]
        dialog.fileSelected.emit(str(folder))
        dialog.reject()
        person.sees(seen)

    assert person.choices.settings.recognition.model == str(demo_model)
    person.choose("Small")
    person.sees("Small: Not on this computer yet")
    assert person.choices.settings.recognition.model == ""


def test_whoever_looks_around_with_the_demonstration_gets_the_model_when_it_has_come(
    person: Person,
) -> None:
    person.choose("Demonstration model")
    person.sees("It knows only a few hundred words")

    person.press("Get Small (10 MB)")

    person.sees("Small: On this computer")
    assert person.choices.settings.recognition.model == ""


def test_a_compact_panel_shows_no_folder_and_no_maintenance(qt: QApplication, hub: FakeHub) -> None:
    person = Person(qt, Extent.COMPACT)
    person.press("Download (10 MB)")
    person.sees("Small: On this computer")
    assert person.offered() == []
    assert str(paths.cache_folder().parent) not in person.words()
    assert isinstance(state(SMALL), Verified)
    person.leave()


def test_no_remedy_in_a_window_asks_for_a_terminal() -> None:
    kinds = [*HubError.__subclasses__(), *ModelError.__subclasses__()]
    for kind in kinds:
        if kind in (DownloadCancelled, ModelImportIncomplete, ModelImportWrong):
            continue  # nobody sees them in a window
        error = kind(**{name: "x" for name in _FIELDS})
        told = remedy(error)
        assert told
        assert "dictation model" not in told, kind
