"""What the user is told about a take: the words of every notification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from dictation.desktop.excerpt import excerpt
from dictation.errors import (
    AudioError,
    DesktopGone,
    DictationError,
    HotkeyTaken,
    JournalUnreadable,
    JournalUnwritable,
    ModelError,
    ModelMissing,
    NoClipboard,
    NoSuchKey,
    PlatformError,
    RecogniserError,
    RemoteError,
)
from dictation.native.caret import UNDO
from dictation.native.copying import METHOD as CLIPBOARD
from dictation.settings import SpokenLanguage
from dictation.speech import Outcome, Segment, Transcript, Verdict
from dictation.text.rich import all_signs

MOST_CHARACTERS = 200


class Urgency(IntEnum):
    """How much it matters, by the numbers of the desktop notifications specification."""

    LOW = 0
    """It goes on and will be replaced; not worth a last resort."""
    NORMAL = 1
    CRITICAL = 2
    """What is being said is lost."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button in a bubble."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One bubble. Plain text, never markup."""

    title: str
    body: str = ""
    actions: tuple[Action, ...] = ()
    urgency: Urgency = Urgency.NORMAL


COPY = Action("copy", "Copy")
AGAIN = Action("again", "Try again")

LISTENING = Notice("Listening…", urgency=Urgency.LOW)
TRANSCRIBING = Notice("Transcribing…", urgency=Urgency.LOW)
LOADING = Notice(
    "Listening…",
    "The speech model is still being loaded; what you say is kept until then.",
    urgency=Urgency.LOW,
)

PASSWORD = Notice(
    "Not in a password field",
    "Nothing is recorded while the focus is in one.",
)

LANGUAGE_NAMES = {
    SpokenLanguage.AUTO: "Automatic",
    SpokenLanguage.CHINESE: "普通话 (Mandarin)",
    SpokenLanguage.ENGLISH: "English",
    SpokenLanguage.CANTONESE: "粵語 (Cantonese)",
    SpokenLanguage.JAPANESE: "日本語 (Japanese)",
    SpokenLanguage.KOREAN: "한국어 (Korean)",
}

_TYPED = "Typed"
_TYPED_AND_KEPT = "Typed, and kept on the clipboard"
_COPIED = "Copied"
_UNDONE = "Undone"
_NOT_TYPED = "Not typed: it is on the clipboard"
_NOT_EVEN_COPIED = "Not delivered: it is in the history"
_HEADLINES = {CLIPBOARD: _COPIED, UNDO: _UNDONE}  # of what was done, by method
_OFF = "Dictation is off in {app}"
_RUNNING = "Dictation is running"
_HOW = "Hold {hotkey} and speak."
_NO_SPEECH = "No speech heard"
_RECOVERED = "Recovered"
_PUT_OFF = "Not transcribed yet"
_PUT_OFF_REST = "What you said is kept, and transcribed when the server is back."
_SUBSTITUTED = "The server is away"
_SUBSTITUTED_REST = "Until it is back, speech is recognised on this computer; no word is lost."
_RECOVERED_REST = "This dictation was cut short; it was not typed."
# The first that fits. Critical is what makes that words are being lost while the user speaks.
_TROUBLES: tuple[tuple[type[DictationError], str, Urgency], ...] = (
    (ModelMissing, "The speech model is missing", Urgency.NORMAL),
    (ModelError, "Trouble with the speech model", Urgency.NORMAL),
    (JournalUnwritable, "Your recording is not saved", Urgency.NORMAL),
    (JournalUnreadable, "A recording cannot be recovered", Urgency.NORMAL),
    (AudioError, "Microphone trouble", Urgency.CRITICAL),
    (RecogniserError, "Not transcribed", Urgency.NORMAL),
    (RemoteError, "Trouble with the server", Urgency.NORMAL),
    (HotkeyTaken, "The hotkey does not work", Urgency.NORMAL),
    (NoSuchKey, "The hotkey does not work", Urgency.NORMAL),
    (PlatformError, "The desktop does not allow it", Urgency.NORMAL),
    (DictationError, "Trouble", Urgency.NORMAL),
)


def running(hotkey: str) -> Notice:
    """The program was started although it runs already."""
    return Notice(_RUNNING, _HOW.format(hotkey=hotkey))


def off(app: str) -> Notice:
    """A rule of the user's keeps dictation out of that program."""
    return Notice(_OFF.format(app=app), urgency=Urgency.LOW)


def language(chosen: SpokenLanguage) -> Notice:
    """The user has gone on to this one."""
    return Notice(f"Language: {LANGUAGE_NAMES[chosen]}", urgency=Urgency.LOW)


def asked_for(verdict: Verdict) -> Notice:
    """The user asked to have a text copied or typed once more, and this became of it."""
    if verdict.reason is None:
        return Notice(headline(verdict), urgency=Urgency.LOW)
    if verdict.outcome is Outcome.UNVERIFIED:
        return Notice(headline(verdict), _told(verdict.reason))
    return trouble(verdict.reason)


def notice_for(transcript: Transcript, verdict: Verdict) -> Notice:
    """What was heard, and what became of it."""
    if not transcript.text.strip():
        return no_speech(transcript)
    body = [excerpt(transcript.text, MOST_CHARACTERS)]
    if verdict.reason is not None:
        body.append(_told(verdict.reason))
    title = _titled(transcript.segments, headline(verdict))
    actions = (AGAIN, COPY) if verdict.outcome is Outcome.FAILED else (COPY,)
    return Notice(title, "\n".join(body), actions)


def no_speech(transcript: Transcript | None = None) -> Notice:
    """Nothing was said, though something else may have been heard."""
    return Notice(_titled(() if transcript is None else transcript.segments, _NO_SPEECH))


def recovered(transcript: Transcript) -> Notice:
    """A take that an earlier run left behind; it is offered, never typed."""
    body = (excerpt(transcript.text, MOST_CHARACTERS), _RECOVERED_REST)
    return Notice(_titled(transcript.segments, _RECOVERED), "\n".join(body), (COPY,))


def trouble(error: DictationError) -> Notice:
    """What went wrong, and what to do about it."""
    _, title, urgency = next(row for row in _TROUBLES if isinstance(error, row[0]))
    return Notice(title, _told(error), urgency=urgency)


def put_off(error: RemoteError) -> Notice:
    """A take that the server did not transcribe, and nobody else could."""
    return Notice(_PUT_OFF, f"{error} {_PUT_OFF_REST}")


def substituted(error: DictationError) -> Notice:
    """Takes are recognised on this computer although a server was chosen."""
    return Notice(_SUBSTITUTED, f"{error} {_SUBSTITUTED_REST}")


def headline(verdict: Verdict) -> str:
    """What became of the text, in a word or two."""
    match verdict:
        case Verdict(Outcome.DELIVERED, method):
            return _HEADLINES.get(method, _TYPED)
        case Verdict(Outcome.UNVERIFIED, reason=NoClipboard()):
            return _TYPED
        case Verdict(Outcome.UNVERIFIED):
            return _TYPED_AND_KEPT
        case Verdict(reason=NoClipboard() | DesktopGone()):
            return _NOT_EVEN_COPIED
    return _NOT_TYPED


def _told(error: DictationError) -> str:
    return error.whole


def _titled(segments: Iterable[Segment], said: str) -> str:
    """Behind the emoji of the segments, in order, each once."""
    return " ".join((*all_signs(segments), said))
