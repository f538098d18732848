"""Brings the texts of takes to where they are meant, all at the end or piece by piece."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dictation.desktop.choices import Choices
from dictation.desktop.insertion_thread import NOBODYS, InsertionThread, Way
from dictation.desktop.live import METHOD, LiveTake, is_possible
from dictation.native.contracts import Target
from dictation.settings import Elsewhere
from dictation.speech import Hypothesis, Outcome, Transcript, Verdict
from dictation.text.replacing import Replacements


class Delivery(QObject):
    """Knows where each take is meant, and what of it is there already.

    Signals:
        ended(int, Verdict): a take's text, all of it, is delivered or will not be.
    """

    ended = Signal(int, object)

    def __init__(self, insertion: InsertionThread, choices: Choices) -> None:
        super().__init__()
        self._insertion = insertion
        self._choices = choices
        self._targets: dict[int, Target | None] = {}
        self._replacements: dict[int, Replacements] = {}
        self._live: dict[int, LiveTake] = {}
        self._complete: dict[int, Transcript] = {}  # takes whose live text is still on its way
        insertion.inserted.connect(self._on_inserted)

    def begin(self, take: int, target: Target | None) -> None:
        """The take is meant for the window that has the focus now."""
        self._targets[take] = target
        replacements = self._choices.replacements(target.app if target else "")
        self._replacements[take] = replacements
        chosen = self._choices.settings
        if chosen.insertion.live and not chosen.insertion.copy_only and is_possible(chosen.hotkey):
            self._live[take] = LiveTake(replacements, chosen.insertion.final_punctuation)

    def forward(self, hypothesis: Hypothesis) -> None:
        """Where that is wanted, what will not change is inserted at once."""
        live, take = self._live.get(hypothesis.take), hypothesis.take
        more = live.more(hypothesis.final) if live is not None else ""
        if more:
            # Its pieces go by the negative number.
            self._insertion.insert(-take, more, self._targets.get(take), Way.INSERT)

    def written(self, transcript: Transcript) -> Transcript:
        """The take with its text as it is to be typed; it may be one of an earlier run."""
        take, heard = transcript.take, transcript.text
        if take in self._live:
            return replace(transcript, text=self._live[take].written(heard))
        text = self._choices.written(heard, self._replacements.get(take))
        return replace(transcript, text=text)

    def deliver(self, transcript: Transcript) -> None:
        """What is not there yet, once it is known what became of the pieces before it."""
        take, text = transcript.take, transcript.text
        live = self._live.get(take)
        if live is not None and live.on_its_way:
            self._complete[take] = transcript
            return
        if live is not None and live.delivered:
            text = live.rest(text)
            if not text.strip():
                verdict = Verdict(Outcome.DELIVERED, METHOD)
                QTimer.singleShot(0, self, partial(self.ended.emit, take, verdict))
                return
        chosen = self._choices.settings.insertion
        is_torn = live is not None and live.is_torn
        way = Way.COPY if chosen.copy_only or is_torn else Way.INSERT
        anywhere = chosen.elsewhere is Elsewhere.INSERT
        self._insertion.insert(take, text, None if anywhere else self._targets.get(take), way)

    def forget(self, take: int) -> None:
        self._targets.pop(take, None)
        self._replacements.pop(take, None)
        self._live.pop(take, None)

    @Slot(int, object)
    def _on_inserted(self, take: int, verdict: Verdict) -> None:
        if take == NOBODYS:
            return
        if take > 0:
            self.ended.emit(take, verdict)
            return
        live = self._live.get(-take)
        if live is not None:
            live.ended(verdict)
        transcript = self._complete.pop(-take, None)
        if transcript is not None:
            self.deliver(transcript)
