"""The Qt shell of the recogniser: keeps it loaded, feeds it, emits what it tells."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from dictation.client.address import Server
from dictation.client.server_first import ServerFirst
from dictation.recognition.loop import RecogniserLoop
from dictation.recognition.messages import (
    Advanced,
    Failed,
    Final,
    Progress,
    Setup,
    Substituted,
    Unusable,
    Up,
    Voice,
)
from dictation.recognition.process import Limits
from dictation.speech import SAMPLE_RATE_HZ, Hypothesis


class RecogniserThread(QThread):
    """Owns the recogniser, on this machine or at a server.

    ``open``, ``submit``, ``hear``, ``finish`` and ``drop`` are those of ``RecogniserLoop``: they
    may be called from any thread, and return at once.

    Signals:
        recognised(Transcript): once per take, unless failed was emitted for it.
        failed(int, DictationError): the take got no text.
        hypothesis(Hypothesis): what is known of a take so far.
        voice(int, bool): the voice of the take has risen or fallen.
        advanced(int, float): of a submitted take, how many seconds are recognised.
        stage(Stage | Unusable): how far the process has come with its start.
        prepared(part): how much of PREPARING is done, from 0 to 1; before its stage.
        substituted(DictationError): why takes are recognised on this machine, not at the server.
    """

    recognised = Signal(object)
    failed = Signal(int, object)
    hypothesis = Signal(object)
    voice = Signal(int, bool)
    advanced = Signal(int, float)
    stage = Signal(object)
    prepared = Signal(float)
    substituted = Signal(object)

    def __init__(
        self,
        find_setup: Callable[[], Setup],
        limits: Limits,
        parent: QObject | None = None,
        server: Server | None = None,
    ) -> None:
        """find_setup: called on the thread; may take long, and may raise a DictationError.

        server: where takes are recognised; None: on this machine, within the limits.
        """
        super().__init__(parent)
        self._loop = RecogniserLoop(lambda: ServerFirst(find_setup, server, limits), self._emit)
        self.open = self._loop.open
        self.submit = self._loop.submit
        self.hear = self._loop.hear
        self.finish = self._loop.finish
        self.drop = self._loop.drop

    def choose(self, server: Server | None) -> None:
        """New takes are recognised there; None: on this machine."""
        self._loop.ask(lambda recogniser: recogniser.choose(server))

    def keep_within(self, limits: Limits) -> None:
        """The process on this machine goes by these limits from now on."""
        self._loop.ask(lambda recogniser: recogniser.keep_within(limits))

    def look_again(self) -> None:
        """A model has come, or gone: what there is now is loaded, and waiting takes go on."""
        self._loop.ask(lambda recogniser: recogniser.look_again())

    def let_go(self, then: Callable[[], None]) -> None:
        """Nothing of a model is loaded on this machine when then is called, on the thread; unless a
        take is being recognised."""

        def go(recogniser: ServerFirst) -> None:
            recogniser.let_go()
            then()

        self._loop.ask(go)

    def end(self) -> None:
        """Ends the process and the thread, and waits for both."""
        self._loop.end()
        self.wait()

    def run(self) -> None:
        """The thread."""
        self._loop.run()

    def _emit(self, message: Up) -> None:
        match message:
            case Final(transcript):
                self.recognised.emit(transcript)
            case Failed(take, error):
                self.failed.emit(take, error)
            case Hypothesis():
                self.hypothesis.emit(message)
            case Voice(take, speaking):
                self.voice.emit(take, speaking)
            case Advanced(take, samples):
                self.advanced.emit(take, samples / SAMPLE_RATE_HZ)
            case Progress(stage, part):
                if part is not None:
                    self.prepared.emit(part)
                self.stage.emit(stage)
            case Unusable():
                self.stage.emit(message)
            case Substituted(error):
                self.substituted.emit(error)
