"""How it may stand with the speech model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from dictation.desktop.models.standing import (
    Chosen,
    Computing,
    Doing,
    Kind,
    ModelStanding,
    Readiness,
    Way,
)
from dictation.errors import DiskFull, HubFileWrong, HubNotTrusted, HubProxyRefused, HubsUnreachable
from dictation.recognition.backends.prepared import Trial
from dictation.recognition.backends.self_test import Result
from dictation.recognition.model_store.pins import SENSE_VOICE
from dictation.recognition.model_store.states import Absent, Damaged, Partial, Verified
from dictation.settings import BackendName
from dictation.translation import Phrase

_FOLDER = Path("/home/you/.cache/modelscope/models/iic--SenseVoiceSmall/snapshots/master")
_HOST = "www.modelscope.cn"
_SIZE = SENSE_VOICE.size_bytes
_COME = 423_000_000
_RESULT = Result(differing=0, sure_differing=0, frames=52, error=0.02, decode_ms=93.0)
_COMPUTING = Computing(BackendName.INT8, trial=Trial(BackendName.INT8, _RESULT))
_ABSENT = Absent(SENSE_VOICE, _FOLDER, 0)
_PARTIAL = Partial(SENSE_VOICE, _FOLDER, _COME, ("model.pt",))
_THERE = ModelStanding(published=Verified(SENSE_VOICE, _FOLDER, _SIZE), computing=_COMPUTING)

NONE = ModelStanding(published=_ABSENT)
FETCHING = ModelStanding(
    published=_PARTIAL, doing=Doing.FETCHING, way=Way(_COME, _SIZE, 12_300_000, 42.0)
)
PAUSED = ModelStanding(published=_PARTIAL)
PREPARING = replace(_THERE, readiness=Readiness.PREPARING, prepared=0.43)
READY = replace(_THERE, readiness=Readiness.READY)
DEMO = replace(READY, chosen=Chosen(Kind.DEMO), published=_ABSENT)
OFFLINE = replace(
    PAUSED,
    trouble=HubsUnreachable(
        hosts=f"{_HOST}, www.modelscope.ai, huggingface.co",
        reason=Phrase("its name is unknown, so there is no network or no name server"),
    ),
)
PROXY = replace(
    NONE,
    trouble=HubProxyRefused(
        host=_HOST,
        proxy="proxy.example:3128",
        reason=Phrase("it wants a name and a password"),
    ),
)
INTERCEPTED = replace(
    NONE, trouble=HubNotTrusted(host=_HOST, reason="self-signed certificate in certificate chain")
)
FULL = replace(PAUSED, trouble=DiskFull(folder=_FOLDER, needed="513 MB", free="120 MB"))
WRONG = replace(NONE, trouble=HubFileWrong(host=_HOST, name=SENSE_VOICE.name, file="model.pt"))
DAMAGED = ModelStanding(
    published=Damaged(
        SENSE_VOICE,
        _FOLDER,
        _SIZE,
        "model.pt",
        Phrase("{file} has the wrong content", file="model.pt"),
    )
)


class _Models(QObject):
    """A desk at which nothing is done."""

    changed = Signal()
    removable = Signal(object)
    model = SENSE_VOICE

    def __init__(self, standing: ModelStanding) -> None:
        super().__init__()
        self.standing = standing

    def look_again(self) -> None: ...

    def use_published(self) -> None: ...

    def use_demo(self) -> None: ...


def models(standing: ModelStanding) -> Any:
    return _Models(standing)
