"""The hubs that have the files: which of them are asked, and in which order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from dictation.recognition.model_store import hub
from dictation.recognition.model_store.hub_errors import Errand
from dictation.recognition.model_store.hugging_face import HuggingFace

_HUGGING_FACE = "https://huggingface.co"


class HubName(StrEnum):
    """Which files they have is the same; only who may be reached differs from place to place."""

    MODELSCOPE = "modelscope"
    HUGGING_FACE = "huggingface"


@dataclass(frozen=True, slots=True)
class Source:
    """One hub at one address."""

    hub: HubName
    endpoint: str


class Hub(Protocol):
    """A hub that can be asked."""

    endpoint: str

    def ask(self, errand: Errand, transfer: hub.Transfer) -> None:
        """Whether it is there and has the file."""

    def fetch(self, errand: Errand, transfer: hub.Transfer) -> None:
        """Until the pinned file is in its place, or transfer.stop is set."""


def usual_sources(only: HubName | None = None) -> list[Source]:
    """Of one hub, or of all that may be asked, the first to be asked first.

    MODELSCOPE_ENDPOINT and HF_ENDPOINT name mirrors; where only a mirror of ModelScope is named,
    nobody else is asked, and with HF_HUB_OFFLINE nobody asks Hugging Face.
    """
    named = os.environ.get("HF_ENDPOINT")
    second = Source(HubName.HUGGING_FACE, named or _HUGGING_FACE)
    if only is HubName.HUGGING_FACE:
        return [second]
    first = [Source(HubName.MODELSCOPE, endpoint) for endpoint in hub.usual_endpoints()]
    is_offline = os.environ.get("HF_HUB_OFFLINE", "0").upper() in ("1", "TRUE", "YES", "ON")
    is_alone = bool(os.environ.get("MODELSCOPE_ENDPOINT")) and not named
    if only is HubName.MODELSCOPE or is_offline or is_alone:
        return first
    return [*first, second]


@contextmanager
def opened(sources: Sequence[Source], cache: Path) -> Iterator[list[Hub]]:
    """Ready to be asked; a library is loaded only where one is needed."""
    if all(source.hub is HubName.HUGGING_FACE for source in sources):
        yield [HuggingFace(source.endpoint) for source in sources]
        return
    with hub.library(cache) as open_hub:
        yield [
            open_hub(source.endpoint)
            if source.hub is HubName.MODELSCOPE
            else HuggingFace(source.endpoint)
            for source in sources
        ]
