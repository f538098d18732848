"""What a virtual desktop is made of, and which Debian package has each part."""

from __future__ import annotations

import ctypes
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from dictation.lab.errors import DesktopProgramsMissing, NoVirtualDesktop

# packaging/setup_steps installs these packages too; nothing can be imported from here there.
_PROGRAMS = {
    "dbus-daemon": "dbus",
    "Xvfb": "xvfb",
    "xfwm4": "xfwm4",
    "trayer": "trayer",
    "dunst": "dunst",
    "pulseaudio": "pulseaudio",
    "paplay": "pulseaudio-utils",
    "xclip": "xclip",
}
# Those that Qt's plugin for X asks for and PySide6's wheels come without.
_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libportaudio.so.2": "libportaudio2",
}
_FILES = {
    "usr/lib/**/alsa-lib/libasound_module_pcm_pulse.so": "libasound2-plugins",
    "usr/share/fonts/truetype/noto/NotoSans-Regular.ttf": "fonts-noto-core",
    "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
    "usr/share/fonts/truetype/noto/NotoColorEmoji.ttf": "fonts-noto-color-emoji",
}
_WAYLAND_PROGRAMS = {
    "dbus-daemon": "dbus",
    "foot": "foot",
    "paplay": "pulseaudio-utils",
    "pulseaudio": "pulseaudio",
    "grim": "grim",
    "sway": "sway",
    "wl-copy": "wl-clipboard",
}
_DEBIAN = Path("/etc/debian_version")


def check(system: str = sys.platform) -> None:
    """Raises DesktopProgramsMissing with all that is missing at once, or NoVirtualDesktop."""
    if system != "linux":
        raise NoVirtualDesktop(system=system)
    missing = _not_running(_PROGRAMS)
    missing |= {library: package for library, package in _LIBRARIES.items() if not _loads(library)}
    if _DEBIAN.exists():  # elsewhere fonts and plugins lie in other places
        missing |= {
            Path(pattern).name: package for pattern, package in _FILES.items() if not _lies(pattern)
        }
    _demand(missing)


def check_wayland() -> None:
    """The same for a Wayland desktop."""
    _demand(_not_running(_WAYLAND_PROGRAMS))


def _demand(missing: Mapping[str, str]) -> None:
    if missing:
        raise DesktopProgramsMissing(
            missing=", ".join(missing), packages=" ".join(sorted(set(missing.values())))
        )


def _not_running(programs: Mapping[str, str]) -> dict[str, str]:
    return {program: package for program, package in programs.items() if not _runs(program)}


def _runs(program: str) -> bool:
    return shutil.which(program) is not None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _lies(pattern: str) -> bool:
    if "*" not in pattern:
        return Path("/", pattern).exists()
    folder, _, name = pattern.partition("/**/")
    return any(Path("/", folder).glob(f"*/{name}"))
