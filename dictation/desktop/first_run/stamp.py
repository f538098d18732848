"""Remembers whether the first steps were shown, so that they show themselves only once."""

from __future__ import annotations

import logging
from pathlib import Path

from dictation import paths

logger = logging.getLogger(__name__)


def is_first_start(model: str | None) -> bool:
    """Whether nobody has used the program yet, as far as can be seen.

    model: with which it was told to start: then somebody knows what he does.
    """
    return is_first(
        is_shown=_stamp().exists(),
        has_settings=paths.settings_file().exists(),
        has_history=(paths.state_folder() / "history.sqlite3").exists(),
        model=model,
    )


def is_first(*, is_shown: bool, has_settings: bool, has_history: bool, model: str | None) -> bool:
    return not (is_shown or has_settings or has_history or model)


def note_shown() -> None:
    try:
        paths.private_folder(_stamp().parent)
        _stamp().touch()
    except OSError:
        logger.exception("the first steps would be shown again at the next start")


def _stamp() -> Path:
    return paths.state_folder() / "first-steps-shown"
