"""The program that takes the pictures of all windows takes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[2]
TAKE_S = 100
WANTED = {"about", "doctor", "history", "notification", "tray-icons", "tray-menu"}


def test_every_window_is_taken_and_has_something_in_it(tmp_path: Path) -> None:
    taken = subprocess.run(
        [sys.executable, ROOT / "packaging" / "screenshots.py", tmp_path, "--only", "t",
         "--language", "zh_CN", "--theme", "dark"],
        capture_output=True,
        text=True,
        timeout=TAKE_S,
        check=False,
    )  # fmt: skip
    assert taken.returncode == 0, taken.stderr
    pictures = {file.name.removesuffix("-zh_CN-dark.png"): file for file in tmp_path.glob("*.png")}
    assert pictures.keys() >= WANTED
    for file in pictures.values():
        seen = np.asarray(Image.open(file).convert("L"))
        assert min(seen.shape) > 100
        assert seen.std() > 5, file.name  # dark windows are dark, and not of one colour
