"""Times as a clock shows them."""

from __future__ import annotations


def clock(seconds: int) -> str:
    """3725 as 1:02:05, 65 as 1:05."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
