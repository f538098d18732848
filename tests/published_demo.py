"""The demonstration model as if it were the published one: small enough to be fetched in tests."""

from __future__ import annotations

import hashlib

from dictation import paths
from dictation.recognition.model_store.pins import Model, Pin, PinnedFile

_NAMES = (
    "configuration.json",
    "config.yaml",
    "am.mvn",
    "chn_jpn_yue_eng_ko_spectok.bpe.model",
    "model.pt",
)


def contents() -> dict[str, bytes]:
    """Its files, by name."""
    return {name: paths.resource("demo_model", name).read_bytes() for name in _NAMES}


def published_demo() -> Model:
    files = tuple(
        PinnedFile(name, (Pin(len(content), hashlib.sha256(content).hexdigest()),))
        for name, content in contents().items()
    )
    return Model("SenseVoiceTiny", "owner/Tiny", "master", files, hugging_face_id="other/Tiny")


def on_a_hub() -> dict[tuple[str, str], bytes]:
    """What a FakeHub serves, as ModelScope and as Hugging Face."""
    return {
        (owner, name): content
        for owner in ("owner/Tiny", "other/Tiny")
        for name, content in contents().items()
    }
