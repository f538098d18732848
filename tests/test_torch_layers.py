"""The layers on the CPU: compiled and run by Python, they give the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from dictation.recognition.backends import contract, torch_layers
from dictation.recognition.backends.loading import load
from dictation.recognition.decoder import load_vocabulary
from dictation.recognition.model_folder import read_folder
from dictation.settings import BackendName
from dictation.speech import TextStyle

FEATURES = np.random.default_rng(1).normal(size=(37, 560)).astype(np.float32)


@pytest.fixture(autouse=True)
def compiled_anew() -> Iterator[None]:
    torch_layers.compiled.cache_clear()
    yield
    torch_layers.compiled.cache_clear()


def backend(folder: Path) -> contract.Testable:
    model = read_folder(folder)
    return load(BackendName.FP32, model, load_vocabulary(model).GetPieceSize(), 2)


def logits(computing: contract.Testable) -> np.ndarray:
    return computing.logits(FEATURES, None, TextStyle.WRITTEN)


def test_they_run_without_python() -> None:
    assert isinstance(torch_layers.compiled(), torch.jit.ScriptFunction)


def test_where_they_cannot_be_compiled_python_gives_the_same(
    demo_model: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_function: object) -> None:
        raise RuntimeError

    compiled = logits(backend(demo_model))
    torch_layers.compiled.cache_clear()
    monkeypatch.setattr(torch.jit, "script", refuse)
    python = logits(backend(demo_model))

    assert torch_layers.compiled() is torch_layers.through
    assert "Python runs the layers" in caplog.text
    assert np.array_equal(python, compiled)


def test_making_ready_changes_nothing(demo_model: Path) -> None:
    computing = backend(demo_model)
    before = logits(computing)

    steps = sum(1 for _ in computing.warm_ups())

    assert steps > 40  # each length up to 20 s, with one thread and with two
    assert np.array_equal(logits(computing), before)
