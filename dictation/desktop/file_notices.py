"""What the user is told about files: the words of their notifications and of the tray."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dictation.desktop.excerpt import excerpt
from dictation.desktop.notices import COPY, MOST_CHARACTERS, Action, Notice, Urgency
from dictation.errors import DictationError, system_words
from dictation.speech import Transcript
from dictation.text.rich import all_signs
from dictation.translation import N_, _, ngettext

CANCEL = Action("cancel-files", N_("Cancel"))
SAVE = Action("save-files", N_("Save beside the file"))
_SAVE_ALL = Action(SAVE.key, N_("Save beside the files"))

_TRANSCRIBING = N_("Transcribing {name}…")
_TRANSCRIBED = N_("Transcribed {name}")
_NOT_TRANSCRIBED = N_("Not transcribed: {name}")
_COPIED = N_("It is on the clipboard.")
_NO_SPEECH = N_("No speech was heard in {name}.")
_DAMAGED = N_("{name} is damaged; what could be read was transcribed.")
_SAVED = N_("Saved as {name}.")
_NOT_SAVED = N_("It could not be saved beside the file: {reason}.")
_MOST_NAMES = 3
_PART = N_("Transcribing {name}: {part:.0%}")
_BEHIND = N_("{told}, {count} more")


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file."""

    path: Path
    transcript: Transcript | None = None
    error: DictationError | None = None
    """Why there is none."""
    damage: str = ""
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Saved:
    """Texts that were put beside their files."""

    files: tuple[Path, ...] = ()
    reason: str = ""
    """Why not all of them were."""


@dataclass(slots=True)
class Batch:
    """Files that were chosen together, or while the first of them were transcribed."""

    number: int
    """Of its bubble."""
    results: Sequence[FileResult]
    saved: Saved = Saved()
    is_copied: bool = False
    """Whether that was tried."""
    not_copied: DictationError | None = None

    @property
    def text(self) -> str:
        """What goes on the clipboard: of several files, each under its name."""
        heard = [
            (result.path, result.transcript.text)
            for result in self.results
            if result.transcript is not None and result.transcript.text
        ]
        if len(self.results) == 1:
            return heard[0][1] if heard else ""
        return "\n\n".join(f"{path.name}\n{text}" for path, text in heard)


def nothing_copied() -> Notice:
    """There is none to transcribe."""
    return Notice(
        _("No audio file on the clipboard"),
        _("Copy one in the file manager first, then try again."),
    )


def cancelled() -> Notice:
    """As the user asked."""
    return Notice(_("Transcription cancelled"), urgency=Urgency.LOW)


def begun(names: Sequence[str]) -> Notice:
    """These are being transcribed."""
    return Notice(_(_TRANSCRIBING).format(name=_named(names)), "", (_shown(CANCEL),), Urgency.LOW)


def progress(name: str, part: float, behind: int) -> str:
    """For the tray. behind: how many more wait."""
    told = _(_PART).format(name=name, part=part)
    return _(_BEHIND).format(told=told, count=behind) if behind else told


def ended(batch: Batch) -> Notice:
    """All are done, and the text, if there is one, was copied."""
    good = [result for result in batch.results if result.transcript is not None]
    body = []
    if batch.text:
        body += [_told(batch.not_copied) or _(_COPIED)]
    body += _saved(batch.saved)
    body += [oddity for result in batch.results if (oddity := _oddity(result))]
    title = _(_TRANSCRIBED) if good else _(_NOT_TRANSCRIBED)
    titled = title.format(name=_named([result.path.name for result in good or batch.results]))
    heard = all_signs(
        segment
        for result in good
        if result.transcript is not None
        for segment in result.transcript.segments
    )
    save = () if batch.saved.files else (SAVE if len(good) == 1 else _SAVE_ALL,)
    actions = tuple(map(_shown, (*save, COPY))) if batch.text else ()
    said = excerpt(batch.text, MOST_CHARACTERS)
    return Notice(" ".join((*heard, titled)), "\n".join(body), actions, said=said)


def saved_now(saved: Saved) -> Notice:
    """The user asked for it in the bubble."""
    told = _saved(saved)
    return Notice(told[0].rstrip(".。"), "\n".join(told[1:]))


def _saved(saved: Saved) -> list[str]:
    told = [_(_SAVED).format(name=file.name) for file in saved.files[:_MOST_NAMES]]
    if len(saved.files) > _MOST_NAMES:
        told = [_(_SAVED).format(name=_named([file.name for file in saved.files]))]
    return told + (
        [_(_NOT_SAVED).format(reason=system_words(saved.reason))] if saved.reason else []
    )


def _shown(action: Action) -> Action:
    return Action(action.key, _(action.label))


def _count(number: int) -> str:
    return ngettext("{count} file", "{count} files", number).format(count=number)


def _told(error: DictationError | None) -> str:
    return "" if error is None else error.whole


def _named(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else _count(len(names))


def _oddity(result: FileResult) -> str:
    if result.error is not None:
        return _told(result.error)
    if result.damage:
        return _(_DAMAGED).format(name=result.path.name)
    if result.transcript is not None and not result.transcript.text:
        return _(_NO_SPEECH).format(name=result.path.name)
    return ""
