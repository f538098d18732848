"""How takes are spoken of: languages, emotions, sounds, times and lengths in words."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale, QTime

from dictation.desktop.notices import LANGUAGE_NAMES
from dictation.history import Entry
from dictation.settings import HistorySettings, SpokenLanguage
from dictation.speech import Emotion, Event, Language

LANGUAGES = {
    language: LANGUAGE_NAMES[SpokenLanguage(language.value)]
    for language in Language
    if language is not Language.NO_SPEECH
} | {Language.NO_SPEECH: "No speech"}

EMOTIONS = {
    Emotion.HAPPY: "😊 Happy",
    Emotion.SAD: "😔 Sad",
    Emotion.ANGRY: "😡 Angry",
    Emotion.NEUTRAL: "Neutral",
    Emotion.FEARFUL: "😰 Fearful",
    Emotion.DISGUSTED: "🤢 Disgusted",
    Emotion.SURPRISED: "😮 Surprised",
    Emotion.UNKNOWN: "Not clear",
}

EVENTS = {
    Event.SPEECH: "Speech",
    Event.MUSIC: "🎼 Music",
    Event.APPLAUSE: "👏 Applause",
    Event.LAUGHTER: "😀 Laughter",
    Event.CRY: "😭 Crying",
    Event.SNEEZE: "🤧 Sneezing",
    Event.BREATH: "🌬️ Breathing",
    Event.COUGH: "😷 Coughing",
    Event.SINGING: "🎤 Singing",
    Event.SPEECH_NOISE: "Speech and noise",
    Event.BACKGROUND: "Background noise",
    Event.UNKNOWN: "Not clear",
}
_USUAL = (Emotion.NEUTRAL, Emotion.UNKNOWN, Event.SPEECH, Event.UNKNOWN)

TODAY = "Today"
YESTERDAY = "Yesterday"
_DAY_AND_TIME = "{day} {time}"
_DICTATIONS = ("1 dictation", "{count} dictations")
_TEXTS_FOR_EVER = "Texts are kept until you delete them"
_TEXTS = "Texts are kept for {days} days"
_NO_SOUND = "recordings are not kept"
_SOUND = "recordings for {days} days"
_SOUND_BY_ROOM = "recordings while there is room"


def dictations(count: int) -> str:
    one, many = _DICTATIONS
    return one if count == 1 else many.format(count=QLocale().toString(count))


def when(at: datetime, now: datetime) -> str:
    """For a list: the time of today, "Yesterday" and the time, else day and time. Local times."""
    locale = QLocale()
    time = _time(locale, at)
    days = (now.date() - at.date()).days
    if days == 0:
        return time
    if days == 1:
        return _DAY_AND_TIME.format(day=YESTERDAY, time=time)
    form = "d MMM" if at.year == now.year else "d MMM yyyy"
    return _DAY_AND_TIME.format(day=locale.toString(_date(at), form), time=time)


def _time(locale: QLocale, at: datetime) -> str:
    return locale.toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)


def _date(at: datetime) -> QDate:
    return QDate(at.year, at.month, at.day)


def at_length(at: datetime, now: datetime) -> str:
    """The same in full."""
    locale = QLocale()
    time = _time(locale, at)
    days = (now.date() - at.date()).days
    named = {0: TODAY, 1: YESTERDAY}.get(days)
    day = named or locale.toString(_date(at), "dddd, d MMMM yyyy")
    return f"{day}, {time}"


def length(seconds: float) -> str:
    """As a clock shows it: 0:07, 12:30, 1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def heard(entry: Entry) -> list[str]:
    """Its language, and of emotion and event what is not usual."""
    told = []
    if entry.language is not None:
        told.append(LANGUAGES[entry.language])
    if entry.emotion is not None and entry.emotion not in _USUAL:
        told.append(EMOTIONS[entry.emotion])
    if entry.event is not None and entry.event not in _USUAL:
        told.append(EVENTS[entry.event])
    return told


def signs(entry: Entry) -> str:
    """The emoji of what is not usual."""
    named = [EMOTIONS[entry.emotion]] if entry.emotion else []
    named += [EVENTS[entry.event]] if entry.event else []
    return " ".join(name.split()[0] for name in named if not name[0].isascii())


def retention(kept: HistorySettings) -> str:
    """How long texts and recordings stay."""
    texts = _TEXTS.format(days=kept.text_days) if kept.text_days else _TEXTS_FOR_EVER
    if not kept.audio_mb:
        sounds = _NO_SOUND
    elif kept.audio_days:
        sounds = _SOUND.format(days=kept.audio_days)
    else:
        sounds = _SOUND_BY_ROOM
    return f"{texts}, {sounds}."
