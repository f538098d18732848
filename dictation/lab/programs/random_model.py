"""A model of the published size with random weights, as a piped program: a folder comes first.

The next value, of any kind, has the model made there; its answer is None.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from dictation.lab.programs.answering import answer_all
from dictation.paths import resource

# SenseVoiceSmall as it is published: 234 million weights.
FULL_SIZE = {
    "output_size": 512,
    "attention_heads": 4,
    "linear_units": 2048,
    "num_blocks": 50,
    "tp_blocks": 20,
}
_VOCABULARY_SIZE = 25_055
_HEAD_SPREAD = 0.5  # of the rows of the last layer, so that frames differ in their best token


def main() -> None:
    answer_all(_made)


def _made(folder: Path) -> Callable[[object], None]:
    return lambda _: make(folder, resource("demo_model"))


def make(folder: Path, template: Path, encoder: Mapping[str, int] = FULL_SIZE) -> None:
    """template: a model of the same class, whose other files are taken over.

    Raises EngineMissing.
    """
    from dictation.recognition import lean_funasr

    lean_funasr.prepare()
    import torch
    import yaml
    from funasr.models.sense_voice.model import SenseVoiceSmall

    for file in template.iterdir():
        if file.suffix in (".json", ".mvn", ".model"):
            shutil.copy(file, folder)
    config = yaml.safe_load((template / "config.yaml").read_text(encoding="utf-8"))
    config["encoder_conf"] |= encoder
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    torch.manual_seed(0)
    net = SenseVoiceSmall(
        input_size=560,
        vocab_size=_VOCABULARY_SIZE,
        encoder=config["encoder"],
        encoder_conf=config["encoder_conf"],
        **config["model_conf"],
    )
    torch.nn.init.normal_(net.ctc.ctc_lo.weight, std=_HEAD_SPREAD)
    torch.save(net.state_dict(), folder / "model.pt")
