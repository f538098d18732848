"""Subtitles: SubRip (.srt) and WebVTT (.vtt)."""

from __future__ import annotations

from collections.abc import Sequence

from dictation.speech import Segment
from dictation.text.cues import Cue, cues
from dictation.text.rich import Detail


def srt(segments: Sequence[Segment], detail: Detail = Detail.PLAIN) -> str:
    """SubRip; empty if there is no text."""
    blocks = (
        f"{number}\n{_times(cue, ',')}\n{_lines(cue)}\n"
        for number, cue in enumerate(cues(segments, detail), start=1)
    )
    return "\n".join(blocks)


def vtt(segments: Sequence[Segment], detail: Detail = Detail.PLAIN) -> str:
    """WebVTT, as the W3C has it; only its head if there is no text."""
    blocks = (f"\n{_times(cue, '.')}\n{_escaped(_lines(cue))}\n" for cue in cues(segments, detail))
    return "WEBVTT\n" + "".join(blocks)


def _times(cue: Cue, point: str) -> str:
    return f"{_time(cue.start_ms, point)} --> {_time(cue.end_ms, point)}"


def _time(at_ms: int, point: str) -> str:
    seconds, ms = divmod(at_ms, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{point}{ms:03}"


def _lines(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _escaped(text: str) -> str:
    """What begins a tag or an entity in WebVTT is text here; an arrow would end the cue."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
