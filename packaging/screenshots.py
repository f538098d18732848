"""Takes pictures of every window, in both languages and themes, on a virtual desktop.

    python packaging/screenshots.py            # those of the README, into packaging/screenshots
    python packaging/screenshots.py FOLDER     # all
    python packaging/screenshots.py FOLDER --only history --language en --theme dark --large

The windows are the program's own, with texts and dates that are always the same. What a scene is
made of is in ``scenes``; a window that is new is one function there.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from PIL import Image  # noqa: E402 - all of it once it can be found
from scenes import pictures, readme, stage  # noqa: E402

from dictation.lab.demo import bundled_recording, demonstrate  # noqa: E402
from dictation.lab.virtual_desktop import VirtualDesktop  # noqa: E402

README = HERE / "screenshots"
DEMO = "demo"
TAKE_S = 120.0


def main() -> int:
    chosen = _parser().parse_args()
    if chosen.on_desktop:  # started by the lines below, on the virtual desktop
        theme = stage.Theme(chosen.theme[0])
        size = stage.LARGE if chosen.large else 1.0
        stage.play(chosen.folder, chosen.language[0], theme, chosen.only, size)
        return 0
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    if chosen.folder is not None:
        chosen.folder.mkdir(parents=True, exist_ok=True)
        return _take(chosen, chosen.folder.resolve())
    with tempfile.TemporaryDirectory() as folder:
        code = _take(chosen, Path(folder))
        if code == 0:
            readme.make(Path(folder), README)
            _list(README)
        return code


def _take(chosen: argparse.Namespace, folder: Path) -> int:
    with VirtualDesktop() as desktop:
        for language, theme in itertools.product(chosen.language, chosen.theme):
            arguments = ["--on-desktop", "--language", language, "--theme", theme]
            arguments += ["--only", chosen.only] if chosen.only else []
            arguments += ["--large"] if chosen.large else []
            program = desktop.start(
                sys.executable, __file__, str(folder), *arguments,
                OMP_NUM_THREADS="1",
                FC_LANG=language.lower().replace("_", "-"),  # Han characters in that form
            )  # fmt: skip
            if code := program.wait(TAKE_S):
                print(f"{program.output}\nexit code {code}", file=sys.stderr)
                return 1
        if DEMO.startswith(chosen.only) and not chosen.large:
            file = folder / f"{DEMO}.png"
            if not demonstrate(desktop, bundled_recording(), file).succeeded:
                print("The demonstration did not type what was said.", file=sys.stderr)
                return 1
            pictures.save(file, Image.open(file))
    _list(folder)
    return 0


def _list(folder: Path) -> None:
    for file in sorted(folder.glob("*.png")):
        print(f"{file.stat().st_size / 1000:6.1f} kB  {file.name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--only", default="", help="scenes whose names have this in them")
    parser.add_argument("--language", nargs="+", default=list(stage.LANGUAGES))
    parser.add_argument("--theme", nargs="+", default=[theme.value for theme in stage.Theme])
    parser.add_argument("--large", action="store_true", help="text twice as large")
    parser.add_argument("--on-desktop", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
