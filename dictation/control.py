"""One running program, and commands that reach it from outside. No Qt, and light to import.

Whoever holds the lock is the one instance; the kernel frees it however its process dies. Commands
go over a local socket (a named pipe on Windows) in a folder that only the user can enter: one
request and one answer, each a JSON object.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import IO, Any

from dictation import paths
from dictation.errors import NoAnswer, NotRunning, RuntimeFolderOpen

logger = logging.getLogger(__name__)

Answer = dict[str, Any]
COMMANDS = (
    "toggle",
    "press",
    "release",
    "start",
    "stop",
    "cancel",
    "undo",
    "repeat",
    "language",
    "history",
    "pause",
    "resume",
    "quit",
    "status",
    "greet",
)
_ANSWER_S = 3.0
_WINDOWS = sys.platform == "win32"


def ask(command: str) -> Answer:
    """Sends a command to the running program. Raises NotRunning or NoAnswer."""
    try:
        connection = Client(_address(paths.runtime_folder()))
    except OSError as error:  # no socket, or one that a dead process left
        raise NotRunning from error
    with connection:
        try:
            connection.send_bytes(json.dumps({"command": command}).encode())
            if not connection.poll(_ANSWER_S):
                raise NoAnswer
            answer: Answer = json.loads(connection.recv_bytes())
        except (OSError, EOFError) as error:
            raise NoAnswer from error
    return answer


class OneInstance:
    """The lock and the listening socket of the running program."""

    def __init__(self, lock: IO[str], listener: Listener) -> None:
        self._lock = lock
        self._listener = listener
        self._closed = False

    @classmethod
    def claim(cls) -> OneInstance | None:
        """None if another instance runs. Raises RuntimeFolderOpen."""
        folder = _checked(paths.private_folder(paths.runtime_folder()))
        lock = (folder / "instance.lock").open("w", encoding="utf-8")
        if not _locked(lock):
            lock.close()
            return None
        address = _address(folder)
        if not _WINDOWS:
            Path(address).unlink(missing_ok=True)  # left by a process that died
        return cls(lock, Listener(address))

    def serve(self, answer: Callable[[str], Answer]) -> None:
        """Answers commands on a thread of its own until it is closed."""
        threading.Thread(target=self._run, args=(answer,), name="control", daemon=True).start()

    def close(self) -> None:
        """No command reaches us any more, and another instance may start."""
        self._closed = True
        self._listener.close()
        self._lock.close()

    def _run(self, answer: Callable[[str], Answer]) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except OSError:
                if not self._closed:
                    logger.warning("a command could not be accepted")
                continue
            with connection, contextlib.suppress(OSError, EOFError):
                self._answer(connection, answer)

    def _answer(self, connection: Connection, answer: Callable[[str], Answer]) -> None:
        if not connection.poll(_ANSWER_S):
            return
        try:
            command = json.loads(connection.recv_bytes(maxlength=1_000))["command"]
        except (ValueError, KeyError, TypeError):
            command = None
        told = answer(command) if command in COMMANDS else {"error": "unknown command"}
        connection.send_bytes(json.dumps(told).encode())


def _address(folder: Path) -> str:
    if _WINDOWS:
        return rf"\\.\pipe\dictation-{os.environ.get('USERNAME', 'user')}"
    return str(folder / "control.sock")


def _checked(folder: Path) -> Path:
    """Raises RuntimeFolderOpen if anybody else could enter the folder."""
    if _WINDOWS:
        return folder
    status = folder.stat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise RuntimeFolderOpen(folder=folder)
    return folder


def _locked(lock: IO[str]) -> bool:
    try:
        if _WINDOWS:
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
