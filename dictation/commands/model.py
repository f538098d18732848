"""``dictation model``: fetches, checks, removes and tells about the speech models."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path

from dictation import paths, settings
from dictation.errors import ConsentNeeded, DictationError
from dictation.recognition import model_store
from dictation.recognition.model_store.pins import Progress, readable_size
from dictation.recognition.model_store.states import (
    Absent,
    Damaged,
    ModelState,
    Partial,
    Unverified,
    Verified,
)
from dictation.recognition.setup import DEMO
from dictation.translation import N_, _

_NOT_USABLE = 4  # as of every ModelError
_REDRAW_S = 0.2
_KEPT = 1

_NOT_THERE = N_("{name}: nothing to remove; what lies in folders of your own is left alone")
_FREES = N_("Removing {name} frees {size}. It can be downloaded again.")
_ASK = N_("Remove it? [y/N] ")
_YES = N_("y")
_REMOVED = N_("{name}: removed")


def run(chosen: argparse.Namespace) -> int:
    """The exit code."""
    match chosen.action:
        case "status":
            return _status(as_json=chosen.json)
        case "download":
            return _download(chosen.hub)
        case "import":
            return _import(chosen)
        case "verify":
            return _verify()
        case "remove":
            return _remove(sure=chosen.yes)
    raise AssertionError(chosen.action)


def _status(*, as_json: bool) -> int:
    states = [model_store.state(model) for model in model_store.MODELS]
    if as_json:
        print(json.dumps([_as_json(state) for state in states], indent=2))
    else:
        _print_states(states)
    return 0 if all(isinstance(state, Verified | Unverified) for state in states) else _NOT_USABLE


def _download(hub: str | None) -> int:
    from dictation.recognition.model_store.download import download
    from dictation.recognition.model_store.sources import HubName, usual_sources

    sources = usual_sources(HubName(hub)) if hub else ()
    with _Meter() as meter:
        folders = download(model_store.MODELS, on_progress=meter.show, sources=sources)
    for model, folder in zip(model_store.MODELS, folders, strict=True):
        print(_("{name}: verified, in {folder}").format(name=model.name, folder=folder))
    return 0


def _import(chosen: argparse.Namespace) -> int:
    from dictation.recognition.model_store.importing import import_folder

    with _Meter() as meter:
        folder = import_folder(chosen.folder, on_progress=meter.show)
    name = model_store.SENSE_VOICE.name
    print(_("{name}: imported and verified, in {folder}").format(name=name, folder=folder))
    return 0


def _verify() -> int:
    with _Meter() as meter:
        states = model_store.verify(model_store.MODELS, on_progress=meter.show)
    _print_states(states)
    return 0 if all(isinstance(state, Verified) for state in states) else _NOT_USABLE


def _remove(*, sure: bool) -> int:
    from dictation.recognition.model_store.removing import removal_of, remove

    removal = removal_of(model_store.SENSE_VOICE, _own_folder())
    name = removal.model.name
    if not removal.files:
        print(_(_NOT_THERE).format(name=name))
        return 0
    for place in sorted({file.parent for file in removal.files} | set(removal.prepared)):
        print(place)
    print(_(_FREES).format(name=name, size=readable_size(removal.size_bytes)))
    if not sure and not _agreed():
        return _KEPT
    remove(removal)
    print(_(_REMOVED).format(name=name))
    return 0


def _agreed() -> bool:
    """Only who sits at a terminal can be asked. Raises ConsentNeeded elsewhere."""
    if not sys.stdin.isatty():
        raise ConsentNeeded
    return input(_(_ASK)).strip().lower() in ("y", "yes", _(_YES))


def _own_folder() -> Path | None:
    """That of the settings, if one is chosen there."""
    try:
        model = settings.load(paths.settings_file()).recognition.model
    except DictationError:  # told by whatever needs the settings
        return None
    return Path(model).expanduser() if model not in ("", DEMO) else None


def _print_states(states: list[ModelState] | tuple[ModelState, ...]) -> None:
    for state in states:
        print(_("{name}: {state}").format(name=state.model.name, state=_told(state)))


def _told(state: ModelState) -> str:
    match state:
        case Verified():
            size = readable_size(state.size_bytes)
            return _("verified, {size}, in {folder}").format(size=size, folder=state.folder)
        case Unverified():
            told = _("there but not verified yet (is checked at first use), in {folder}")
            return told.format(folder=state.folder)
        case Damaged():
            told = _("damaged, {reason}, in {folder}")
            return told.format(reason=state.reason, folder=state.folder)
        case Partial():
            return _("incomplete, lacks {files} ({come} of {size}), in {folder}").format(
                files=", ".join(state.missing),
                come=readable_size(state.size_bytes),
                size=readable_size(state.model.size_bytes),
                folder=state.folder,
            )
    size = readable_size(state.model.size_bytes)
    return _("not on this machine ({size} to download)").format(size=size)


def _as_json(state: ModelState) -> dict[str, object]:
    names = {
        Verified: "verified",
        Unverified: "unverified",
        Damaged: "damaged",
        Partial: "partial",
        Absent: "absent",
    }
    rest = {
        field.name: getattr(state, field.name)
        for field in dataclasses.fields(state)
        if field.name in ("missing", "file")
    }
    if isinstance(state, Damaged):
        rest["reason"] = str(state.reason)
    return {
        "model": state.model.name,
        "state": names[type(state)],
        "folder": str(state.folder),
        "bytes": state.size_bytes,
        "bytes_total": state.model.size_bytes,
        **rest,
    }


class _Meter:
    """Shows progress on a terminal, on one line that goes away; nothing when piped."""

    def __init__(self) -> None:
        self._begun: Progress | None = None
        self._begun_s = self._drawn_s = time.monotonic()

    def __enter__(self) -> _Meter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._begun is not None:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def show(self, progress: Progress) -> None:
        """Draws it, unless that was done a moment ago."""
        now_s = time.monotonic()
        if not sys.stderr.isatty() or now_s - self._drawn_s < _REDRAW_S:
            return
        if self._begun is None:
            self._begun, self._begun_s = progress, now_s
        self._drawn_s = now_s
        print(f"\r\x1b[K{self._line(progress, now_s)}", end="", file=sys.stderr, flush=True)

    def _line(self, progress: Progress, now_s: float) -> str:
        line = _("{model}: {file}  {done} of {total}").format(
            model=progress.model,
            file=progress.file,
            done=readable_size(progress.bytes_done),
            total=readable_size(progress.bytes_total),
        )
        begun = self._begun or progress
        gained, took_s = progress.bytes_done - begun.bytes_done, now_s - self._begun_s
        if gained <= 0 or took_s <= 1:
            return line
        speed = gained / took_s
        left_s = round((progress.bytes_total - progress.bytes_done) / speed)
        return _("{line}  {speed}/s  {time} left").format(
            line=line,
            speed=readable_size(round(speed)),
            time=f"{left_s // 60}:{left_s % 60:02d}",
        )
