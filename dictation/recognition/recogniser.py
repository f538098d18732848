"""The recogniser: models that stay loaded, and takes that go through them as they are spoken."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dictation.errors import ModelDamaged
from dictation.paths import resource
from dictation.recognition.ahead import Ahead, Lookout
from dictation.recognition.backends.choice import load_chosen
from dictation.recognition.backends.contract import Batching, OnProgress
from dictation.recognition.decoder import Asked, Decoder, load_vocabulary
from dictation.recognition.in_use import hold
from dictation.recognition.model_folder import read_folder
from dictation.recognition.options import OpenUnit, Options
from dictation.recognition.units import Unit, UnitCutter
from dictation.recognition.vad import VoiceDetector
from dictation.settings import BackendName
from dictation.speech import Hypothesis, Samples, Segment, Transcript
from dictation.text.joining import join, transcript_of
from dictation.text.rich import all_signs
from dictation.translation import Phrase


class Recogniser:
    """SenseVoice and FSMN-VAD, loaded.

    Its takes may be fed side by side. The VAD belongs to one thread at a time, and so does the
    decoder of a GPU and of FunASR's classes; the others may decode several takes side by side.

        recogniser = Recogniser.load("demo")
        print(recogniser.transcribe(AudioFile("talk.flac").chunks()).text)

    Attributes:
        backend: what computes the model; never AUTO.
        most_at_once: how many units of different takes ``decode_together`` decodes faster;
            1 unless ``prepare_for_many`` finds another number.
        warm_ups(): makes ready, step by step, what the first units would wait for.
    """

    def __init__(
        self,
        model_folder: Path,
        vad_folder: Path | None = None,
        backend: BackendName = BackendName.AUTO,
        threads: int = 1,
        on_preparing: OnProgress = lambda _part: None,
    ) -> None:
        """vad_folder None: the bundled FSMN-VAD. threads: of one decode, at most; 0: as
        many as make it faster.

        on_preparing: told how far it is, from 0 to 1, when a model is prepared for this machine;
        that happens once. Raises a ModelError, EngineMissing or BackendUnfit.
        """
        model = read_folder(model_folder)
        if (held := hold(model.weights)) is not None:
            weakref.finalize(self, held.close)
        vocabulary = load_vocabulary(model)
        if not vocabulary.GetPieceSize():
            raise ModelDamaged(folder=model_folder, reason=Phrase("its vocabulary is empty"))
        self.backend, computing = load_chosen(
            backend, model, vocabulary.GetPieceSize(), threads, on_preparing
        )
        self.warm_ups = computing.warm_ups
        self._computing = computing
        self.most_at_once = 1
        self._decoder = Decoder(model, vocabulary, computing)
        self._detector = VoiceDetector(vad_folder or resource("vad"))

    @classmethod
    def load(cls, model: str = "") -> Recogniser:
        """model: a folder, or ``demo``; empty: the published one, which must have been downloaded.

        Raises a ModelError, EngineMissing or BackendUnfit.
        """
        from dictation.recognition.setup import chosen_folder  # the process needs none of it

        return cls(chosen_folder(model), threads=0)

    def prepare_for_many(self) -> None:
        """Makes ready, where that pays, what decodes units of several takes at once."""
        if isinstance(self._computing, Batching):
            self._computing.prepare_batches()
            self.most_at_once = self._computing.most_at_once

    def open(self, take: int, options: Options = Options()) -> Utterance:  # noqa: B008 - frozen
        """A new take."""
        return Utterance(take, UnitCutter(self._detector, options.profile), self._decoder, options)

    def transcribe(
        self,
        chunks: Iterable[Samples],
        options: Options = Options(),  # noqa: B008 - frozen
    ) -> Transcript:
        """All of it at once: the same as a take that is spoken faster."""
        utterance = self.open(0, options)
        for samples in chunks:
            utterance.feed(samples)
        return utterance.finish()


_Key = tuple[tuple[float, float, int], int]


@dataclass(frozen=True, slots=True)
class _DecodedAhead:
    """What a unit gave that was still open when it was decoded."""

    key: _Key
    segment: Segment | None


class Utterance:
    """One take while it is being recognised.

    ``feed`` and ``finish`` do all that there is to do in the calling thread. The recogniser
    process, whose VAD and model live on two threads, calls ``cut``, ``cut_rest`` and ``ahead`` on
    the one, ``decode``, ``decode_ahead`` and what tells the text on the other.
    """

    def __init__(self, take: int, cutter: UnitCutter, decoder: Decoder, options: Options) -> None:
        self.take = take
        self._cutter = cutter
        self._lookout = Lookout(cutter)
        self._decoder = decoder
        self.options = options
        self._segments: list[Segment] = []
        self._ahead: _DecodedAhead | None = None
        self._told = 0  # segments

    @property
    def is_live(self) -> bool:
        """Whether somebody waits for it."""
        return self.options.profile.is_live

    @property
    def speaking(self) -> bool:
        """Whether the voice went on at the end of what was heard."""
        return self._cutter.speaking

    def feed(self, samples: Samples) -> None:
        """Hears more of the take, and decodes the units that it closes."""
        for unit in self.cut(samples):
            self.decode(unit)

    def finish(self) -> Transcript:
        """Decodes what is left."""
        for unit in self.cut_rest():
            self.decode(unit)
        return self.transcript()

    def cut(self, samples: Samples) -> list[Unit]:
        """Hears more of the take; the units that it closes, to be decoded in this order."""
        return self._cutter.feed(samples)

    def cut_rest(self) -> list[Unit]:
        """The units that were still open at the end of the take."""
        return self._cutter.finish()

    def ahead(self) -> Ahead | None:
        """What of the open unit is worth decoding now; the same object for as long as it stands."""
        if self.options.profile.open_unit is OpenUnit.WAITS:
            return None
        return self._lookout.look()

    def knows(self, unit: Unit) -> bool:
        """Whether just this was decoded ahead, so that decoding takes no time."""
        return self._ahead is not None and self._ahead.key == self._key(unit)

    def decode(self, unit: Unit) -> None:
        """Adds the unit's segment, if it holds speech."""
        self.decode_ahead(unit)
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.segment is not None:
            self._segments.append(ahead.segment)

    def decode_ahead(self, unit: Unit) -> None:
        """Decodes an open unit as it stands; if it closes like this, nothing is left to do.

        All units before it have been decoded.
        """
        if not self.knows(unit):
            self.keep(unit, self._decoder.decode(unit, self.options, self._segments))

    def asked(self, unit: Unit) -> Asked:
        """What the decoder is asked for this unit, once all before it were decoded."""
        return Asked(unit, self.options, self._segments)

    def keep(self, unit: Unit, segment: Segment | None) -> None:
        """What this unit gave, should it close as it is."""
        self._ahead = _DecodedAhead(self._key(unit), segment)

    @property
    def decoder(self) -> Decoder:
        """Shared by all takes of a recogniser."""
        return self._decoder

    def hypothesis(self) -> Hypothesis:
        """What is known so far; the text of an open unit is tentative."""
        final = self._text()
        ahead = self._ahead.segment if self._ahead else None
        if ahead is None:
            return Hypothesis(self.take, final, "", all_signs(self._segments))
        tentative = self._text(ahead).removeprefix(final)
        return Hypothesis(self.take, final, tentative, all_signs((*self._segments, ahead)))

    def transcript(self) -> Transcript:
        """All that was decoded."""
        return transcript_of(self.take, self._segments)

    def news(self) -> tuple[Segment, ...]:
        """The segments that came since it was last asked."""
        new = tuple(self._segments[self._told :])
        self._told += len(new)
        return new

    def _text(self, *more: Segment) -> str:
        return join(segment.text for segment in (*self._segments, *more))

    def _key(self, unit: Unit) -> _Key:
        # The text of a unit may lean on the segments before it.
        return unit.key, len(self._segments)


def decode_together(units: Sequence[tuple[Utterance, Unit]]) -> None:
    """Decodes ahead one unit of each of several takes of one recogniser."""
    unknown = [(utterance, unit) for utterance, unit in units if not utterance.knows(unit)]
    if unknown:
        decoder = unknown[0][0].decoder
        segments = decoder.decode_all([utterance.asked(unit) for utterance, unit in unknown])
        for (utterance, unit), segment in zip(unknown, segments, strict=True):
            utterance.keep(unit, segment)
