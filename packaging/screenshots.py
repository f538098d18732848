"""Takes pictures of every window, in both languages and themes, on a virtual desktop.

    python packaging/screenshots.py            # into packaging/screenshots
    python packaging/screenshots.py FOLDER
    python packaging/screenshots.py FOLDER --only history --language en --theme dark

The windows are the program's own, with texts and dates that are always the same. What a scene is
made of is in ``scenes``; a window that is new is one function there.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from scenes import stage  # noqa: E402 - once it can be found

from dictation.lab.virtual_desktop import VirtualDesktop  # noqa: E402

TAKE_S = 120.0


def main() -> int:
    chosen = _parser().parse_args()
    if chosen.on_desktop:  # started by the lines below, on the virtual desktop
        theme = stage.Theme(chosen.theme[0])
        size = stage.LARGE if chosen.large else 1.0
        stage.play(chosen.folder, chosen.language[0], theme, chosen.only, size)
        return 0
    chosen.folder.mkdir(parents=True, exist_ok=True)
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    with VirtualDesktop() as desktop:
        for language, theme in itertools.product(chosen.language, chosen.theme):
            arguments = ["--on-desktop", "--language", language, "--theme", theme]
            arguments += ["--only", chosen.only] if chosen.only else []
            if chosen.large:
                arguments.append("--large")
            program = desktop.start(
                sys.executable, __file__, str(chosen.folder.resolve()), *arguments,
                OMP_NUM_THREADS="1",
            )  # fmt: skip
            if program.wait(TAKE_S):
                print(program.output, file=sys.stderr)
                return 1
    for file in sorted(chosen.folder.glob("*.png")):
        print(f"{file.stat().st_size / 1000:6.1f} kB  {file.name}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "screenshots")
    parser.add_argument("--only", default="", help="scenes whose names have this in them")
    parser.add_argument("--language", nargs="+", default=list(stage.LANGUAGES))
    parser.add_argument("--theme", nargs="+", default=[theme.value for theme in stage.Theme])
    parser.add_argument("--large", action="store_true", help="text twice as large")
    parser.add_argument("--on-desktop", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
