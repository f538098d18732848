"""Our path gives FunASR's tokens, however audio is chunked, and nothing where nobody speaks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dictation.paths import resource
from dictation.recognition.backends.reference import ReferenceBackend
from dictation.recognition.decoder import Decoder, load_vocabulary
from dictation.recognition.endpointer import SpeechStarted
from dictation.recognition.features import Features, filter_bank
from dictation.recognition.model_folder import read_folder
from dictation.recognition.options import FILE, LIVE, Options
from dictation.recognition.recogniser import Recogniser
from dictation.recognition.units import Unit
from dictation.recognition.vad import VoiceDetector
from dictation.speech import SAMPLE_RATE_HZ, Language, Samples, TextStyle

from .conftest import Clip, Reference

TAGS = re.compile(r"<\|[^|]*\|>")


@pytest.fixture(scope="module")
def decoder(demo_model: Path) -> Decoder:
    model = read_folder(demo_model)
    vocabulary = load_vocabulary(model)
    return Decoder(model, vocabulary, ReferenceBackend(model, vocabulary.GetPieceSize()))


@pytest.mark.parametrize("style", [TextStyle.WRITTEN, TextStyle.SPOKEN])
def test_a_unit_gives_the_text_and_tags_of_funasr(
    decoder: Decoder, demo_model: Path, clips: list[Clip], funasr: Reference, style: TextStyle
) -> None:
    said = funasr(
        {
            "kind": "texts",
            "model": str(demo_model),
            "files": [str(clip.file) for clip in clips],
            "language": "auto",
            "itn": style is TextStyle.WRITTEN,
        }
    )
    assert len(said) >= 100

    for clip, theirs in zip(clips, said, strict=True):
        segment = decoder.decode(Unit.of(0, clip.samples), Options(style=style), [])
        tags = [tag.strip("<|>") for tag in TAGS.findall(theirs)[:3]]
        text = TAGS.sub("", theirs).strip()
        if segment is None:
            assert text == "" or tags[0] == "nospeech" or tags[2] == "Event_UNK", clip.file
        else:
            assert segment.text == text, clip.file
            assert [segment.language, segment.emotion, segment.event] == tags, clip.file


@pytest.mark.parametrize("pause_ms", [400, 800])
def test_the_voice_detector_tells_what_that_of_funasr_tells(
    clips: list[Clip], funasr: Reference, tmp_path: Path, pause_ms: int
) -> None:
    """Takes with pauses of all lengths, some cut off in the middle of a word."""
    rng = np.random.default_rng(pause_ms)
    takes, files = [], []
    for index in range(6):
        chosen = rng.choice(len(clips), 5)
        parts = [
            part
            for clip in (clips[number] for number in chosen)
            for part in (clip.samples, np.zeros(rng.integers(0, 24_000), np.float32))
        ]
        takes.append(np.concatenate(parts)[: rng.integers(100_000, 300_000)])
        files.append(tmp_path / f"take-{index}.wav")
        soundfile.write(files[-1], takes[-1], SAMPLE_RATE_HZ, subtype="PCM_16")
    job = {"kind": "voice", "model": str(resource("vad")), "pause_ms": pause_ms}
    told = funasr(job | {"files": [str(file) for file in files]})
    detector = VoiceDetector(resource("vad"))

    for take, theirs in zip(takes, told, strict=True):
        stream = detector.stream(pause_ms)
        cuts = np.sort(rng.integers(0, len(take), 40))
        updates = [stream.feed(piece) for piece in np.split(take, cuts)]
        updates.append(stream.finish())
        ours = [
            [event.at_ms, -1] if isinstance(event, SpeechStarted) else [-1, event.at_ms]
            for update in updates
            for event in update.events
        ]
        assert len(theirs) > 2
        assert ours == theirs
        frames = sum(len(update.silence) for update in updates)
        assert frames == len(filter_bank(take))


def test_full_size_logits_and_tokens_are_those_of_funasr(
    full_size_model: Path, demo_model: Path, clips: list[Clip], funasr: Reference
) -> None:
    some = clips[5:90:20]
    job = {
        "kind": "logits",
        "model": str(full_size_model),
        "files": [str(clip.file) for clip in some],
        "language": "en",
        "itn": True,
    }
    written = funasr(job)
    model = read_folder(full_size_model)
    backend = ReferenceBackend(model, load_vocabulary(model).GetPieceSize())
    features = Features(model.cmvn)

    for clip, file in zip(some, written, strict=True):
        theirs = np.load(file)
        frames = filter_bank(clip.samples)
        ours = backend.logits(features(frames), Language.ENGLISH, TextStyle.WRITTEN)
        assert len(np.unique(theirs.argmax(axis=1))) > 5  # else equality would say nothing
        np.testing.assert_array_equal(ours.argmax(axis=1), theirs.argmax(axis=1))
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


@pytest.fixture(scope="module")
def long_take(clips: list[Clip]) -> Samples:
    """Eight sentences in several languages, pauses between them, some speech cut off at the end."""
    rng = np.random.default_rng(3)
    spoken = [clip for clip in clips if clip.language != "nospeech"][::12][:8]
    parts = []
    for clip in spoken:
        parts += [clip.samples, np.zeros(int(rng.uniform(0.1, 1.2) * SAMPLE_RATE_HZ), np.float32)]
    return np.concatenate([*parts, spoken[0].samples[:12_345]])


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    seed=st.integers(0, 1_000),
    largest=st.sampled_from([37, 320, 1_599, 1_600, 1_601, 16_000, 100_000]),
    profile=st.sampled_from([LIVE, FILE]),
)
def test_any_chunking_gives_the_same_transcript(
    demo_recogniser: Recogniser, long_take: Samples, seed: int, largest: int, profile: object
) -> None:
    options = Options(profile=profile)  # type: ignore[arg-type]
    rng = np.random.default_rng(seed)
    take = long_take[: rng.integers(40_000, len(long_take))]
    sizes, chunks, at = rng.integers(0, largest + 1, 10_000), [], 0
    for size in sizes:
        chunks.append(take[at : at + size])
        at += size
        if at >= len(take):
            break
    else:
        chunks.append(take[at:])

    assert demo_recogniser.transcribe(chunks, options) == demo_recogniser.transcribe(
        [take], options
    )


def test_an_early_final_part_never_changes(demo_recogniser: Recogniser, long_take: Samples) -> None:
    utterance = demo_recogniser.open(7, Options(profile=LIVE))
    finals = []
    for at in range(0, len(long_take), 1_600):
        utterance.feed(long_take[at : at + 1_600])
        finals.append(utterance.hypothesis().final)
    text = utterance.finish().text

    assert len(set(finals)) > 2
    assert all(two.startswith(one) for one, two in zip(finals, [*finals[1:], text], strict=True))


def noises(seconds: float) -> dict[str, Samples]:
    """What a microphone hears when nobody speaks."""
    n = round(seconds * SAMPLE_RATE_HZ)
    rng, times = np.random.default_rng(11), np.arange(n) / SAMPLE_RATE_HZ
    white = rng.standard_normal(n)
    brown = np.cumsum(white) / 400
    clicks = np.zeros(n)
    clicks[rng.integers(0, n, 40)] = 0.9
    hum = sum(np.sin(2 * np.pi * 50 * k * times) / k for k in (1, 2, 3, 5))
    sounds = {
        "digital silence": np.zeros(n),
        "quiet hiss": white * 1e-3,
        "loud hiss": white * 0.1,
        "rumble": (brown - brown.mean()) * 0.05,
        "hum": hum * 0.1,
        "clicks": clicks,
        "beeps": 0.3 * np.sin(2 * np.pi * 1_000 * times) * (times % 1 < 0.2),
        "one step of noise": rng.integers(-1, 2, n) / 32_768,
    }
    return {name: sound.clip(-1, 0.999).astype(np.float32) for name, sound in sounds.items()}


@pytest.mark.parametrize("name", noises(0.1))
def test_nothing_is_written_when_nobody_speaks(demo_recogniser: Recogniser, name: str) -> None:
    assert demo_recogniser.transcribe([noises(12)[name]]).text == ""


@pytest.mark.parametrize("samples", [0, 1, 159, 160, 399, 400, 1_599, 1_600])
def test_the_shortest_takes_are_no_error(demo_recogniser: Recogniser, samples: int) -> None:
    assert demo_recogniser.transcribe([np.zeros(samples, np.float32)]).text == ""


def test_speech_in_silence_is_found_and_timed(
    demo_recogniser: Recogniser, clips: list[Clip]
) -> None:
    clip = next(clip for clip in clips if clip.language == "en" and clip.event == "Speech")
    silence = np.zeros(5 * SAMPLE_RATE_HZ, np.float32)

    transcript = demo_recogniser.transcribe([silence, clip.samples, silence])

    (segment,) = transcript.segments
    assert segment.language is Language.ENGLISH
    assert transcript.text == segment.text
    assert 4.7 < segment.start_s < 5.8
    assert segment.start_s < segment.end_s < 5.5 + len(clip.samples) / SAMPLE_RATE_HZ
    assert all(segment.start_s <= token.start_s <= segment.end_s for token in segment.tokens)


def test_a_chosen_language_is_asked_of_the_model(
    demo_recogniser: Recogniser, clips: list[Clip]
) -> None:
    for clip in [clip for clip in clips if clip.language == "yue"][:3]:
        options = Options(language=Language.CANTONESE)
        (segment,) = demo_recogniser.transcribe([clip.samples], options).segments
        assert segment.language is Language.CANTONESE


def test_the_demo_recording_says_what_its_description_says(
    demo_recogniser: Recogniser, demo_recording: Path
) -> None:
    samples, _ = soundfile.read(demo_recording, dtype="float32")
    described = json.loads(demo_recording.with_suffix(".json").read_text(encoding="utf-8"))

    for profile in (LIVE, FILE):
        transcript = demo_recogniser.transcribe([samples], Options(profile=profile))
        assert transcript.text == described["text"]
        assert {segment.language for segment in transcript.segments} == {described["language"]}
        assert {segment.emotion for segment in transcript.segments} == {described["emotion"]}
