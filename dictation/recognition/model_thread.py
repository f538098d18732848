"""A model thread of the recogniser process: decodes what is due."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterable, Sequence

from dictation.recognition.ahead import Pace
from dictation.recognition.calling_off import CalledOff
from dictation.recognition.jobs import Decode, DecodeAhead, Deliver, Job, Jobs, Report
from dictation.recognition.messages import Advanced, Decoded, Ended, Failed, Setup
from dictation.recognition.reader import Link, Reader, fault_of
from dictation.recognition.recogniser import Utterance, decode_together
from dictation.recognition.units import Unit

logger = logging.getLogger(__name__)

_ALL_WARM = object()


class ModelThread:
    """One of those that decode; where there are several, each decodes another take."""

    def __init__(self, jobs: Jobs, reader: Reader, link: Link, setup: Setup, most: int) -> None:
        """most: units that are decoded at once."""
        self._jobs = jobs
        self._reader = reader
        self._link = link
        self._setup = setup
        self._most = most
        self._pace = Pace()

    def run(self, warm_ups: Iterable[None] = ()) -> None:
        """The thread. warm_ups: done while there is nothing else to do."""
        left = iter(warm_ups)
        while True:
            while not (self._reader.listens or self._jobs.are_waiting()):
                # While nobody speaks, something is made ready for the first who will.
                if next(left, _ALL_WARM) is _ALL_WARM:
                    break
            job = self._jobs.next()
            if job is None:
                return
            for each in self._with_others(job):
                self._do(each)
                self._jobs.done(each)

    def _with_others(self, job: Job) -> Sequence[Job]:
        """The job, and those whose units were decoded together with its own."""
        if self._most == 1 or not isinstance(job, Decode):
            return [job]
        together = [job, *self._jobs.more(job, self._most - 1)]
        wanted = [each for each in together if self._reader.wants(each.utterance.take)]
        try:
            decode_together([(each.utterance, each.unit) for each in wanted])
        except Exception:  # one unit may spoil all of them; alone, it spoils its own take
            logger.exception("%s units could not be decoded together", len(wanted))
        return together

    def _do(self, job: Job) -> None:
        utterance = job.utterance
        if not self._reader.wants(utterance.take):
            return
        try:
            match job:
                case Decode(_, unit):
                    began_s = time.monotonic()
                    self._decode(utterance, unit)
                    utterance.decode(unit)
                    if not utterance.is_live:
                        self._jobs.note(began_s, time.monotonic())
                    self._link.send(Decoded(utterance.take, utterance.news()))
                    self._link.send(utterance.hypothesis())
                case DecodeAhead(_, ahead, call_off) if self._pace.affords(ahead):
                    with call_off.in_force(), contextlib.suppress(CalledOff):
                        self._decode(utterance, ahead.unit)
                        self._link.send(utterance.hypothesis())
                case Report(_, samples):
                    self._link.send(Advanced(utterance.take, samples))
                case Deliver():
                    self._reader.delivered(utterance.take)
                    self._link.send(Ended(utterance.take))
        except Exception as error:  # the thread's boundary: the take fails, the loop goes on
            logger.exception("take %s could not be decoded", utterance.take)
            self._reader.delivered(utterance.take)
            self._link.send(Failed(utterance.take, fault_of(error, self._setup)))

    def _decode(self, utterance: Utterance, unit: Unit) -> None:
        if not utterance.knows(unit):
            began_s = time.monotonic()
            utterance.decode_ahead(unit)
            self._pace.note(unit, time.monotonic() - began_s)
