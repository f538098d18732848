"""Carries out what the session decides, and tells the session what happened. GUI thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dictation import session
from dictation.audio.capture import Capture, CaptureListener
from dictation.audio.journal import Journal
from dictation.control import Answer
from dictation.desktop import notices
from dictation.desktop.choices import Choices
from dictation.desktop.delivery import Delivery
from dictation.desktop.file_desk import FileDesk
from dictation.desktop.insertion_thread import NOBODYS, InsertionThread
from dictation.desktop.keeping import keep_recording
from dictation.desktop.keys import Keys
from dictation.desktop.notifications import Notifier
from dictation.desktop.past import Past
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.recovery import Recovery
from dictation.desktop.server_choice import ServerChoice
from dictation.desktop.standing import Standing
from dictation.desktop.texts import Texts
from dictation.desktop.tray import Tray
from dictation.errors import AudioError, DictationError, MicrophoneSilent, RemoteError
from dictation.gesture import Mode, Wish
from dictation.history import History
from dictation.native.contracts import ActiveWindow, Hotkey
from dictation.native.copied_files import ReadClipboard
from dictation.recognition.messages import Stage, Unusable
from dictation.recognition.options import FILE, LIVE
from dictation.session import Session
from dictation.settings import AppRule, InsertionWay, Settings
from dictation.speech import AudioChunk, Hypothesis, Transcript, Verdict

logger = logging.getLogger(__name__)

LAST_WORD_MS = 500  # with 350 ms after the release one last word in twenty is lost, with 500 none
_ANSWER_S = 2.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What the conductor conducts."""

    journal: Journal
    history: History
    recogniser: RecogniserThread
    insertion: InsertionThread
    hotkey: Hotkey
    order_keys: Mapping[str, Hotkey]
    """Keys for single commands, by command."""
    active_window: ActiveWindow
    rules: dict[str, AppRule]
    """Of single programs; the typist looks at them too."""
    tray: Tray
    notifier: Notifier
    read_clipboard: ReadClipboard | None = None
    """None: Qt's own is good enough here."""


class Quits(Protocol):
    """The application, as far as it is needed here."""

    def quit(self) -> None: ...


class Conductor(QObject):
    """Holds the session.

    Its signals bring what other threads tell onto the GUI thread:
        left(): the screen is locked, or the machine goes to sleep.
        began(int), lost(int, AudioError), ended(int): the capture.
        asked(str, Future): a command from outside, and where its answer goes.

    And one tells those that show what happens:
        handled(Sequence[Command], State): an event was dealt with like this, and so it stands now.
    """

    left = Signal()
    began = Signal(int)
    lost = Signal(int, object)
    ended = Signal(int)
    asked = Signal(str, object)
    handled = Signal(object, object)

    def __init__(
        self,
        parts: Parts,
        make_capture: Callable[[CaptureListener], Capture],
        chosen: Settings,
        app: Quits,
        troubles: Sequence[DictationError] = (),
    ) -> None:
        """troubles: what went wrong while the parts were built, to be told to the user."""
        super().__init__()
        self._parts = parts
        self._app = app
        self._troubles = troubles
        self._session = Session()
        # Before anything of ours hears of a stage: it is told first.
        self._standing = Standing(parts.recogniser, parts.tray)
        self._speaking: set[int] = set()
        self._last_app = ""
        window, tray, notifier = parts.active_window, parts.tray, parts.notifier
        self.choices = self._choices = Choices(chosen, tray, parts.rules, self._app_in_use)
        self.server = self._server = ServerChoice(self.choices, tray, parts.recogniser, self.tell)
        self._capture = make_capture(_Ears(self, parts.recogniser))
        mode = Mode(chosen.hotkey.mode.value)
        self._keys = Keys(parts.hotkey, parts.order_keys, mode, lambda: self._dictating)
        self._delivery = Delivery(parts.insertion, self._choices)
        self._texts = Texts(parts.history, parts.insertion, window, tray, notifier)
        self._recovery = Recovery(
            parts.journal, parts.history, parts.recogniser, self._texts, notifier
        )
        self._files = FileDesk(
            parts.recogniser,
            parts.insertion,
            notifier,
            tray,
            self._choices,
            next_number=parts.history.next_take,
            read_clipboard=parts.read_clipboard,
        )
        self._past = Past(
            parts.history,
            parts.journal,
            parts.recogniser,
            active_window=window,
            texts=self._texts,
            choices=self._choices,
            transcribe=self._files.transcribe,
        )
        self._connect()

    def _connect(self) -> None:
        self.left.connect(self._on_left)
        self.lost.connect(self._on_lost)
        self.ended.connect(self._on_ended)
        self.asked.connect(self._on_asked)
        self._keys.wished.connect(self._grant)
        self._keys.ordered.connect(self._obey)
        self._keys.escaped.connect(self._on_cancel)
        self._keys.lost.connect(self.tell)
        recogniser = self._parts.recogniser
        recogniser.recognised.connect(self._on_recognised)
        recogniser.failed.connect(self._on_failed)
        recogniser.hypothesis.connect(self._on_hypothesis)
        recogniser.voice.connect(self._on_voice)
        recogniser.stage.connect(self._on_stage)
        recogniser.substituted.connect(self._on_substituted)
        self._delivery.ended.connect(self._on_delivery_ended)
        self._parts.tray.toggle_asked.connect(self._on_toggle)
        self._parts.tray.history_asked.connect(self._past.open)
        self._parts.tray.quit_asked.connect(self._app.quit)

    # --- life

    def begin(self) -> None:
        """Shows the tray, grabs the keys, and takes up what an earlier run left behind."""
        self._choices.show()
        self._server.show()
        self._texts.show()
        self._parts.tray.show()
        self._standing.show(session.activity(self._session.state))
        for trouble in (*self._troubles, *self._keys.begin()):
            logger.error("%s", type(trouble).__name__)
            self.tell(trouble)
        self._recovery.begin(self._choices.options(FILE))

    def end(self) -> None:
        """Seals what is being recorded, to be recovered at the next start, and lets all go."""
        self._capture.close()
        self._files.end()
        self._server.end()
        self._past.end()
        self._choices.end()
        self._keys.end()
        self._parts.insertion.end()
        self._parts.recogniser.end()
        self._parts.notifier.stop()
        self._parts.tray.hide()
        self._parts.history.close()
        self._parts.journal.close()

    def answer(self, command: str) -> Answer:
        """A command from outside; called on the control thread."""
        answer: Future[Answer] = Future()
        self.asked.emit(command, answer)
        try:
            return answer.result(_ANSWER_S)
        except TimeoutError:
            return {"error": "busy"}

    @Slot(object)
    def tell(self, trouble: DictationError) -> None:
        """Tells the user of something that concerns no take."""
        self._parts.notifier.show(NOBODYS, notices.trouble(trouble))

    # --- what the user wants

    @Slot(object)
    def _grant(self, wish: Wish) -> None:
        capture = self._session.state.capture
        match wish:
            case Wish.START if not self._dictating:
                here = self._parts.active_window.target()
                if here and here.is_password:  # nothing of it is heard, and none of it is kept
                    self._parts.notifier.show(NOBODYS, notices.PASSWORD)
                elif here and self._choices.manner(here.app).way is InsertionWay.OFF:
                    self._parts.notifier.show(NOBODYS, notices.off(here.app))
                else:
                    self._handle(session.StartAsked(self._parts.history.next_take()))
            case Wish.STOP if isinstance(capture, session.Listening):
                self._handle(session.StopAsked(still_speaking=self._may_speak(capture.take)))

    @Slot(str)
    def _obey(self, command: str) -> None:  # noqa: C901 - a table
        match command:
            case "press":
                self._keys.press(time.monotonic())
            case "release":
                self._keys.release(time.monotonic())
            case "toggle":
                self._on_toggle()
            case "start":
                self._grant(Wish.START)
            case "stop":
                self._grant(Wish.STOP)
            case "cancel":
                self._on_cancel()
            case "undo":
                self._texts.undo()
            case "repeat":
                self._texts.repeat()
            case "history":
                self._past.open()
            case "greet":
                running = notices.running(self._choices.settings.hotkey.key)
                self._parts.notifier.show(NOBODYS, running)
            case "language":
                language = notices.language(self._choices.next_language())
                self._parts.notifier.show(NOBODYS, language)
            case "quit":
                QTimer.singleShot(0, self._app.quit)

    @Slot(str, object)
    def _on_asked(self, command: str, answer: Future[Answer]) -> None:
        self._obey(command)
        answer.set_result(self._standing.status())

    @Slot()
    def _on_toggle(self) -> None:
        self._grant(Wish.STOP if self._dictating else Wish.START)

    @Slot()
    def _on_cancel(self) -> None:
        self._handle(session.CancelAsked())

    @Slot()
    def _on_left(self) -> None:
        """Nobody could end what is being dictated; what was said so far is kept."""
        self._keys.forget()
        self._grant(Wish.STOP)

    # --- what happens

    @Slot(int, object)
    def _on_lost(self, take: int, error: AudioError) -> None:
        if isinstance(error, MicrophoneSilent):  # it may come back, and the take goes on
            self._parts.notifier.show(take, notices.trouble(error))
        else:
            self._handle(session.CaptureLost(take, error))

    @Slot(int)
    def _on_ended(self, take: int) -> None:
        self._handle(session.Captured(take))

    @Slot(object)
    def _on_recognised(self, transcript: Transcript) -> None:
        if self._recovery.concerns(transcript.take):
            text = self._choices.replacements("").applied(transcript.text)
            self._recovery.recognised(replace(transcript, text=text))
        else:
            self._handle(session.Recognised(self._delivery.written(transcript)))

    @Slot(int, object)
    def _on_failed(self, take: int, error: DictationError) -> None:
        if self._recovery.concerns(take):
            self._recovery.failed(take, error)
        else:
            self._handle(session.NotRecognised(take, error))

    @Slot(object)
    def _on_hypothesis(self, hypothesis: Hypothesis) -> None:
        # Texts of takes before this one go first.
        if self._dictating and not self._session.state.queue:
            self._delivery.forward(hypothesis)

    @Slot(int, bool)
    def _on_voice(self, take: int, speaking: bool) -> None:  # noqa: FBT001 - a Qt signal's
        if speaking:
            self._speaking.add(take)
        else:
            self._speaking.discard(take)
            self._handle(session.VoiceFell(take))

    @Slot(object)
    def _on_stage(self, stage: Stage | Unusable) -> None:
        if isinstance(stage, Unusable) and not self._session.state.queue and not self._dictating:
            self.tell(stage.error)
        elif stage is Stage.READY:
            self._recovery.try_again(self._choices.options(FILE))

    @Slot(object)
    def _on_substituted(self, error: DictationError) -> None:
        self._parts.notifier.show(NOBODYS, notices.substituted(error))

    @Slot(int, object)
    def _on_delivery_ended(self, take: int, verdict: Verdict) -> None:
        self._handle(session.Inserted(take, verdict))

    # --- what is to be done

    @property
    def _dictating(self) -> bool:
        return isinstance(self._session.state.capture, session.Listening)

    def _may_speak(self, take: int) -> bool:
        """Nobody can tell whether the voice goes on while the models are not loaded yet."""
        return self._standing.stage is not Stage.READY or take in self._speaking

    def _app_in_use(self) -> str:
        """The program that has the focus; else that of the last take."""
        here = self._parts.active_window.target()
        return here.app if here and here.app else self._last_app

    def _handle(self, event: session.Event) -> None:
        commands = self._session.handle(event)
        for command in commands:
            logger.info("%s", _named(command))
            self._carry_out(command)
        self._standing.show(session.activity(self._session.state))
        self.handled.emit(commands, self._session.state)

    def _carry_out(self, command: session.Command) -> None:  # noqa: C901 - a table
        parts = self._parts
        match command:
            case session.BeginCapture(take):
                self._begin_capture(take)
            case session.AwaitLastWord(take):
                QTimer.singleShot(
                    LAST_WORD_MS, self, partial(self._handle, session.TrailingOver(take))
                )
            case session.EndCapture(take):
                self._capture.stop(take)
                self._keys.ignore_escape()
                parts.notifier.show(take, notices.TRANSCRIBING)
            case session.FinishTake(take):
                parts.recogniser.finish(take)
                parts.history.captured(take, parts.journal.duration_s(take))
            case session.DropTake(take):
                parts.recogniser.drop(take)
                parts.history.cancelled(take)
                parts.notifier.close(take)
                parts.journal.remove(take)
                self._forget(take)
            case session.Insert(transcript):
                parts.history.transcribed(transcript)
                self._texts.keep(transcript.take, transcript.text)
                self._delivery.deliver(transcript)
            case session.TellNoSpeech(take):
                parts.history.transcribed(Transcript(take, (), ""))
                parts.notifier.show(take, notices.no_speech())
                parts.journal.remove(take)
                self._forget(take)
            case session.TellDone(transcript, verdict):
                parts.history.delivered(transcript.take, verdict)
                parts.notifier.show(transcript.take, notices.notice_for(transcript, verdict))
                keep_recording(parts.history, parts.journal, transcript.take)
                self._forget(transcript.take)
            case session.TellFailed(take, error):
                parts.history.failed(take, error)
                if isinstance(error, RemoteError):
                    self._recovery.put_off(take)
                    parts.notifier.show(take, notices.put_off(error))
                else:
                    parts.notifier.show(take, notices.trouble(error))
            case session.TellTrouble(take, error):
                parts.notifier.show(take, notices.trouble(error))

    def _begin_capture(self, take: int) -> None:
        target = self._parts.active_window.target()
        self._last_app = target.app if target else ""
        options = self._choices.options(LIVE, self._last_app)
        # The recogniser only queues it; the microphone opens as the first thing that takes time.
        self._parts.recogniser.open(take, options, partial(self._parts.journal.read, take))
        self._capture.start(take, self._choices.settings.microphone.device)
        self._delivery.begin(take, target)
        self._keys.watch_escape()
        self._past.hush()
        self._parts.history.began(take, self._last_app)
        listening = notices.LOADING if self._standing.is_loading else notices.LISTENING
        self._parts.notifier.show(take, listening)

    def _forget(self, take: int) -> None:
        """The take is over, and its text, if it has one, is in the history."""
        self._delivery.forget(take)
        self._speaking.discard(take)


class _Ears:
    """Listens on the capture thread: audio goes straight on, the rest to the GUI thread."""

    def __init__(self, conductor: Conductor, recogniser: RecogniserThread) -> None:
        self._conductor = conductor
        self._recogniser = recogniser

    def began(self, take: int) -> None:
        self._conductor.began.emit(take)

    def heard(self, chunk: AudioChunk) -> None:
        self._recogniser.hear(chunk)

    def lost(self, take: int, error: AudioError) -> None:
        self._conductor.lost.emit(take, error)

    def ended(self, take: int) -> None:
        self._conductor.ended.emit(take)


def _named(command: session.Command) -> str:
    """What may be in a log: the kind and the take, never the text."""
    take = command.transcript.take if hasattr(command, "transcript") else command.take
    return f"{type(command).__name__} {take}"
