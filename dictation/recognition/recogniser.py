"""The recogniser: models that stay loaded, and takes that go through them as they are spoken."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dictation.errors import ModelDamaged
from dictation.paths import resource
from dictation.recognition.decoder import Decoder, load_vocabulary
from dictation.recognition.model_folder import read_folder
from dictation.recognition.options import Options
from dictation.recognition.reference import ReferenceBackend
from dictation.recognition.units import Unit, UnitCutter
from dictation.recognition.vad import VoiceDetector
from dictation.speech import Hypothesis, Samples, Segment, Transcript
from dictation.text.joining import join


class Recogniser:
    """SenseVoice and FSMN-VAD, loaded.

    Its takes may be fed side by side, but VAD and decoder each belong to one thread at a time.

        recogniser = Recogniser(Path("SenseVoiceSmall"))
        print(recogniser.transcribe(chunks).text)
    """

    def __init__(self, model_folder: Path, vad_folder: Path | None = None) -> None:
        """vad_folder None: the bundled FSMN-VAD. Raises a ModelError or EngineMissing."""
        model = read_folder(model_folder)
        vocabulary = load_vocabulary(model)
        if not vocabulary.GetPieceSize():
            raise ModelDamaged(folder=model_folder, reason="its vocabulary is empty")
        backend = ReferenceBackend(model, vocabulary.GetPieceSize())
        self._decoder = Decoder(model, vocabulary, backend)
        self._detector = VoiceDetector(vad_folder or resource("vad"))

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


class Utterance:
    """One take while it is being recognised.

    ``feed`` and ``finish`` do all that there is to do in the calling thread. The recogniser
    process, whose VAD and model live on two threads, calls ``cut``, ``cut_rest`` and ``decode``
    instead.
    """

    def __init__(self, take: int, cutter: UnitCutter, decoder: Decoder, options: Options) -> None:
        self.take = take
        self._cutter = cutter
        self._decoder = decoder
        self._options = options
        self._segments: list[Segment] = []

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

    def decode(self, unit: Unit) -> None:
        """Adds the unit's segment, if it holds speech."""
        segment = self._decoder.decode(unit, self._options.language, self._options.style)
        if segment is not None:
            self._segments.append(segment)

    def hypothesis(self) -> Hypothesis:
        """What is known so far."""
        return Hypothesis(self.take, self._text(), "")

    def transcript(self) -> Transcript:
        """All that was decoded."""
        return Transcript(self.take, tuple(self._segments), self._text())

    def _text(self) -> str:
        return join(segment.text for segment in self._segments)
