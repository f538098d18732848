"""The parent's half of the recogniser process: starts it, feeds it, and starts it again.

Plain Python, used by the desktop, the command line and the server alike. All calls come from one
thread. Nothing here blocks but ``receive``, and that no longer than it is told to.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Self

from dictation.errors import DictationError
from dictation.recognition.child import Link, OwnProcess, Place
from dictation.recognition.held_back import HeldBack
from dictation.recognition.messages import (
    Advanced,
    Cancel,
    Decoded,
    Down,
    Ended,
    Failed,
    Final,
    Finish,
    Open,
    Progress,
    Sent,
    Setup,
    Stage,
    Unusable,
    Up,
    Voice,
)
from dictation.recognition.options import Options
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Hypothesis, Samples, Segment, Transcript
from dictation.text.joining import transcript_of

logger = logging.getLogger(__name__)

MOST_REPLAYS = 2
# Of a file no more than this is sent ahead of what is recognised, so that an hour of audio needs no
# more memory than minutes; it keeps VAD and decoder busy, whose longest unit is 20 s.
AHEAD_SAMPLES = 60 * SAMPLE_RATE_HZ
_MOST_PIECES = 4  # of a file are read at a time: a dictation beside it is not held up
_LOOK_S = 0.5  # limits are looked at this often …
_BACK_OFF_LOOK_S = 0.05  # … and this often while a restart is due


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the parent is patient, in seconds."""

    answer_s: float = 60.0
    """Without any message while a finished take waits and the models are loaded."""
    loading_s: float = 600.0
    """From the start of the process to READY."""
    idle_s: float = float("inf")
    """Without a take; then the process ends, so that all its memory is free."""
    stands_by: bool = True
    """Whether it is started again, some times, when it dies without a take."""
    replays: int = MOST_REPLAYS
    """Of one take; when it has seen one death more, it fails."""
    back_off_s: tuple[float, ...] = (0.0, 1.0, 4.0, 15.0)
    """Before the first, second, … restart in a row; then the last of them."""


@dataclass(slots=True)
class _Take:
    options: Options
    replay: Callable[[], Iterable[Samples]]
    samples_sent: int = 0
    finished: bool = False
    deaths: int = 0
    segments: list[Segment] = field(default_factory=list)
    told: int = 0
    """Segments that were told; what a replay gives again is not told again."""
    held_back: HeldBack = field(default_factory=HeldBack)
    rest: Iterator[Samples] | None = None
    """Of a file: what was not read yet."""
    samples_done: int = 0
    """Of a file."""

    @property
    def has_room(self) -> bool:
        """Whether more of a file is to be read."""
        # Of live takes it is not told how far they are: whoever waits for one has it all sent.
        is_live = self.options.profile.is_live
        is_ahead = not is_live and self.samples_sent - self.samples_done >= AHEAD_SAMPLES
        return self.rest is not None and not (self.finished or is_ahead)

    @property
    def waits(self) -> bool:
        """Whether it is the process's turn."""
        return self.finished or (self.rest is not None and not self.has_room)


class RecogniserProcess:
    """A recogniser that survives its own death.

    When the process dies, its open takes are replayed into the next one; a take that sees too many
    deaths fails.

    Attributes:
        trouble: of what it died last; None from the start, and again once the next one is ready.
    """

    def __init__(
        self,
        setup: Setup | Place,
        limits: Limits = Limits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """setup: what a process of ours is started with; or another place that takes go to."""
        self.trouble: DictationError | None = None
        self._place = OwnProcess(setup) if isinstance(setup, Setup) else setup
        self._limits = limits
        self._clock = clock
        self._child: Link | None = None
        self._takes: dict[int, _Take] = {}
        self._outbox: deque[Up] = deque()
        self._deaths_in_a_row = 0
        self._not_before_s = float("-inf")
        self._is_missed = False  # it died while nobody spoke, and is to be there for the next
        self._last_sign_s = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The running process; None while there is none."""
        return self._child.pid if self._child else None

    @property
    def sources(self) -> list[Connection]:
        """What becomes readable when ``receive`` has something to tell."""
        return [self._child.connection] if self._child else []

    @property
    def look_s(self) -> float:
        """``receive`` has something to do after this time, whatever becomes readable."""
        if self._outbox or self._may_read:
            return 0.0
        return _BACK_OFF_LOOK_S if self._child is None and self._takes else _LOOK_S

    @property
    def is_idle(self) -> bool:
        """Whether there is no take."""
        return not self._takes

    def keep_within(self, limits: Limits) -> None:
        """From now on these."""
        self._limits = limits

    def start(self) -> None:
        """Starts the process ahead of the first take, so that the models are loaded by then."""
        if self._child is None:
            self._start()

    def open(self, take: int, options: Options, replay: Callable[[], Iterable[Samples]]) -> None:
        """A take begins.

        replay: gives the take's audio from its start, at least as much as was sent so far; it is
        called when the process has died.
        """
        self._takes[take] = _Take(options, replay)
        if self._child is None:
            self._start()  # replays the take, which has no audio yet
        else:
            self._send(Open(take, options))

    def submit(self, take: int, options: Options, audio: Callable[[], Iterable[Samples]]) -> None:
        """A take whose audio is all there, such as a file.

        It is read in ``receive``, no faster than it is recognised; Advanced tells how far that is.
        audio: called again when the process has died. What it raises, if that is a
        DictationError, fails the take.
        """
        self.open(take, options, audio)
        self._takes[take].rest = iter(audio())

    def send(self, chunk: AudioChunk) -> None:
        """More audio of an open take. What cannot be sent now comes from the replay later.

        A take that has failed meanwhile needs no audio any more; the same goes for ``finish``.
        """
        take = self._takes.get(chunk.take)
        if take is not None:
            take.samples_sent += len(chunk.samples)
            self._send_audio(chunk.take, take.held_back.add(chunk.samples))

    def finish(self, take: int) -> None:
        """The take has no more audio; its Final or Failed will be received."""
        if take in self._takes:
            self._takes[take].finished = True
            self._last_sign_s = self._clock()
            self._send_audio(take, self._takes[take].held_back.rest())
            self._send(Finish(take))

    def cancel(self, take: int) -> None:
        """Nobody wants the take any more. No message about it will be received."""
        if self._takes.pop(take, None) is not None:
            self._send(Cancel(take))

    def receive(self, timeout_s: float, wake: Connection | None = None) -> Up | None:
        """The next message; None if there is none within this time.

        wake: returns None at once when there is something to be read from it.
        """
        until_s = self._clock() + timeout_s
        has_listened = False
        while True:
            self._tend()
            self._read_on()
            if self._outbox:
                return self._outbox.popleft()
            left_s = max(0.0, until_s - self._clock())
            # While there is more to read, it only looks whether something has come.
            wait_s = 0.0 if self._may_read else left_s
            if has_listened and left_s == 0 and not self._has_news:
                return None
            if not self._listen(wait_s, wake):
                return None
            has_listened = True

    def transcribe(
        self,
        take: int,
        audio: Callable[[], Iterable[Samples]],
        options: Options,
        on_message: Callable[[Progress | Hypothesis | Advanced], None] = lambda _: None,
    ) -> Transcript:
        """One take from audio that is all there. Raises a DictationError."""
        self.submit(take, options, audio)
        try:
            while True:
                match self.receive(self._limits.answer_s):
                    case Final() as final if final.take == take:
                        return final.transcript
                    case Failed(failed, error) if failed == take:
                        raise error
                    case Progress() | Hypothesis() | Advanced() as message:
                        on_message(message)
        finally:
            self.cancel(take)

    def close(self) -> None:
        """Ends the process; open takes are forgotten."""
        self._takes.clear()
        child, self._child = self._child, None
        self._is_missed = False
        if child is not None:
            child.close()

    def _start(self) -> None:
        if self._clock() < self._not_before_s:
            return
        self._child = self._place.begin(self._clock())
        self._is_missed = False
        logger.info("recogniser process %s started", self._child.pid)
        self._last_sign_s = self._clock()
        self._outbox.append(Progress(Stage.STARTING))
        for number, take in list(self._takes.items()):
            self._replay(number, take)

    def _replay(self, number: int, take: _Take) -> None:
        take.segments.clear()
        take.held_back = HeldBack()  # what was in it is among what is replayed
        self._send(Open(number, take.options))
        try:
            if take.rest is not None:
                take.samples_sent = take.samples_done = 0
                take.finished = False
                take.rest = iter(take.replay())
                return
            for samples in beginning(take.replay, take.samples_sent):
                self._send(AudioChunk(number, samples))
        except DictationError as error:
            self._fail(number, error)
            return
        if take.finished:
            self._send(Finish(number))

    @property
    def _has_news(self) -> bool:
        return self._child is not None and self._child.connection.poll()

    @property
    def _may_read(self) -> bool:
        return self._child is not None and any(take.has_room for take in self._takes.values())

    def _read_on(self) -> None:
        """A little more of each file, as far as there is room for it."""
        if self._child is None:
            return
        for number, take in list(self._takes.items()):
            try:
                for _ in range(_MOST_PIECES):
                    if take.has_room:
                        self._read_piece(number, take)
            except DictationError as error:
                self._send(Cancel(number))
                self._fail(number, error)

    def _read_piece(self, number: int, take: _Take) -> None:
        assert take.rest is not None
        samples = next(take.rest, None)
        if samples is None:
            self.finish(number)
        else:
            self._last_sign_s = self._clock()
            take.samples_sent += len(samples)
            self._send(AudioChunk(number, samples))

    def _send_audio(self, take: int, samples: Samples | None) -> None:
        if samples is not None:
            self._send(AudioChunk(take, samples))

    def _send(self, message: Down) -> None:
        if self._child is not None:
            self._child.send(message)

    def _listen(self, timeout_s: float, wake: Connection | None) -> bool:
        """Waits for the process, or for its back-off to be over. False: something woke it."""
        deadline_s = min(timeout_s, _LOOK_S)
        sources = [] if wake is None else [wake]
        if self._child is None:
            nap_s = min(deadline_s, _BACK_OFF_LOOK_S)
            return not (wait(sources, nap_s) if sources else _nap(nap_s))
        ready = wait([self._child.connection, *sources], deadline_s)
        if self._child.connection in ready:
            try:
                message: Sent = self._child.connection.recv()
            except (EOFError, OSError):
                self._died()
            else:
                self._last_sign_s = self._clock()
                self._note(message)
        return wake not in ready

    def _note(self, message: Sent) -> None:
        match message:
            case Unusable(error):
                # Not a death: starting again would only fail again.
                for number in list(self._takes):
                    self._fail(number, error)
                self._outbox.append(message)
                self._forget_process()
            case Progress(stage):
                if self._child and stage is Stage.READY:
                    self._child.ready = True
                    self.trouble = None
                self._outbox.append(message)
            case _ if message.take in self._takes:  # else it was cancelled meanwhile
                self._note_take(message)

    def _note_take(self, message: Decoded | Advanced | Ended | Failed | Hypothesis | Voice) -> None:
        take = message.take
        match message:
            case Decoded(_, segments):
                self._tell(take, self._takes[take], segments)
            case Advanced(_, samples):
                self._takes[take].samples_done = samples
                self._outbox.append(message)
            case Ended():
                self._deaths_in_a_row = 0
                segments_of_take = self._takes.pop(take).segments
                self._outbox.append(Final(transcript_of(take, segments_of_take)))
            case Failed():
                self._deaths_in_a_row = 0
                del self._takes[take]
                self._outbox.append(message)
            case Voice(_, speaking):
                self._takes[take].held_back.voice(speaking=speaking)
                self._outbox.append(message)
            case Hypothesis():
                self._outbox.append(message)

    def _tell(self, number: int, take: _Take, segments: tuple[Segment, ...]) -> None:
        take.segments += segments
        if new := tuple(take.segments[take.told :]):
            take.told = len(take.segments)
            self._outbox.append(Decoded(number, new))

    def _tend(self) -> None:
        """Looks at the limits, and starts the process again when that is due."""
        now_s = self._clock()
        if self._child is None:
            if self._takes or self._is_missed:
                self._start()
            return
        if not self._takes:
            if now_s - self._last_sign_s > self._limits.idle_s:
                logger.info("recogniser process idle")
                self.close()
            return
        if not self._child.ready:
            if now_s - self._child.started_s > self._limits.loading_s:
                self._too_slow(self._limits.loading_s)
        elif any(take.waits for take in self._takes.values()) and (
            now_s - self._last_sign_s > self._limits.answer_s
        ):
            self._too_slow(self._limits.answer_s)

    def _too_slow(self, deadline_s: float) -> None:
        logger.error("no sign from the recogniser process within %s s", deadline_s)
        self._died(self._place.too_slow(deadline_s))

    def _died(self, reason: DictationError | None = None) -> None:
        died_of = self._forget_process()
        back_off_s = self._limits.back_off_s
        self._not_before_s = (
            self._clock() + back_off_s[min(self._deaths_in_a_row, len(back_off_s) - 1)]
        )
        self._deaths_in_a_row += 1
        logger.error("recogniser process died: %s", died_of)
        self.trouble = reason or self._place.died(died_of, self._deaths_in_a_row)
        if not self._takes and self._limits.stands_by:
            self._is_missed = self._deaths_in_a_row <= len(back_off_s)
            if not self._is_missed:  # nobody would hear of it otherwise; the next take tries again
                self._outbox.append(Unusable(self.trouble))
        for number, take in list(self._takes.items()):
            take.deaths += 1
            if take.deaths > self._limits.replays:
                self._fail(number, reason or self._place.died(died_of, take.deaths))

    def _fail(self, number: int, error: DictationError) -> None:
        del self._takes[number]
        self._outbox.append(Failed(number, error))

    def _forget_process(self) -> object:
        child, self._child = self._child, None
        return child.kill() if child else None


def beginning(replay: Callable[[], Iterable[Samples]], samples: int) -> Iterator[Samples]:
    """The first so many samples of what is replayed."""
    left = samples
    for piece in replay() if left else ():
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _nap(nap_s: float) -> bool:
    time.sleep(nap_s)
    return False
