"""``dictation transcribe`` with many files, folders, pipes and interruptions."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path, PurePath

import numpy as np
import pytest
import soundfile

from dictation import paths
from dictation.audio.finding import Found
from dictation.cli import main
from dictation.commands.outputs import output_for
from dictation.recognition.recogniser import Recogniser
from dictation.settings import Form
from dictation.speech import SAMPLE_RATE_HZ

from .conftest import Clip

TRANSCRIBE = [sys.executable, "-m", "dictation", "transcribe", "--model", "demo"]
PATIENCE_S = 60


def until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


@pytest.fixture
def talks(tmp_path: Path, clips: list[Clip]) -> Path:
    folder = tmp_path / "talks"
    english = [clip.file for clip in clips if clip.language == "en"]
    for source, name in zip(english, ["b.flac", "in/a.flac", "in/b.flac"], strict=False):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, folder / name)
    return folder


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


@pytest.mark.parametrize("form", ["txt", "json", "srt", "vtt", "tsv"])
def test_a_folder_becomes_a_folder_of_results(talks: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    (out / "in").mkdir(parents=True)
    (out / f"b.{form}").write_text("from an earlier run")

    arguments = ["--format", form, "-o", str(out), str(talks)]
    assert main(["transcribe", "--model", "demo", *arguments]) == 0

    assert written(out) == [f"b.{form}", f"in/a.{form}", f"in/b.{form}"]
    text = (out / f"b.{form}").read_text(encoding="utf-8")
    assert "earlier run" not in text
    assert {
        "txt": text.endswith(".\n"),
        "json": text.startswith("{"),
        "srt": text.startswith("1\n00:00:0"),
        "vtt": text.startswith("WEBVTT\n"),
        "tsv": text.startswith("start\tend\ttext\n"),
    }[form]


def test_json_has_the_time_of_each_word(
    demo_recording: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["transcribe", "--model", "demo", "--json", str(demo_recording)]) == 0
    told = json.loads(capfd.readouterr().out)
    for segment in told["segments"]:
        words = segment["words"]
        assert "".join(word["text"] for word in words) == segment["text"].replace(" ", "")
        assert 0 < segment["confidence"] <= 1
        for word in words:
            assert segment["start_s"] <= word["start_s"] <= word["end_s"] <= segment["end_s"]


def test_subtitles_of_several_files_need_a_folder(
    talks: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["transcribe", "--model", "demo", "--format", "srt", str(talks)]) == 2
    assert "-o DIR" in capfd.readouterr().err


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_done(
    talks: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["transcribe", "--model", "demo", "-o", str(tmp_path / "file"), str(talks)]) == 2
    assert "cannot be written" in capfd.readouterr().err


def test_a_file_that_is_there_when_ctrl_c_comes_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace_and_be_interrupted(file: Path, text: str) -> None:
        file.write_text(text)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(paths, "replace_file", replace_and_be_interrupted)
    output = output_for([Found(tmp_path / "a.wav", PurePath("a.wav"))] * 2, Form.TXT, tmp_path)

    with pytest.raises(KeyboardInterrupt):
        output.put(0, "Hello.")

    assert "1 of 2 files" in output.interrupted(2)


def test_ctrl_c_is_heard_when_a_file_cannot_be_written_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_interrupted_and_fail(_file: Path, _text: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paths, "replace_file", be_interrupted_and_fail)
    output = output_for([Found(tmp_path / "a.wav", PurePath("a.wav"))], Form.TXT, tmp_path)

    with pytest.raises(KeyboardInterrupt):
        output.put(0, "Hello.")

    assert "0 of 1 file" in output.interrupted(1)


def test_a_damaged_file_is_transcribed_as_far_as_it_goes_and_counts_as_failed(
    tmp_path: Path, clips: list[Clip], capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.flac"
    samples = np.concatenate([clip.samples for clip in clips if clip.language == "en"])
    soundfile.write(path, samples, SAMPLE_RATE_HZ)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert main(["transcribe", "--model", "demo", str(path)]) == 3

    told = capfd.readouterr()
    assert len(told.out) > 100
    assert "is damaged" in told.err


@pytest.mark.parametrize("form", ["wav", "raw"])
def test_standard_input_is_transcribed(
    clips: list[Clip], demo_recogniser: Recogniser, form: str, tmp_path: Path
) -> None:
    clip = next(clip for clip in clips if clip.language == "en")
    if form == "wav":
        soundfile.write(tmp_path / "talk.wav", clip.samples, SAMPLE_RATE_HZ)
        content, rate = (tmp_path / "talk.wav").read_bytes(), []
    else:
        content, rate = np.rint(clip.samples * 32_768).astype("<i2").tobytes(), ["--rate", "16000"]
    ran = subprocess.run([*TRANSCRIBE, *rate, "-"], input=content, capture_output=True, check=True)
    expected = demo_recogniser.transcribe([clip.samples]).text
    assert ran.stdout.decode() == f"{expected}\n"
    assert b"\x1b" not in ran.stderr  # no progress bar where nobody sees it


def test_ctrl_c_leaves_what_is_finished_and_says_so(talks: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    endless = tmp_path / "z.wav"
    noise = np.concatenate([soundfile.read(talks / "b.flac")[0]] * 400)
    soundfile.write(endless, noise, SAMPLE_RATE_HZ)
    with subprocess.Popen(
        [*TRANSCRIBE, "-o", out, talks, endless],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        assert program.stderr is not None
        until(lambda: out.is_dir() and len(written(out)) == 3)
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does
        told = program.stderr.read()
        assert program.wait(PATIENCE_S) == 130
    assert f"3 of 4 files are written to {out}" in told
    assert "Traceback" not in told
    assert written(out) == ["b.txt", "in/a.txt", "in/b.txt"]


def test_on_a_terminal_there_is_a_progress_bar(talks: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    ran = subprocess.run([*TRANSCRIBE, "-o", tmp_path / "out", talks], stderr=theirs, check=True)
    os.close(theirs)
    told = os.read(ours, 65_536).decode()
    os.close(ours)
    assert ran.returncode == 0
    assert "b.flac (1 of 3)" in told
    assert "%" in told
    assert f"b.flac → {tmp_path / 'out' / 'b.txt'}" in told
