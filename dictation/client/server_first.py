"""Recognises at a server, and on this machine while that is away."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from dictation.client.address import Server
from dictation.client.link import ServerPlace
from dictation.errors import DictationError, RemoteError, ServerSaid
from dictation.recognition.messages import (
    Failed,
    Final,
    Progress,
    Setup,
    Stage,
    Substituted,
    Unusable,
    Up,
)
from dictation.recognition.options import Options
from dictation.recognition.process import Limits, RecogniserProcess, beginning
from dictation.speech import AudioChunk, Samples

logger = logging.getLogger(__name__)

MOST_TRIES = 4
"""At the server, of one take, where there is no model on this machine."""
SUBSTITUTE_IDLE_S = 300.0
"""After this time without a take the process on this machine gives its memory back."""
# One death is enough to look for another place; where there is none, it is soon tried again, and
# while there is no take, when ``_tend`` says so.
_AT_SERVER = Limits(answer_s=30.0, stands_by=False, replays=0, back_off_s=(0.0, 1.0, 2.0))
_LONGEST_BACK_OFF_S = 15.0
_LOOK_S = 0.5


@dataclass(slots=True)
class _Take:
    options: Options
    replay: Callable[[], Iterable[Samples]]
    at: RecogniserProcess | None
    """None: nowhere, until the server is back, there is a model, or the take is finished."""
    is_whole: bool = False
    """Whether it was submitted, rather than opened."""
    samples_sent: int = 0
    is_finished: bool = False
    tries: int = 0
    """At the server, since it was finished."""


class ServerFirst:
    """A recogniser whose place can be changed, and which has another one to fall back on.

    While no server is chosen, it is a process on this machine. While one is, there is such a
    process only from when the server is away until some time after the last take. A take that the
    server does not bring to its end is replayed on this machine. Without a model here it waits for
    the server, and fails when that is not there at its end: who still speaks is not interrupted.

    Attributes:
        away: why new takes do not go to the server that is chosen; None: they do.
    """

    def __init__(
        self,
        find_setup: Callable[[], Setup],
        server: Server | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """find_setup: of this machine's own process; may take long, and may raise a
        DictationError. limits: of that process while no server is chosen."""
        self._find_setup = find_setup
        self._server = server
        self._limits = limits
        self._clock = clock
        self._takes: dict[int, _Take] = {}
        self._outbox: deque[Up] = deque()
        self._local: RecogniserProcess | None = None
        self._remote: RecogniserProcess | None = None
        self._former: list[RecogniserProcess] = []
        """Not asked for new takes any more; they end when they have none left."""
        self.away: DictationError | None = None
        self._next_try_s = 0.0
        self._back_off_s = 1.0

    def start(self) -> None:
        self.choose(self._server)

    def choose(self, server: Server | None) -> None:
        """New takes go there; None: to a process on this machine. Others end where they are."""
        self._former += [each for each in (self._local, self._remote) if each is not None]
        self._local = self._remote = self.away = None
        self._server = server
        try:
            if server is None:
                self._here().start()
                self._resume(self._here())
            else:
                self._remote = RecogniserProcess(ServerPlace(server), _AT_SERVER, self._clock)
                self._remote.start()
        except DictationError as error:
            if server is None:
                self._outbox.append(Unusable(error))
            else:
                self._lose(error)

    def keep_within(self, limits: Limits) -> None:
        """From now on these are the limits of this machine's own process."""
        self._limits = limits
        if self._local is not None and self._server is None:
            self._local.keep_within(limits)

    def look_again(self) -> None:
        """What there is on this machine has changed: takes that wait for a model may go on."""
        self.choose(self._server)

    def let_go(self) -> None:
        """Ends what is loaded on this machine, unless a take is there; the next one loads it."""
        here, self._local = self._local, None
        for recogniser in [each for each in (here, *self._former) if each is not None]:
            if recogniser.is_idle:
                recogniser.close()
            elif recogniser is here:
                self._local = here

    def open(self, take: int, options: Options, replay: Callable[[], Iterable[Samples]]) -> None:
        at = self._place()
        if isinstance(at, DictationError):
            # Who speaks is not interrupted: perhaps there is a model at the end of the take.
            self._outbox.append(Unusable(at))
            self._takes[take] = _Take(options, replay, None)
        else:
            self._takes[take] = _Take(options, replay, at)
            at.open(take, options, replay)

    def submit(self, take: int, options: Options, audio: Callable[[], Iterable[Samples]]) -> None:
        at = self._place()
        if isinstance(at, DictationError):
            self._outbox.append(Unusable(at))
            self._outbox.append(Failed(take, at))
        else:
            self._takes[take] = _Take(options, audio, at, is_whole=True)
            at.submit(take, options, audio)

    def send(self, chunk: AudioChunk) -> None:
        if (take := self._takes.get(chunk.take)) is not None:
            take.samples_sent += len(chunk.samples)
            if take.at is not None:
                take.at.send(chunk)

    def finish(self, take: int) -> None:
        if (finished := self._takes.get(take)) is None:
            return
        finished.is_finished = True
        if finished.at is not None:
            finished.at.finish(take)
            return
        try:
            self._go_to(take, finished, self._remote or self._here())
        except DictationError as error:
            del self._takes[take]
            self._outbox.append(Failed(take, error))

    def cancel(self, take: int) -> None:
        if (cancelled := self._takes.pop(take, None)) is not None and cancelled.at is not None:
            cancelled.at.cancel(take)

    def receive(self, timeout_s: float, wake: Connection | None = None) -> Up | None:
        until_s = self._clock() + timeout_s
        woken = False
        while True:
            self._tend()
            for recogniser in self._all():
                if (message := recogniser.receive(0)) is not None:
                    self._note(recogniser, message)
            if self._outbox:
                return self._outbox.popleft()
            left_s = until_s - self._clock()
            if left_s <= 0 or woken:
                return None
            woken = wake in self._wait(left_s, [] if wake is None else [wake])

    def close(self) -> None:
        self._takes.clear()
        for recogniser in self._all():
            recogniser.close()
        self._local = self._remote = None
        self._former.clear()

    # --- where takes go

    def _all(self) -> list[RecogniserProcess]:
        chosen = [each for each in (self._remote, self._local) if each is not None]
        return [*chosen, *self._former]

    def _place(self) -> RecogniserProcess | DictationError:
        """For a take that begins; or why there is none."""
        if self._remote is not None and self.away is None:
            return self._remote
        try:
            return self._here()
        except DictationError as error:
            if self._remote is not None:
                return self._remote  # perhaps it is back
            logger.error("no recogniser: %s", type(error).__name__)
            return self.away or error

    def _here(self) -> RecogniserProcess:
        """On this machine. Raises a DictationError where that cannot be."""
        if self._local is None:
            limits = self._limits
            if self._server is not None:
                limits = Limits(idle_s=SUBSTITUTE_IDLE_S)
            self._local = RecogniserProcess(self._find_setup(), limits, self._clock)
        return self._local

    def _lose(self, error: DictationError) -> None:
        """The server is away; that is told once, until it is back."""
        self._back_off_s = min(2 * self._back_off_s, _LONGEST_BACK_OFF_S)
        self._next_try_s = self._clock() + self._back_off_s
        if self.away is not None:
            return
        self.away = error
        logger.warning("the server is away: %s", error)
        try:
            self._here().start()
        except DictationError as reason:
            logger.warning("and there is nothing here: %s", type(reason).__name__)
            self._outbox.append(Unusable(error))
        else:
            self._outbox.append(Substituted(error))

    def _regain(self) -> None:
        if self.away is not None:
            logger.info("the server is back")
        self.away = None
        self._back_off_s = 1.0
        if self._remote is not None:
            self._resume(self._remote)

    def _resume(self, at: RecogniserProcess) -> None:
        for number, take in list(self._takes.items()):
            if take.at is None:
                self._go_to(number, take, at)

    def _has_moved(self, number: int, take: _Take, error: DictationError) -> bool:
        """Whether a take that failed goes on at another place, or waits for one."""
        if not isinstance(error, RemoteError):
            return False
        if take.at is self._remote and not isinstance(error, ServerSaid):
            self._lose(error)
        try:
            self._go_to(number, take, self._here())
        except DictationError:
            if self._remote is None:
                return False
            if not (take.is_whole or take.is_finished):
                take.at = None
                return True
            take.tries += 1
            if take.tries == MOST_TRIES or isinstance(error, ServerSaid):
                return False
            self._go_to(number, take, self._remote)
        return True

    def _go_to(self, number: int, take: _Take, at: RecogniserProcess) -> None:
        """It begins there anew."""
        take.at = at
        if take.is_whole:
            at.submit(number, take.options, take.replay)
            return
        at.open(number, take.options, take.replay)
        try:
            for samples in beginning(take.replay, take.samples_sent):
                at.send(AudioChunk(number, samples))
        except DictationError as error:
            self.cancel(number)
            self._outbox.append(Failed(number, error))
            return
        if take.is_finished:
            at.finish(number)

    # --- what they tell

    def _tend(self) -> None:
        for recogniser in [each for each in self._former if each.is_idle]:
            recogniser.close()
            self._former.remove(recogniser)
        remote = self._remote
        if remote is None:
            return
        if self.away is None and remote.trouble is not None:
            self._lose(remote.trouble)
        elif self.away is not None and not remote.sources and self._clock() >= self._next_try_s:
            self._lose(self.away)  # until it is known to be back
            remote.start()

    def _note(self, recogniser: RecogniserProcess, message: Up) -> None:
        match message:
            case Progress() | Unusable() | Substituted():
                self._note_stage(recogniser, message)
            case Failed(number, error):
                if not self._has_moved(number, self._takes[number], error):
                    del self._takes[number]
                    self._outbox.append(message)
            case Final():
                del self._takes[message.take]
                self._outbox.append(message)
            case _:
                self._outbox.append(message)

    def _note_stage(
        self, recogniser: RecogniserProcess, message: Progress | Unusable | Substituted
    ) -> None:
        if recogniser is self._remote:
            if isinstance(message, Unusable):
                self._lose(message.error)
            elif message == Progress(Stage.READY):
                self._regain()
            if self.away is None:
                self._outbox.append(message)
        elif recogniser is self._local and (self._server is None or self.away is not None):
            self._outbox.append(message)

    def _wait(self, left_s: float, wakes: list[Connection]) -> list[object]:
        recognisers = self._all()
        sources = [*wakes, *(source for each in recognisers for source in each.sources)]
        delay_s = min(left_s, _LOOK_S, *(each.look_s for each in recognisers))
        if sources:
            return list(wait(sources, delay_s))
        time.sleep(delay_s)
        return []
