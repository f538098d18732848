"""What the program is made of, and under which licences its parts are."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass

from dictation.translation import N_, _

_OURS = "MIT"


@dataclass(frozen=True, slots=True)
class Credit:
    """A part, its version where it has one, and its licence as SPDX names it."""

    name: str
    licence: str
    version: str = ""


_DEMO = N_("Demonstration model")
_MODELS = (
    Credit("SenseVoiceSmall", "FunASR Model License 1.1"),
    Credit("FSMN-VAD", "Apache-2.0"),
)
# As each package tells it itself.
_PACKAGES = {
    "PySide6_Essentials": ("Qt, PySide6", "LGPL-3.0-only"),
    "funasr": ("FunASR", "MIT"),
    "torch": ("PyTorch", "BSD-3-Clause"),
    "onnxruntime": ("ONNX Runtime", "MIT"),
    "onnx": ("ONNX", "Apache-2.0"),
    "modelscope-hub": ("ModelScope Hub", "Apache-2.0"),
    "numpy": ("NumPy", "BSD-3-Clause"),
    "sentencepiece": ("SentencePiece", "Apache-2.0"),
    "sounddevice": ("python-sounddevice", "MIT"),
    "soundfile": ("python-soundfile", "BSD-3-Clause"),
    "soxr": ("Python-SoXR", "LGPL-2.1-or-later"),
    "av": ("PyAV", "BSD-3-Clause"),
    "jeepney": ("Jeepney", "MIT"),
    "python-xlib": ("Python X Library", "LGPL-2.1-or-later"),
    "pynput": ("pynput", "LGPL-3.0-only"),
    "platformdirs": ("platformdirs", "MIT"),
    "tomlkit": ("TOML Kit", "MIT"),
    "websockets": ("websockets", "BSD-3-Clause"),
    "fastapi": ("FastAPI", "MIT"),
    "uvicorn": ("Uvicorn", "BSD-3-Clause"),
}


def all_of_them() -> tuple[Credit, ...]:
    """Models first, then those packages that are installed here."""
    packages = [
        Credit(name, licence, version)
        for package, (name, licence) in _PACKAGES.items()
        if (version := _version(package))
    ]
    return (*_MODELS, Credit(_(_DEMO), _OURS), *packages)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
