"""The private folder of a virtual desktop: what is configured, and the environment that says so."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from dictation import paths
from dictation.recognition.backends import prepared

# What programs need to be found and to load; everything else of the user's session stays outside.
_KEPT = ("LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "PYTHONWARNINGS", "VIRTUAL_ENV")
_LONGEST_SOCKET = 107  # bytes of a Unix socket's path, by sockaddr_un
_LONGEST_NAME = len("/run/dictation/control.sock.lock")

_BUS = """\
<busconfig>
  <type>session</type>
  <listen>unix:path={bus}</listen>
  <auth>EXTERNAL</auth>
  <!-- No folder of services: a program that the bus started by itself would be nobody's to end. -->
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
# Without norewinds=1 a null sink works in blocks of up to 2 s, and the start of speech is lost.
# The socket comes last: once it is there, so is everything else.
_PULSE = """\
load-module module-null-sink sink_name=speaker rate=48000 channels=2 norewinds=1
load-module module-null-sink sink_name=mic rate=48000 channels=1 norewinds=1
load-module module-remap-source master=mic.monitor source_name=microphone \
source_properties=device.description=Microphone
set-default-sink speaker
set-default-source microphone
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
"""
# Nothing but PulseAudio, so that PortAudio finds exactly "pulse" and "default".
_ALSA = """\
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse hint { show on description "default" } }
ctl.!default { type pulse }
pcm.pulse { type pulse }
ctl.pulse { type pulse }
"""
_DUNST = """\
[global]
    font = Noto Sans 12
    markup = full
    format = "<b>%s</b>\\n%b"
    origin = top-right
    offset = 20x20
    width = (280, 440)
    height = 240
    padding = 14
    horizontal_padding = 18
    corner_radius = 8
    frame_width = 1
    frame_color = "#c9ced6"
    show_indicators = no
    notification_limit = 0
    history_length = 200
    dmenu = {chooser}
[urgency_low]
    background = "#fcfcfd"
    foreground = "#22262c"
    timeout = 20
[urgency_normal]
    background = "#fcfcfd"
    foreground = "#22262c"
    timeout = 20
[urgency_critical]
    background = "#fff4f2"
    foreground = "#7a1f14"
    timeout = 0
"""
# dunst asks a menu program which action is meant: lines "#label (summary) [id,key]".
_CHOOSER = """\
#!/bin/sh
grep -F -m 1 "$(cat {wish})"
"""


class DesktopFolder:
    """A folder that only this user can read; gone after remove().

    Attributes:
        root: the folder itself.
        bus, pulse: the sockets that D-Bus and PulseAudio will make.
        wish: the action that the menu chooses, as "[id,key]".
    """

    def __init__(self) -> None:
        self.root = _made()
        for name in ("bin", "cache", "config/dunst", "data", "home", "log", "run", "state", "tmp"):
            (self.root / name).mkdir(mode=0o700, parents=True)
        self.bus = self.root / "run" / "bus"
        self.pulse = self.root / "run" / "pulse.sock"
        self.wish = self.root / "wish"
        self.bus_configuration = self._written("bus.conf", _BUS.format(bus=self.bus))
        self.pulse_configuration = self._written("pulse.pa", _PULSE.format(socket=self.pulse))
        self._written("asound.conf", _ALSA)
        chooser = self._written("bin/choose-action", _CHOOSER.format(wish=self.wish))
        chooser.chmod(stat.S_IRWXU)
        self._written("config/dunst/dunstrc", _DUNST.format(chooser=chooser))
        self.wish.touch()
        self._share_prepared_models()

    def _share_prepared_models(self) -> None:
        """What takes seconds to make for this machine is made once, not for each desktop."""
        usual = prepared.all_of_them()
        here = self.root / "cache" / usual.parent.name / usual.name
        with contextlib.suppress(OSError):  # a home that cannot be written to: made each time
            paths.private_folder(usual)
            here.parent.mkdir(mode=0o700)
            here.symlink_to(usual)

    def log(self, name: str) -> Path:
        """Where a program of that name writes; each call names a new file."""
        number = 1 + sum(1 for _ in (self.root / "log").iterdir())
        return self.root / "log" / f"{number:03d}-{name}"

    def environment(self, display: str | None = None) -> dict[str, str]:
        """That of every program on the desktop; without a display before there is one."""
        root = self.root
        screen = {} if display is None else {"DISPLAY": display}
        return screen | {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "HOME": str(root / "home"),
            "TMPDIR": str(root / "tmp"),
            "XDG_RUNTIME_DIR": str(root / "run"),
            "XDG_CONFIG_HOME": str(root / "config"),
            "XDG_CACHE_HOME": str(root / "cache"),
            "XDG_DATA_HOME": str(root / "data"),
            "XDG_STATE_HOME": str(root / "state"),
            "XDG_SESSION_TYPE": "x11",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.bus}",
            "PULSE_SERVER": f"unix:{self.pulse}",
            "PULSE_RUNTIME_PATH": str(root / "run" / "pulse"),
            "PULSE_STATE_PATH": str(root / "state" / "pulse"),
            "PULSE_COOKIE": str(root / "run" / "pulse-cookie"),
            "ALSA_CONFIG_PATH": str(root / "asound.conf"),
            "XAUTHORITY": str(root / "run" / "no-xauthority"),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "NO_AT_BRIDGE": "1",  # no accessibility bus here
            "GSETTINGS_BACKEND": "memory",
            "PYTHONUNBUFFERED": "1",
            # Nothing on a virtual desktop may fetch anything.
            "HF_HUB_OFFLINE": "1",
        }

    def remove(self) -> None:
        # A program that was killed may just have written something: then once more.
        shutil.rmtree(self.root, ignore_errors=True)
        if self.root.exists():
            shutil.rmtree(self.root)

    def _written(self, name: str, text: str) -> Path:
        file = self.root / name
        file.write_text(text, encoding="utf-8")
        return file


def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="dictation-desktop-"))
    if len(os.fsencode(folder)) + _LONGEST_NAME <= _LONGEST_SOCKET:
        return folder
    folder.rmdir()
    return Path(tempfile.mkdtemp(prefix="dictation-desktop-", dir="/tmp"))
