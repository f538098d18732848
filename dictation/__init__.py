"""Local desktop dictation with SenseVoice: speech in, text out.

The map, from the bottom up; imports point down only, and siblings do not know each other:

    translation       sentences in the user's language
    errors            every failure a user can meet: what happened and what to do
    speech  paths     the values that flow through; where things lie
    settings          what the user chose, read from and written to TOML
    text/             joining, replacements, sanitising; subtitles, JSON, emoji for eyes
    audio/            files, pipes, microphones in, 16 kHz mono out; the journal of what is spoken;
                      how loud it is; sounds of our own
    recognition/      the recogniser: VAD, units, features, decoding, tags; its process; its model;
                      backends/ computes it in the way that this machine does best
    remote_messages   what our client and our server tell each other, over one WebSocket
    client/           a recogniser that is elsewhere, with the same contract
    session           the dictation session: events in, commands out
    history/          the life of each take, in SQLite, and how it sounded
    apps              what is known of other programs: which ones are terminals
    gesture           presses and releases of the hotkey become start and stop
    control           one running program, and commands that reach it from outside
    native/           what each platform does in its own way: hotkeys, insertion, the active window,
                      what lies above all windows, start at login, media players
    doctor            what is installed and what works on this machine
    desktop/          the program in the tray: app builds it, conductor runs it, overlay/ shows it
    server/           the recogniser for other programs and machines, through several doors
    lab/              a virtual desktop, the demonstration on it, benchmarks, evaluation
    commands/         what each command of the command line does
    cli               the command line: what can be asked

For scripts: ``Recogniser`` is the recogniser in this process, ``Client`` that of a server, and
``AudioFile`` reads what they are to hear. They are resolved when first asked for, so that
``import dictation`` stays light.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dictation.audio.files import AudioFile as AudioFile
    from dictation.client.api import Client as Client
    from dictation.recognition.recogniser import Recogniser as Recogniser

__version__ = "0.1.0"
__all__ = ["AudioFile", "Client", "Recogniser", "__version__"]

# Without a handler Python itself would write warnings of ours between what a command tells.
logging.getLogger(__name__).addHandler(logging.NullHandler())

_HOMES = {
    "AudioFile": "dictation.audio.files",
    "Client": "dictation.client.api",
    "Recogniser": "dictation.recognition.recogniser",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
