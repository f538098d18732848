"""Reads what a folder in FunASR's file format says of the model in it."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from dictation.errors import ModelDamaged, ModelFileMissing, ModelFolderMissing
from dictation.recognition.weights_file import WeightsFile
from dictation.translation import Phrase

if TYPE_CHECKING:
    import torch

CONFIGURATION = "configuration.json"
# Where configuration.json does not say; the names in every published folder.
_USUAL_NAMES = {"init_param": "model.pt", "config": "config.yaml"}


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with weights, their configuration and the files that go with them."""

    folder: Path
    weights: Path
    cmvn: Path
    config: dict[str, Any]
    tokenizer: Path | None
    """The SentencePiece model; None where the model writes no text (a VAD)."""

    def conf(self, section: str) -> dict[str, Any]:
        """The keyword arguments of one component, such as ``encoder_conf``; empty if absent."""
        found = self.config.get(section) or {}
        if not isinstance(found, dict):
            raise ModelDamaged(
                folder=self.folder,
                reason=Phrase("{section} in its configuration is odd", section=section),
            )
        return dict(found)


def read_folder(folder: Path) -> ModelFolder:
    """Raises ModelFolderMissing, ModelFileMissing or ModelDamaged."""
    if not folder.is_dir():
        raise ModelFolderMissing(folder=folder)
    files = _file_names(folder)
    config = _present(folder, files.get("config", _USUAL_NAMES["config"]))
    tokenizer = files.get("tokenizer_conf", {}).get("bpemodel")
    return ModelFolder(
        folder=folder,
        weights=_present(folder, files.get("init_param", _USUAL_NAMES["init_param"])),
        cmvn=_present(folder, files.get("frontend_conf", {}).get("cmvn_file", "am.mvn")),
        config=_parsed_yaml(folder, config),
        tokenizer=None if tokenizer is None else _present(folder, tokenizer),
    )


def load_weights(model: ModelFolder) -> WeightsFile:
    """All weights; each is looked at when it is asked for.

    FunASR itself goes on without a word when weights are missing or damaged, and writes garbage.
    Raises ModelDamaged, or EngineMissing where only torch can read the file.
    """
    return WeightsFile(model.weights)


def put_weights(module: torch.nn.Module, model: ModelFolder) -> None:
    """Loads the folder's weights into a module that may lie on the meta device.

    They stay in the file, which is mapped: the module must not change them. Raises ModelDamaged
    unless exactly the module's weights are there, each of its shape.
    """
    import torch

    weights = load_weights(model)
    check_shapes(
        model, weights, {name: tuple(value.shape) for name, value in module.state_dict().items()}
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        tensors = {name: torch.from_numpy(value) for name, value in weights.items()}
    module.load_state_dict(tensors, strict=True, assign=True)


def check_shapes(
    model: ModelFolder, weights: WeightsFile, wanted: dict[str, tuple[int, ...]]
) -> None:
    """Raises ModelDamaged unless exactly the wanted weights are there, each of its shape."""
    if wanted != weights.shapes:
        raise ModelDamaged(folder=model.folder, reason=_difference(wanted, weights.shapes))


def _difference(wanted: dict[str, tuple[int, ...]], found: dict[str, tuple[int, ...]]) -> Phrase:
    missing = wanted.keys() - found.keys()
    unknown = found.keys() - wanted.keys()
    reshaped = [name for name in wanted.keys() & found.keys() if wanted[name] != found[name]]
    return Phrase(
        "its weights do not fit its configuration "
        "({missing} missing, {unknown} unknown, {reshaped} of another shape)",
        missing=len(missing),
        unknown=len(unknown),
        reshaped=len(reshaped),
    )


def _file_names(folder: Path) -> dict[str, Any]:
    file = folder / CONFIGURATION
    try:
        metas = json.loads(file.read_text(encoding="utf-8"))["file_path_metas"]
    except FileNotFoundError as error:
        raise ModelFileMissing(folder=folder, file=CONFIGURATION) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(
            folder=folder, reason=Phrase("{name} cannot be read", name=CONFIGURATION)
        ) from error
    if not isinstance(metas, dict):
        raise ModelDamaged(
            folder=folder, reason=Phrase("{file} names no files", file=CONFIGURATION)
        )
    return metas


def _present(folder: Path, name: object) -> Path:
    # A name from a file that came from outside: it must stay inside the folder.
    if not isinstance(name, str) or Path(name).name != name:
        raise ModelDamaged(
            folder=folder, reason=Phrase("{file} names an odd file", file=CONFIGURATION)
        )
    file = folder / name
    if not file.is_file():
        raise ModelFileMissing(folder=folder, file=name)
    return file


def _parsed_yaml(folder: Path, file: Path) -> dict[str, Any]:
    try:
        parsed = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelDamaged(
            folder=folder, reason=Phrase("{name} cannot be read", name=file.name)
        ) from error
    if not isinstance(parsed, dict):
        raise ModelDamaged(
            folder=folder, reason=Phrase("{name} holds no configuration", name=file.name)
        )
    return parsed
