"""Presses hotkeys a thousand times, and counts what was missed, doubled or leaked.

python -m tests.hotkey_presses [--quick] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dictation.errors import DictationError
from dictation.native.contracts import Listeners
from dictation.native.x11_hotkey import X11Hotkey

from .programs.x11_session import Editor, Session, qt_editor, wait

KEYS = {
    "F9": ("F9",),
    "Ctrl+Alt+J": ("Control_L", "Alt_L", "j"),
    "Right Ctrl": ("Control_R",),
    "Pause": ("Pause",),
}
LONGEST_HOLD_S = 0.08
PATIENCE_S = 5.0


@dataclass(slots=True)
class Heard:
    """Presses and releases, as the hotkey tells them."""

    presses: int = 0
    releases: int = 0
    losses: list[DictationError] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def press(self) -> None:
        with self.changed:
            self.presses += 1
            self.changed.notify_all()

    def release(self) -> None:
        with self.changed:
            self.releases += 1
            self.changed.notify_all()

    def wait(self, presses: int, releases: int) -> bool:
        with self.changed:
            return self.changed.wait_for(
                lambda: self.presses >= presses and self.releases >= releases, PATIENCE_S
            )


def pressed(session: Session, editor: Editor, name: str, times: int) -> dict[str, int]:
    """So many presses of one hotkey into an editor that has the focus."""
    heard, chance = Heard(), random.Random(name)
    hotkey = X11Hotkey(name)
    editor.ready()
    hotkey.start(Listeners(heard.press, heard.release, heard.losses.append))
    counts = {"presses": times, "missed": 0, "doubled": 0, "leaked": 0}
    try:
        for number in range(1, times + 1):
            before = heard.presses
            session.down(*KEYS[name])
            counts["missed"] += not heard.wait(before + 1, number - 1)
            time.sleep(chance.uniform(0, LONGEST_HOLD_S))
            session.up(*reversed(KEYS[name]))
            heard.wait(before + 1, number)
            counts["doubled"] += max(0, heard.presses - before - 1)
    finally:
        hotkey.stop()
    wait(session.keys_are_up)
    counts["leaked"] = len(editor.text)
    counts["missed"] += abs(heard.presses - heard.releases)
    return counts


def all_pressed(folder: Path, times: int) -> dict[str, dict[str, int]]:
    """Each hotkey so often, on a screen of its own."""
    session = Session(folder)
    session.boot()
    try:
        os.environ["DISPLAY"] = session.name
        editor = qt_editor(session)
        return {name: pressed(session, editor, name, times) for name in KEYS}
    finally:
        session.end()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="25 presses of each key, not 250")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = all_pressed(Path(folder), 25 if chosen.quick else 250)
    total: dict[str, Any] = {
        kind: sum(counts[kind] for counts in found.values())
        for kind in ("presses", "missed", "doubled", "leaked")
    }
    sys.stdout.write(json.dumps(total if chosen.json else {**found, "all": total}, indent=1) + "\n")
    return 1 if total["missed"] or total["doubled"] or total["leaked"] else 0


if __name__ == "__main__":
    sys.exit(main())
