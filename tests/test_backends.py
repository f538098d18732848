"""Every backend gives the text of FunASR's own class, or is not used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from dictation.errors import BackendUnfit, ModelDamaged
from dictation.recognition.backends import cuda, loading, prepared, processor, self_test
from dictation.recognition.backends.choice import load_chosen
from dictation.recognition.backends.contract import Question
from dictation.recognition.backends.cuda import CudaBackend
from dictation.recognition.backends.graph import quantise
from dictation.recognition.backends.int8_encoder import HEAD
from dictation.recognition.backends.prepared import Record, Trial
from dictation.recognition.backends.self_test import Result
from dictation.recognition.backends.trials import choose, prepare
from dictation.recognition.model_folder import ModelFolder, read_folder
from dictation.settings import BackendName
from dictation.speech import Language, TextStyle

VOCABULARY = 25_055
QUESTIONS = [(None, TextStyle.WRITTEN), (Language.CHINESE, TextStyle.SPOKEN)]


@pytest.fixture(autouse=True)
def nothing_is_prepared(own_folders: Path) -> None:
    """Unlike in all other tests."""
    prepared.all_of_them().unlink()


@pytest.fixture
def model(demo_model: Path) -> ModelFolder:
    return read_folder(demo_model)


@pytest.fixture
def pieces(model: ModelFolder) -> list[NDArray[np.float32]]:
    return self_test.speech_features(model)


@pytest.mark.parametrize(("language", "style"), QUESTIONS)
def test_fp32_gives_the_logits_of_funasrs_class(
    model: ModelFolder, pieces: list[NDArray[np.float32]], language: Language, style: TextStyle
) -> None:
    ours = loading.load(BackendName.FP32, model, VOCABULARY, threads=1)
    reference = loading.load(BackendName.REFERENCE, model, VOCABULARY, threads=1)
    for piece in pieces:
        wanted = reference.logits(piece, language, style)
        found = ours.logits(piece, language, style)
        assert (found.argmax(axis=1) == wanted.argmax(axis=1)).all()
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-3)


def test_full_size_weights_give_the_same_tokens_in_fp32(full_size_model: Path) -> None:
    model = read_folder(full_size_model)
    pieces = self_test.speech_features(model)
    reference = loading.load(BackendName.REFERENCE, model, VOCABULARY, threads=1)
    wanted = [reference.logits(piece, None, TextStyle.WRITTEN) for piece in pieces]
    del reference
    ours = loading.load(BackendName.FP32, model, VOCABULARY, threads=1)
    for piece, exact in zip(pieces, wanted, strict=True):
        found = ours.logits(piece, None, TextStyle.WRITTEN)
        assert (found.argmax(axis=1) == exact.argmax(axis=1)).all()


@pytest.mark.parametrize("frames", [1, 12, 13, 60])
def test_the_computation_on_a_gpu_is_the_same_computation(model: ModelFolder, frames: int) -> None:
    """Here it runs on the CPU in float32, without graphs; masks and buckets are as on a GPU."""
    shape, weights = loading.model_weights(model, VOCABULARY)
    inputs = loading.encoder_input(weights, shape)
    gpu = CudaBackend(weights, shape, inputs, torch.device("cpu"), torch.float32)
    exact = loading.load(BackendName.FP32, model, VOCABULARY, threads=1)
    features = self_test.speech_features(model)[0][:frames]
    barred = np.arange(100, 600)
    for forbidden in (None, barred, None):
        found = gpu.emit(features, None, TextStyle.WRITTEN, forbidden)
        wanted = exact.emit(features, None, TextStyle.WRITTEN, forbidden)
        np.testing.assert_array_equal(found.tokens, wanted.tokens)
        np.testing.assert_allclose(found.confidences, wanted.confidences, atol=1e-4)
        np.testing.assert_allclose(found.tags, wanted.tags, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("units", [1, 2, 5, cuda.TOGETHER])
def test_units_computed_together_on_a_gpu_give_what_each_gives_alone(
    model: ModelFolder, units: int
) -> None:
    """On the CPU in float32, as above."""
    shape, weights = loading.model_weights(model, VOCABULARY)
    inputs = loading.encoder_input(weights, shape)
    gpu = CudaBackend(weights, shape, inputs, torch.device("cpu"), torch.float32)
    alone = CudaBackend(weights, shape, inputs, torch.device("cpu"), torch.float32)
    gpu._least_together = 2
    features = self_test.speech_features(model)
    barred = (None, np.arange(100, 600), np.arange(700, 900))
    styles, languages = tuple(TextStyle), (None, Language.CHINESE)
    for begin in (0, 1):
        questions = [
            Question(
                features[unit % len(features)][begin : 12 + 7 * unit],
                languages[unit % 2],
                styles[unit // 2 % 2],
                barred[(unit + begin) % 3],
            )
            for unit in range(units)
        ]

        together = gpu.emit_all(questions)

        for question, found in zip(questions, together, strict=True):
            wanted = alone.emit(
                question.features, question.language, question.style, question.barred
            )
            np.testing.assert_array_equal(found.tokens, wanted.tokens)
            np.testing.assert_allclose(found.confidences, wanted.confidences, atol=1e-4)
            np.testing.assert_allclose(found.tags, wanted.tags, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(
    ("together_s", "least", "most"), [(0.002, 3, 8), (0.0075, 8, 8), (0.009, 10, 1), (0.0009, 1, 8)]
)
def test_units_are_computed_together_only_where_that_was_faster(
    model: ModelFolder,
    monkeypatch: pytest.MonkeyPatch,
    together_s: float,
    least: int,
    most: int,
) -> None:
    shape, weights = loading.model_weights(model, VOCABULARY)
    inputs = loading.encoder_input(weights, shape)
    gpu = CudaBackend(weights, shape, inputs, torch.device("cpu"), torch.float32)
    assert gpu.most_at_once == 1
    monkeypatch.setattr(gpu, "_trial", lambda units: 0.001 if units == 1 else together_s)

    gpu.prepare_batches()

    assert gpu._least_together == least
    assert gpu.most_at_once == most


def test_a_prepared_model_is_found_again_and_was_tried(model: ModelFolder) -> None:
    told: list[float] = []
    record = prepare(model, VOCABULARY, 1, told.append)
    assert prepared.read(prepared.folder_of(model)) == record
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
    results = {trial.backend: trial.result for trial in record.trials}
    assert results[BackendName.FP32] is not None
    assert results[BackendName.INT8] is not None
    assert results[BackendName.INT8].passed
    assert results[BackendName.INT8].sure_differing == 0
    assert (results[BackendName.AMX] is not None) == processor.has_amx()
    assert (results[BackendName.CUDA] is not None) == torch.cuda.is_available()


def test_int8_needs_neither_torch_nor_funasr(model: ModelFolder) -> None:
    import subprocess

    prepare(model, VOCABULARY, 1, lambda _part: None)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from dictation.recognition.recogniser import Recogniser\n"
        "from dictation.settings import BackendName\n"
        f"recogniser = Recogniser(Path({str(model.folder)!r}), backend=BackendName.INT8)\n"
        "recogniser.transcribe([np.zeros(16_000, np.float32)])\n"
        "print(sorted({'torch', 'funasr', 'onnx'} & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr


def test_auto_prepares_once_and_then_loads_what_was_chosen(model: ModelFolder) -> None:
    told: list[float] = []
    first, backend = load_chosen(BackendName.AUTO, model, VOCABULARY, 1, told.append)
    assert told[0] == 0
    assert told[-1] == 1
    told.clear()
    again, _ = load_chosen(BackendName.AUTO, model, VOCABULARY, 1, told.append)
    assert (again, told) == (first, [])
    assert backend.logits(np.zeros((2, 560), np.float32), None, TextStyle.WRITTEN).shape[0] == 6


def test_what_was_prepared_and_is_damaged_is_prepared_anew(model: ModelFolder) -> None:
    load_chosen(BackendName.INT8, model, VOCABULARY, 1)
    graph = prepared.folder_of(model) / HEAD
    graph.write_bytes(b"garbage")
    told: list[float] = []
    name, _ = load_chosen(BackendName.INT8, model, VOCABULARY, 1, told.append)
    assert name is BackendName.INT8
    assert told[-1] == 1


def test_a_record_that_cannot_be_read_is_written_anew(model: ModelFolder) -> None:
    load_chosen(BackendName.INT8, model, VOCABULARY, 1)
    (prepared.folder_of(model) / "record.json").write_text("{", encoding="utf-8")
    name, _ = load_chosen(BackendName.INT8, model, VOCABULARY, 1)
    assert name is BackendName.INT8
    assert prepared.read(prepared.folder_of(model)) is not None


def test_a_model_that_cannot_be_prepared_is_used_as_it_is(
    model: ModelFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("where a folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    name, _ = load_chosen(BackendName.AUTO, model, VOCABULARY, 1)
    assert name is BackendName.FP32


def test_an_older_preparation_of_the_same_model_goes(model: ModelFolder) -> None:
    folder = prepared.folder_of(model)
    older = folder.parent / "older"
    other = folder.parent / "of another model"
    older_processor = folder.parent / "of an older processor"
    mine, here = str(model.weights.resolve()), processor.identity()
    for kept, weights, shown in (
        (older, mine, here),
        (other, "elsewhere", here),
        (older_processor, mine, "one without VNNI"),
    ):
        kept.mkdir(parents=True)
        prepared.write(Record(weights, shown, BackendName.FP32, ()), kept)
    prepare(model, VOCABULARY, 1, lambda _part: None)
    assert sorted(path.name for path in folder.parent.iterdir()) == sorted(
        [folder.name, "of another model", "of an older processor"]
    )


def _trial(name: BackendName, ms: float, sure_differing: int = 0, error: float = 0.01) -> Trial:
    return Trial(name, Result(5, sure_differing, 90, error, ms))


@pytest.mark.parametrize(
    ("trials", "chosen"),
    [
        ([], BackendName.FP32),
        ([Trial(BackendName.CUDA, None, "no GPU")], BackendName.FP32),
        ([_trial(BackendName.INT8, 50), _trial(BackendName.FP32, 400)], BackendName.INT8),
        ([_trial(BackendName.INT8, 500), _trial(BackendName.FP32, 400)], BackendName.FP32),
        ([_trial(BackendName.INT8, 100), _trial(BackendName.AMX, 95)], BackendName.INT8),
        ([_trial(BackendName.INT8, 200), _trial(BackendName.AMX, 95)], BackendName.AMX),
        ([_trial(BackendName.INT8, 50, 2), _trial(BackendName.FP32, 400)], BackendName.FP32),
        ([_trial(BackendName.INT8, 50, 0, 0.5), _trial(BackendName.FP32, 9)], BackendName.FP32),
        (
            [_trial(BackendName.INT8, 50, 0, float("nan")), _trial(BackendName.FP32, 400)],
            BackendName.FP32,
        ),
    ],
)
def test_the_fastest_that_passed_is_chosen(trials: list[Trial], chosen: BackendName) -> None:
    assert choose(trials) is chosen


def test_a_backend_that_computes_garbage_does_not_pass(
    model: ModelFolder, pieces: list[NDArray[np.float32]]
) -> None:
    backend = loading.load(BackendName.FP32, model, VOCABULARY, threads=1)
    exact = [backend.logits(piece, None, TextStyle.WRITTEN) for piece in pieces]
    answers: Iterator[NDArray[np.float32]] = iter(
        [exact[0] * -1, exact[1], exact[0], exact[0], exact[0]]
    )
    assert not self_test.examine(lambda _piece: next(answers), pieces, exact).passed
    assert self_test.examine(
        lambda piece: exact[0] if piece is pieces[0] else exact[1], pieces, exact
    ).passed


def test_a_backend_that_cannot_run_here_says_why(
    model: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor, "has_amx", lambda: False)
    with pytest.raises(BackendUnfit, match="no AMX"):
        loading.load(BackendName.AMX, model, VOCABULARY, threads=1)


def test_weights_of_another_shape_are_told(model: ModelFolder) -> None:
    with pytest.raises(ModelDamaged, match="weights do not fit"):
        loading.load(BackendName.FP32, model, VOCABULARY - 1, threads=1)


@pytest.mark.parametrize("most", [127, 63])
def test_quantised_weights_are_right_to_half_a_step(most: int) -> None:
    rng = np.random.default_rng(1)
    weight = rng.standard_normal((7, 40)).astype(np.float32)
    weight[3] = 0
    quantised, scales = quantise(weight, most)
    assert quantised.shape == (40, 7)
    assert np.abs(quantised).max() == most
    error = np.abs(quantised.T * scales[:, None] - weight)
    assert (error <= scales[:, None] / 2 + 1e-7).all()
