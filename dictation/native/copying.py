"""The last resort of insertion: the text goes on the clipboard, and the user is told to paste."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence

from dictation.errors import CannotUndo, DictationError, NoClipboard, NotPossibleHere, OnlyCopied
from dictation.native.contracts import Target
from dictation.speech import Outcome, Verdict
from dictation.text.sanitise import Breaks, sanitised
from dictation.translation import Phrase, Words

METHOD = "clipboard"
_COMMAND_S = 3.0

Copy = Callable[[str], None]
"""Puts the text on the clipboard. Raises NoClipboard."""


class CopyingTypist:
    """Only copies. It works everywhere: where nothing can be copied, each verdict says so."""

    def __init__(self, copy: Copy, close: Callable[[], None] = lambda: None) -> None:
        """close: ends what copies."""
        self._copy = copy
        self._close = close

    def insert(self, text: str, target: Target | None) -> Verdict:
        return self.copied(text, OnlyCopied())

    def copy(self, text: str) -> Verdict:
        return self.copied(text, None)

    def undo(self) -> Verdict:
        return Verdict(Outcome.FAILED, METHOD, CannotUndo(reason=Phrase("nothing was typed")))

    def close(self) -> None:
        self._close()

    def copied(self, text: str, reason: DictationError | None) -> Verdict:
        """reason: why the text could be no more than copied; None: that was all it should be."""
        try:
            self._copy(sanitised(text, Breaks.KEPT))
        except NoClipboard as failure:
            reason = failure
        return Verdict(Outcome.FAILED if reason else Outcome.DELIVERED, METHOD, reason)


class ClipboardCommand:
    """A program that copies what it reads. Raises NotPossibleHere if it is not installed."""

    def __init__(self, command: Sequence[str], encoding: str = "utf-8") -> None:
        if shutil.which(command[0]) is None:
            raise NotPossibleHere(
                service=Phrase("Copying"),
                reason=Phrase("the program {program} is not installed", program=command[0]),
            )
        self._command = list(command)
        self._encoding = encoding

    def __call__(self, text: str) -> None:
        try:
            # Their children live on to serve the clipboard, so nothing may wait for their output.
            subprocess.run(
                self._command,
                input=text.encode(self._encoding),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_COMMAND_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as failure:
            raise NoClipboard(reason=str(failure)) from failure


class NoCopying:
    """Stands in where there is no way to the clipboard at all."""

    def __init__(self, reason: Words) -> None:
        self._reason = reason

    def __call__(self, text: str) -> None:
        raise NoClipboard(reason=self._reason)


def nothing() -> CopyingTypist:
    """The last candidate of all."""
    return CopyingTypist(
        NoCopying(Phrase("no way to the clipboard was found; see `dictation doctor`"))
    )
