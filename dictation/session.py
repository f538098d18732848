"""The dictation session: what happens, and what is to be done about it. No clock, no thread, no Qt.

A capture (nothing, listening or trailing) stands beside an ordered queue of takes that are being
transcribed or inserted. A new take may begin while older ones finish; their texts are delivered in
the order in which they were spoken.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from dictation.errors import DictationError
from dictation.speech import Transcript, Verdict

# --- events: what happened


@dataclass(frozen=True, slots=True)
class StartAsked:
    """The user wants to dictate; the take has this number if one begins."""

    take: int


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The user has finished speaking."""

    still_speaking: bool
    """Whether the voice still goes on, as far as is known."""


@dataclass(frozen=True, slots=True)
class VoiceFell:
    """The voice of this take has ended."""

    take: int


@dataclass(frozen=True, slots=True)
class TrailingOver:
    """The time for the last word is up."""

    take: int


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """The user wants none of it: the capture, else the newest take that is not yet delivered."""


@dataclass(frozen=True, slots=True)
class CaptureLost:
    """The microphone is gone for good; what it gave is kept."""

    take: int
    error: DictationError


@dataclass(frozen=True, slots=True)
class Captured:
    """Every sample of the take is heard and on disk."""

    take: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """The take has its text."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class NotRecognised:
    """The take got no text."""

    take: int
    error: DictationError


@dataclass(frozen=True, slots=True)
class Inserted:
    """An insertion is over."""

    take: int
    verdict: Verdict


Event = (
    StartAsked
    | StopAsked
    | VoiceFell
    | TrailingOver
    | CancelAsked
    | CaptureLost
    | Captured
    | Recognised
    | NotRecognised
    | Inserted
)


# --- commands: what is to be done


@dataclass(frozen=True, slots=True)
class BeginCapture:
    """Open the microphone, the journal and the recogniser's stream."""

    take: int


@dataclass(frozen=True, slots=True)
class AwaitLastWord:
    """Go on recording until the voice falls, and say TrailingOver when the time is up."""

    take: int


@dataclass(frozen=True, slots=True)
class EndCapture:
    """Close the microphone; Captured is due."""

    take: int


@dataclass(frozen=True, slots=True)
class FinishTake:
    """Tell the recogniser that no more audio comes."""

    take: int


@dataclass(frozen=True, slots=True)
class DropTake:
    """Nobody wants it: the recogniser and the journal may forget it."""

    take: int


@dataclass(frozen=True, slots=True)
class Insert:
    """Put the text where it is meant; Inserted is due."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class TellNoSpeech:
    """Nothing was said; the take is over."""

    take: int


@dataclass(frozen=True, slots=True)
class TellDone:
    """The take is over: tell the user, remember it, drop its audio if it was delivered."""

    transcript: Transcript
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class TellFailed:
    """The take got no text; its audio stays."""

    take: int
    error: DictationError


@dataclass(frozen=True, slots=True)
class TellTrouble:
    """Something went wrong on the way, and the take goes on."""

    take: int
    error: DictationError


Command = (
    BeginCapture
    | AwaitLastWord
    | EndCapture
    | FinishTake
    | DropTake
    | Insert
    | TellNoSpeech
    | TellDone
    | TellFailed
    | TellTrouble
)


# --- state


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is being recorded."""


@dataclass(frozen=True, slots=True)
class Listening:
    """This take is being recorded."""

    take: int


@dataclass(frozen=True, slots=True)
class Trailing:
    """The key is up, and the last word of this take is still being recorded."""

    take: int


Capture = Idle | Listening | Trailing


class Phase(StrEnum):
    """Where a take is after its capture."""

    ENDING = "ending"
    """The microphone is being closed; the rest of the audio is on its way."""
    TRANSCRIBING = "transcribing"
    WAITING = "waiting"
    """It has its text, and an older take does not yet."""
    INSERTING = "inserting"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One take in the queue."""

    take: int
    phase: Phase = Phase.ENDING
    transcript: Transcript | None = None


@dataclass(frozen=True, slots=True)
class State:
    """All of a session."""

    capture: Capture = Idle()
    queue: tuple[Waiting, ...] = field(default=())


class Activity(StrEnum):
    """What a person sees of the state."""

    IDLE = "idle"
    LISTENING = "listening"
    WORKING = "working"


def activity(state: State) -> Activity:
    """Tray icon, overlay and sounds are functions of this; nothing else remembers."""
    match state.capture:
        case Listening() | Trailing():
            return Activity.LISTENING
    return Activity.WORKING if state.queue else Activity.IDLE


class Session:
    """Holds the state, and hands out what is to be done."""

    def __init__(self) -> None:
        self.state = State()

    def handle(self, event: Event) -> tuple[Command, ...]:
        """Takes the event in; the commands are to be carried out in this order."""
        self.state, commands = advance(self.state, event)
        return commands


def advance(state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
    """The next state, and what is to be done. An event that is stale changes nothing."""
    match event:
        case StartAsked(take):
            return _start(state, take)
        case StopAsked(still_speaking):
            return _stop(state, still_speaking=still_speaking)
        case VoiceFell(take) | TrailingOver(take):
            if state.capture == Trailing(take):
                return _end(state, take)
        case CancelAsked():
            return _cancel(state)
        case CaptureLost(take, error):
            if state.capture in (Listening(take), Trailing(take)):
                ended, commands = _end(state, take)
                return ended, (TellTrouble(take, error), *commands)
        case Captured(take):
            if _phase(state, take) is Phase.ENDING:
                return _with(state, Waiting(take, Phase.TRANSCRIBING)), (FinishTake(take),)
        case Recognised(transcript):
            return _recognised(state, transcript)
        case NotRecognised(take, error):
            return _not_recognised(state, take, error)
        case Inserted(take, verdict):
            return _inserted(state, take, verdict)
    return state, ()


def _start(state: State, take: int) -> tuple[State, tuple[Command, ...]]:
    commands: tuple[Command, ...] = ()
    match state.capture:
        case Listening():
            return state, ()
        case Trailing(older):
            # Who presses again has nothing more to add to the take before.
            state, commands = _end(state, older)
    return replace(state, capture=Listening(take)), (*commands, BeginCapture(take))


def _stop(state: State, *, still_speaking: bool) -> tuple[State, tuple[Command, ...]]:
    match state.capture:
        case Listening(take):
            if still_speaking:
                return replace(state, capture=Trailing(take)), (AwaitLastWord(take),)
            return _end(state, take)
    return state, ()


def _end(state: State, take: int) -> tuple[State, tuple[Command, ...]]:
    queue = (*state.queue, Waiting(take))
    return State(Idle(), queue), (EndCapture(take),)


def _cancel(state: State) -> tuple[State, tuple[Command, ...]]:
    match state.capture:
        case Listening(take) | Trailing(take):
            return replace(state, capture=Idle()), (EndCapture(take), DropTake(take))
    for waiting in reversed(state.queue):
        if waiting.phase is not Phase.INSERTING:
            return _deliver(_without(state, waiting.take), (DropTake(waiting.take),))
    return state, ()


def _recognised(state: State, transcript: Transcript) -> tuple[State, tuple[Command, ...]]:
    if _phase(state, transcript.take) is not Phase.TRANSCRIBING:
        return state, ()
    if not transcript.text:
        return _deliver(_without(state, transcript.take), (TellNoSpeech(transcript.take),))
    done = Waiting(transcript.take, Phase.WAITING, transcript)
    return _deliver(_with(state, done), ())


def _not_recognised(
    state: State, take: int, error: DictationError
) -> tuple[State, tuple[Command, ...]]:
    if state.capture in (Listening(take), Trailing(take)):
        # It failed while one still speaks: the audio is on disk, and nothing more is recorded.
        return replace(state, capture=Idle()), (EndCapture(take), TellFailed(take, error))
    if _phase(state, take) not in (Phase.ENDING, Phase.TRANSCRIBING):
        return state, ()
    return _deliver(_without(state, take), (TellFailed(take, error),))


def _inserted(state: State, take: int, verdict: Verdict) -> tuple[State, tuple[Command, ...]]:
    for waiting in state.queue:
        if waiting.take == take and waiting.phase is Phase.INSERTING and waiting.transcript:
            told = TellDone(waiting.transcript, verdict)
            return _deliver(_without(state, take), (told,))
    return state, ()


def _deliver(state: State, commands: tuple[Command, ...]) -> tuple[State, tuple[Command, ...]]:
    """Begins the insertion of the oldest take, if it has its text."""
    if state.queue:
        first = state.queue[0]
        if first.phase is Phase.WAITING and first.transcript is not None:
            inserting = replace(first, phase=Phase.INSERTING)
            return _with(state, inserting), (*commands, Insert(first.transcript))
    return state, commands


def _phase(state: State, take: int) -> Phase | None:
    return next((waiting.phase for waiting in state.queue if waiting.take == take), None)


def _with(state: State, changed: Waiting) -> State:
    queue = tuple(changed if waiting.take == changed.take else waiting for waiting in state.queue)
    return replace(state, queue=queue)


def _without(state: State, take: int) -> State:
    queue = tuple(waiting for waiting in state.queue if waiting.take != take)
    return replace(state, queue=queue)
