"""Messages that have come and were not heeded yet."""

from __future__ import annotations

from collections import deque

from dictation.recognition.messages import Cancel, Close, Down, Finish, Open


class Backlog:
    """Those of one take keep their order; those of live takes go before those of files."""

    def __init__(self) -> None:
        self._live: deque[Down] = deque()
        self._files: deque[Down] = deque()
        self._takes_of_files: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._live or self._files)

    @property
    def has_live(self) -> bool:
        """Whether something of a live take is among them."""
        return bool(self._live)

    def put(self, message: Down) -> None:
        """One more; what came before of a take that is cancelled is dropped."""
        match message:
            case Close():
                self._live.append(message)
                return
            case Cancel(take):
                self._live = _without(self._live, take)
                self._files = _without(self._files, take)
                self._takes_of_files.discard(take)
            case Open(take, options) if not options.profile.is_live:
                self._takes_of_files.add(take)
        of_file = message.take in self._takes_of_files
        (self._files if of_file else self._live).append(message)

    def next(self) -> Down:
        """The one to heed now."""
        message = (self._live or self._files).popleft()
        if isinstance(message, Finish):
            self._takes_of_files.discard(message.take)
        return message


def _without(messages: deque[Down], take: int) -> deque[Down]:
    return deque(each for each in messages if isinstance(each, Close) or each.take != take)
