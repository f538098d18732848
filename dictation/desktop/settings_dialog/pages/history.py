"""What is kept of dictations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.desktop.widgets.question import Question, ask
from dictation.settings import Settings
from dictation.translation import N_, _, ngettext

TITLE = N_("History & privacy")
_DAYS = (1, 7, 30, 90, 365, 0)
_MEGABYTES = (200, 1_000, 5_000, 20_000, 0)
_MEGABYTES_NAMED = N_("{count} MB")
_FEWER_TEXTS = N_("Delete older texts now?")
_FEWER_SOUNDS = N_("Delete older recordings now?")
_FOR_GOOD = N_("What is older, or more, than you keep from now on is deleted for good.")


def build(_means: Means) -> Page:
    page = Page(_(TITLE))

    def is_kept(settings: Settings) -> bool:
        return not settings.history.private

    page.group(
        options.switch(
            page,
            lens.of("history", "private"),
            _("Private mode"),
            _("Nothing of what you dictate from now on is kept."),
        ),
    )
    page.group(
        options.amount(
            page,
            lens.of("history", "text_days"),
            _("Keep texts"),
            _("Older ones are deleted."),
            presets=_DAYS,
            named=partial(_days, zero=_("Until I delete them")),
            agrees=partial(_agrees, page, _FEWER_TEXTS, most=0),
            where=is_kept,
        ),
        options.amount(
            page,
            lens.of("history", "audio_days"),
            _("Keep recordings"),
            _("With its recording a dictation can be heard and transcribed again."),
            presets=_DAYS,
            named=partial(_days, zero=_("While there is room")),
            agrees=partial(_agrees, page, _FEWER_SOUNDS, most=0),
            where=is_kept,
        ),
        options.amount(
            page,
            lens.of("history", "audio_mb"),
            _("Room for recordings"),
            _("100 MB hold almost two hours of speech; the oldest are deleted first."),
            presets=_MEGABYTES,
            named=_megabytes,
            agrees=partial(_agrees, page, _FEWER_SOUNDS, most=None),
            where=is_kept,
        ),
        hint=_("All of it stays on this computer."),
    )
    return page


def _days(count: int, *, zero: str) -> str:
    if not count:
        return zero
    counted = ngettext("{count} day", "{count} days", count)
    return counted.format(count=QLocale().toString(count))


def _megabytes(count: int) -> str:
    return _(_MEGABYTES_NAMED).format(count=QLocale().toString(count)) if count else _("None")


def _agrees(
    parent: QWidget,
    question: str,
    before: int,
    wished: int,
    then: Callable[[], None],
    *,
    most: int | None,
) -> None:
    """most: the value that stands for no limit, if there is one."""
    is_less = wished != most and (before == most or wished < before)
    if not is_less:
        then()
        return
    ask(parent, Question(_(question), _(_FOR_GOOD), _("Delete")), then)
