"""The small server that people write around AutoModel, as a piped program.

One lock around ``generate``, and a temporary file for each request. A ``Build`` of
``lab.programs.automodel`` comes first; the next value, of any kind, is answered with the port on
which it listens.
"""

from __future__ import annotations

import base64
import os
import socket
import tempfile
import threading
from collections.abc import Callable
from typing import Any

from dictation.lab.programs.answering import answer_all
from dictation.lab.programs.automodel import WHOLE_BUFFER, Build, auto_model


def main() -> None:
    answer_all(_serving)


def _serving(build: Build) -> Callable[[object], int]:
    import uvicorn
    from fastapi import FastAPI

    model, lock = auto_model(build), threading.Lock()
    app = FastAPI()

    @app.post("/asr")
    def asr(told: dict[str, Any]) -> dict[str, Any]:
        with tempfile.NamedTemporaryFile(suffix=".wav", delete=False) as file:
            file.write(base64.b64decode(told["wav"]))
        try:
            with lock:
                heard = model.generate(
                    input=file.name, cache={}, language="auto", use_itn=True, **WHOLE_BUFFER
                )
        finally:
            os.unlink(file.name)  # noqa: PTH108 - as they do it
        return {"code": 0, "msg": "ok", "res": " ".join(each["text"] for each in heard)}

    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(app, log_config=None, access_log=False)
    serving = threading.Thread(
        target=lambda: uvicorn.Server(config).run(sockets=[listener]), daemon=True
    )
    serving.start()
    return lambda _: int(listener.getsockname()[1])
