"""What the overlay shows, and from when to when. Only values: no clock, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from dictation import session
from dictation.desktop import notices
from dictation.desktop.overlay import words
from dictation.errors import DictationError, MicrophoneSilent
from dictation.session import State
from dictation.speech import Hypothesis, Outcome
from dictation.text import clock as clocks
from dictation.text.rich import all_signs
from dictation.translation import _

_MOST_CHARACTERS = 200
"""Of a text; what is older has long left the pill on its other side."""
_MOST_SIGNS = 3
# How long what became of a take can be read.
_DONE_S = 1.4
_NOTHING_S = 2.0
_TROUBLE_S = 6.0


class Face(Enum):
    """What kind of thing is shown."""

    HIDDEN = auto()
    LISTENING = auto()
    WORKING = auto()
    DONE = auto()
    NOTHING = auto()
    """Nothing was said."""
    TROUBLE = auto()


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is shown at one moment."""

    face: Face = Face.HIDDEN
    take: int = 0
    final: str = ""
    tentative: str = ""
    signs: tuple[str, ...] = ()
    """Emoji of language, emotion and sound events."""
    said: str = ""
    """Where there is no text."""
    detail: str = ""
    """More about what is said, in less important letters."""
    began_s: float | None = None
    """When the first samples of the take came."""
    recorded_s: float | None = None
    """How long it was, once it is over."""
    gone_s: float | None = None
    """When it is time to go."""
    is_waiting: bool = False
    """Whether what is said now waits for a model that is being loaded."""
    trouble: DictationError | None = None
    """What went wrong on the way, told at the end too."""

    @property
    def is_mute(self) -> bool:
        """Whether nothing comes from the microphone."""
        return isinstance(self.trouble, MicrophoneSilent)

    @property
    def text(self) -> str:
        """Its end, if it is long."""
        return (self.final + self.tentative)[-_MOST_CHARACTERS:]

    @property
    def tentative_length(self) -> int:
        """How many characters at the end of the text may still change."""
        return min(len(self.tentative), _MOST_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Flowing:
    """The take's first samples have come, or samples again after a silence of the microphone."""

    take: int


@dataclass(frozen=True, slots=True)
class Mute:
    """Nothing comes from the microphone; it may come back."""

    take: int
    error: DictationError


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether there is a model that can listen."""

    on: bool


News = Flowing | Mute | Waiting | Hypothesis | session.Command


def told(scene: Scene, news: News, now_s: float) -> Scene:  # noqa: C901, PLR0911, PLR0912 - a table
    """The scene after one piece of news; what concerns another take than that shown is little."""
    match news:
        case session.BeginCapture(take):
            return Scene(Face.LISTENING, take, said=_(words.OPENING), is_waiting=scene.is_waiting)
        case Waiting(on):
            return _placed(replace(scene, is_waiting=on))
        case Flowing(take) if take == scene.take and scene.face is Face.LISTENING:
            began_s = now_s if scene.began_s is None else scene.began_s
            trouble = None if scene.is_mute else scene.trouble
            return _placed(replace(scene, began_s=began_s, trouble=trouble))
        case Mute(take, error) if take == scene.take and scene.face is Face.LISTENING:
            return _placed(replace(scene, trouble=error))
        case Hypothesis(take) if take == scene.take and _is_under_way(scene):
            signs = news.signs[-_MOST_SIGNS:]
            return replace(scene, final=news.final, tentative=news.tentative, signs=signs)
        case session.EndCapture(take) if take == scene.take:
            recorded_s = elapsed_s(scene, now_s)
            return _placed(replace(scene, face=Face.WORKING, recorded_s=recorded_s))
        case session.TellTrouble(_, error):
            return _placed(replace(scene, trouble=error))
        case session.TellNoSpeech(take) if take == scene.take:
            title = notices.no_speech().title
            return _last(scene, Face.NOTHING, title, now_s + _NOTHING_S)
        case session.TellFailed(take, error):
            if take == scene.take:
                return _troubled(scene, notices.of_failed(error), error, now_s)
            return replace(scene, trouble=error)
        case session.TellDone(transcript, verdict):
            reason = verdict.reason or scene.trouble
            if transcript.take != scene.take:
                return replace(scene, trouble=reason)
            headline = notices.headline(verdict)
            # A server tells no signs before the end.
            signs = all_signs(transcript.segments)[-_MOST_SIGNS:] or scene.signs
            scene = replace(scene, signs=signs)
            if reason is None or verdict.outcome is Outcome.UNVERIFIED:
                return _last(scene, Face.DONE, headline, now_s + _DONE_S)
            return _troubled(scene, headline, reason, now_s)
    return scene


def settled(scene: Scene, state: State) -> Scene:
    """The scene once an event is dealt with: a take that is no more is not shown as if it were."""
    match state.capture:
        case session.Listening(take) | session.Trailing(take):
            current: int | None = take
        case _:
            current = state.queue[-1].take if state.queue else None
    if not _is_under_way(scene) or scene.take == current:
        return scene
    if current is None:
        return Scene(is_waiting=scene.is_waiting)
    return _placed(Scene(Face.WORKING, current, is_waiting=scene.is_waiting, trouble=scene.trouble))


def passed(scene: Scene, now_s: float) -> Scene:
    """The scene with its time up, if it is."""
    if scene.gone_s is not None and now_s >= scene.gone_s:
        return Scene(is_waiting=scene.is_waiting)
    return scene


def elapsed_s(scene: Scene, now_s: float) -> float:
    """How long the take is by now."""
    if scene.recorded_s is not None:
        return scene.recorded_s
    return 0.0 if scene.began_s is None else max(0.0, now_s - scene.began_s)


def clock(scene: Scene, now_s: float) -> str:
    """That, as it is shown; empty where it is not."""
    if not _is_under_way(scene):
        return ""
    return clocks.clock(int(elapsed_s(scene, now_s)))


def _is_under_way(scene: Scene) -> bool:
    return scene.face in (Face.LISTENING, Face.WORKING)


def _placed(scene: Scene) -> Scene:
    """With the words that stand where there is no text yet."""
    if not _is_under_way(scene):
        return scene
    if scene.trouble is not None:
        return replace(scene, said=str(scene.trouble))
    if scene.face is Face.WORKING:
        return replace(scene, said=_(words.WORKING_LATER) if scene.is_waiting else _(words.WORKING))
    if scene.began_s is None:
        return replace(scene, said=_(words.OPENING))
    return replace(scene, said=_(words.LOADING) if scene.is_waiting else _(words.LISTENING))


def _last(scene: Scene, face: Face, said: str, gone_s: float) -> Scene:
    return Scene(
        face, scene.take, signs=scene.signs, said=said, gone_s=gone_s, is_waiting=scene.is_waiting
    )


def _troubled(scene: Scene, said: str, error: DictationError, now_s: float) -> Scene:
    last = _last(scene, Face.TROUBLE, said, now_s + _TROUBLE_S)
    return replace(last, detail=str(error), signs=())
