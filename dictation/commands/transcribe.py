"""``dictation transcribe``: files in, text out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path, PurePath
from typing import Protocol, Self

from dictation import paths, settings
from dictation.audio import piped
from dictation.audio.files import AudioFile
from dictation.audio.finding import Found, found
from dictation.audio.piped import PipedAudio
from dictation.client.address import Server, chosen_server, read_token, same_server, server_at
from dictation.client.link import ServerPlace
from dictation.commands.outputs import Output, output_for
from dictation.commands.progress_bar import Far, ProgressBar
from dictation.commands.telling import DEMO_MODEL, note, tell
from dictation.errors import (
    BackendUnfit,
    DictationError,
    EngineMissing,
    ModelError,
    PipedAudioWrong,
    ServerAway,
    ServerBusy,
    ServerChoosesItself,
    ServerForbids,
    ServerForeign,
    ServerNotTrusted,
    ServerTooSlow,
)
from dictation.recognition.messages import Advanced, Progress, Stage
from dictation.recognition.options import FILE, Options, chosen_options
from dictation.recognition.process import Limits, RecogniserProcess
from dictation.recognition.setup import DEMO, find_setup
from dictation.speech import SAMPLE_RATE_HZ, Hypothesis, Samples, TextStyle, Transcript
from dictation.text.documents import document
from dictation.text.rich import Detail
from dictation.translation import Phrase, _, ngettext

_STANDARD_INPUT = Path("-")
_DAMAGED = 3  # as of audio that cannot be used at all
_INTERRUPTED = 130  # as cli has it
# What would fail each file in the same way.
_OF_ALL = (
    *(ModelError, EngineMissing, BackendUnfit),
    *(ServerAway, ServerBusy, ServerForbids, ServerForeign, ServerNotTrusted, ServerTooSlow),
)
_SERVER = Limits(answer_s=300.0)  # it may have a queue


class Transcriber(Protocol):
    """Turns audio into text, wherever it does that."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def transcribe(
        self,
        take: int,
        audio: Callable[[], Iterable[Samples]],
        options: Options,
        on_message: Callable[[Progress | Hypothesis | Advanced], None],
    ) -> Transcript:
        """audio: may be called again, and gives the same. Raises a DictationError."""
        ...


class Audio(Protocol):
    """What is to be transcribed."""

    @property
    def duration_s(self) -> float: ...
    @property
    def bad_samples(self) -> int: ...
    @property
    def damage(self) -> str: ...
    def chunks(self) -> Iterator[Samples]: ...


@dataclass(frozen=True, slots=True)
class _File:
    found: Found
    name: str
    audio: Audio

    @property
    def shown(self) -> str:
        """Its name, for a person."""
        return _(self.name) if self.found.path == _STANDARD_INPUT else self.name


def run(chosen: argparse.Namespace) -> int:
    """The exit code: that of the first file that failed; the others are still done."""
    usual = settings.load(paths.settings_file()).recognition
    codes: list[int] = []
    # Every file is looked at first: a mistyped name need not wait for a model to load.
    files = list(_opened(chosen, codes))
    if files:
        output = output_for(
            [file.found for file in files], settings.Form(chosen.format), chosen.output
        )
        work = _Work(chosen, _options(chosen, usual), files, output)
        with _transcriber(chosen, usual) as transcriber:
            try:
                codes += work.done_by(transcriber)
            except KeyboardInterrupt:
                work.bar.clear()
                note(output.interrupted(len(files)))
                return _INTERRUPTED
    return codes[0] if codes else 0


def _transcriber(chosen: argparse.Namespace, usual: settings.RecognitionSettings) -> Transcriber:
    if chosen.server:
        if chosen.model or chosen.backend:
            raise ServerChoosesItself
        return RecogniserProcess(ServerPlace(_server(chosen, usual)), _SERVER)
    recognition = replace(
        usual,
        model=chosen.model or usual.model,
        backend=settings.BackendName(chosen.backend or usual.backend),
    )
    if recognition.model == DEMO:
        note(_(DEMO_MODEL))
    return RecogniserProcess(find_setup(recognition))


def _server(chosen: argparse.Namespace, usual: settings.RecognitionSettings) -> Server:
    token, ca_file = "", chosen.ca_file
    if chosen.token_file:
        token = read_token(chosen.token_file)
    elif usual.server and same_server(usual.server, chosen.server):
        # No token goes to a server that it was not meant for.
        known = chosen_server(replace(usual, use_server=True))
        token, ca_file = known.token if known else "", ca_file or (known and known.ca_file)
    server = server_at(chosen.server, token, ca_file)
    if server.is_overheard:
        note(_("speech and token go to that server unencrypted; https does better."))
    return server


def _opened(chosen: argparse.Namespace, codes: list[int]) -> Iterator[_File]:
    named = [path for path in chosen.files if path != _STANDARD_INPUT]
    files, errors = found(named)
    if len(named) < len(chosen.files):
        files.insert(0, Found(_STANDARD_INPUT, PurePath("stdin")))
    codes += map(tell, errors)
    for file in files:
        try:
            if file.path == _STANDARD_INPUT:
                yield _File(file, piped.NAME, _standard_input(chosen.rate))
            else:
                yield _File(file, str(file.path), AudioFile(file.path))
        except DictationError as error:
            codes.append(tell(error))


def _standard_input(rate_hz: int | None) -> PipedAudio:
    if sys.stdin.isatty():
        raise PipedAudioWrong(reason=Phrase("it is a terminal"))
    return PipedAudio(sys.stdin.buffer, piped.raw(rate_hz) if rate_hz else None)


def _options(chosen: argparse.Namespace, usual: settings.RecognitionSettings) -> Options:
    language = settings.SpokenLanguage(chosen.language or usual.language)
    style = TextStyle.SPOKEN if chosen.no_itn else usual.style
    return chosen_options(replace(usual, language=language, style=style), FILE)


class _Work:
    """All files, one after the other.

    Attributes:
        bar: how far it is, on a terminal.
    """

    def __init__(
        self, chosen: argparse.Namespace, options: Options, files: list[_File], output: Output
    ) -> None:
        self.bar = ProgressBar()
        self._form = settings.Form(chosen.format)
        self._detail = Detail.RICH if chosen.rich else Detail.PLAIN
        self._options = options
        self._files = files
        self._output = output
        lengths = [file.audio.duration_s for file in files]
        self._total_s = sum(lengths) if all(lengths) else 0.0

    def done_by(self, transcriber: Transcriber) -> Iterator[int]:
        """The exit code of each file that failed."""
        lengths_s = [file.audio.duration_s for file in self._files]
        befores_s = accumulate(lengths_s, initial=0.0)
        for index, (file, before_s) in enumerate(zip(self._files, befores_s, strict=False)):
            try:
                transcript = transcriber.transcribe(
                    index, file.audio.chunks, self._options, _Told(self, index, before_s)
                )
                self.bar.clear()
                self._put(index, file, transcript)
            except _OF_ALL:
                self.bar.clear()
                raise
            except DictationError as error:
                self.bar.clear()
                yield tell(error)
                continue
            if file.audio.damage:
                yield _DAMAGED

    def show(self, index: int, done_s: float) -> None:
        """So much of that file and all before it is recognised."""
        name = PurePath(self._files[index].shown).name
        if len(self._files) > 1:
            name = _("{name} ({number} of {count})").format(
                name=name, number=index + 1, count=len(self._files)
            )
        self.bar.show(Far(name, done_s, self._total_s))

    def _put(self, index: int, file: _File, transcript: Transcript) -> None:
        text = document(transcript, self._form, self._detail, file.name, file.audio.duration_s)
        told = self._output.put(index, text)
        if told and sys.stderr.isatty():
            note(told)
        _note_oddities(file, transcript)


class _Told:
    """Heeds what is told of one file."""

    def __init__(self, work: _Work, index: int, before_s: float) -> None:
        self._work = work
        self._index = index
        self._before_s = before_s

    def __call__(self, message: Progress | Hypothesis | Advanced) -> None:
        match message:
            case Progress(Stage.PREPARING, 0.0):
                note(
                    _("preparing the model for this machine; this happens once, for some seconds.")
                )
            case Progress(Stage.READY):
                self._work.show(self._index, self._before_s)
            case Advanced(_, samples):
                self._work.show(self._index, self._before_s + samples / SAMPLE_RATE_HZ)


def _note_oddities(file: _File, transcript: Transcript) -> None:
    if file.audio.damage:
        told = _("{name} is damaged: {reason}. What could be read was transcribed.")
        note(told.format(name=file.shown, reason=file.audio.damage))
    if file.audio.bad_samples:
        bad = file.audio.bad_samples
        told = ngettext(
            "{name} has {count} sample that is NaN or infinite; it was taken as silence.",
            "{name} has {count} samples that are NaN or infinite; they were taken as silence.",
            bad,
        )
        note(told.format(name=file.shown, count=bad))
    if not transcript.segments:
        note(_("no speech was heard in {name}.").format(name=file.shown))
