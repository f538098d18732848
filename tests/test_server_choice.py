"""Choosing a server: in the settings, in the tray's menu, and in the window where it is entered."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit, QPushButton

from dictation import paths, settings
from dictation.client import address
from dictation.client.address import Server, chosen_server, server_at
from dictation.desktop.choices import Choices
from dictation.desktop.server_choice import ServerChoice
from dictation.desktop.server_dialog import ServerDialog
from dictation.desktop.tray import Tray
from dictation.errors import (
    DictationError,
    ServerAddressWrong,
    TokenOpen,
    TokenUnreadable,
    TokenWrong,
)
from dictation.settings import RecognitionSettings, Settings

from .test_tray import labels, marked, submenu

URL = "http://192.168.1.20:2002"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (URL, Server("192.168.1.20")),
        (" 192.168.1.20 ", Server("192.168.1.20")),
        ("box.local:80/", Server("box.local", 80)),
        ("https://speech.example", Server("speech.example", 2002, secure=True)),
        ("wss://[::1]:7", Server("::1", 7, secure=True)),
    ],
)
def test_an_address_is_understood_as_people_write_it(written: str, meant: Server) -> None:
    assert server_at(written) == meant
    assert server_at(meant.address) == meant


@pytest.mark.parametrize(
    "written",
    ["", "http://", "ftp://box", "box:port", "box:99999", "http://a b", "http://me@box", "box/asr"],
)
def test_what_is_no_address_is_told_with_an_example(written: str) -> None:
    with pytest.raises(ServerAddressWrong) as told:
        server_at(written)
    assert "http://192.168.1.20:2002" in told.value.remedy


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "schlüssel"])
def test_a_token_that_could_not_stand_in_a_header_is_refused(token: str) -> None:
    with pytest.raises(TokenWrong):
        server_at(URL, token)


def test_a_token_is_never_shown() -> None:
    assert "secret" not in repr(server_at(URL, "secret"))


def test_speech_in_the_clear_is_known_as_such() -> None:
    told = {one: server_at(one).is_overheard for one in (URL, "box", "localhost", "127.0.0.1")}

    assert told == {URL: True, "box": True, "localhost": False, "127.0.0.1": False}
    assert not server_at("https://box").is_overheard


def test_the_settings_name_server_token_and_certificate(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    token.chmod(0o600)
    chosen = RecognitionSettings(
        server=URL, server_token_file=str(token), server_ca_file=str(tmp_path / "ca.pem")
    )

    found = chosen_server(chosen)

    assert found == Server("192.168.1.20", token="secret", ca_file=tmp_path / "ca.pem")
    assert chosen_server(replace(chosen, use_server=False)) is None
    assert chosen_server(RecognitionSettings()) is None


def test_a_token_that_others_could_read_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("secret")
    file.chmod(0o644)

    with pytest.raises(TokenOpen, match="token"):
        address.read_token(file)


@pytest.mark.parametrize("content", [b"", b"two words", b"two\nlines", b"\xff\xff", b"x" * 5_000])
def test_what_is_no_token_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    file.chmod(0o600)

    with pytest.raises(TokenUnreadable):
        address.read_token(file)
    with pytest.raises(TokenUnreadable, match="No such file"):
        address.read_token(tmp_path / "missing")


class FakeRecogniser:
    def __init__(self) -> None:
        self.chosen: list[Server | None] = []

    def choose(self, server: Server | None) -> None:
        self.chosen.append(server)


class Desk:
    """Tray, settings and window, with a recogniser that notes where it is sent."""

    def __init__(self, chosen: RecognitionSettings) -> None:
        self.tray, self.recogniser = Tray(), FakeRecogniser()
        self.told: list[DictationError] = []
        self.choices = Choices(Settings(recognition=chosen), self.tray, {}, lambda: "")
        recogniser: Any = self.recogniser
        self.choice = ServerChoice(self.choices, self.tray, recogniser, self.told.append)
        self.choice.show()

    @property
    def menu(self) -> Any:
        return submenu(self.tray, "Recognise on")

    def pick(self, label: str) -> None:
        (action,) = [action for action in self.menu.actions() if action.text() == label]
        action.trigger()

    @property
    def dialog(self) -> ServerDialog:
        (dialog,) = [
            widget
            for widget in QApplication.topLevelWidgets()
            if isinstance(widget, ServerDialog) and widget.isVisible()
        ]
        return dialog

    def enter(self, where: str, token: str = "") -> None:
        fields = self.dialog.findChildren(QLineEdit)
        fields[0].setText(where)
        fields[1].setText(token)

    def confirm(self) -> None:
        button(self.dialog).click()

    def saved(self) -> RecognitionSettings:
        self.choices.end()
        return settings.load(paths.settings_file()).recognition


def button(dialog: ServerDialog) -> QPushButton:
    (found,) = [
        one
        for one in dialog.findChild(QDialogButtonBox).buttons()  # type: ignore[union-attr]
        if one.text() == "Use this server"
    ]
    assert isinstance(found, QPushButton)
    return found


@pytest.fixture
def desk(qt: QApplication) -> Iterator[Desk]:
    desk = Desk(RecognitionSettings())
    yield desk
    desk.choice.end()
    desk.choices.end()
    qt.processEvents()


def test_at_first_this_computer_is_marked_and_a_server_can_be_entered(desk: Desk) -> None:
    assert labels(desk.menu) == ["This computer", "A server…"]
    assert marked(desk.menu) == ["This computer"]


def test_a_server_that_is_entered_counts_at_once_and_is_kept(desk: Desk) -> None:
    desk.pick("A server…")
    assert marked(desk.menu) == ["This computer"]  # nothing is chosen yet
    desk.enter("192.168.1.20", "secret")
    desk.confirm()

    assert desk.recogniser.chosen == [Server("192.168.1.20", token="secret")]
    assert labels(desk.menu) == ["This computer", URL, "A server…"]
    assert marked(desk.menu) == [URL]
    saved = desk.saved()
    assert (saved.server, saved.use_server) == (URL, True)
    assert chosen_server(saved) == desk.recogniser.chosen[0]
    assert stat.S_IMODE(address.token_file().stat().st_mode) == 0o600
    assert "secret" not in paths.settings_file().read_text()


def test_back_on_this_computer_the_server_is_still_offered(desk: Desk) -> None:
    desk.pick("A server…")
    desk.enter(URL, "secret")
    desk.confirm()

    desk.pick("This computer")
    assert marked(desk.menu) == ["This computer"]
    assert not desk.saved().use_server
    desk.pick(URL)

    assert desk.recogniser.chosen[1:] == [None, Server("192.168.1.20", token="secret")]


def test_a_token_does_not_go_to_another_server(desk: Desk) -> None:
    for where, token in ((URL, "secret"), (URL, ""), ("http://elsewhere:2002", "")):
        desk.pick("A server…")
        desk.enter(where, token)
        desk.confirm()

    assert [server and server.token for server in desk.recogniser.chosen] == [
        "secret",
        "secret",
        "",
    ]
    assert not address.token_file().exists()


def test_a_token_does_not_follow_an_address_that_is_changed_in_the_file(desk: Desk) -> None:
    desk.pick("A server…")
    desk.enter(URL, "secret")
    desk.confirm()
    saved = desk.saved()

    assert chosen_server(replace(saved, server="192.168.1.20:2002")) == desk.recogniser.chosen[0]
    assert chosen_server(replace(saved, server="elsewhere")) == Server("elsewhere")


def test_what_is_no_address_cannot_be_used(desk: Desk) -> None:
    desk.pick("A server…")
    for where, token in (("", ""), ("ftp://box", ""), ("box", "two words")):
        desk.enter(where, token)
        assert not button(desk.dialog).isEnabled()
    assert any("one word" in label.text() for label in desk.dialog.findChildren(QLabel))

    desk.enter("box")
    assert button(desk.dialog).isEnabled()
    assert any("unencrypted" in label.text() for label in desk.dialog.findChildren(QLabel))
    desk.enter("https://box")
    assert not any("unencrypted" in label.text() for label in desk.dialog.findChildren(QLabel))


def test_the_window_is_there_once_and_can_be_closed(desk: Desk) -> None:
    desk.pick("A server…")
    desk.pick("A server…")
    desk.dialog.reject()

    assert not desk.recogniser.chosen
    desk.pick("A server…")
    assert desk.dialog.isVisible()


def test_a_server_that_cannot_be_used_is_told(qt: QApplication, tmp_path: Path) -> None:
    desk = Desk(
        RecognitionSettings(
            server=URL, use_server=False, server_token_file=str(tmp_path / "missing")
        )
    )

    desk.pick(URL)

    assert [type(error) for error in desk.told] == [TokenUnreadable]
    assert not desk.recogniser.chosen
    desk.choices.end()
