"""A transcript as a file: plain text, a table, or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dictation.settings import Form
from dictation.speech import Segment, Transcript
from dictation.text.rich import Detail, rich_line
from dictation.text.subtitles import srt, vtt
from dictation.text.words import words_of


def document(
    transcript: Transcript, form: Form, detail: Detail, source: str, duration_s: float
) -> str:
    """source: the audio's name, and duration_s its length; JSON has both, and all of the detail."""
    match form:
        case Form.TXT:
            return txt(transcript, detail)
        case Form.SRT:
            return srt(transcript.segments, detail)
        case Form.VTT:
            return vtt(transcript.segments, detail)
        case Form.TSV:
            return tsv(transcript.segments, detail)
        case Form.JSON:
            about = {"file": source, "duration_s": round(duration_s, 3)}
            return json.dumps(about | as_json(transcript), ensure_ascii=False) + "\n"


def txt(transcript: Transcript, detail: Detail = Detail.PLAIN) -> str:
    """What was said on one line; RICH: a line for each segment, behind its emoji."""
    if detail is Detail.RICH:
        return "".join(f"{rich_line(segment)}\n" for segment in transcript.segments)
    return f"{transcript.text}\n" if transcript.text else ""


def tsv(segments: Sequence[Segment], detail: Detail = Detail.PLAIN) -> str:
    """A head, then a line for each segment: start and end in milliseconds, its text.

    RICH: its language, emotion and event too, between the end and the text.
    """
    rich = detail is Detail.RICH
    head = ["start", "end", *(["language", "emotion", "event"] if rich else []), "text"]
    rows = [head]
    for segment in segments:
        tags = [segment.language.value, segment.emotion.value, segment.event.value]
        times = [str(round(segment.start_s * 1000)), str(round(segment.end_s * 1000))]
        rows.append([*times, *(tags if rich else []), " ".join(segment.text.split())])
    return "".join("\t".join(row) + "\n" for row in rows)


def as_json(transcript: Transcript) -> dict[str, Any]:
    """The transcript for ``json.dumps``. Keys are only ever added.

    text              what is typed: all segments, joined
    segments[]
      text            what was said in it
      start_s, end_s  when, from the start of the audio, to the millisecond
      language        zh, en, yue, ja, ko
      emotion         HAPPY, SAD, ANGRY, NEUTRAL, FEARFUL, DISGUSTED, SURPRISED, EMO_UNKNOWN
      event           Speech, BGM, Applause, Laughter, Cry, Sneeze, Breath, Cough, …
      style           written (punctuation, digits) or spoken
      language_probability, emotion_probability, event_probability, style_probability
      confidence      of its words, on the average of their characters
      words[]         text, start_s, end_s, confidence: a word of a spaced script, or one
                      character of an unspaced one, with the punctuation that clings to it
      tokens[]        text, start_s, end_s, confidence: the model's own pieces
    """
    return {
        "text": transcript.text,
        "segments": [_segment(segment) for segment in transcript.segments],
    }


def _segment(segment: Segment) -> dict[str, Any]:
    words = words_of(segment)
    length = sum(len(word.text) for word in words)
    certain = sum(word.confidence * len(word.text) for word in words)
    return {
        "text": segment.text,
        "start_s": round(segment.start_s, 3),
        "end_s": round(segment.end_s, 3),
        "language": segment.language.value,
        "emotion": segment.emotion.value,
        "event": segment.event.value,
        "style": segment.style.value,
        "language_probability": round(segment.language_probability, 3),
        "emotion_probability": round(segment.emotion_probability, 3),
        "event_probability": round(segment.event_probability, 3),
        "style_probability": round(segment.style_probability, 3),
        "confidence": round(certain / length, 3) if length else 0.0,
        "words": [_placed(word.text, word) for word in words],
        "tokens": [_placed(token.text, token) for token in segment.tokens],
    }


def _placed(text: str, piece: Any) -> dict[str, Any]:
    return {
        "text": text,
        "start_s": round(piece.start_s, 3),
        "end_s": round(piece.end_s, 3),
        "confidence": round(piece.confidence, 3),
    }
