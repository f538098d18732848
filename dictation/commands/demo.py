"""``dictation demo``: shows on a virtual desktop what the program does."""

from __future__ import annotations

import argparse
import json
import signal
from typing import Any

from dictation import paths
from dictation.commands.telling import note
from dictation.lab.demo import Demonstration, bundled_recording, demonstrate
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.translation import _


def run(chosen: argparse.Namespace) -> int:
    """0 if the words in the editor are those of the recording and the clipboard is as before."""
    # Asked to end, the virtual desktop ends too, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    recording = bundled_recording() if chosen.wav is None else chosen.wav.absolute()
    screenshot = paths.private_folder(paths.cache_folder()) / "demo.png"
    note(_("the program starts on a virtual desktop, and a recording is played to it …"))
    with VirtualDesktop() as desktop:
        seen = demonstrate(desktop, recording, screenshot)
        if chosen.json:
            print(json.dumps(_as_json(seen), ensure_ascii=False), flush=True)
        else:
            _print(seen)
        if not seen.succeeded:
            note(_failure(seen))
        if chosen.keep:
            _keep(desktop)
    return 0 if seen.succeeded else 1


def _keep(desktop: VirtualDesktop) -> None:
    note(
        _("the desktop stays on DISPLAY={display} until you press Ctrl-C.").format(
            display=desktop.display
        )
    )
    try:
        signal.pause()
    except KeyboardInterrupt:
        note(_("the desktop is closed."))


def _failure(seen: Demonstration) -> str:
    if not seen.typed:
        return _("nothing was typed.")
    if not seen.clipboard_intact:
        return _("the clipboard is not as it was before.")
    return _("what was typed is not what was said.")


def _print(seen: Demonstration) -> None:
    if seen.said is not None:
        print(_("Said:   {text}").format(text=seen.said))
    print(_("Typed:  {text}").format(text=seen.typed))
    print(_("Shown:  {text}").format(text=seen.notification.summary))
    if seen.release_to_text_ms is not None:
        print(
            _("{ms} ms from the release of the key to the last character").format(
                ms=seen.release_to_text_ms
            )
        )
    print(_("Screenshot: {file}").format(file=seen.screenshot))


def _as_json(seen: Demonstration) -> dict[str, Any]:
    return {
        "recording": str(seen.recording),
        "said": seen.said,
        "typed": seen.typed,
        "language": seen.language,
        "emotion": seen.emotion,
        "event": seen.event,
        "notification": {"summary": seen.notification.summary, "body": seen.notification.text},
        "release_to_text_ms": seen.release_to_text_ms,
        "clipboard_intact": seen.clipboard_intact,
        "screenshot": str(seen.screenshot),
    }
