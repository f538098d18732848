"""How takes are spoken of: languages, emotions, sounds, times and lengths in words."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale, QTime

from dictation.desktop.notices import LANGUAGE_NAMES
from dictation.history import Entry
from dictation.settings import HistorySettings, SpokenLanguage
from dictation.speech import Emotion, Event, Language
from dictation.translation import N_, _, ngettext

LANGUAGES = {
    language: LANGUAGE_NAMES[SpokenLanguage(language.value)]
    for language in Language
    if language is not Language.NO_SPEECH
} | {Language.NO_SPEECH: N_("No speech")}

EMOTIONS = {
    Emotion.HAPPY: N_("😊 Happy"),
    Emotion.SAD: N_("😔 Sad"),
    Emotion.ANGRY: N_("😡 Angry"),
    Emotion.NEUTRAL: N_("Neutral"),
    Emotion.FEARFUL: N_("😰 Fearful"),
    Emotion.DISGUSTED: N_("🤢 Disgusted"),
    Emotion.SURPRISED: N_("😮 Surprised"),
    Emotion.UNKNOWN: N_("Not clear"),
}

EVENTS = {
    Event.SPEECH: N_("Speech"),
    Event.MUSIC: N_("🎼 Music"),
    Event.APPLAUSE: N_("👏 Applause"),
    Event.LAUGHTER: N_("😀 Laughter"),
    Event.CRY: N_("😭 Crying"),
    Event.SNEEZE: N_("🤧 Sneezing"),
    Event.BREATH: N_("🌬️ Breathing"),
    Event.COUGH: N_("😷 Coughing"),
    Event.SINGING: N_("🎤 Singing"),
    Event.SPEECH_NOISE: N_("Speech and noise"),
    Event.BACKGROUND: N_("Background noise"),
    Event.UNKNOWN: N_("Not clear"),
}
_USUAL = (Emotion.NEUTRAL, Emotion.UNKNOWN, Event.SPEECH, Event.UNKNOWN)

TODAY = N_("Today")
YESTERDAY = N_("Yesterday")
_DAY_AND_TIME = N_("{day} {time}")
_DAY_THEN_TIME = N_("{day}, {time}")
# Dates as Qt writes them: d a day, dddd its name, MMM a month.
_SHORT, _SHORT_WITH_YEAR, _LONG = N_("d MMM"), N_("d MMM yyyy"), N_("dddd, d MMMM yyyy")
_RETENTION = N_("{texts}, {sounds}.")
_TEXTS_FOR_EVER = N_("Texts are kept until you delete them")
_NO_SOUND = N_("recordings are not kept")
_SOUND_BY_ROOM = N_("recordings while there is room")


def dictations(count: int) -> str:
    told = ngettext("{count} dictation", "{count} dictations", count)
    return told.format(count=QLocale().toString(count))


def when(at: datetime, now: datetime) -> str:
    """For a list: the time of today, "Yesterday" and the time, else day and time. Local times."""
    locale = QLocale()
    time = _time(locale, at)
    days = (now.date() - at.date()).days
    if days == 0:
        return time
    if days == 1:
        return _(_DAY_AND_TIME).format(day=_(YESTERDAY), time=time)
    form = _SHORT if at.year == now.year else _SHORT_WITH_YEAR
    return _(_DAY_AND_TIME).format(day=locale.toString(_date(at), _(form)), time=time)


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
    day = _(named) if named else locale.toString(_date(at), _(_LONG))
    return _(_DAY_THEN_TIME).format(day=day, time=time)


def length(seconds: float) -> str:
    """As a clock shows it: 0:07, 12:30, 1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def heard(entry: Entry) -> list[str]:
    """Its language, and of emotion and event what is not usual."""
    told = []
    if entry.language is not None:
        told.append(_(LANGUAGES[entry.language]))
    if entry.emotion is not None and entry.emotion not in _USUAL:
        told.append(_(EMOTIONS[entry.emotion]))
    if entry.event is not None and entry.event not in _USUAL:
        told.append(_(EVENTS[entry.event]))
    return told


def signs(entry: Entry) -> str:
    """The emoji of what is not usual."""
    named = [EMOTIONS[entry.emotion]] if entry.emotion else []
    named += [EVENTS[entry.event]] if entry.event else []
    return " ".join(name.split()[0] for name in named if not name[0].isascii())


def retention(kept: HistorySettings) -> str:
    """How long texts and recordings stay."""
    days = kept.text_days
    texts = _(_TEXTS_FOR_EVER)
    if days:
        told = ngettext("Texts are kept for {days} day", "Texts are kept for {days} days", days)
        texts = told.format(days=days)
    if not kept.audio_mb:
        sounds = _(_NO_SOUND)
    elif kept.audio_days:
        days = kept.audio_days
        told = ngettext("recordings for {days} day", "recordings for {days} days", days)
        sounds = told.format(days=days)
    else:
        sounds = _(_SOUND_BY_ROOM)
    return _(_RETENTION).format(texts=texts, sounds=sounds)
