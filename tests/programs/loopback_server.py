"""A server of the tests' own, in a process that can be killed: the demo model behind a WebSocket.

    loopback_server.py [--port N] [--token T] [--certificate FILE]

The port goes to standard output once it listens. It speaks ``remote_messages`` and nothing else.
"""

from __future__ import annotations

import argparse
import http
import json
import ssl
import threading
from collections.abc import Iterator

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from dictation import remote_messages
from dictation.errors import DictationError
from dictation.paths import resource
from dictation.recognition.messages import (
    Advanced,
    Cancel,
    Decoded,
    Ended,
    Failed,
    Progress,
    Sent,
    Stage,
    Voice,
)
from dictation.recognition.recogniser import Recogniser, Utterance
from dictation.settings import BackendName
from dictation.speech import Samples


class Door:
    """Takes come in, one for each connection; the model is one take's at a time."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._model = threading.Lock()

    def answer(self, line: ServerConnection) -> None:
        try:
            options = remote_messages.options_of(remote_messages.parsed(line.recv(10)))
            tell(line, Progress(Stage.READY))
            self._hear(line, self._recogniser.open(0, options))
        except DictationError as error:
            tell(line, Failed(0, error))
        except ConnectionClosed:
            return

    def _hear(self, line: ServerConnection, utterance: Utterance) -> None:
        heard, spoke = 0, False
        for samples in audio(line):
            with self._model:
                utterance.feed(samples)
                if utterance.is_live and (ahead := utterance.ahead()) is not None:
                    utterance.decode_ahead(ahead.unit)
            heard += len(samples)
            tell(line, Decoded(0, utterance.news()))
            if not utterance.is_live:
                tell(line, Advanced(0, heard))
            elif utterance.speaking != spoke:
                spoke = utterance.speaking
                tell(line, Voice(0, spoke))
            tell(line, utterance.hypothesis())
        with self._model:
            utterance.finish()
        tell(line, Decoded(0, utterance.news()))
        tell(line, Ended(0))


def audio(line: ServerConnection) -> Iterator[Samples]:
    """Raises ConnectionClosed where the take is not wanted any more."""
    for message in line:
        if isinstance(message, bytes):
            yield remote_messages.audio_of(message)
        elif isinstance(remote_messages.read_up(message, 0), Cancel):
            break
        else:
            return
    raise ConnectionClosed(None, None)


def tell(line: ServerConnection, message: Sent) -> None:
    for text in remote_messages.written(message):
        line.send(text)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--token", default="")
    arguments.add_argument("--certificate")
    chosen = arguments.parse_args()
    trust = None
    if chosen.certificate:
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(chosen.certificate)
    door = Door(Recogniser(resource("demo_model"), backend=BackendName.FP32))

    def admit(line: ServerConnection, request: Request) -> Response | None:
        if chosen.token and request.headers.get("Authorization") != f"Bearer {chosen.token}":
            return line.respond(http.HTTPStatus.UNAUTHORIZED, "no token\n")
        return None

    server: Server = serve(
        door.answer,
        "127.0.0.1",
        chosen.port,
        ssl=trust,
        process_request=admit,
        compression=None,
        max_size=remote_messages.MOST_UP_BYTES,
    )
    print(json.dumps(server.socket.getsockname()[1]), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
