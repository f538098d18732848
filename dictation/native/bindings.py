"""Lines for the configuration of Wayland compositors that give programs no hotkey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dictation.native.key_names import Combination, Modifier, parsed
from dictation.translation import _

_SWAY = {
    Modifier.CTRL: "Ctrl",
    Modifier.SHIFT: "Shift",
    Modifier.ALT: "Alt",
    Modifier.SUPER: "Mod4",
}
_NIRI = _SWAY | {Modifier.SUPER: "Super"}
_HYPRLAND = {modifier: modifier.value.upper() for modifier in Modifier}


@dataclass(frozen=True, slots=True)
class Bindings:
    """What the user can put into a file."""

    compositor: str
    file: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        told = _("{compositor} can do it: put into {file}").format(
            compositor=self.compositor, file=self.file
        )
        return "\n".join((told, *self.lines))


def bindings(environment: Mapping[str, str], key: str) -> Bindings | None:
    """For the compositor that runs; None if it is none of those that are known.

    environment: of the session. Raises NoSuchKey.
    """
    combination = parsed(key)
    if "SWAYSOCK" in environment:
        return Bindings("sway", "~/.config/sway/config", _sway(combination))
    if "HYPRLAND_INSTANCE_SIGNATURE" in environment:
        return Bindings("Hyprland", "~/.config/hypr/hyprland.conf", _hyprland(combination))
    if "NIRI_SOCKET" in environment:
        return Bindings(
            "niri",
            _("{file}, under {section}").format(file="~/.config/niri/config.kdl", section="binds"),
            _niri(combination),
        )
    return None


def _sway(combination: Combination) -> tuple[str, ...]:
    key = _joined(combination, _SWAY)
    # Without --no-repeat a held key is pressed ten times a second.
    return (
        f"bindsym --no-repeat {key} exec dictation press",
        f"bindsym --release {key} exec dictation release",
    )


def _hyprland(combination: Combination) -> tuple[str, ...]:
    held = " ".join(_HYPRLAND[modifier] for modifier in _in_order(combination))
    return tuple(
        f"{kind} = {held}, {combination.key}, exec, dictation {order}"
        for kind, order in (("bind", "press"), ("bindr", "release"))
    )


def _niri(combination: Combination) -> tuple[str, ...]:
    """It tells no releases, so that one press starts and the next one stops."""
    return (f'{_joined(combination, _NIRI)} repeat=false {{ spawn "dictation" "toggle"; }}',)


def _joined(combination: Combination, names: Mapping[Modifier, str]) -> str:
    return "+".join([*(names[held] for held in _in_order(combination)), combination.key])


def _in_order(combination: Combination) -> list[Modifier]:
    return [modifier for modifier in Modifier if modifier in combination.modifiers]
