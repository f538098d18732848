"""What is peculiar to single programs, told by window class or application id in lower case."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass

from dictation.settings import AppRule, InsertionWay, LineBreaks, SpokenLanguage
from dictation.text.sanitise import Breaks

_TERMINALS = frozenset(
    {
        "alacritty",
        "aterm",
        "cmd",
        "com.apple.terminal",
        "com.github.wez.wezterm",
        "com.googlecode.iterm2",
        "com.mitchellh.ghostty",
        "com.raggesilver.blackbox",
        "contour",
        "conemu64",
        "conhost",
        "cool-retro-term",
        "deepin-terminal",
        "dev.warp.warp-stable",
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
        "mintty",
        "mlterm",
        "net.kovidgoyal.kitty",
        "openconsole",
        "org.alacritty",
        "org.gnome.console",
        "org.gnome.ptyxis",
        "org.gnome.terminal",
        "org.kde.konsole",
        "org.kde.yakuake",
        "org.wezfurlong.wezterm",
        "pantheon-terminal",
        "powershell",
        "ptyxis",
        "putty",
        "pwsh",
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
        "wezterm-gui",
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


# Programs in which something pastes that pastes nowhere else, or nothing does (Shift+Insert, which
# is usual, would do something else there), or in which text must be pasted also where it is
# usually typed.
_RULES: dict[str, AppRule] = {
    "wechat*": AppRule(keys="Ctrl+V"),
    "weixin*": AppRule(keys="Ctrl+V"),
    # Typed text is corrected there: "first" at the start of a line becomes "First".
    "libreoffice*": AppRule(keys="Shift+Insert"),
    "soffice*": AppRule(keys="Shift+Insert"),
    # The far side learns of the clipboard some time after the keys, and would paste what was there;
    # and it knows keys by their place, so that what is typed there is something else.
    "*remmina*": AppRule(insert=InsertionWay.COPY),
    "*gnome.boxes*": AppRule(insert=InsertionWay.COPY),
    "*gnome.connections*": AppRule(insert=InsertionWay.COPY),
    "*kde.krdc": AppRule(insert=InsertionWay.COPY),
    "anydesk": AppRule(insert=InsertionWay.COPY),
    "gnome-boxes": AppRule(insert=InsertionWay.COPY),
    "gnome-connections": AppRule(insert=InsertionWay.COPY),
    "krdc": AppRule(insert=InsertionWay.COPY),
    "looking-glass-client": AppRule(insert=InsertionWay.COPY),
    "nxplayer*": AppRule(insert=InsertionWay.COPY),
    "parsec*": AppRule(insert=InsertionWay.COPY),
    "qemu*": AppRule(insert=InsertionWay.COPY),
    "rdesktop": AppRule(insert=InsertionWay.COPY),
    "remote-viewer": AppRule(insert=InsertionWay.COPY),
    "msrdc": AppRule(insert=InsertionWay.COPY),
    "mstsc": AppRule(insert=InsertionWay.COPY),
    "rustdesk": AppRule(insert=InsertionWay.COPY),
    "teamviewer*": AppRule(insert=InsertionWay.COPY),
    "vinagre": AppRule(insert=InsertionWay.COPY),
    "virt-manager": AppRule(insert=InsertionWay.COPY),
    "virt-viewer": AppRule(insert=InsertionWay.COPY),
    "virtualbox*": AppRule(insert=InsertionWay.COPY),
    "vmplayer": AppRule(insert=InsertionWay.COPY),
    "vmconnect": AppRule(insert=InsertionWay.COPY),
    "vmware*": AppRule(insert=InsertionWay.COPY),
    "vncviewer*": AppRule(insert=InsertionWay.COPY),
    "wfica*": AppRule(insert=InsertionWay.COPY),
    "wlfreerdp*": AppRule(insert=InsertionWay.COPY),
    "x2goclient": AppRule(insert=InsertionWay.COPY),
    "xfreerdp*": AppRule(insert=InsertionWay.COPY),
    # The old console and PuTTY paste with the mouse, or with this.
    "putty": AppRule(keys="Shift+Insert"),
    # Telegram, VS Code, the JetBrains programs and browsers do as is usual.
}


NO_RULES: Mapping[str, AppRule] = {}


@dataclass(frozen=True, slots=True)
class Manner:
    """How text is put into one program."""

    way: InsertionWay
    keys: str
    """What pastes there; empty: Shift+Insert."""
    breaks: Breaks
    enter: bool
    language: SpokenLanguage
    """AUTO: as everywhere."""


def manner(app: str, rules: Mapping[str, AppRule]) -> Manner:
    """rules: the user's, which go before ours; of several that fit, the longest name does."""
    rule = rule_for(app, rules)
    breaks = {
        LineBreaks.USUAL: Breaks.SPACES if is_terminal(app) else Breaks.KEPT,
        LineBreaks.KEEP: Breaks.KEPT,
        LineBreaks.SPACES: Breaks.SPACES,
    }[rule.line_breaks]
    return Manner(
        way=rule.insert,
        keys=rule.keys,
        breaks=breaks,
        enter=rule.enter and not is_terminal(app),
        language=rule.language,
    )


def rule_for(app: str, rules: Mapping[str, AppRule]) -> AppRule:
    """The user's, else ours, else that nothing is different there."""
    return _rule(app, rules) or _rule(app, _RULES) or AppRule()


def _rule(app: str, rules: Mapping[str, AppRule]) -> AppRule | None:
    fitting = [name for name in rules if fnmatch.fnmatchcase(app, name)]
    return rules[max(fitting, key=len)] if fitting else None


def is_terminal(app: str) -> bool:
    """Whether a line break in that program may run a command."""
    return app in _TERMINALS


def pastes_primary(app: str) -> bool:
    """Whether Shift+Insert in that program is known to paste the primary selection."""
    return app in _PRIMARY_EDITORS or (is_terminal(app) and app not in _CLIPBOARD_TERMINALS)
