"""What the desktop's notifications tell of dictations."""

from __future__ import annotations

from dictation.desktop.settings_dialog import lens, options
from dictation.desktop.settings_dialog.means import Means
from dictation.desktop.settings_dialog.page import Page
from dictation.settings import Notify
from dictation.translation import N_, _

TITLE = N_("Notifications")
_TAKES = (
    (Notify.ALL, N_("For each dictation")),
    (Notify.PROBLEMS, N_("Only for problems")),
)


def build(_means: Means) -> Page:
    page = Page(_(TITLE))
    page.group(
        options.choice(
            page,
            lens.of("notifications", "takes"),
            _("Show a notification"),
            _("What needs your attention is always told."),
            offered=options.named(_TAKES),
        ),
        options.switch(
            page,
            lens.of("notifications", "text"),
            _("Show what was said"),
            _("Otherwise only how it went, for screens that others see."),
        ),
    )
    return page
