"""The command line as a person uses it: text on standard output, sentences on standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

import dictation
from dictation import paths
from dictation.cli import main
from dictation.speech import Emotion, Event, Language, Segment, TextStyle
from dictation.text.rich import rich_line

from .conftest import Clip


def english(clips: list[Clip]) -> Clip:
    return next(clip for clip in clips if clip.language == "en")


@pytest.fixture
def output(capfd: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    return capfd


def test_a_file_becomes_text(
    clips: list[Clip], demo_recogniser: object, output: pytest.CaptureFixture[str]
) -> None:
    clip = english(clips)
    said = demo_recogniser.transcribe([clip.samples]).text  # type: ignore[attr-defined]

    code = main(["transcribe", "--model", "demo", str(clip.file)])

    told = output.readouterr()
    assert (code, told.out) == (0, f"{said}\n")
    assert "small demonstration model" in told.err


def test_json_has_all_that_was_heard(
    demo_recording: Path, output: pytest.CaptureFixture[str]
) -> None:
    code = main(["transcribe", "--model", "demo", "--json", str(demo_recording)])

    told = json.loads(output.readouterr().out)
    described = json.loads(demo_recording.with_suffix(".json").read_text(encoding="utf-8"))
    assert code == 0
    assert told["file"] == str(demo_recording)
    assert told["text"] == described["text"]
    for segment in told["segments"]:
        assert segment["language"] == described["language"]
        assert segment["emotion"] == described["emotion"]
        assert 0.5 < segment["language_probability"] <= 1
        assert 0 <= segment["start_s"] < segment["end_s"] <= told["duration_s"]
        assert "".join(token["text"] for token in segment["tokens"]).strip() == segment["text"]


def test_one_bad_file_among_good_ones_is_told_and_the_others_are_done(
    clips: list[Clip], tmp_path: Path, output: pytest.CaptureFixture[str]
) -> None:
    clip = english(clips)
    silence = tmp_path / "silence.wav"
    soundfile.write(silence, np.zeros(32_000), 16_000)
    nan = tmp_path / "nan.wav"
    frames = clip.samples.copy()
    frames[:10] = np.nan
    soundfile.write(nan, frames, 16_000, subtype="FLOAT")
    text_file = tmp_path / "text.wav"
    text_file.write_text("not audio at all, whatever its name says")
    files = [text_file, clip.file, tmp_path / "missing.wav", silence, nan]

    code = main(["transcribe", "--rich", "--model", "demo", *map(str, files)])

    told = output.readouterr()
    assert code == 3
    assert told.out.count("==") == 3
    assert told.out.count("🇬🇧") == 2
    assert f"{text_file} is not audio" in told.err
    assert f"no file {tmp_path / 'missing.wav'}" in told.err
    assert f"no speech was heard in {silence}" in told.err
    assert f"{nan} has 10 samples that are NaN" in told.err


def test_the_bare_words_have_no_digits_or_marks(
    clips: list[Clip], output: pytest.CaptureFixture[str]
) -> None:
    clip = english(clips)

    main(["transcribe", "--no-itn", "--model", "demo", str(clip.file)])

    words = output.readouterr().out.strip()
    assert words
    assert words.replace(" ", "").isalpha()
    assert words == words.lower()


def test_without_the_published_model_the_demo_is_offered_as_a_demo(
    clips: list[Clip], output: pytest.CaptureFixture[str]
) -> None:
    code = main(["transcribe", str(clips[0].file)])

    told = output.readouterr().err
    assert code == 4
    assert "SenseVoiceSmall is not on this machine" in told
    assert "dictation model download" in told
    assert "--model demo" in told


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--model", "/nowhere"], 4, "no model folder /nowhere"),
        (["--model", "/"], 4, "configuration.json is missing"),
    ],
)
def test_a_model_that_is_none_is_told(
    clips: list[Clip],
    output: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    assert main(["transcribe", *arguments, str(clips[0].file)]) == code
    assert words in output.readouterr().err


def test_a_wrong_setting_is_told(clips: list[Clip], output: pytest.CaptureFixture[str]) -> None:
    file = paths.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text("[recognition]\nlanguage = 'klingon'\n", encoding="utf-8")

    assert main(["transcribe", str(clips[0].file)]) == 2
    assert 'recognition.language = "klingon" is not possible' in output.readouterr().err


def test_settings_choose_the_model_and_style(
    clips: list[Clip], demo_model: Path, output: pytest.CaptureFixture[str]
) -> None:
    file = paths.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text(
        f'[recognition]\nstyle = "spoken"\nmodel = "{demo_model}"\nthreads = 1\n', encoding="utf-8"
    )

    assert main(["transcribe", str(english(clips).file)]) == 0
    words = output.readouterr().out.strip()
    assert words
    assert words == words.lower()


def test_model_status_tells_what_is_there(output: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "status"]) == 4
    told = output.readouterr().out
    assert "SenseVoiceSmall: not on this machine (937 MB to download)" in told
    assert "FSMN-VAD: " in told

    assert main(["model", "status", "--json"]) == 4
    states = json.loads(output.readouterr().out)
    assert next(state["state"] for state in states) == "absent"


def test_model_verify_reads_every_file(output: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "verify"]) == 4  # SenseVoice is not there
    assert "FSMN-VAD: verified" in output.readouterr().out


def test_model_import_of_a_wrong_folder_is_told(
    demo_model: Path, output: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", "import", str(demo_model)]) == 4
    assert "is not the published file of SenseVoiceSmall" in output.readouterr().err
    assert main(["model", "import", "/nowhere"]) == 4


def test_the_doctor_says_what_to_do(output: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1  # without the published model nothing can be dictated
    told = output.readouterr().out
    assert "✓ dictation: " in told
    assert "✓ engine: torch" in told
    assert "✗ speech model" in told
    assert "dictation model download" in told

    main(["doctor", "--json"])
    assert {finding["health"] for finding in json.loads(output.readouterr().out)} >= {"good", "bad"}


def loaded_by(program: str) -> set[str]:
    heavy = "{'torch', 'funasr', 'numpy', 'modelscope', 'PySide6', 'soundfile'}"
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}\nprint(*({heavy} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.split())


def test_the_command_line_itself_is_light() -> None:
    assert loaded_by("import dictation.cli") == set()


def test_what_the_parent_of_the_recogniser_imports_has_no_engine() -> None:
    assert not loaded_by("import dictation.commands.transcribe") & {"torch", "funasr", "modelscope"}


def test_a_terminal_that_lacks_characters_gets_their_codes(clips: list[Clip]) -> None:
    clip = next(clip for clip in clips if clip.language == "zh")
    ran = subprocess.run(
        [sys.executable, "-m", "dictation", "transcribe", "--rich", "--model", "demo", clip.file],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        check=True,
    )
    assert b"\\U0001f1e8" in ran.stdout  # of the flag
    assert b"\\u" in ran.stdout


def test_a_reader_that_has_enough_is_no_error(clips: list[Clip]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dictation", "transcribe", "--model", "demo", clips[0].file],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        told = program.stderr.read().decode()
        assert program.wait(60) == 141
    assert "Traceback" not in told
    assert "Exception" not in told


def test_the_package_gives_the_recogniser_and_nothing_else() -> None:
    assert dictation.Recogniser.__module__ == "dictation.recognition.recogniser"
    with pytest.raises(AttributeError, match="Nothing"):
        dictation.Nothing  # noqa: B018


def test_a_rich_line_shows_what_is_unusual() -> None:
    segment = Segment(
        "Thanks.",
        0,
        1,
        Language.KOREAN,
        Emotion.SAD,
        Event.APPLAUSE,
        TextStyle.WRITTEN,
        1,
        1,
        1,
        1,
        (),
    )

    assert rich_line(segment) == "🇰🇷😔👏 Thanks."
