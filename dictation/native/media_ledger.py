"""Decides which media players are paused, and which of them play again. Only values."""

from __future__ import annotations

from dataclasses import dataclass

PLAYING, PAUSED = "Playing", "Paused"


@dataclass(frozen=True, slots=True)
class Playback:
    """What a player tells of itself."""

    status: str
    track: str = ""
    """An identifier; empty where it tells none."""
    can_pause: bool = True


@dataclass(slots=True)
class _Paused:
    status: str
    track: str


class Ledger:
    """Players go by their unique names on the bus."""

    def __init__(self) -> None:
        self._paused: dict[str, _Paused] = {}
        self._starting: set[str] = set()
        """Those that were told to play, and have not said yet that they do."""

    def pauses(self, player: str, playback: Playback) -> bool:
        """Whether it is to be paused now; then it is in the ledger.

        One that plays, or will in a moment because we said so.
        """
        is_playing = playback.status == PLAYING or player in self._starting
        self._starting.discard(player)
        if player in self._paused or not is_playing or not playback.can_pause:
            return False
        self._paused[player] = _Paused(PLAYING, playback.track)
        return True

    def changed(self, player: str, status: str | None, track: str | None) -> None:
        """It tells of a change; None: of none in this respect.

        After our pause its status changes once. Whatever else changes, a person did.
        """
        if status == PLAYING:
            self._starting.discard(player)
        paused = self._paused.get(player)
        if paused is None:
            return
        if track is not None and paused.track and track != paused.track:
            del self._paused[player]
        elif status is not None and status != paused.status:
            if (paused.status, status) == (PLAYING, PAUSED):
                paused.status = PAUSED
            else:
                del self._paused[player]

    def gone(self, player: str) -> None:
        """It has ended."""
        self._paused.pop(player, None)
        self._starting.discard(player)

    def untouched(self) -> list[str]:
        """Those that may play again; each is asked once more how it is."""
        return list(self._paused)

    def plays(self, player: str, playback: Playback) -> bool:
        """Whether it is to play again now; it leaves the ledger in any case.

        To tell a player that is still on its way to pause is right as well, and to one that plays
        it means nothing.
        """
        paused = self._paused.pop(player, None)
        if paused is None or playback.status not in (PLAYING, PAUSED):
            return False
        if paused.track and playback.track and paused.track != playback.track:
            return False
        self._starting.add(player)
        return True
