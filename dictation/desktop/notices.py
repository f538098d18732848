"""What the user is told about a take: the words of every notification."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from dictation.desktop.excerpt import excerpt
from dictation.errors import (
    AudioError,
    CannotUndo,
    DesktopGone,
    DictationError,
    HotkeyTaken,
    JournalUnreadable,
    JournalUnwritable,
    MicrophoneSilent,
    ModelError,
    ModelFileMissing,
    ModelMissing,
    NoClipboard,
    NoSuchKey,
    PlatformError,
    RecogniserError,
    RemoteError,
    joined,
)
from dictation.native.caret import UNDO
from dictation.native.copying import METHOD as CLIPBOARD
from dictation.settings import NotificationSettings, Notify, SpokenLanguage
from dictation.speech import Outcome, Segment, Transcript, Verdict
from dictation.text.rich import all_signs
from dictation.translation import N_, _, ngettext

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
    said: str = ""
    """What was said; it stands above the body."""
    is_well: bool = False
    """It is of a take that goes well, or has gone well."""
    is_passing: bool = False
    """It says how it is at the moment: once the take has gone well, it is not true any more."""

    @property
    def lines(self) -> str:
        """All that stands below the title."""
        return "\n".join(part for part in (self.said, self.body) if part)


COPY = Action("copy", N_("Copy"))
AGAIN = Action("again", N_("Try again"))
UNDO_LAST = Action("undo", N_("Undo"))
HISTORY = Action("history", N_("Open history"))
_SOMETIMES = (UNDO_LAST.key, HISTORY.key)

LANGUAGE_NAMES = {
    SpokenLanguage.AUTO: N_("Automatic"),
    SpokenLanguage.CHINESE: N_("普通话 (Mandarin)"),
    SpokenLanguage.ENGLISH: N_("English"),
    SpokenLanguage.CANTONESE: N_("粵語 (Cantonese)"),
    SpokenLanguage.JAPANESE: N_("日本語 (Japanese)"),
    SpokenLanguage.KOREAN: N_("한국어 (Korean)"),
}

_TYPED = N_("Typed")
_TYPED_AND_KEPT = N_("Typed, and kept on the clipboard")
_COPIED = N_("Copied")
_UNDONE = N_("Undone")
_NOT_TYPED = N_("Not typed: it is on the clipboard")
_NOT_EVEN_COPIED = N_("Not delivered: it is in the history")
_HEADLINES = {CLIPBOARD: _COPIED, UNDO: _UNDONE}  # of what was done, by method
_LISTENING = N_("Listening…")
_LOADING = N_("The speech model is still being loaded; what you say is kept until then.")
_TRANSCRIBING = N_("Transcribing…")
_PASSWORD = N_("Not in a password field")
_PASSWORD_REST = N_("Nothing is recorded while the focus is in one.")
_ENDED = N_("Dictation has ended")
_LANGUAGE = N_("Language: {language}")
_OFF = N_("Dictation is off in {app}")
_RUNNING = N_("Dictation is running")
_HOW = N_("Hold {hotkey} and speak.")
_NO_SPEECH = N_("No speech heard")
_RECOVERED = N_("Recovered")
PUT_OFF = N_("Not transcribed yet")
WAITING = (RemoteError, ModelError)
"""A take that failed so waits for a recogniser that is ready."""
_PUT_OFF_REST = N_("What you said is kept, and transcribed when the server is back.")
_SET_UP = N_("“Set up…” in the menu gets it.")
_SUBSTITUTED = N_("The server is away")
_SUBSTITUTED_REST = N_("Until it is back, speech is recognised on this computer; no word is lost.")
_LATE = N_("Transcribed at last")
_LATE_REST = N_("It had to wait for the speech model, so it was not typed.")
_RECOVERED_REST = N_("This dictation was cut short; it was not typed.")
# The first that fits. Critical is what makes that words are being lost while the user speaks.
_TROUBLES: tuple[tuple[type[DictationError], str, Urgency], ...] = (
    (ModelMissing, N_("The speech model is missing"), Urgency.NORMAL),
    (ModelError, N_("Trouble with the speech model"), Urgency.NORMAL),
    (JournalUnwritable, N_("Your recording is not saved"), Urgency.NORMAL),
    (JournalUnreadable, N_("A recording cannot be recovered"), Urgency.NORMAL),
    (AudioError, N_("Microphone trouble"), Urgency.CRITICAL),
    (RecogniserError, N_("Not transcribed"), Urgency.NORMAL),
    (RemoteError, N_("Trouble with the server"), Urgency.NORMAL),
    (HotkeyTaken, N_("The hotkey does not work"), Urgency.NORMAL),
    (NoSuchKey, N_("The hotkey does not work"), Urgency.NORMAL),
    (CannotUndo, N_("Not undone"), Urgency.NORMAL),
    (PlatformError, N_("The desktop does not allow it"), Urgency.NORMAL),
    (DictationError, N_("Trouble"), Urgency.NORMAL),
)


def listening() -> Notice:
    """Somebody speaks."""
    return Notice(_(_LISTENING), urgency=Urgency.LOW, is_well=True, is_passing=True)


def loading() -> Notice:
    """Somebody speaks before anybody can understand it."""
    return Notice(_(_LISTENING), _(_LOADING), urgency=Urgency.LOW, is_well=True, is_passing=True)


def transcribing() -> Notice:
    """All was said."""
    return Notice(_(_TRANSCRIBING), urgency=Urgency.LOW, is_well=True, is_passing=True)


def password() -> Notice:
    """No dictation begins there."""
    return Notice(_(_PASSWORD), _(_PASSWORD_REST))


def longest(minutes: int) -> Notice:
    """A take has ended by itself, and what is being said now is not heard."""
    told = ngettext(
        "After {minutes} minute a dictation ends by itself. What you said is being transcribed; "
        "start anew to go on.",
        "After {minutes} minutes a dictation ends by itself. What you said is being transcribed; "
        "start anew to go on.",
        minutes,
    )
    return Notice(_(_ENDED), told.format(minutes=minutes), urgency=Urgency.CRITICAL)


def running(hotkey: str) -> Notice:
    """The program was started although it runs already."""
    return Notice(_(_RUNNING), _(_HOW).format(hotkey=hotkey))


def off(app: str) -> Notice:
    """A rule of the user's keeps dictation out of that program."""
    return Notice(_(_OFF).format(app=app), urgency=Urgency.LOW)


def language(chosen: SpokenLanguage) -> Notice:
    """The user has gone on to this one."""
    told = _(_LANGUAGE).format(language=_(LANGUAGE_NAMES[chosen]))
    return Notice(told, urgency=Urgency.LOW)


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
    failed = verdict.outcome is Outcome.FAILED
    is_typed = not failed and verdict.method != CLIPBOARD
    offered = (AGAIN, COPY, HISTORY) if failed else (COPY, UNDO_LAST, HISTORY)
    return Notice(
        _titled(transcript.segments, headline(verdict)),
        "" if verdict.reason is None else _told(verdict.reason),
        _shown(action for action in offered if is_typed or action != UNDO_LAST),
        said=excerpt(transcript.text, MOST_CHARACTERS),
        is_well=not failed,
    )


def no_speech(transcript: Transcript | None = None) -> Notice:
    """Nothing was said, though something else may have been heard."""
    return Notice(_titled(() if transcript is None else transcript.segments, _(_NO_SPEECH)))


def recovered(transcript: Transcript) -> Notice:
    """A take that an earlier run left behind; it is offered, never typed."""
    return _offered(transcript, _RECOVERED, _RECOVERED_REST)


def late(transcript: Transcript) -> Notice:
    """A take that had to wait for a model; it is offered, never typed."""
    return _offered(transcript, _LATE, _LATE_REST)


def _offered(transcript: Transcript, title: str, rest: str) -> Notice:
    return Notice(
        _titled(transcript.segments, _(title)),
        _(rest),
        _shown((COPY, HISTORY)),
        said=excerpt(transcript.text, MOST_CHARACTERS),
    )


def trouble(error: DictationError) -> Notice:
    """What went wrong, and what to do about it."""
    title, urgency = next(row[1:] for row in _TROUBLES if isinstance(error, row[0]))
    is_passing = isinstance(error, MicrophoneSilent)
    return Notice(_(title), _told(error), urgency=urgency, is_passing=is_passing)


def of_failed(error: DictationError) -> str:
    """What became of a take that failed so, in a few words."""
    return _(PUT_OFF) if isinstance(error, WAITING) else trouble(error).title


def put_off(error: RemoteError) -> Notice:
    """A take that the server did not transcribe, and nobody else could."""
    return Notice(_(PUT_OFF), joined(str(error), _(_PUT_OFF_REST)))


def substituted(error: DictationError) -> Notice:
    """Takes are recognised on this computer although a server was chosen."""
    return Notice(_(_SUBSTITUTED), joined(str(error), _(_SUBSTITUTED_REST)))


def headline(verdict: Verdict) -> str:
    """What became of the text, in a word or two."""
    match verdict:
        case Verdict(Outcome.DELIVERED, method):
            return _(_HEADLINES.get(method, _TYPED))
        case Verdict(Outcome.UNVERIFIED, reason=NoClipboard()):
            return _(_TYPED)
        case Verdict(Outcome.UNVERIFIED):
            return _(_TYPED_AND_KEPT)
        case Verdict(reason=NoClipboard() | DesktopGone()):
            return _(_NOT_EVEN_COPIED)
    return _(_NOT_TYPED)


def as_wished(
    notice: Notice, chosen: NotificationSettings, offers: Container[str]
) -> Notice | None:
    """The notice as it is to be shown; None: not at all.

    offers: the keys of what can be done here, of the actions that cannot be done everywhere.
    """
    if notice.is_well and chosen.takes is Notify.PROBLEMS:
        return None
    possible = tuple(
        action for action in notice.actions if action.key not in _SOMETIMES or action.key in offers
    )
    return replace(notice, actions=possible, said=notice.said if chosen.text else "")


def _shown(actions: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(Action(action.key, _(action.label)) for action in actions)


def _told(error: DictationError) -> str:
    if isinstance(error, ModelMissing | ModelFileMissing):
        return joined(str(error), _(_SET_UP))  # not the way that a terminal has
    return error.whole


def _titled(segments: Iterable[Segment], said: str) -> str:
    """Behind the emoji of the segments, in order, each once."""
    return " ".join((*all_signs(segments), said))
