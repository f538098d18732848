"""What is peculiar to single programs, told by their window class in lower case."""

from __future__ import annotations

from dictation.text.sanitise import Breaks

_TERMINALS = frozenset(
    {
        "alacritty",
        "aterm",
        "com.mitchellh.ghostty",
        "com.raggesilver.blackbox",
        "contour",
        "cool-retro-term",
        "deepin-terminal",
        "eterm",
        "foot",
        "footclient",
        "ghostty",
        "gnome-terminal",
        "gnome-terminal-server",
        "guake",
        "hyper",
        "io.elementary.terminal",
        "iterm2",
        "kgx",
        "kitty",
        "konsole",
        "lxterminal",
        "mate-terminal",
        "mlterm",
        "org.gnome.console",
        "org.gnome.ptyxis",
        "org.gnome.terminal",
        "org.kde.konsole",
        "org.kde.yakuake",
        "org.wezfurlong.wezterm",
        "pantheon-terminal",
        "ptyxis",
        "qterminal",
        "rio",
        "roxterm",
        "rxvt",
        "sakura",
        "st",
        "st-256color",
        "tabby",
        "terminal",
        "terminator",
        "terminology",
        "termite",
        "tilda",
        "tilix",
        "urxvt",
        "uxterm",
        "warp",
        "wezterm",
        "windowsterminal",
        "xfce4-terminal",
        "xterm",
        "yakuake",
    }
)

# Terminals whose Shift+Insert pastes the clipboard; in all others it pastes the primary selection.
_CLIPBOARD_TERMINALS = frozenset(
    {"hyper", "konsole", "org.kde.konsole", "org.kde.yakuake", "tabby", "warp", "yakuake"}
)
# Editors that paste the primary selection too.
_PRIMARY_EDITORS = frozenset({"gvim"})


def is_terminal(app: str) -> bool:
    """Whether a line break in that program may run a command."""
    return app in _TERMINALS


def breaks(app: str) -> Breaks:
    """What line breaks become in that program."""
    return Breaks.SPACES if is_terminal(app) else Breaks.KEPT


def pastes_primary(app: str) -> bool:
    """Whether Shift+Insert in that program is known to paste the primary selection."""
    return app in _PRIMARY_EDITORS or (is_terminal(app) and app not in _CLIPBOARD_TERMINALS)
