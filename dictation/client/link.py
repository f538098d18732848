"""The thread that holds the connections to a server, one for each take."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import threading
from functools import partial

from dictation.client import wire
from dictation.client.address import Server
from dictation.errors import DictationError, ServerAway, ServerBusy, ServerTooSlow
from dictation.recognition.child import Link
from dictation.recognition.messages import (
    Cancel,
    Close,
    Down,
    Ended,
    Finish,
    Open,
    Progress,
    Sent,
    Stage,
    Unusable,
)
from dictation.recognition.options import Options
from dictation.speech import AudioChunk
from dictation.translation import Phrase

logger = logging.getLogger(__name__)

_PROBE = -1  # a take without audio: it finds out whether the server is there, and wakes it
_PROBE_AFTER_S = 0.1  # if no take has found it out before
_END_S = 2.0


class ServerPlace:
    """Recognises at a server."""

    def __init__(self, server: Server) -> None:
        """Raises ClientMissing."""
        wire.check()
        self._server = server

    def begin(self, now_s: float) -> Link:
        return ServerLink(self._server, now_s)

    def died(self, of: object, attempts: int) -> DictationError:  # it does not matter how many
        if isinstance(of, DictationError):
            return of
        return ServerAway(server=self._server.address, reason=Phrase("the connection was lost"))

    def too_slow(self, deadline_s: float) -> DictationError:
        return ServerTooSlow(server=self._server.address, deadline_s=round(deadline_s))


class ServerLink:
    """What ``child.Link`` asks for. It dies when a connection does: all takes then go anew."""

    def __init__(self, server: Server, now_s: float) -> None:
        self.pid: int | None = None
        self.started_s = now_s
        self.ready = False
        self.connection, self._told = multiprocessing.Pipe(duplex=False)
        self._server = server
        self._died_of: DictationError | None = None
        self._is_ready = False  # and has been told to be
        self._takes: dict[int, asyncio.Queue[wire.ToServer]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="server-link", daemon=True)
        self._thread.start()

    def send(self, message: Down) -> None:
        self._do(message)

    def close(self) -> None:
        self.kill()
        self._thread.join(_END_S)

    def kill(self) -> object:
        self._do(Close())  # connections end in their own time
        self.connection.close()
        return self._died_of

    def _do(self, message: Down) -> None:
        try:
            self._loop.call_soon_threadsafe(self._take_up, message)
        except RuntimeError:  # its loop has ended; whoever listens sees the end of the pipe
            return

    # --- on the thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.call_later(_PROBE_AFTER_S, self._probe)
            self._loop.run_until_complete(self._until_ended())
        except Exception:  # the thread's boundary: the end of the pipe tells that it died
            logger.exception("the link to the server")
        finally:
            self._told.close()
            self._loop.close()

    async def _until_ended(self) -> None:
        await self._ending.wait()
        for task in self._tasks.values():
            task.cancel()
        # Whoever waits for a take need not wait for the end of its connection.
        self._told.close()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=_END_S)
        others = asyncio.all_tasks() - {asyncio.current_task()}  # of the connections
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # the loop itself closes what was aborted

    def _probe(self) -> None:
        if not (self._tasks or self._is_ready or self._ending.is_set()):
            self._take_up(Open(_PROBE, Options()))
            self._take_up(Finish(_PROBE))

    def _take_up(self, message: Down) -> None:
        match message:
            case Open(take):
                rest = self._takes[take] = asyncio.Queue()
                task = self._loop.create_task(self._carry(message, rest))
                self._tasks[take] = task
                task.add_done_callback(partial(self._forget, take))
            case AudioChunk() | Finish():
                if message.take in self._takes:
                    self._takes[message.take].put_nowait(message)
            case Cancel(take):
                self._takes.pop(take, None)
                if take in self._tasks:
                    self._tasks[take].cancel()
            case Close():
                self._ending.set()

    def _forget(self, take: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(take) is task:
            self._tasks.pop(take)
            self._takes.pop(take, None)

    async def _carry(self, opening: Open, rest: asyncio.Queue[wire.ToServer]) -> None:
        try:
            await wire.carry(self._server, opening, rest, self._tell)
        except (ServerAway, ServerBusy) as error:
            self._die(error)
        except DictationError as error:  # the next attempt would end in the same way
            self._say(Unusable(error))
        except asyncio.CancelledError:
            raise
        except Exception as error:  # of a task: it is told as what the link died of
            logger.exception("a connection to the server")
            self._die(ServerAway(server=self._server.address, reason=type(error).__name__))

    def _die(self, error: DictationError) -> None:
        logger.warning("server: %s", error)
        if self._died_of is None:
            self._died_of = error
        self._ending.set()

    def _tell(self, message: Sent) -> None:
        match message:
            case Progress(stage):
                self._is_ready = stage is Stage.READY
            case _ if not self._is_ready:  # what has something to say about a take is ready
                self._is_ready = True
                self._say(Progress(Stage.READY))
        if isinstance(message, Progress | Unusable) or message.take != _PROBE:
            self._say(message)
        elif not isinstance(message, Ended):
            logger.info("the server told of no take: %s", type(message).__name__)

    def _say(self, message: Sent) -> None:
        if self._ending.is_set():
            return
        try:
            self._told.send(message)
        except OSError:  # nobody listens any more
            self._ending.set()
