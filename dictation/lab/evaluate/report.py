"""An evaluation as JSON: all figures, and what was heard in every recording."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dictation.lab.evaluate.evaluation import Column, Evaluation
from dictation.lab.evaluate.recordings import Inventory, Recording
from dictation.lab.evaluate.scores import Score, Share, Summary, Times, differing_texts, summary

_SHARES = ("characters", "words", "exact", "language", "emotion", "event", "made_up")


def as_json(evaluation: Evaluation, inventory: Inventory, model: str) -> dict[str, Any]:
    """Shares have a count, what it is out of and a percentage; times are in seconds."""
    columns = evaluation.columns
    unusable = (*inventory.unusable, *evaluation.unusable)
    return {
        "model": model,
        "recordings": len(evaluation.recordings),
        "duration_s": round(evaluation.duration_s, 3),
        "unusable": [
            {"file": str(error.fields.get("file", "")), "reason": str(error)} for error in unusable
        ],
        "unlisted": [str(path) for path in inventory.unlisted],
        "columns": [_column(column, summary(evaluation, column)) for column in columns],
        "differing_texts": [
            {"columns": [one.name, other.name], "recordings": differing_texts(one, other)}
            for index, one in enumerate(columns)
            for other in columns[index + 1 :]
        ],
        "heard": [
            _recording(recording, columns, index)
            for index, recording in enumerate(evaluation.recordings)
        ],
    }


def _column(column: Column, figures: Summary) -> dict[str, Any]:
    return {
        "name": column.name,
        "way": column.way,
        "backend": column.backend,
        "scores": {group: _score(score) for group, score in figures.scores.items()},
        "units": {
            "number": sum(figures.closings.values()),
            "closed_by": dict(figures.closings),
            "length_s": figures.unit_lengths and _times(figures.unit_lengths),
        },
        "left_at_the_end_s": _times(figures.after_end),
        "real_time_factor": round(figures.real_time_factor, 5),
    }


def _score(score: Score) -> dict[str, Any]:
    return {"recordings": score.recordings, "with_words": score.with_words} | {
        name: _share(getattr(score, name)) for name in _SHARES
    }


def _share(share: Share) -> dict[str, Any]:
    percent = share.percent
    return asdict(share) | {"percent": None if percent is None else round(percent, 3)}


def _times(times: Times) -> dict[str, float]:
    return {"median": round(times.median, 6), "p95": round(times.most, 6)}


def _recording(recording: Recording, columns: tuple[Column, ...], index: int) -> dict[str, Any]:
    reference = recording.reference
    return {
        "file": str(recording.audio.path),
        "duration_s": round(recording.audio.duration_s, 3),
        "text": reference.text,
        "language": reference.language,
        "emotion": reference.emotion,
        "event": reference.event,
        "columns": {column.name: asdict(column.heard[index]) for column in columns},
    }
