"""What an earlier run left behind: recognised, offered to the user, never typed."""

from __future__ import annotations

import logging
from functools import partial

from dictation.audio.journal import Journal
from dictation.desktop import notices
from dictation.desktop.notifications import Notifier
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.texts import Texts
from dictation.errors import DictationError
from dictation.history import History
from dictation.recognition.options import Options
from dictation.speech import Transcript

logger = logging.getLogger(__name__)


class Recovery:
    """Knows which takes are not of this run. GUI thread."""

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

    def begin(self, options: Options) -> None:
        for take in self._journal.leftovers():
            self._takes.add(take)
            self._recogniser.submit(take, options, partial(self._journal.read, take))

    def concerns(self, take: int) -> bool:
        return take in self._takes

    def recognised(self, transcript: Transcript) -> None:
        take = transcript.take
        self._takes.discard(take)
        self._history.recovered(take, transcript)
        if transcript.text:
            self._texts.keep(take, transcript.text)
            self._notifier.show(take, notices.recovered(transcript))
        self._journal.remove(take)

    def failed(self, take: int, error: DictationError) -> None:
        self._takes.discard(take)  # its audio stays for the next start
        logger.warning("take %s not recovered: %s", take, type(error).__name__)
