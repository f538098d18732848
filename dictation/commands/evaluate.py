"""``dictation evaluate``: how right recognition is, and how fast, on recordings of yours."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from dataclasses import replace

from dictation import paths, settings
from dictation.commands.telling import DEMO_MODEL, note, tell
from dictation.lab.automodel import AutoModelReference
from dictation.lab.evaluate.errors import BackendUnknown, NothingToEvaluate
from dictation.lab.evaluate.evaluation import Plan, Progress, evaluate
from dictation.lab.evaluate.plot import check_plotter, draw
from dictation.lab.evaluate.recordings import Inventory, find_recordings, spread
from dictation.lab.evaluate.references import read_references
from dictation.lab.evaluate.report import as_json
from dictation.lab.evaluate.table import NOTES, table
from dictation.recognition.backends.processor import thread_environment, usual_threads
from dictation.recognition.messages import Setup
from dictation.recognition.recogniser import Recogniser
from dictation.recognition.setup import DEMO, find_setup
from dictation.settings import BackendName
from dictation.speech import TextStyle
from dictation.translation import _

_TOLD = 5  # files of a kind that are named; more are only counted
_REDRAW_S = 0.2


def run(chosen: argparse.Namespace) -> int:
    """0, or the exit code of the first recording that has a reference and cannot be used."""
    inventory = _inventory(chosen)
    if chosen.plot is not None:
        check_plotter(chosen.plot)
    usual = settings.load(paths.settings_file()).recognition
    backends = _backends(chosen.backend) or (usual.backend,)
    model = chosen.model or usual.model
    if model == DEMO:
        note(_(DEMO_MODEL))
    setup = find_setup(replace(usual, model=model))
    os.environ.update(thread_environment(setup.threads))  # torch was not imported yet
    return _evaluate(chosen, inventory, setup, backends)


def _backends(names: str) -> tuple[BackendName, ...]:
    """Each once. Raises BackendUnknown."""
    known = list(BackendName)
    asked = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    for name in asked:
        if name not in known:
            raise BackendUnknown(name=name, known=", ".join(known))
    return tuple(BackendName(name) for name in asked)


def _inventory(chosen: argparse.Namespace) -> Inventory:
    references = read_references(chosen.refs, _style(chosen))
    some = references if chosen.limit is None else spread(references, chosen.limit)
    inventory = find_recordings(chosen.folder, some)
    for error in inventory.unusable[:_TOLD]:
        tell(error)
    if len(inventory.unusable) > _TOLD:
        note(
            _("… and so on: {count} recordings cannot be used.").format(
                count=len(inventory.unusable)
            )
        )
    if inventory.unlisted and chosen.limit is None:
        named = ", ".join(path.name for path in inventory.unlisted[:_TOLD])
        more = ", …" if len(inventory.unlisted) > _TOLD else ""
        note(
            _("recordings without a reference: {count} ({named})").format(
                count=len(inventory.unlisted), named=named + more
            )
        )
    if not inventory.recordings:
        raise _nothing(chosen, len(some))
    return inventory


def _evaluate(
    chosen: argparse.Namespace,
    inventory: Inventory,
    setup: Setup,
    backends: tuple[BackendName, ...],
) -> int:
    threads = setup.threads or usual_threads()
    # FunASR prints when it is imported, and standard output is for the figures.
    with _Meter() as meter, contextlib.redirect_stdout(sys.stderr):
        plan = Plan(
            _style(chosen),
            backends,
            lambda backend: Recogniser(
                setup.model_folder, setup.vad_folder, backend, setup.threads, meter.prepares
            ),
            # With its usual dither FunASR gives other text from call to call.
            None
            if chosen.no_reference
            else lambda: AutoModelReference(
                setup.model_folder, setup.vad_folder, threads, dither=0
            ),
        )
        evaluation = evaluate(plan, inventory.recordings, meter.show)
    for error in evaluation.unusable:
        tell(error)
    if not evaluation.recordings:
        raise _nothing(chosen, len(inventory.recordings))
    if chosen.json:
        report = as_json(evaluation, inventory, str(setup.model_folder))
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print(f"{table(evaluation)}\n\n{NOTES}")
    if chosen.plot is not None:
        draw(evaluation, chosen.plot)
        note(_("the plot is in {file}").format(file=chosen.plot))
    unusable = (*inventory.unusable, *evaluation.unusable)
    return unusable[0].exit_code if unusable else 0


def _style(chosen: argparse.Namespace) -> TextStyle:
    return TextStyle.SPOKEN if chosen.no_itn else TextStyle.WRITTEN


def _nothing(chosen: argparse.Namespace, number: int) -> NothingToEvaluate:
    return NothingToEvaluate(number=number, file=chosen.refs, folder=chosen.folder)


class _Meter:
    """Shows progress on a terminal, on one line that goes away; nothing when piped."""

    def __init__(self) -> None:
        self._drawn_s = 0.0

    def __enter__(self) -> _Meter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn_s:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def show(self, progress: Progress) -> None:
        """Draws it, unless that was done a moment ago."""
        loads = progress.recording is None
        doing = _("the model loads") if progress.recording is None else progress.recording.name
        line = _("{done} of {total}, {column}: {doing}").format(
            done=progress.done, total=progress.total, column=progress.column, doing=doing
        )
        self._draw(line, at_once=loads)

    def prepares(self, part: float) -> None:
        """part: of 1."""
        self._draw(
            _("the model is prepared for this machine: {part:.0%}").format(part=part), at_once=False
        )

    def _draw(self, line: str, *, at_once: bool) -> None:
        now_s = time.monotonic()
        if sys.stderr.isatty() and (at_once or now_s - self._drawn_s >= _REDRAW_S):
            self._drawn_s = now_s
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
