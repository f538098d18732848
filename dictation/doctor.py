"""Looks at this machine: what is installed, what works, and what to do about the rest."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import dictation
from dictation import paths, settings
from dictation.audio.devices import input_names
from dictation.errors import DictationError, EngineMissing, InputForbidden
from dictation.native import choose
from dictation.native.bindings import bindings
from dictation.native.candidates import Choice
from dictation.native.contracts import Layer
from dictation.recognition import model_store
from dictation.recognition.backends import prepared
from dictation.recognition.model_folder import read_folder
from dictation.recognition.setup import chosen_folder
from dictation.translation import N_, _

_GPU_ANSWER_S = 10


class Health(StrEnum):
    """How well one thing is."""

    GOOD = "good"
    LIMITED = "limited"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """In English; shown translated."""
    health: Health
    told: str
    remedy: str = ""


_MARKS = {Health.GOOD: "✓", Health.LIMITED: "!", Health.BAD: "✗"}


def as_text(findings: Iterable[Finding]) -> str:
    """A line for each, and below it what to do."""
    lines = []
    for finding in findings:
        named = _("{name}: {told}").format(name=_(finding.name), told=finding.told)
        lines.append(f"{_MARKS[finding.health]} {named}")
        if finding.remedy:
            lines.append(textwrap.indent(finding.remedy, "    "))
    return "\n".join(lines)


def examine() -> list[Finding]:
    """Everything, in the order in which it is shown. Never raises, never touches the network."""
    return [
        _program(),
        _engine(),
        _compute(),
        _model(model_store.SENSE_VOICE, N_("speech model")),
        _model(model_store.FSMN_VAD, N_("voice activity detection")),
        _backend(_usual_settings().recognition),
        _microphones(),
        *_desktop(),
        _settings(),
    ]


def _program() -> Finding:
    told = f"{dictation.__version__}, Python {platform.python_version()}, {platform.platform()}"
    return Finding(N_("dictation"), Health.GOOD, told)


def _engine() -> Finding:
    versions = {name: _version(name) for name in ("torch", "funasr", "onnxruntime")}
    told = ", ".join(f"{name} {version or _('missing')}" for name, version in versions.items())
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        error = EngineMissing(package=missing[0], command=f"pip install {' '.join(missing)}")
        return Finding(N_("engine"), Health.BAD, told, error.remedy)
    return Finding(N_("engine"), Health.GOOD, told)


def _compute() -> Finding:
    gpu = gpu_name()
    told = "CPU" if gpu is None else _("CPU; GPU present: {gpu}").format(gpu=gpu)
    return Finding(N_("compute"), Health.GOOD, told)


def _model(model: model_store.Model, name: str) -> Finding:
    try:
        folder = model_store.locate(model)
    except DictationError as error:
        return Finding(name, Health.BAD, str(error), error.remedy)
    return Finding(name, Health.GOOD, _("verified, in {folder}").format(folder=folder))


def _backend(chosen: settings.RecognitionSettings) -> Finding:
    """What computes the model here, and how the others did when they were tried."""
    name = N_("backend")
    if chosen.backend is not settings.BackendName.AUTO:
        told = _("{backend}, as the settings have it").format(backend=chosen.backend.value)
        return Finding(name, Health.GOOD, told)
    try:
        record = prepared.read(prepared.folder_of(read_folder(chosen_folder(chosen.model))))
    except DictationError:
        record = None
    if record is None:
        return Finding(name, Health.GOOD, _("chosen by trial when the model is first used"))
    trials = "; ".join(_trial(trial) for trial in record.trials)
    return Finding(name, Health.GOOD, f"{record.chosen.value} ({trials})")


def _trial(trial: prepared.Trial) -> str:
    if trial.result is None:
        return f"{trial.backend.value}: {trial.why}"
    if trial.result.passed:
        told = _("{backend}: 3 s of speech in {ms:.0f} ms, {differing} of {frames} frames differ")
    else:
        told = _("{backend}: 3 s of speech in {ms:.0f} ms, but it failed its test")
    return told.format(
        backend=trial.backend.value,
        ms=trial.result.decode_ms,
        differing=trial.result.differing,
        frames=trial.result.frames,
    )


def _microphones() -> Finding:
    return _guarded(N_("microphones"), lambda: ", ".join(input_names()))


def _desktop() -> list[Finding]:
    """How the hotkey is heard and text is inserted here, and why not in a better way."""
    here = choose.this_session()
    if here is choose.Session.NONE:
        told = _("there is no desktop session, so there is no hotkey and nothing is typed")
        remedy = _("Files can be transcribed all the same.")
        return [Finding(N_("desktop"), Health.LIMITED, told, remedy)]
    window = choose.active_window(here)
    typist = choose.typist(here, window.service)
    typist.service.close()
    passwords = choose.password_fields(here)
    passwords.service.close()
    overlay = choose.overlay(here)
    if isinstance(overlay.service, Layer):
        overlay.service.close()
    return [
        _hotkey(here),
        _chosen(N_("insertion"), typist),
        replace(_chosen(N_("password fields"), passwords), health=Health.GOOD),
        _chosen(N_("overlay"), overlay),
    ]


def _hotkey(here: choose.Session) -> Finding:
    name, chosen = N_("hotkey"), _usual_settings().hotkey
    key = chosen.key
    try:
        hotkey = choose.hotkey(here, key, evdev=chosen.evdev)
        lines = bindings(os.environ, key) if here is choose.Session.WAYLAND else None
    except DictationError as error:
        return Finding(name, Health.BAD, str(error), error.remedy)
    found = _chosen(name, hotkey)
    forbidden = [each.reason for each in hotkey.refused if isinstance(each.reason, InputForbidden)]
    if forbidden:
        return replace(found, remedy=forbidden[0].remedy)
    return replace(found, remedy=str(lines)) if hotkey.refused and lines is not None else found


def _chosen(name: str, choice: Choice[Any]) -> Finding:
    reasons = "; ".join(str(refused.reason) for refused in choice.refused)
    way = _("none")
    if choice.candidate != "none":
        way = _("through {way}").format(way=_(choice.candidate))
    told = f"{way} ({reasons})" if reasons else way
    return Finding(name, Health.LIMITED if choice.refused else Health.GOOD, told)


def _usual_settings() -> settings.Settings:
    try:
        return settings.load(paths.settings_file())
    except DictationError:  # told by the finding on settings
        return settings.Settings()


def _settings() -> Finding:
    file = paths.settings_file()

    def read() -> str:
        settings.load(file)
        return str(file) if file.exists() else _("defaults ({file} is not there)").format(file=file)

    return _guarded(N_("settings"), read)


def _guarded(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, Health.GOOD, look())
    except DictationError as error:
        return Finding(name, Health.LIMITED, str(error), error.remedy)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def gpu_name() -> str | None:
    """The first NVIDIA GPU, asked of its driver's own tool; None where there is none."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    try:
        answer = subprocess.run(
            [Path(tool), "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=_GPU_ANSWER_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip().partition("\n")[0] or None
