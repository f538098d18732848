"""Where text goes."""

from __future__ import annotations

from dictation.desktop.live import is_possible
from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.errors import NoSuchKey
from dictation.settings import Elsewhere, Settings
from dictation.translation import N_, _

TITLE = N_("Insertion")
_METHODS = (
    (False, N_("Into the focused window")),
    (True, N_("Only to the clipboard")),
)
_ELSEWHERE = (
    (Elsewhere.COPY, N_("Copy it")),
    (Elsewhere.INSERT, N_("Insert it there")),
)
_LIVE = N_("At each pause, what is certain by then, rather than all of it at the end.")
_LIVE_NOT_WITH = N_("Not with {key}: a modifier that is held would join the keys that insert.")


def build(_means: Means) -> Page:
    page = Page(_(TITLE))
    live = options.switch(
        page,
        lens.of("insertion", "live"),
        _("Insert while you speak"),
        _(_LIVE),
        where=lambda settings: not settings.insertion.copy_only and _is_live_possible(settings),
    )

    def explain(settings: Settings) -> None:
        template = _LIVE if _is_live_possible(settings) else _LIVE_NOT_WITH
        live.say(_(template).format(key=settings.hotkey.key))

    page.shows(explain)
    page.group(
        options.choice(
            page,
            lens.of("insertion", "copy_only"),
            _("Text goes"),
            _("The clipboard is put back after an insertion."),
            offered=options.named(_METHODS),
        ),
        options.choice(
            page,
            lens.of("insertion", "elsewhere"),
            _("When another program has the focus by then"),
            _("A copy can be pasted where it belongs, and you are told."),
            offered=options.named(_ELSEWHERE),
            where=lambda settings: not settings.insertion.copy_only,
        ),
        live,
        hint=_("What is different in single programs is chosen under Applications."),
    )
    return page


def _is_live_possible(settings: Settings) -> bool:
    try:
        return is_possible(settings.hotkey)
    except NoSuchKey:
        return False
