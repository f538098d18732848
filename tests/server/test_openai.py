"""OpenAI's door, by OpenAI's own client."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dictation.text.subtitles import srt, vtt
from dictation.text.words import words_of

from .conftest import Server, Spoken

openai = pytest.importorskip("openai")


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def audio(said: Spoken) -> tuple[str, bytes]:
    return "speech.flac", said.content


def test_json_has_the_text(client: openai.OpenAI, audio: tuple[str, bytes], said: Spoken) -> None:
    answer = client.audio.transcriptions.create(model="whisper-1", file=audio)

    assert answer.text == said.text


def test_a_forced_language_and_what_is_not_known_do_no_harm(
    client: openai.OpenAI, audio: tuple[str, bytes], said: Spoken
) -> None:
    answer = client.audio.transcriptions.create(
        model="gpt-4o-transcribe",
        file=audio,
        language=said.transcript.segments[0].language.value,
        prompt="as before",
        temperature=0.2,
        extra_body={"something": "new"},
    )

    assert answer.text == said.text


def test_text_srt_and_vtt_are_bare(
    client: openai.OpenAI, audio: tuple[str, bytes], said: Spoken
) -> None:
    def asked(form: str) -> str:
        answer = client.audio.transcriptions.create(
            model="whisper-1",
            file=audio,
            response_format=form,  # type: ignore[call-overload]
        )
        return str(answer)

    segments = said.transcript.segments
    assert asked("text") == f"{said.text}\n"
    assert asked("srt") == srt(segments)
    assert asked("vtt") == vtt(segments)


def test_verbose_json_has_segments_and_words_with_their_times(
    client: openai.OpenAI, audio: tuple[str, bytes], said: Spoken
) -> None:
    answer = client.audio.transcriptions.create(
        model="whisper-1",
        file=audio,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )

    segment = said.transcript.segments[0]
    words = words_of(segment)
    assert answer.text == said.text
    assert float(answer.duration) == pytest.approx(len(said.samples) / 16_000, abs=0.01)
    assert answer.segments is not None
    assert answer.segments[0].text == segment.text
    assert answer.segments[0].start == pytest.approx(segment.start_s, abs=0.001)
    assert answer.segments[0].emotion == segment.emotion.value  # type: ignore[attr-defined]
    assert answer.words is not None
    assert [word.word for word in answer.words] == [
        word.text for each in said.transcript.segments for word in words_of(each)
    ]
    assert answer.words[0].end == pytest.approx(words[0].end_s, abs=0.001)


def test_words_alone_come_without_segments(client: openai.OpenAI, audio: tuple[str, bytes]) -> None:
    answer = client.audio.transcriptions.create(
        model="whisper-1",
        file=audio,
        response_format="verbose_json",
        timestamp_granularities=["word"],
    )

    assert answer.words
    assert answer.segments is None


def test_a_stream_tells_the_text_as_it_comes(client: openai.OpenAI, spoken: list[Spoken]) -> None:
    import io

    import numpy as np
    import soundfile

    pause = np.zeros(16_000, np.float32)
    several = [each for each in spoken if len(each.text) > 10][:6]
    file = io.BytesIO()
    samples = np.concatenate([part for each in several for part in (each.samples, pause)])
    soundfile.write(file, samples, 16_000, format="FLAC")

    events = list(
        client.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=("a.flac", file.getvalue()), stream=True
        )
    )

    deltas = [event.delta for event in events if event.type == "transcript.text.delta"]
    done = events[-1]
    assert done.type == "transcript.text.done"
    assert len(deltas) > 2
    assert "".join(deltas) == done.text


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"response_format": "yaml"}, "response_format"),
        ({"language": "tlh"}, "language"),
        ({"timestamp_granularities": ["syllable"]}, "timestamp_granularities"),
        ({"response_format": "srt", "stream": True}, "stream"),
    ],
)
def test_what_it_cannot_do_is_told_in_openais_envelope(
    client: openai.OpenAI, audio: tuple[str, bytes], fields: dict[str, object], about: str
) -> None:
    with pytest.raises(openai.BadRequestError) as told:
        client.audio.transcriptions.create(model="whisper-1", file=audio, **fields)  # type: ignore[call-overload]

    assert about in str(told.value)
    assert told.value.type == "invalid_request_error"
    assert told.value.code == "bad_request"


def test_a_file_that_is_no_audio_is_a_bad_request_whatever_its_name(
    client: openai.OpenAI,
) -> None:
    for name in ("x.wav", "x.scp", "../../etc/passwd", "x.mp3"):
        with pytest.raises(openai.BadRequestError, match="cannot be used"):
            client.audio.transcriptions.create(model="whisper-1", file=(name, b"a /etc/hostname"))


def test_models_are_listed(client: openai.OpenAI) -> None:
    names = [model.id for model in client.models.list()]

    assert names == ["sensevoice-small"]
    assert client.models.retrieve(names[0]).id == names[0]


def test_what_is_not_there_is_told_in_the_envelope(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as told:
        client.get("/audio/translations", cast_to=object)

    assert re.search("Not Found", str(told.value))
