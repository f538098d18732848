"""What can go wrong around a virtual desktop or a plot; part of ``dictation.errors``' tree."""

from __future__ import annotations

from dictation.errors import PlatformError


class NoVirtualDesktop(PlatformError):
    template = "A virtual desktop is possible on Linux alone, and this is {system}."
    remedy_template = "Start `dictation` on your own desktop, or the demonstration on Linux."


class DesktopProgramsMissing(PlatformError):
    template = "The virtual desktop needs what is not installed here: {missing}."
    remedy_template = "Install it; on Debian and Ubuntu: sudo apt install {packages}"


class DesktopProgramEnded(PlatformError):
    template = "{program} of the virtual desktop ended with exit code {code}: {last_line}"
    remedy_template = "Try again; if it ends again, start `{command}` by hand to see why."


class WaitedInVain(PlatformError):
    template = "{what}: waited {timeout_s:g} s for it in vain."
    remedy_template = "Try again; a machine busy with other work may have been too slow."


class ModelNotLoaded(PlatformError):
    template = "The program on the virtual desktop could not load its model. Its log ends: {log}"
    remedy_template = "Run `dictation doctor`, which looks at what the program needs."


class PlotMissing(PlatformError):
    template = "The plot needs matplotlib, which is not installed here."
    remedy_template = "Install it into the same environment: pip install 'dictation[lab]'"


class PlotUnwritable(PlatformError):
    template = "The plot cannot be written to {file}: {reason}."
    remedy_template = "Name another file after --plot."
