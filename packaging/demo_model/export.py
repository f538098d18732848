"""Writes a model folder that FunASR's `AutoModel(model=FOLDER)` reads."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import Tensor

import network
from layout import PIECES
from vocabulary import Vocabulary

TOKENIZER_NAME = "chn_jpn_yue_eng_ko_spectok.bpe.model"
NEVER = -1e4  # logit of an output that training does not know; representable in float16

CONFIG = {
    "model": "SenseVoiceSmall",
    "model_conf": {"length_normalized_loss": True, "sos": 1, "eos": 2, "ignore_id": -1},
    "encoder": "SenseVoiceEncoderSmall",
    "encoder_conf": network.ENCODER,
    "tokenizer": "SentencepiecesTokenizer",
    "tokenizer_conf": {"bpemodel": None, "unk_symbol": "<unk>", "split_with_space": True},
    "frontend": "WavFrontend",
    "frontend_conf": {
        "fs": 16000,
        "window": "hamming",
        "n_mels": 80,
        "frame_length": 25,
        "frame_shift": 10,
        "lfr_m": 7,
        "lfr_n": 6,
        "cmvn_file": None,
    },
}
CONFIGURATION = {
    "framework": "pytorch",
    "task": "auto-speech-recognition",
    "model": {"type": "funasr"},
    "pipeline": {"type": "funasr-pipeline"},
    "model_name_in_hub": {"ms": "", "hf": ""},
    "file_path_metas": {
        "init_param": "model.pt",
        "config": "config.yaml",
        "tokenizer_conf": {"bpemodel": TOKENIZER_NAME},
        "frontend_conf": {"cmvn_file": "am.mvn"},
    },
}


def write(folder: Path, checkpoint: Path, tokenizer: Path, normalisation: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tokenizer, folder / TOKENIZER_NAME)
    shutil.copyfile(normalisation, folder / "am.mvn")
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False))
    (folder / "configuration.json").write_text(json.dumps(CONFIGURATION, indent=2) + "\n")
    state: dict[str, Any] = torch.load(checkpoint)
    average: dict[str, Tensor] = state["average"]
    real_ids = torch.tensor(Vocabulary(tokenizer).real_ids)
    weights = {name: _at_real_ids(name, value, real_ids) for name, value in average.items()}
    _write_deflated(folder / "model.pt", weights)


def _at_real_ids(name: str, value: Tensor, real_ids: Tensor) -> Tensor:
    """Output rows go to their places among all 25,055; everything becomes float16."""
    if name.startswith("ctc.ctc_lo."):
        fill = NEVER if name.endswith("bias") else 0.0
        placed = torch.full((PIECES, *value.shape[1:]), fill)
        placed[real_ids] = value
        value = placed
    return value.half()


def _write_deflated(path: Path, weights: dict[str, Tensor]) -> None:
    """As `torch.save`, but compressed: 14 MB become 6, nearly all of it unused output rows.

    `torch.load` reads it unchanged (not with `mmap=True`).
    """
    stored = path.with_suffix(".stored")
    torch.save(weights, stored)
    with (
        zipfile.ZipFile(stored) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for entry in source.infolist():
            name = f"{path.stem}/{entry.filename.partition('/')[2]}"
            target.writestr(zipfile.ZipInfo(name), source.read(entry), zipfile.ZIP_DEFLATED)
    stored.unlink()
