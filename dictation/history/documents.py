"""Takes as files: plain text, JSON and subtitles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from difflib import SequenceMatcher
from typing import Any

from dictation.history.entries import Entry
from dictation.speech import Emotion, Event, Language, Segment, TextStyle, Token, Transcript
from dictation.text import documents
from dictation.text.joining import gap
from dictation.text.subtitles import srt


def text(entries: Sequence[Entry], zone: tzinfo | None = None) -> str:
    """The text of one; of several, each below the time at which it was spoken.

    zone: of the times; None: as the system has it.
    """
    if len(entries) == 1:
        return f"{entries[0].text}\n"
    return "".join(map(dated, entries, [zone] * len(entries)))


def dated(entry: Entry, zone: tzinfo | None = None) -> str:
    """One of several: its time, the program it was spoken into, its text, an empty line."""
    when = f"{entry.started_at.astimezone(zone):%Y-%m-%d %H:%M}"
    head = f"{when}  {entry.app}" if entry.app else when
    return f"{head}\n{entry.text or entry.error}\n\n"


def as_json(entry: Entry, segments: Sequence[Segment]) -> dict[str, Any]:
    """For ``json.dumps``. Keys are only ever added.

    take, started_at, stage, app, duration_s, language, emotion, event, outcome, error, text
    original    what was recognised at first; null unless the user has put ``text`` in its place
    segments[]  as in ``dictation transcribe --json``; empty where they are not known
    """
    return {
        "take": entry.take,
        "started_at": entry.started_at.isoformat(),
        "stage": entry.stage.value,
        "app": entry.app,
        "duration_s": entry.duration_s,
        "language": entry.language,
        "emotion": entry.emotion,
        "event": entry.event,
        "outcome": entry.outcome,
        "error": entry.error,
        "text": entry.text,
        "original": entry.original,
        "segments": documents.as_json(Transcript(entry.take, tuple(segments), ""))["segments"],
    }


def subtitles(entry: Entry, segments: Sequence[Segment]) -> str:
    """SubRip. Words of a correction have the times of those that they stand for."""
    return srt(timed(entry, segments))


def timed(entry: Entry, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Segments that say what the text says, at the times at which it was spoken."""
    if not segments:
        return (_whole(entry, entry.duration_s or 0.0, ()),) if entry.text else ()
    joined, spans = _spans(segments)
    if joined == entry.text:
        return tuple(segments)
    end_s = max(segment.end_s for segment in segments)
    tokens = tuple(_moved(entry.text, joined, spans))
    return (replace(_whole(entry, end_s, tokens), start_s=segments[0].start_s),)


def _whole(entry: Entry, end_s: float, tokens: tuple[Token, ...]) -> Segment:
    language = entry.language or Language.ENGLISH
    emotion, event = entry.emotion or Emotion.UNKNOWN, entry.event or Event.UNKNOWN
    style = TextStyle.WRITTEN
    return Segment(entry.text, 0.0, end_s, language, emotion, event, style, 1, 1, 1, 1, tokens)


def _spans(segments: Iterable[Segment]) -> tuple[str, list[tuple[float, float]]]:
    """The joined text, and from when to when each of its characters is spoken."""
    joined = ""
    spans: list[tuple[float, float]] = []
    for segment in segments:
        piece = segment.text.strip()
        if not piece:
            continue
        space = gap(joined, piece)
        spans += [(segment.start_s, segment.start_s)] * len(space)
        spans += _of_characters(piece, segment)
        joined += space + piece
    return joined, spans


def _of_characters(piece: str, segment: Segment) -> Iterator[tuple[float, float]]:
    at, now_s = 0, segment.start_s
    for token in segment.tokens:
        said = token.text.strip()
        found = piece.find(said, at) if said else -1
        if found < 0:
            continue
        yield from [(now_s, token.start_s)] * (found - at)
        yield from [(token.start_s, token.end_s)] * len(said)
        at, now_s = found + len(said), token.end_s
    yield from [(now_s, segment.end_s)] * (len(piece) - at)


def _moved(text: str, joined: str, spans: Sequence[tuple[float, float]]) -> Iterator[Token]:
    """A token for each run of characters that has stayed, and for each that stands for others."""
    matcher = SequenceMatcher(None, joined, text, autojunk=False)
    for kind, first, end, new_first, new_end in matcher.get_opcodes():
        if new_first == new_end:
            continue
        if kind == "equal":
            for old, new in zip(range(first, end), range(new_first, new_end), strict=True):
                yield Token(text[new], *spans[old], 1.0)
            continue
        start_s = spans[first][0] if first < len(spans) else spans[-1][1]
        end_s = spans[end - 1][1] if end > first else start_s
        yield Token(text[new_first:new_end], start_s, max(start_s, end_s), 1.0)
