"""Installs what comes from the system's package manager rather than from pip."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from setup_steps import machine
from setup_steps.commands import Commands, Outcome, ask, must
from setup_steps.faults import AptForbidden
from setup_steps.machine import Display
from setup_steps.progress import Progress

# sounddevice opens PortAudio when it is imported; its Linux wheels come without the library.
_ALWAYS = ("ca-certificates", "libportaudio2")
# Qt's plugin for X needs them, and PySide6's wheels come without.
_WINDOWS = (
    "libegl1", "libgl1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0",
    "libxkbcommon-x11-0",
)  # fmt: skip
# Where no window can be shown, the demonstration and the tests make a desktop of their own. Where
# one can, its sound server and its tray are there already, and these might get in their way.
_VIRTUAL_DESKTOP = (
    "dbus", "dunst", "fonts-noto-cjk", "fonts-noto-color-emoji", "fonts-noto-core",
    "fonts-noto-mono", "libasound2-plugins", "pulseaudio", "pulseaudio-utils", "trayer", "xclip",
    "xfwm4", "xvfb",
)  # fmt: skip
_EDITORS = (  # that the tests type into
    "at-spi2-core", "gir1.2-gtk-3.0", "gir1.2-vte-2.91", "python3-gi", "xterm",
)  # fmt: skip
_WAYLAND = ("foot", "grim", "sway", "wl-clipboard")  # the tests' other desktop
_PORTAL = ("mutter", "python3-dbus", "xdg-desktop-portal")  # whose frontend the tests ask
_KEYBOARDS = ("x11-xkb-utils", "x11-xserver-utils")  # whose layout the tests change
_VIDEOS = ("ffmpeg",)  # makes the videos whose sound the tests listen to
_RECORDINGS = ("alsa-utils", "pocketsphinx-testdata")  # of people, whom the tests listen to
_LOCK_WAIT_S = 60  # an unattended upgrade just after boot usually ends within that
_NOT_APT = (
    "No apt here. What is needed: the PortAudio library, CA certificates, Python with its venv "
    "module, and the xcb libraries of Qt; if something is missing, your system's package manager "
    "has it."
)


@dataclass(frozen=True)
class Apt:
    """How apt-get may be used here. prefix: what stands before it, or None where it may not be."""

    prefix: tuple[str, ...] | None


def provide(commands: Commands, progress: Progress) -> str:
    """Returns what there is to say about it. Raises AptForbidden, AptLocked, NoNetwork..."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-query") is None:
        progress.say(_NOT_APT)
        return "left to you"
    wanted = needed(
        python=sys.version_info[:2],
        has_ensurepip=importlib.util.find_spec("ensurepip") is not None,
        display=machine.display(os.environ),
    )
    missing = missing_of(wanted, installed_of(ask(query(wanted))))
    if not missing:
        return "all there"
    install(missing, apt(), commands)
    importlib.invalidate_caches()
    return "installed " + ", ".join(missing)


def needed(*, python: tuple[int, int], has_ensurepip: bool, display: Display) -> tuple[str, ...]:
    """Debian splits ensurepip off Python; each version has a package of its own for it."""
    major, minor = python
    ensurepip = () if has_ensurepip else (f"python{major}.{minor}-venv",)
    return (*for_display(display), *ensurepip)


def for_display(display: Display) -> tuple[str, ...]:
    """What is needed whichever Python it is."""
    if display is Display.PRESENT:
        return (*_ALWAYS, *_WINDOWS)
    return (
        *_ALWAYS, *_WINDOWS, *_VIRTUAL_DESKTOP, *_EDITORS, *_KEYBOARDS, *_WAYLAND, *_PORTAL,
        *_RECORDINGS, *_VIDEOS,
    )  # fmt: skip


def query(packages: Iterable[str]) -> tuple[str, ...]:
    """Asks for the state of each; answers what it knows and fails if it knows not all."""
    return ("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages)


def installed_of(answer: Outcome) -> frozenset[str]:
    """The packages that are wholly installed, from lines such as "libportaudio2 installed"."""
    pairs = (line.split() for line in answer.lines)
    return frozenset(pair[0] for pair in pairs if pair[1:] == ["installed"])


def missing_of(wanted: Iterable[str], installed: frozenset[str]) -> tuple[str, ...]:
    return tuple(package for package in wanted if package not in installed)


def apt(user_id: int | None = None, question: Callable[[Sequence[str]], Outcome] = ask) -> Apt:
    """Root may; so may a user whom sudo lets through without a password."""
    if (os.geteuid() if user_id is None else user_id) == 0:
        return Apt(())
    if question(["sudo", "-n", "true"]).succeeded:
        return Apt(("sudo", "-n"))
    return Apt(None)


def install(missing: Sequence[str], apt: Apt, commands: Commands) -> None:
    """Installs them without a question. Raises AptForbidden where that may not be done."""
    if apt.prefix is None:
        raise AptForbidden(packages=", ".join(missing), line=line_to_paste(missing))
    apt_get = (
        *apt.prefix,
        *("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes"),
        f"--option=DPkg::Lock::Timeout={_LOCK_WAIT_S}",
    )
    # One broken third-party source fails an update although everything else is fresh: whether
    # that matters shows in the installation.
    update = commands.run([*apt_get, "update"])
    outcome = commands.run([*apt_get, "install", "--no-install-recommends", *missing])
    must(
        "Installing the system packages " + ", ".join(missing),
        Outcome(outcome.code, update.lines + outcome.lines),
    )


def line_to_paste(missing: Sequence[str]) -> str:
    return f"sudo apt-get update && sudo apt-get install --yes {' '.join(missing)}"
