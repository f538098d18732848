"""Carries out what the session decides, and tells the session what happened. GUI thread."""

from __future__ import annotations

import logging
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dictation import gesture, session
from dictation.audio.capture import Capture, CaptureListener
from dictation.audio.journal import Journal
from dictation.control import Answer
from dictation.desktop import live as live_text
from dictation.desktop import notices
from dictation.desktop.choices import Choices
from dictation.desktop.insertion_thread import InsertionThread, Way
from dictation.desktop.live import LiveTake, is_possible
from dictation.desktop.notifications import Notifier
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.tray import Tray, TrayState
from dictation.errors import AudioError, DictationError, MicrophoneSilent
from dictation.gesture import Gesture, Mode, Wish
from dictation.history import History
from dictation.native.contracts import ActiveWindow, Hotkey, Target
from dictation.recognition.messages import Stage, Unusable
from dictation.recognition.options import FILE, LIVE
from dictation.session import Activity, Session
from dictation.settings import AppRule, Elsewhere, InsertionWay, Settings
from dictation.speech import AudioChunk, Hypothesis, Outcome, Transcript, Verdict

logger = logging.getLogger(__name__)

LAST_WORD_MS = 500  # with 350 ms after the release one last word in twenty is lost, with 500 none
_TEXTS_KEPT = 50  # for the Copy action of bubbles that are still shown
_ANSWER_S = 2.0
_NOBODYS = 0  # what concerns no take goes by this number


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


class Quits(Protocol):
    """The application, as far as it is needed here."""

    def quit(self) -> None: ...


class Conductor(QObject):
    """Holds the session.

    Its signals bring what other threads tell onto the GUI thread:
        pressed(float), released(float): the hotkey, with the monotonic time in seconds.
        ordered(str): the key of a command.
        left(): the screen is locked, or the machine goes to sleep.
        hotkey_lost(DictationError): it is not heard any more.
        escaped(): Escape while dictating.
        began(int), lost(int, AudioError), ended(int): the capture.
        asked(str, Future): a command from outside, and where its answer goes.
    """

    pressed = Signal(float)
    released = Signal(float)
    ordered = Signal(str)
    left = Signal()
    hotkey_lost = Signal(object)
    escaped = Signal()
    began = Signal(int)
    lost = Signal(int, object)
    ended = Signal(int)
    asked = Signal(str, object)

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
        self._choices = Choices(chosen, parts.tray, parts.rules, self._app_in_use)
        self._last_app = ""
        self._app = app
        self._troubles = list(troubles)
        self._capture = make_capture(_Ears(self, parts.recogniser))
        self._session = Session()
        self._gesture = Gesture(Mode(chosen.hotkey.mode.value))
        self._stage: Stage | Unusable = Stage.STARTING
        self._prepared = 0.0
        self._speaking: set[int] = set()
        self._targets: dict[int, Target | None] = {}
        self._recovering: set[int] = set()
        self._live: dict[int, LiveTake] = {}  # by take
        self._complete: dict[int, Transcript] = {}  # takes whose live text is still on its way
        self._texts: OrderedDict[int, str] = OrderedDict()
        self._connect()

    def _connect(self) -> None:
        self.pressed.connect(self._on_pressed)
        self.released.connect(self._on_released)
        self.ordered.connect(self._obey)
        self.left.connect(self._on_left)
        self.hotkey_lost.connect(self.tell)
        self.escaped.connect(self._on_cancel)
        self.lost.connect(self._on_lost)
        self.ended.connect(self._on_ended)
        self.asked.connect(self._on_asked)
        recogniser = self._parts.recogniser
        recogniser.recognised.connect(self._on_recognised)
        recogniser.failed.connect(self._on_failed)
        recogniser.hypothesis.connect(self._on_hypothesis)
        recogniser.voice.connect(self._on_voice)
        recogniser.prepared.connect(self._on_prepared)
        recogniser.stage.connect(self._on_stage)
        self._parts.insertion.inserted.connect(self._on_inserted)
        self._parts.notifier.acted.connect(self._on_acted)
        tray = self._parts.tray
        tray.toggle_asked.connect(self._on_toggle)
        tray.copy_last_asked.connect(self._on_copy_last)
        tray.quit_asked.connect(self._app.quit)

    # --- life

    def begin(self) -> None:
        """Shows the tray, grabs the hotkey, and takes up what an earlier run left behind."""
        tray = self._parts.tray
        self._choices.show()
        tray.set_last_text(self._parts.history.last_text())
        tray.show()
        self._show()
        self._listen(
            self._parts.hotkey,
            lambda: self.pressed.emit(time.monotonic()),
            lambda: self.released.emit(time.monotonic()),
        )
        for command, key in self._parts.order_keys.items():
            self._listen(key, partial(self.ordered.emit, command), lambda: None)
        for trouble in self._troubles:
            logger.error("%s", type(trouble).__name__)
            self.tell(trouble)
        for take in self._parts.journal.leftovers():
            self._recovering.add(take)
            replay = partial(self._parts.journal.read, take)
            self._parts.recogniser.recover(take, self._choices.options(FILE), replay)

    def _listen(
        self, key: Hotkey, on_press: Callable[[], None], on_release: Callable[[], None]
    ) -> None:
        try:
            key.start(on_press, on_release, self.hotkey_lost.emit)
        except DictationError as error:
            self._troubles.append(error)

    def end(self) -> None:
        """Seals what is being recorded, to be recovered at the next start, and lets all go."""
        self._capture.close()
        self._choices.end()
        for key in (self._parts.hotkey, *self._parts.order_keys.values()):
            key.stop()
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
        self._parts.notifier.show(_NOBODYS, notices.trouble(trouble))

    # --- what happens

    @Slot(float)
    def _on_pressed(self, now_s: float) -> None:
        self._gesture, wish = gesture.press(self._gesture, now_s, dictating=self._dictating)
        self._grant(wish)

    @Slot(float)
    def _on_released(self, now_s: float) -> None:
        self._gesture, wish = gesture.release(self._gesture, now_s, dictating=self._dictating)
        self._grant(wish)

    @Slot()
    def _on_left(self) -> None:
        """Nobody could end what is being dictated; what was said so far is kept."""
        self._gesture = Gesture(self._gesture.mode)
        self._grant(Wish.STOP)

    @Slot()
    def _on_toggle(self) -> None:
        self._grant(Wish.STOP if self._dictating else Wish.START)

    @Slot()
    def _on_cancel(self) -> None:
        self._handle(session.CancelAsked())

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
        if transcript.take in self._recovering:
            self._recovered(transcript)
        else:
            self._handle(session.Recognised(transcript))

    @Slot(int, object)
    def _on_failed(self, take: int, error: DictationError) -> None:
        if take in self._recovering:
            self._recovering.discard(take)  # its audio stays for the next start
            logger.warning("take %s not recovered: %s", take, type(error).__name__)
        else:
            self._handle(session.NotRecognised(take, error))

    @Slot(object)
    def _on_hypothesis(self, hypothesis: Hypothesis) -> None:
        """Where that is wanted, what will not change is inserted at once."""
        live, take = self._live.get(hypothesis.take), hypothesis.take
        # Texts of takes before this one go first.
        if live is None or self._session.state.queue or not self._dictating:
            return
        more = live.more(hypothesis.final)
        if more:
            target = self._targets.get(take)
            self._parts.insertion.insert(-take, more, target, Way.INSERT)

    def _on_live_inserted(self, take: int, verdict: Verdict) -> None:
        live = self._live.get(take)
        if live is not None:
            live.ended(verdict)
        transcript = self._complete.pop(take, None)
        if transcript is not None:
            self._insert(transcript)

    @Slot(int, bool)
    def _on_voice(self, take: int, speaking: bool) -> None:  # noqa: FBT001 - a Qt signal's
        if speaking:
            self._speaking.add(take)
        else:
            self._speaking.discard(take)
            self._handle(session.VoiceFell(take))

    @Slot(float)
    def _on_prepared(self, part: float) -> None:
        self._prepared = part

    @Slot(object)
    def _on_stage(self, stage: Stage | Unusable) -> None:
        self._stage = stage
        if isinstance(stage, Unusable) and not self._session.state.queue and not self._dictating:
            self.tell(stage.error)
        self._show()

    @Slot(int, object)
    def _on_inserted(self, take: int, verdict: Verdict) -> None:
        if take == _NOBODYS:
            self._parts.notifier.show(_NOBODYS, notices.asked_for(verdict))
            return
        if take < 0:
            self._on_live_inserted(-take, verdict)
            return
        self._handle(session.Inserted(take, verdict))

    @Slot(int, str)
    def _on_acted(self, take: int, action: str) -> None:
        text = self._texts.get(take)
        if text is not None and action == notices.COPY.key:
            self._copy(text)
        elif text is not None and action == notices.AGAIN.key:
            self._insert_again(text)

    @Slot()
    def _on_copy_last(self) -> None:
        text = self._parts.history.last_text()
        if text:
            self._copy(text)

    @Slot(str, object)
    def _on_asked(self, command: str, answer: Future[Answer]) -> None:
        self._obey(command)
        answer.set_result(self._status())

    @Slot(str)
    def _obey(self, command: str) -> None:  # noqa: C901 - a table
        match command:
            case "press":
                self._on_pressed(time.monotonic())
            case "release":
                self._on_released(time.monotonic())
            case "toggle":
                self._on_toggle()
            case "start":
                self._grant(Wish.START)
            case "stop":
                self._grant(Wish.STOP)
            case "cancel":
                self._on_cancel()
            case "undo":
                self._parts.insertion.insert(_NOBODYS, "", None, Way.UNDO)
            case "repeat":
                text = self._parts.history.last_text()
                if text:
                    self._insert_again(text)
            case "greet":
                self._parts.notifier.show(
                    _NOBODYS, notices.running(self._choices.settings.hotkey.key)
                )
            case "language":
                language = self._choices.next_language()
                self._parts.notifier.show(_NOBODYS, notices.language(language))
            case "quit":
                QTimer.singleShot(0, self._app.quit)

    # --- what is to be done

    @property
    def _dictating(self) -> bool:
        return isinstance(self._session.state.capture, session.Listening)

    def _grant(self, wish: Wish | None) -> None:
        capture = self._session.state.capture
        match wish:
            case Wish.START if not self._dictating:
                here = self._parts.active_window.target()
                if here and self._choices.manner(here.app).way is InsertionWay.OFF:
                    self._parts.notifier.show(_NOBODYS, notices.off(here.app))
                else:
                    self._handle(session.StartAsked(self._parts.history.next_take()))
            case Wish.STOP if isinstance(capture, session.Listening):
                self._handle(session.StopAsked(still_speaking=self._may_speak(capture.take)))

    def _may_speak(self, take: int) -> bool:
        """Nobody can tell whether the voice goes on while the models are not loaded yet."""
        return self._stage is not Stage.READY or take in self._speaking

    def _handle(self, event: session.Event) -> None:
        for command in self._session.handle(event):
            logger.info("%s", _named(command))
            self._carry_out(command)
        self._show()

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
                parts.hotkey.watch_escape(None)
                parts.notifier.show(take, notices.TRANSCRIBING)
            case session.FinishTake(take):
                parts.recogniser.finish(take)
                parts.history.captured(take, parts.journal.duration_s(take))
            case session.DropTake(take):
                parts.recogniser.drop(take)
                parts.history.cancelled(take)
                parts.notifier.close(take)
                self._forget(take)
            case session.Insert(transcript):
                self._insert(transcript)
            case session.TellNoSpeech(take):
                parts.history.transcribed(Transcript(take, (), ""))
                parts.notifier.show(take, notices.no_speech())
                self._forget(take)
            case session.TellDone(transcript, verdict):
                parts.history.delivered(transcript.take, verdict)
                parts.notifier.show(transcript.take, notices.notice_for(transcript, verdict))
                self._forget(transcript.take)
            case session.TellFailed(take, error):
                parts.history.failed(take, error)
                parts.notifier.show(take, notices.trouble(error))
            case session.TellTrouble(take, error):
                parts.notifier.show(take, notices.trouble(error))

    def _begin_capture(self, take: int) -> None:
        target = self._parts.active_window.target()
        options = self._choices.options(LIVE, target.app if target else "")
        # The recogniser only queues it; the microphone opens as the first thing that takes time.
        self._parts.recogniser.open(take, options, partial(self._parts.journal.read, take))
        self._capture.start(take, self._choices.settings.microphone.device)
        self._targets[take] = target
        self._last_app = target.app if target else ""
        chosen = self._choices.settings
        if chosen.insertion.live and not chosen.insertion.copy_only and is_possible(chosen.hotkey):
            self._live[take] = LiveTake()
        self._parts.hotkey.watch_escape(self.escaped.emit)
        self._parts.history.began(take)
        listening = (
            notices.LOADING
            if self._stage in (Stage.LOADING, Stage.PREPARING)
            else notices.LISTENING
        )
        self._parts.notifier.show(take, listening)

    def _app_in_use(self) -> str:
        """The program that has the focus; else that of the last take."""
        here = self._parts.active_window.target()
        return here.app if here and here.app else self._last_app

    def _insert(self, transcript: Transcript) -> None:
        take, text = transcript.take, transcript.text
        live = self._live.get(take)
        if live is not None and live.on_its_way:
            self._complete[take] = transcript
            return
        self._parts.history.transcribed(transcript)
        self._keep_text(take, text)
        if live is not None and live.delivered:
            text = live.rest(text)
            if not text:
                done = session.Inserted(take, Verdict(Outcome.DELIVERED, live_text.METHOD))
                QTimer.singleShot(0, self, partial(self._handle, done))
                return
        chosen = self._choices.settings.insertion
        way = Way.COPY if chosen.copy_only else Way.INSERT
        anywhere = chosen.elsewhere is Elsewhere.INSERT
        target = None if anywhere else self._targets.get(take)
        self._parts.insertion.insert(take, text, target, way)

    def _recovered(self, transcript: Transcript) -> None:
        take = transcript.take
        self._recovering.discard(take)
        self._parts.history.recovered(take, transcript)
        if transcript.text:
            self._keep_text(take, transcript.text)
            self._parts.notifier.show(take, notices.recovered(transcript))
        self._parts.journal.remove(take)

    def _copy(self, text: str) -> None:
        self._parts.insertion.insert(_NOBODYS, text, None, Way.COPY)

    def _insert_again(self, text: str) -> None:
        """Where the focus is now: the user has chosen the place."""
        here = self._parts.active_window.target()
        self._parts.insertion.insert(_NOBODYS, text, here, Way.INSERT)

    def _keep_text(self, take: int, text: str) -> None:
        self._texts[take] = text
        while len(self._texts) > _TEXTS_KEPT:
            self._texts.popitem(last=False)
        self._parts.tray.set_last_text(text)

    def _forget(self, take: int) -> None:
        """The take is over, and its text, if it has one, is in the history."""
        self._parts.journal.remove(take)
        self._targets.pop(take, None)
        self._live.pop(take, None)
        self._speaking.discard(take)

    def _show(self) -> None:
        prepared = self._prepared if self._stage is Stage.PREPARING else None
        self._parts.tray.show_state(self._tray_state(), prepared)

    def _tray_state(self) -> TrayState:
        match session.activity(self._session.state):
            case Activity.LISTENING:
                return TrayState.LISTENING
            case Activity.WORKING:
                return TrayState.WORKING
        if isinstance(self._stage, Unusable):
            return TrayState.TROUBLE
        return TrayState.IDLE if self._stage is Stage.READY else TrayState.LOADING

    def _status(self) -> Answer:
        stage = self._stage
        return {
            "state": session.activity(self._session.state).value,
            "model": "unusable" if isinstance(stage, Unusable) else stage.value,
            "pid": os.getpid(),
        }


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
