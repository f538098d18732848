"""Bubbles on a real session bus, with a notification daemon of the tests' own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from dictation.desktop import icons
from dictation.desktop.notices import (
    COPY,
    HISTORY,
    UNDO_LAST,
    Notice,
    Urgency,
    listening,
    transcribing,
)
from dictation.desktop.notifications import Notifier
from dictation.settings import NotificationSettings, Notify
from tests.fake_notifications import FakeDaemon, SessionBus

LISTENING, TRANSCRIBING = listening(), transcribing()
TYPED = Notice("🇬🇧 😊 Typed", actions=(COPY,), said="Tom & Jerry <3", is_well=True)
PATIENCE_S = 0.3


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    with SessionBus(tmp_path) as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.fixture
def daemon(bus: SessionBus) -> Iterator[FakeDaemon]:
    with FakeDaemon(bus.address) as daemon:
        yield daemon


class LastResort:
    """Stands in for the tray's own bubbles."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    def __call__(self, title: str, body: str) -> None:
        self.shown.append((title, body))


@pytest.fixture
def last_resort() -> LastResort:
    return LastResort()


@pytest.fixture
def notifier(qt: QApplication, last_resort: LastResort) -> Iterator[Notifier]:
    notifier = Notifier(last_resort, patience_s=PATIENCE_S)
    yield notifier
    notifier.stop()


def wait_until(condition: Callable[[], object], within_s: float = 10.0) -> None:
    """Runs Qt's loop until the condition holds."""
    loop, timer = QEventLoop(), QTimer()
    deadline_s = time.monotonic() + within_s

    def look() -> None:
        if condition() or time.monotonic() > deadline_s:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(5)
    loop.exec()
    assert condition()


def show(notifier: Notifier, daemon: FakeDaemon, take: int, notice: Notice) -> None:
    """Shows a notice, and waits until the daemon has it."""
    before = len(daemon.shown)
    notifier.show(take, notice)
    wait_until(lambda: len(daemon.shown) > before)


def test_a_notice_is_shown_with_its_words_action_and_icon(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    show(notifier, daemon, 1, TYPED)
    (shown,) = daemon.shown
    assert shown.app == "Dictation"
    assert shown.title == "🇬🇧 😊 Typed"
    assert shown.actions == ["copy", "Copy"]
    assert shown.hints["urgency"] == ("y", Urgency.NORMAL)
    assert shown.hints["desktop-entry"] == ("s", "dictation")
    width, height, row_bytes, alpha, bits, channels, pixels = shown.hints["image-data"][1]
    assert (row_bytes, alpha, bits, channels) == (width * 4, True, 8, 4)
    image = QImage(pixels, width, height, QImage.Format.Format_RGBA8888)
    assert image == icons.image(icons.APPLICATION, width)


def test_a_body_is_escaped_where_the_daemon_reads_markup(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    show(notifier, daemon, 1, TYPED)
    assert daemon.shown[0].body == "Tom &amp; Jerry &lt;3"


def test_a_simple_daemon_gets_plain_text_and_no_action(bus: SessionBus, notifier: Notifier) -> None:
    with FakeDaemon(bus.address, capabilities=["body"]) as daemon:
        show(notifier, daemon, 1, TYPED)
        assert daemon.shown[0].body == "Tom & Jerry <3"
        assert daemon.shown[0].actions == []


def test_what_the_bus_would_hang_up_for_is_left_out(notifier: Notifier, daemon: FakeDaemon) -> None:
    show(notifier, daemon, 1, Notice("a\0b", "c\ud800d\ne"))
    assert (daemon.shown[0].title, daemon.shown[0].body) == ("ab", "cd\ne")


def test_a_take_has_one_bubble_that_is_replaced(notifier: Notifier, daemon: FakeDaemon) -> None:
    show(notifier, daemon, 1, LISTENING)
    show(notifier, daemon, 1, TRANSCRIBING)
    show(notifier, daemon, 1, TYPED)
    first, second, third = daemon.shown
    assert first.replaced == 0
    assert second.replaced == third.replaced == first.number


def test_two_takes_have_two_bubbles(notifier: Notifier, daemon: FakeDaemon) -> None:
    show(notifier, daemon, 1, LISTENING)
    show(notifier, daemon, 2, LISTENING)
    show(notifier, daemon, 1, TYPED)
    assert [shown.replaced for shown in daemon.shown] == [0, 0, daemon.shown[0].number]


def test_of_many_notices_in_a_row_the_last_one_stays(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    for number in range(100):
        notifier.show(1, Notice(str(number)))
    wait_until(lambda: daemon.shown and daemon.shown[-1].title == "99")
    assert len({shown.number for shown in daemon.shown}) == 1


def test_a_bubble_that_the_user_closed_is_opened_anew(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    acted: list[int] = []
    notifier.acted.connect(lambda take, _: acted.append(take))
    show(notifier, daemon, 1, LISTENING)
    show(notifier, daemon, 2, LISTENING)
    daemon.dismiss(daemon.shown[0].number)
    daemon.act(daemon.shown[1].number, "copy")
    wait_until(lambda: acted)  # and with it all that came before
    show(notifier, daemon, 1, TYPED)
    assert daemon.shown[2].replaced == 0


def test_closing_takes_the_bubble_away(notifier: Notifier, daemon: FakeDaemon) -> None:
    show(notifier, daemon, 1, LISTENING)
    notifier.close(1)
    notifier.close(2)  # has none
    wait_until(lambda: daemon.closed == [daemon.shown[0].number])


def test_an_action_is_told_with_its_take(notifier: Notifier, daemon: FakeDaemon) -> None:
    acted: list[tuple[int, str]] = []
    notifier.acted.connect(lambda take, key: acted.append((take, key)))
    show(notifier, daemon, 7, TYPED)
    show(notifier, daemon, 8, TYPED)
    daemon.act(daemon.shown[0].number, "copy")
    wait_until(lambda: acted == [(7, "copy")])


def test_an_action_that_is_told_after_the_end_of_its_bubble_counts(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    acted: list[tuple[int, str]] = []
    notifier.acted.connect(lambda take, key: acted.append((take, key)))
    show(notifier, daemon, 7, TYPED)
    daemon.dismiss(daemon.shown[0].number)
    daemon.act(daemon.shown[0].number, "copy")
    wait_until(lambda: acted == [(7, "copy")])


def test_nonsense_from_the_daemon_does_no_harm(notifier: Notifier, daemon: FakeDaemon) -> None:
    acted: list[tuple[int, str]] = []
    notifier.acted.connect(lambda take, key: acted.append((take, key)))
    show(notifier, daemon, 1, LISTENING)
    daemon.send_nonsense()
    show(notifier, daemon, 1, TYPED)
    assert daemon.shown[1].replaced == daemon.shown[0].number
    assert acted == []


def test_the_end_closes_what_goes_on_and_leaves_what_was_typed(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    show(notifier, daemon, 1, TYPED)
    show(notifier, daemon, 2, LISTENING)
    notifier.stop()
    wait_until(lambda: daemon.closed == [daemon.shown[1].number])
    notifier.show(3, TYPED)  # is ignored
    notifier.stop()


def test_without_a_daemon_the_last_resort_is_used(
    bus: SessionBus, notifier: Notifier, last_resort: LastResort
) -> None:
    notifier.show(1, LISTENING)  # not worth it
    notifier.show(2, TYPED)
    wait_until(lambda: last_resort.shown)
    assert last_resort.shown == [("🇬🇧 😊 Typed", "Tom & Jerry <3")]


def test_a_daemon_that_comes_later_is_used(
    bus: SessionBus, notifier: Notifier, last_resort: LastResort
) -> None:
    notifier.show(1, TYPED)
    wait_until(lambda: last_resort.shown)
    with FakeDaemon(bus.address) as daemon:
        show(notifier, daemon, 2, TYPED)
    assert len(last_resort.shown) == 1


@pytest.mark.parametrize(
    "address", ["unix:path=/nonexistent/bus", "tcp:host=localhost,port=1", "nonsense", ""]
)
def test_without_a_session_bus_the_last_resort_is_used(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qt: QApplication,
    last_resort: LastResort,
    address: str,
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    notifier = Notifier(last_resort)
    notifier.show(1, TYPED)
    wait_until(lambda: last_resort.shown)
    notifier.stop()


def test_without_the_variable_the_bus_of_the_users_runtime_folder_is_found(
    bus: SessionBus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notifier: Notifier
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with FakeDaemon(bus.address) as daemon:
        show(notifier, daemon, 1, TYPED)


def test_a_daemon_that_hangs_holds_up_nobody(
    notifier: Notifier, daemon: FakeDaemon, last_resort: LastResort
) -> None:
    daemon.hang()
    began_s = time.monotonic()
    for take in range(100):
        notifier.show(take, TYPED)
    assert time.monotonic() - began_s < PATIENCE_S / 2
    wait_until(lambda: len(last_resort.shown) == 100)
    assert time.monotonic() - began_s < 2 * PATIENCE_S + 1  # they do not wait one after another
    assert daemon.asked == 1
    daemon.hang()
    began_s = time.monotonic()
    notifier.stop()
    assert time.monotonic() - began_s < 1


def test_a_daemon_that_recovers_does_not_show_what_is_over(
    notifier: Notifier, daemon: FakeDaemon, last_resort: LastResort
) -> None:
    show(notifier, daemon, 1, LISTENING)
    daemon.hang()
    notifier.show(2, TYPED)
    wait_until(lambda: last_resort.shown)
    daemon.recover()
    late = daemon.shown[-1]
    wait_until(lambda: late.number in daemon.closed)
    show(notifier, daemon, 3, TYPED)
    assert daemon.shown[-1].number not in daemon.closed


def test_a_daemon_that_is_restarted_is_used_again(
    bus: SessionBus, notifier: Notifier, last_resort: LastResort
) -> None:
    with FakeDaemon(bus.address) as first:
        show(notifier, first, 1, LISTENING)
        show(notifier, first, 2, LISTENING)
    with FakeDaemon(bus.address, capabilities=["body"]) as second:
        show(notifier, second, 2, TYPED)
        assert second.shown[0].replaced == 0
        assert second.shown[0].actions == []
    assert last_resort.shown == []


def test_a_daemon_that_ends_while_it_is_asked_is_given_up(
    bus: SessionBus, qt: QApplication, last_resort: LastResort
) -> None:
    notifier = Notifier(last_resort, patience_s=60)
    with FakeDaemon(bus.address) as daemon:
        daemon.hang()
        notifier.show(1, TYPED)
        wait_until(lambda: daemon.asked)
    wait_until(lambda: last_resort.shown)
    notifier.stop()


def test_a_bus_that_is_restarted_is_used_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qt: QApplication,
    last_resort: LastResort,
) -> None:
    bus = SessionBus(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    notifier = Notifier(last_resort, patience_s=PATIENCE_S)
    with bus, FakeDaemon(bus.address) as daemon:
        show(notifier, daemon, 1, LISTENING)
    notifier.show(1, TYPED)
    wait_until(lambda: last_resort.shown)
    with bus, FakeDaemon(bus.address) as daemon:
        show(notifier, daemon, 1, TYPED)
        assert daemon.shown[0].replaced == 0
    notifier.stop()


def test_for_those_who_want_problems_alone_there_is_no_bubble_of_a_take_that_goes_well(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    notifier.choose(NotificationSettings(takes=Notify.PROBLEMS), has_history=True)
    for notice in (LISTENING, TRANSCRIBING, TYPED):
        notifier.show(1, notice)

    show(notifier, daemon, 2, Notice("Not transcribed"))

    assert [shown.title for shown in daemon.shown] == ["Not transcribed"]


def test_what_was_true_for_a_moment_goes_when_the_take_goes_well(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    show(notifier, daemon, 1, LISTENING)
    show(notifier, daemon, 2, Notice("No sound", is_passing=True))
    show(notifier, daemon, 3, Notice("Your recording is not saved"))

    notifier.choose(NotificationSettings(takes=Notify.PROBLEMS), has_history=True)
    for take in (1, 2, 3):
        notifier.show(take, TYPED)
    wait_until(lambda: len(daemon.closed) == 2)

    assert daemon.closed == [daemon.shown[0].number, daemon.shown[1].number]


def test_what_was_said_is_in_no_bubble_where_that_is_wished(
    notifier: Notifier, daemon: FakeDaemon
) -> None:
    notifier.choose(NotificationSettings(text=False), has_history=True)
    show(notifier, daemon, 1, TYPED)
    notifier.choose(NotificationSettings(), has_history=True)
    show(notifier, daemon, 1, TYPED)

    assert [shown.body for shown in daemon.shown] == ["", "Tom &amp; Jerry &lt;3"]
    assert daemon.shown[0].title == daemon.shown[1].title


def test_undo_and_history_are_offered_where_they_are_possible(
    qt: QApplication, last_resort: LastResort, daemon: FakeDaemon
) -> None:
    offering = replace(TYPED, actions=(COPY, UNDO_LAST, HISTORY))
    for can_undo, has_history, keys in (
        (True, True, ["copy", "undo", "history"]),
        (True, False, ["copy", "undo"]),
        (False, True, ["copy", "history"]),
    ):
        notifier = Notifier(last_resort, patience_s=PATIENCE_S, can_undo=can_undo)
        notifier.choose(NotificationSettings(), has_history=has_history)
        show(notifier, daemon, 1, offering)
        assert daemon.shown[-1].actions[::2] == keys
        notifier.stop()


def test_a_click_on_the_last_resort_leads_to_the_history(
    notifier: Notifier, last_resort: LastResort, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    acted: list[tuple[int, str]] = []
    notifier.acted.connect(lambda take, key: acted.append((take, key)))
    notifier.on_clicked()
    notifier.show(3, replace(TYPED, actions=(COPY, HISTORY)))
    wait_until(lambda: last_resort.shown)
    notifier.on_clicked()
    notifier.show(4, Notice("Language: English"))
    wait_until(lambda: len(last_resort.shown) == 2)
    notifier.on_clicked()

    assert last_resort.shown[0] == ("🇬🇧 😊 Typed", "Tom & Jerry <3")
    assert acted == [(3, "history")]
