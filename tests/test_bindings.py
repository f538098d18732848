"""Ready lines for compositors that know no other way to a hotkey."""

from __future__ import annotations

import pytest

from dictation.errors import NoSuchKey
from dictation.native.bindings import bindings


def test_sway_hears_press_and_release() -> None:
    found = bindings({"SWAYSOCK": "/run/sway"}, "Super+Ctrl+D")

    assert found is not None
    assert found.lines == (
        "bindsym --no-repeat Ctrl+Mod4+d exec dictation press",
        "bindsym --release Ctrl+Mod4+d exec dictation release",
    )
    assert "~/.config/sway/config" in str(found)


def test_hyprland_hears_press_and_release() -> None:
    found = bindings({"HYPRLAND_INSTANCE_SIGNATURE": "x"}, "F9")

    assert found is not None
    assert found.lines == (
        "bind = , F9, exec, dictation press",
        "bindr = , F9, exec, dictation release",
    )


def test_niri_toggles() -> None:
    found = bindings({"NIRI_SOCKET": "x"}, "Super+F9")

    assert found is not None
    assert found.lines == ('Super+F9 repeat=false { spawn "dictation" "toggle"; }',)


def test_of_others_nothing_is_claimed() -> None:
    assert bindings({"XDG_CURRENT_DESKTOP": "GNOME"}, "F9") is None
    with pytest.raises(NoSuchKey):
        bindings({"SWAYSOCK": "x"}, "Ctrl+")
