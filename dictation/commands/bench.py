"""``dictation bench``: how long people wait for their text, ours and FunASR's way side by side."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dictation import paths
from dictation.commands.telling import note
from dictation.lab.bench import figures, machine, models, plot, table
from dictation.lab.bench.ground import FULL, QUICK, Ground
from dictation.lab.bench.rows import Row
from dictation.lab.bench.run import Report, measured
from dictation.recognition.setup import find_setup
from dictation.settings import BackendName, RecognitionSettings
from dictation.translation import _


def run(chosen: argparse.Namespace) -> int:
    """0 if all that this machine can measure reaches what it must."""
    if chosen.what == "history":
        return _history(json_wanted=chosen.json)
    began_s = time.monotonic()
    among = figures.SERVER_FIGURES if chosen.what == "serve" else figures.FIGURES
    wanted = figures.chosen(chosen.only, among)
    if chosen.plot is not None:
        plot.check()  # nobody should have to wait for the table first
    backend = BackendName(chosen.backend)
    folder = paths.private_folder(paths.cache_folder()) / "bench"
    weights = models.find(chosen.model, note)
    setup = find_setup(RecognitionSettings(model=str(weights.folder)))
    setup = replace(setup, log_file=paths.private_folder(folder) / "recogniser.log")
    note(f"{machine.name()}. {weights.said}")
    with Ground(setup, QUICK if chosen.quick else FULL, backend, note) as ground:
        report = measured(ground, wanted)
    _print(report.rows, f"{machine.name()}. {weights.said}", json_wanted=chosen.json)
    _draw(report, chosen.plot, folder / "bench.png", f"{machine.name()}. {weights.said}")
    note(_("all that took {seconds:.0f} s.").format(seconds=time.monotonic() - began_s))
    return 0 if report.succeeded else 1


def _history(*, json_wanted: bool) -> int:
    from dictation.lab.bench import history  # Qt, which nothing else here needs

    note(
        _("{machine}. A history is written first, which takes some seconds.").format(
            machine=machine.name()
        )
    )
    rows = history.measured(paths.private_folder(paths.cache_folder()))
    _print(rows, machine.name(), json_wanted=json_wanted)
    return 0 if Report(rows, ()).succeeded else 1


def _print(rows: Sequence[Row], head: str, *, json_wanted: bool) -> None:
    if json_wanted:
        print(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1))
    else:
        print(f"{head}\n\n{table.rendered(rows)}")


def _draw(report: Report, wished: Path | None, usual: Path, subtitle: str) -> None:
    """Where no plot was asked for, one that cannot be drawn is no error."""
    if not report.waits:
        if wished is not None:
            note(_("there is nothing to plot: no wait was measured."))
    elif wished is None and not plot.possible():
        note(_("there is no plot, for matplotlib is not installed: pip install 'dictation[lab]'"))
    else:
        plot.draw(report.waits, wished or usual, subtitle)
        note(_("the plot is in {file}").format(file=wished or usual))
