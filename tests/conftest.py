"""What tests share: the demo model, its clips, and FunASR's own answers to compare with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import soundfile

from dictation.paths import resource
from dictation.recognition import lean_funasr
from dictation.recognition.backends import prepared
from dictation.recognition.recogniser import Recogniser
from dictation.settings import BackendName
from dictation.speech import SAMPLE_RATE_HZ, Samples

# As the recogniser process sets them: OpenMP's spinning threads collapse when a core is taken.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ["LANGUAGE"] = "en"  # tests read English, on a Chinese machine too
# Qt would have the C library remember a system's message in the language of whatever test met it.
os.environ.pop("LC_ALL", None)
os.environ["LC_MESSAGES"] = "C"

from .servers import TOKEN, RunningServer, running

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

HERE = Path(__file__).parent
CLIPS = HERE / "clips"


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording of a sentence that the demo model was not trained on."""

    file: Path
    language: str
    emotion: str
    event: str
    written: str
    spoken: str

    @property
    def samples(self) -> Samples:
        samples, rate_hz = soundfile.read(self.file, dtype="float32")
        assert rate_hz == SAMPLE_RATE_HZ
        return samples


@pytest.fixture(scope="session")
def prepared_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models are prepared once for all tests, as they are once for each machine."""
    return tmp_path_factory.mktemp("prepared")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepared_models: Path) -> Path:
    """No test sees or changes the user's settings, caches or models."""
    for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "modelscope"))
    prepared.all_of_them().parent.mkdir(parents=True)
    prepared.all_of_them().symlink_to(prepared_models)
    return tmp_path


@pytest.fixture(scope="session")
def qt() -> QApplication:
    """The one Qt application of this process; it needs no screen."""
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    return app


@pytest.fixture(scope="session")
def clips() -> list[Clip]:
    described = json.loads((CLIPS / "references.json").read_text(encoding="utf-8"))
    return [
        Clip(
            CLIPS / clip["file"],
            clip["language"],
            clip["emotion"],
            clip["event"],
            clip["itn"],
            clip["plain"],
        )
        for clip in described
    ]


@pytest.fixture(scope="session")
def demo_model() -> Path:
    return resource("demo_model")


@pytest.fixture(scope="session")
def demo_recording() -> Path:
    return resource("demo.wav")


@pytest.fixture(scope="session")
def demo_recogniser(demo_model: Path) -> Recogniser:
    """The recogniser in this process; pytest is its one thread."""
    return Recogniser(demo_model, backend=BackendName.FP32)


@pytest.fixture(scope="session")
def speech_server() -> Iterator[RunningServer]:
    """A server that wants ``servers.TOKEN``; nobody kills it."""
    with running("--token", TOKEN) as server:
        yield server


@dataclass(frozen=True, slots=True)
class Reference:
    """Runs FunASR itself, in a process of its own: importing it changes warnings, logs and more."""

    folder: Path

    def __call__(self, job: dict[str, Any]) -> Any:
        request = self.folder / "request.json"
        answer = self.folder / "answer.json"
        request.write_text(json.dumps(job), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, HERE / "funasr_reference.py", request, answer],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads(answer.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def funasr(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return Reference(tmp_path_factory.mktemp("funasr"))


# SenseVoiceSmall as it is published: 234 million weights.
FULL_SIZE = {
    "output_size": 512,
    "attention_heads": 4,
    "linear_units": 2048,
    "num_blocks": 50,
    "tp_blocks": 20,
}


@pytest.fixture(scope="session")
def full_size_model(tmp_path_factory: pytest.TempPathFactory, demo_model: Path) -> Path:
    """Random weights of the published size, with the demo model's other files."""
    import torch
    import yaml

    folder = tmp_path_factory.mktemp("full_size")
    for file in demo_model.iterdir():
        if file.suffix in (".json", ".mvn", ".model"):
            shutil.copy(file, folder)
    config = yaml.safe_load((demo_model / "config.yaml").read_text(encoding="utf-8"))
    config["encoder_conf"] |= FULL_SIZE
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    lean_funasr.prepare()
    from funasr.models.sense_voice.model import SenseVoiceSmall

    torch.manual_seed(0)
    vocabulary_size = 25_055
    net = SenseVoiceSmall(
        input_size=560,
        vocab_size=vocabulary_size,
        encoder=config["encoder"],
        encoder_conf=config["encoder_conf"],
        **config["model_conf"],
    )
    # A head with spread-out rows, so that frames differ in their best token as real ones do.
    torch.nn.init.normal_(net.ctc.ctc_lo.weight, std=0.5)
    torch.save(net.state_dict(), folder / "model.pt")
    return folder
