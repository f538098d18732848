"""Local desktop dictation with SenseVoice: speech in, text out.

The map, from the bottom up; imports point down only, and siblings do not know each other:

    errors            every failure a user can meet: what happened and what to do
    speech  paths     the values that flow through; where things lie
    settings          what the user chose, read from and written to TOML
    text/             joining of segments: spaces between scripts
    audio/            files and devices in, 16 kHz mono out
    recognition/      the recogniser: VAD, units, features, decoding, tags; its process; its model
    doctor            what is installed and what works on this machine
    commands/         what each command of the command line does
    cli               the command line: what can be asked

``Recogniser`` is the recogniser in this process, for scripts; it is resolved when first asked for,
so that ``import dictation`` stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dictation.recognition.recogniser import Recogniser as Recogniser

__version__ = "0.1.0"
__all__ = ["Recogniser", "__version__"]


def __getattr__(name: str) -> object:
    if name == "Recogniser":
        from dictation.recognition.recogniser import Recogniser

        return Recogniser
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
