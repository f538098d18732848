"""What could not be recognised at its time: recognised later, offered to the user, never typed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial

from dictation.audio.journal import Journal
from dictation.desktop import notices
from dictation.desktop.keeping import keep_recording
from dictation.desktop.models import notices as models_notices
from dictation.desktop.notifications import Notifier
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.texts import Texts
from dictation.errors import DictationError, ModelError, RemoteError
from dictation.history import History
from dictation.recognition.options import Options
from dictation.speech import Transcript

logger = logging.getLogger(__name__)


class Recovery:
    """Knows the takes of earlier runs, and those for which nobody was there to recognise them. GUI
    thread."""

    def __init__(
        self,
        journal: Journal,
        history: History,
        recogniser: RecogniserThread,
        texts: Texts,
        notifier: Notifier,
    ) -> None:
        self._journal = journal
        self._history = history
        self._recogniser = recogniser
        self._texts = texts
        self._notifier = notifier
        self._takes: set[int] = set()
        self._put_off: set[int] = set()
        self._late: set[int] = set()
        """Those that were put off because there was no model."""

    def begin(self, options: Options) -> None:
        self._submit(self._journal.leftovers(), options)

    def put_off(self, take: int, error: DictationError) -> bool:
        """Whether the take waits until a recogniser is ready again; then the user is told so."""
        match error:
            case RemoteError():
                self._notifier.show(take, notices.put_off(error))
            case ModelError():
                self._notifier.show(take, models_notices.put_off(error))
                self._late.add(take)
            case _:
                return False
        self._put_off.add(take)
        return True

    def try_again(self, options: Options) -> None:
        """A recogniser is ready."""
        takes, self._put_off = sorted(self._put_off), set()
        self._submit(takes, options)

    def concerns(self, take: int) -> bool:
        return take in self._takes

    def recognised(self, transcript: Transcript) -> None:
        take = transcript.take
        self._takes.discard(take)
        self._history.recovered(take, transcript)
        if transcript.text:
            self._texts.keep(take, transcript.text)
            told = notices.late if take in self._late else notices.recovered
            self._notifier.show(take, told(transcript))
        self._late.discard(take)
        keep_recording(self._history, self._journal, take)

    def failed(self, take: int, error: DictationError) -> None:
        self._takes.discard(take)  # its audio stays for the next start …
        if isinstance(error, notices.WAITING):  # … or for when that is over
            self._put_off.add(take)
        logger.warning("take %s not recovered: %s", take, type(error).__name__)

    def _submit(self, takes: Iterable[int], options: Options) -> None:
        for take in takes:
            self._takes.add(take)
            self._recogniser.submit(take, options, partial(self._journal.read, take))
