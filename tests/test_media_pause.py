"""Media players on a real bus pause while one dictates; none begins to play that did not before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from dictation.desktop.media_pause import MediaPause, is_recording
from dictation.native.media_ledger import PAUSED, PLAYING, Ledger, Playback
from dictation.native.mpris import MediaPlayers
from dictation.session import Idle, Listening, Phase, State, Trailing, Waiting
from dictation.settings import MicrophoneSettings, Settings

from .fake_notifications import SessionBus
from .fake_player import FakePlayer


class Room:
    """Players, and somebody who dictates."""

    def __init__(self, bus: SessionBus, stack: ExitStack) -> None:
        self.bus, self._stack = bus, stack
        self.media = MediaPlayers()
        self.media.start()

    def player(self, name: str, status: str = PLAYING) -> FakePlayer:
        return self._stack.enter_context(FakePlayer(self.bus.address, name, status))

    def settle(self) -> None:
        """Whatever was wished before is done: a player that comes last has been asked."""
        probe = self.player("probe")
        self.media.pause()
        wait_until(lambda: probe.asked == ["Pause"])
        probe.press("Stopped")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    with ExitStack() as stack:
        bus = stack.enter_context(SessionBus(tmp_path))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        room = Room(bus, stack)
        yield room
        room.media.stop()
        assert not room.media.is_alive()


def wait_until(condition: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


def test_what_plays_is_paused_and_plays_again(room: Room) -> None:
    music, film = room.player("music"), room.player("film")

    room.media.pause()
    wait_until(lambda: (music.status, film.status) == (PAUSED, PAUSED))
    room.media.play()
    wait_until(lambda: (music.status, film.status) == (PLAYING, PLAYING))

    assert music.asked == film.asked == ["Pause", "Play"]


def test_what_does_not_play_is_never_asked_to(room: Room) -> None:
    paused, stopped = room.player("paused", PAUSED), room.player("stopped", "Stopped")
    music = room.player("music")

    room.media.pause()
    wait_until(lambda: music.status == PAUSED)
    room.media.play()
    wait_until(lambda: music.status == PLAYING)

    assert paused.asked == stopped.asked == []


def test_what_may_not_be_paused_is_left_alone(room: Room) -> None:
    radio, music = room.player("radio"), room.player("music")
    radio.can_pause = False

    room.media.pause()
    wait_until(lambda: music.status == PAUSED)
    room.media.play()
    wait_until(lambda: music.status == PLAYING)

    assert radio.asked == []


@pytest.mark.parametrize(
    "touch",
    [
        lambda player: (player.press(PLAYING), player.press(PAUSED)),
        lambda player: player.press("Stopped"),
        lambda player: player.skip(),
    ],
)
def test_what_somebody_changed_meanwhile_is_left_as_it_is(
    room: Room, touch: Callable[[FakePlayer], object]
) -> None:
    touched, music = room.player("touched"), room.player("music")
    room.media.pause()
    wait_until(lambda: (touched.status, music.status) == (PAUSED, PAUSED))

    touch(touched)
    room.media.play()
    wait_until(lambda: music.status == PLAYING)

    assert touched.asked == ["Pause"]


def test_a_player_that_hangs_holds_up_no_other_and_not_the_end(room: Room) -> None:
    hung, music = room.player("hung"), room.player("music")
    hung.hang()

    room.media.pause()
    wait_until(lambda: music.status == PAUSED)
    room.media.play()
    wait_until(lambda: music.status == PLAYING)
    begun_s = time.monotonic()
    room.media.stop()
    assert time.monotonic() - begun_s < 2
    room.media.join(5)


def test_a_player_that_obeys_late_plays_again_all_the_same(room: Room) -> None:
    slow = room.player("slow")
    slow.is_slow = True
    room.media.pause()
    wait_until(lambda: slow.asked == ["Pause"])

    room.media.play()

    wait_until(lambda: slow.asked == ["Pause", "Play"])


def test_two_dictations_in_a_row_are_two_pauses(room: Room) -> None:
    music = room.player("music")
    for _ in range(2):
        room.media.pause()
        wait_until(lambda: music.status == PAUSED)
        room.media.play()
        wait_until(lambda: music.status == PLAYING)
    room.media.pause()
    wait_until(lambda: music.status == PAUSED)

    assert music.asked == ["Pause", "Play"] * 2 + ["Pause"]


def test_a_dictation_too_short_for_the_bus_leaves_the_music_on(room: Room) -> None:
    music = room.player("music")

    for _ in range(20):
        room.media.pause()
        room.media.play()
    room.settle()

    assert music.asked[-1] == "Pause"  # of the settling
    assert music.asked == ["Pause", "Play"] * (len(music.asked) // 2) + ["Pause"]


def test_without_a_bus_nothing_happens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    media = MediaPlayers()
    media.start()
    media.pause()
    media.play()
    media.stop()
    media.join(5)
    assert not media.is_alive()


# --- decided alone


def test_a_status_that_is_told_twice_is_one_change() -> None:
    ledger = Ledger()
    assert ledger.pauses(":1", Playback(PLAYING))
    for status in (PLAYING, PAUSED, PAUSED):
        ledger.changed(":1", status, None)
    assert ledger.untouched() == [":1"]
    assert ledger.plays(":1", Playback(PAUSED))
    assert ledger.untouched() == []


def test_one_that_was_just_told_to_play_is_paused_although_it_says_paused() -> None:
    ledger = Ledger()
    ledger.pauses(":1", Playback(PLAYING))
    ledger.changed(":1", PAUSED, None)
    ledger.plays(":1", Playback(PAUSED))
    assert ledger.pauses(":1", Playback(PAUSED))


def test_one_that_went_away_or_stopped_is_not_played() -> None:
    ledger = Ledger()
    ledger.pauses(":1", Playback(PLAYING))
    ledger.pauses(":2", Playback(PLAYING, "a"))
    ledger.pauses(":3", Playback(PLAYING, "a"))
    ledger.gone(":1")
    assert ledger.untouched() == [":2", ":3"]
    assert not ledger.plays(":2", Playback("Stopped", "a"))
    assert not ledger.plays(":3", Playback(PAUSED, "b"))


class FakePlayers:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Callable[[], None]:
        return lambda: self.asked.append(name)


ON = MicrophoneSettings(pause_media=True)


def listening(microphone: MicrophoneSettings, players: FakePlayers | None) -> MediaPause:
    choices: Any = SimpleNamespace(settings=Settings(microphone=microphone))
    return MediaPause(choices, lambda: players)  # type: ignore[arg-type,return-value]


def test_players_pause_from_the_key_until_the_microphone_is_closed(qt: QApplication) -> None:
    players = FakePlayers()
    pause = listening(ON, players)

    pause.on_handled((), State(Listening(1)))
    pause.on_handled((), State(Trailing(1)))
    pause.on_handled((), State(Idle(), (Waiting(1, Phase.ENDING),)))
    assert players.asked == ["start", "pause"]

    pause.on_handled((), State(Idle(), (Waiting(1, Phase.TRANSCRIBING),)))
    pause.on_handled((), State())
    assert players.asked == ["start", "pause", "play"]

    pause.on_handled((), State(Listening(2)))
    pause.end()
    assert players.asked == ["start", "pause", "play", "pause", "play", "stop"]


def test_nothing_is_touched_unless_it_is_wished_and_possible(qt: QApplication) -> None:
    players = FakePlayers()
    pause = listening(MicrophoneSettings(), players)
    pause.on_handled((), State(Listening(1)))
    pause.on_handled((), State())
    pause.end()
    assert players.asked == []

    nowhere = listening(ON, None)
    nowhere.on_handled((), State(Listening(1)))
    nowhere.on_handled((), State())
    nowhere.end()
    assert is_recording(State(Listening(1)))
