"""What can go wrong in an evaluation; part of the tree in ``dictation.errors``."""

from __future__ import annotations

from dictation.errors import DictationError


class EvaluationError(DictationError):
    """An evaluation that cannot be done."""

    exit_code = 9


class RecordingsFolderMissing(EvaluationError):
    template = "There is no folder {folder}."
    remedy_template = "Name the folder that holds the recordings."


class ReferencesUnreadable(EvaluationError):
    template = "The references {file} cannot be read: {reason}."
    remedy_template = "Check its name and that it is a text file in UTF-8."


class ReferenceBad(EvaluationError):
    template = "{place} of {file} is no reference: {reason}."
    remedy_template = (
        "Write a JSON list of objects with file and text, lines of FILE, tab, TEXT, or lines of an "
        "utterance's id and its text as Kaldi has them."
    )


class NothingToEvaluate(EvaluationError):
    template = "No recording that {file} names can be used; those looked for in {folder}: {number}."
    remedy_template = "Check that folder and references belong together."


class BackendUnknown(EvaluationError):
    template = "There is no backend {name}."
    remedy_template = "Name some of these, with commas between them: {known}."
