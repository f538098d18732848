"""A program of ours in a process of its own, which is asked for values and answers with values."""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any, Self

from dictation.errors import DictationError, RecogniserError

_END_S = 5.0
_ERROR = re.compile(r"\w[\w.]*(Error|Exception)\b")


class ProgramEnded(RecogniserError):
    template = "{what} ended: {last_line}"
    remedy_template = "Run `dictation doctor`, which looks at what it needs."


class PipedProgram:
    """One of ``dictation.lab.programs`` that answers through ``lab.programs.answering``.

    Attributes:
        pid: the process.
    """

    def __init__(self, module: str, what: str, environment: Mapping[str, str]) -> None:
        """module: has a ``main``. what: for messages. environment: added to ours."""
        self._what = what
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the program
        # It must find the same packages, however they came to be found here.
        packages = os.pathsep.join(filter(None, sys.path))
        # Not with -m: its values would be pickled as those of a module named __main__.
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from dictation.lab.programs.{module} import main; main()"],
            env={**os.environ, **environment, "PYTHONPATH": packages},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def ask(self, question: object) -> Any:
        """Its answer, however long that takes. Raises the error that it is, or ProgramEnded."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            pickle.dump(question, self._process.stdin)
            self._process.stdin.flush()
            answer = pickle.load(self._process.stdout)
        except (BrokenPipeError, EOFError, pickle.UnpicklingError) as error:
            raise ProgramEnded(what=self._what, last_line=self._last_words()) from error
        if isinstance(answer, DictationError):
            raise answer
        return answer

    def end(self) -> None:
        """The end of its input ends it."""
        try:
            with contextlib.suppress(BrokenPipeError):
                self._process.communicate(timeout=_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._log.close()

    def _last_words(self) -> str:
        self._process.wait(_END_S)
        self._log.seek(0)
        lines = [line for line in self._log.read().decode("utf-8", "replace").split("\n") if line]
        # FunASR's errors go on for many lines; the first of them begins with their kind.
        kinds = [line for line in lines if _ERROR.match(line)]
        return (kinds or lines or ["no output"])[-1]
