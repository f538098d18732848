"""Rules for single programs."""

from __future__ import annotations

import pytest

from dictation.apps import breaks, is_terminal, pastes_primary
from dictation.text.sanitise import Breaks


@pytest.mark.parametrize(
    "app",
    [
        "xterm",
        "urxvt",
        "gnome-terminal-server",
        "konsole",
        "kitty",
        "alacritty",
        "foot",
        "tilix",
        "wezterm",
        "org.wezfurlong.wezterm",
        "xfce4-terminal",
        "terminator",
        "st",
        "st-256color",
    ],
)
def test_in_terminals_line_breaks_become_spaces(app: str) -> None:
    assert is_terminal(app)
    assert breaks(app) is Breaks.SPACES


@pytest.mark.parametrize("app", ["", "firefox", "libreoffice-writer", "gedit", "chromium"])
def test_in_other_programs_line_breaks_stay(app: str) -> None:
    assert not is_terminal(app)
    assert breaks(app) is Breaks.KEPT
    assert not pastes_primary(app)


def test_shift_insert_pastes_the_primary_selection_in_most_terminals_only() -> None:
    assert pastes_primary("xterm")
    assert pastes_primary("gvim")
    assert not pastes_primary("konsole")
