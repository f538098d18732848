"""The settings file while the program runs: written by us, and by others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dictation import paths, settings
from dictation.desktop.choices import Choices
from dictation.desktop.settings_watch import SettingsWatch
from dictation.desktop.tray import Tray
from dictation.errors import DictationError
from dictation.settings import AppRule, Settings, SoundSettings

PATIENCE_S = 10


class Desk:
    """The program's settings, and a person with an editor."""

    def __init__(self) -> None:
        self.file = paths.settings_file()
        self.rules: dict[str, AppRule] = {}
        self.choices = Choices(Settings(), Tray(), self.rules, lambda: "")
        self.changes: list[tuple[Settings, Settings]] = []
        self.mistakes: list[str] = []
        self.choices.changed.connect(lambda before, now: self.changes.append((before, now)))
        self.choices.mistaken.connect(self._mistaken)
        self.watch = SettingsWatch(self.choices)

    def _mistaken(self, error: DictationError | None) -> None:
        self.mistakes.append("" if error is None else str(error))

    def wait(self, true: Callable[[], object]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until_s
            QTest.qWait(5)

    def settle(self) -> None:
        """Until what was written so far has been looked at: another change has come through."""
        mark = (self.choices.settings.history.audio_mb + 1) % 1_000
        self.wait(lambda: self.choices.are_saved)
        text = self.file.read_text() if self.file.exists() else ""
        lines = [line for line in text.splitlines() if "audio_mb" not in line]
        lines = [line for line in lines if line != "[history]"]
        self.file.write_text("\n".join([*lines, "[history]", f"audio_mb = {mark}"]))
        self.wait(lambda: self.choices.settings.history.audio_mb == mark)


@pytest.fixture
def desk(qt: QApplication) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.choices.end()


def test_a_change_in_an_editor_holds_at_once(desk: Desk) -> None:
    desk.file.write_text("[sounds]\nvolume_percent = 20\n")

    desk.wait(lambda: desk.choices.settings.sounds.volume_percent == 20)

    assert [now for _before, now in desk.changes] == [
        Settings(sounds=SoundSettings(volume_percent=20))
    ]


def test_a_file_that_an_editor_puts_in_its_place_is_seen_again_and_again(desk: Desk) -> None:
    for volume in (10, 30, 50):
        fresh = desk.file.with_name(".settings.toml.swp")
        fresh.write_text(f"[sounds]\nvolume_percent = {volume}\n")
        fresh.replace(desk.file)

        desk.wait(lambda volume=volume: desk.choices.settings.sounds.volume_percent == volume)


def test_a_file_that_is_deleted_means_the_defaults(desk: Desk) -> None:
    desk.file.write_text("[sounds]\non = false\n")
    desk.wait(lambda: not desk.choices.settings.sounds.on)

    desk.file.unlink()

    desk.wait(lambda: desk.choices.settings == Settings())


def test_a_mistake_is_told_once_and_what_held_before_stays(desk: Desk) -> None:
    desk.file.write_text("[sounds]\nvolume_percent = 20\n")
    desk.wait(lambda: desk.choices.settings.sounds.volume_percent == 20)

    desk.file.write_text("[sounds]\nvolume_percent = 200\n")
    desk.wait(lambda: any(desk.mistakes))
    assert "sounds.volume_percent = 200 is not possible" in desk.mistakes[-1]
    assert desk.choices.settings.sounds.volume_percent == 20

    desk.file.write_text("[sounds]\nvolume_percent = 30\n")
    desk.wait(lambda: desk.choices.settings.sounds.volume_percent == 30)
    assert desk.mistakes[-1] == ""
    assert sum(map(bool, desk.mistakes)) == 1


def test_our_own_writing_is_no_change_from_outside(desk: Desk) -> None:
    for volume in range(1, 30):
        desk.choices.choose(Settings(sounds=SoundSettings(volume_percent=volume)))
    desk.wait(lambda: desk.choices.are_saved)
    desk.settle()

    assert [now.sounds.volume_percent for _before, now in desk.changes] == [*range(1, 30), 29]
    assert desk.mistakes == [""] * 29


def test_what_a_person_wrote_around_it_stays(desk: Desk) -> None:
    desk.file.write_text("# mine\n[sounds]\nvolume_percent = 20 # softly\nnews = 1\n")
    desk.wait(lambda: desk.choices.settings.sounds.volume_percent == 20)

    desk.choices.choose(replace(desk.choices.settings, sounds=SoundSettings(volume_percent=40)))
    desk.wait(lambda: desk.choices.are_saved)

    written = desk.file.read_text()
    assert written.startswith("# mine\n")
    assert "[sounds]\nvolume_percent = 40 # softly\nnews = 1\n" in written


def test_rules_of_programs_come_and_go_with_the_file(desk: Desk) -> None:
    desk.file.write_text('[apps."Firefox"]\nenter = true\n[apps.wechat]\nenter = true\n')
    desk.wait(lambda: desk.rules.keys() == {"firefox", "wechat"})

    fewer = {"wechat": desk.rules["wechat"]}
    desk.choices.choose(replace(desk.choices.settings, apps=fewer))
    desk.wait(lambda: desk.choices.are_saved)

    assert desk.rules == fewer
    assert settings.load(desk.file).apps == fewer


def test_a_file_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.file.write_text("this is no TOML")
    desk.wait(lambda: any(desk.mistakes))
    desk.mistakes.clear()

    desk.choices.choose(Settings(sounds=SoundSettings(on=False)))

    desk.wait(lambda: any(desk.mistakes))
    assert "cannot be read" in desk.mistakes[0]
    assert not desk.choices.settings.sounds.on
    assert desk.file.read_text() == "this is no TOML"


def test_the_first_line_of_a_new_file_is_true(desk: Desk) -> None:
    desk.choices.choose(Settings(sounds=SoundSettings(on=False)))
    desk.wait(lambda: desk.choices.are_saved)

    assert desk.file.read_text().startswith("# Settings of Dictation. Changes apply at once.\n")


def test_what_could_not_be_saved_holds_though_the_folder_changes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.file.write_text("[sounds]\nvolume_percent = 5\n")
    desk.wait(lambda: desk.choices.settings.sounds.volume_percent == 5)

    def full(_file: Path, _settings: Settings) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings, "save", full)
    desk.choices.choose(replace(desk.choices.settings, sounds=SoundSettings(volume_percent=7)))
    desk.wait(lambda: any("No space left" in told for told in desk.mistakes))
    looked: list[Path] = []
    load = settings.load
    monkeypatch.setattr(settings, "load", lambda file: (looked.append(file), load(file))[1])
    desk.file.with_name("other").touch()

    desk.wait(lambda: looked)
    QTest.qWait(0)
    assert desk.choices.settings.sounds.volume_percent == 7
    desk.settle()  # and an editor is still heard
    assert desk.choices.settings.sounds.volume_percent == 5


def test_what_goes_wrong_in_an_unknown_way_is_told_and_a_mended_file_is_seen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(_file: Path, _settings: Settings) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(settings, "save", odd)
        desk.choices.choose(replace(desk.choices.settings, sounds=SoundSettings(volume_percent=7)))
        desk.wait(lambda: any("RuntimeError" in told for told in desk.mistakes))
    desk.file.write_text("[sounds]\nvolume_percent = 9\n")
    desk.wait(lambda: desk.choices.settings.sounds.volume_percent == 9)
