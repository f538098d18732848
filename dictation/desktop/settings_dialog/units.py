"""What stands behind numbers."""

from __future__ import annotations

from dictation.translation import _, ngettext


def seconds(count: int) -> str:
    return _("s")


def minutes(count: int) -> str:
    return _("min")


def threads(count: int) -> str:
    return ngettext("thread", "threads", count)
