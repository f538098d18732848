"""The reference: FunASR's AutoModel in a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from dictation.errors import ModelFolderMissing
from dictation.lab.automodel import AutoModelReference
from dictation.lab.piped import ProgramEnded
from dictation.paths import resource

from .conftest import Clip


def test_it_hears_a_unit_in_and_out_of_a_whole_buffer(demo_model: Path, clips: list[Clip]) -> None:
    clip = next(clip for clip in clips if clip.language == "en")
    quiet = np.random.default_rng(0).normal(0, 1e-4, 8_000).astype(np.float32)
    for vad_folder in (None, resource("vad")):
        with AutoModelReference(demo_model, vad_folder, dither=0) as reference:
            heard = [
                reference.transcribe(np.concatenate((quiet, clip.samples, quiet))) for _ in range(2)
            ]
            peak_mb = reference.peak_memory_mb()

        for text, seconds in heard:
            assert text == f"<|en|><|{clip.emotion}|><|{clip.event}|><|withitn|>{clip.written}"
            assert 0 < seconds < reference.start_s
        assert peak_mb is None or peak_mb > 100


def test_what_is_no_model_folder_is_said_at_once(tmp_path: Path) -> None:
    with (
        pytest.raises(ModelFolderMissing),
        AutoModelReference(tmp_path / "nothing", None),
    ):
        pass


def test_one_that_cannot_be_built_is_an_error_with_its_last_words(
    tmp_path: Path, demo_model: Path
) -> None:
    folder = shutil.copytree(demo_model, tmp_path / "odd")
    config = folder / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("SenseVoiceSmall", "NoSuchModel"), "utf-8")

    with (
        pytest.raises(ProgramEnded, match=r"ended: AssertionError|ended: RuntimeError"),
        AutoModelReference(folder, None),
    ):
        pass
