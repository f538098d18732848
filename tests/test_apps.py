"""Rules for single programs."""

from __future__ import annotations

import pytest

from dictation.apps import NO_RULES, is_terminal, manner, pastes_primary
from dictation.settings import AppRule, InsertionWay, LineBreaks
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
    assert manner(app, NO_RULES).breaks is Breaks.SPACES


@pytest.mark.parametrize("app", ["", "firefox", "libreoffice-writer", "gedit", "chromium"])
def test_in_other_programs_line_breaks_stay(app: str) -> None:
    assert not is_terminal(app)
    assert manner(app, NO_RULES).breaks is Breaks.KEPT
    assert not pastes_primary(app)


def test_shift_insert_pastes_the_primary_selection_in_most_terminals_only() -> None:
    assert pastes_primary("xterm")
    assert pastes_primary("gvim")
    assert not pastes_primary("konsole")


def test_the_users_rule_goes_before_ours_and_the_longest_name_before_all() -> None:
    rules = {
        "code*": AppRule(keys="Ctrl+V"),
        "code-oss": AppRule(keys="Ctrl+Shift+V"),
        "wechat": AppRule(insert=InsertionWay.COPY),
    }

    assert manner("code", rules).keys == "Ctrl+V"
    assert manner("code-oss", rules).keys == "Ctrl+Shift+V"
    assert manner("wechat", rules).way is InsertionWay.COPY
    assert manner("wechat", NO_RULES).keys == "Ctrl+V"
    assert manner("rustdesk", NO_RULES).way is InsertionWay.COPY
    assert manner("firefox", rules) == manner("firefox", NO_RULES)


def test_programs_that_correct_what_is_typed_are_pasted_into() -> None:
    assert manner("libreoffice-writer", NO_RULES).keys == "Shift+Insert"
    assert manner("soffice", NO_RULES).keys == "Shift+Insert"


def test_enter_is_never_pressed_in_a_terminal() -> None:
    rules = {"*": AppRule(enter=True, line_breaks=LineBreaks.KEEP)}

    assert manner("slack", rules).enter
    assert not manner("xterm", rules).enter
    assert manner("xterm", rules).breaks is Breaks.KEPT
