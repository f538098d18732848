"""Takes mean and variance of the corpus and writes them as kaldi's `am.mvn`."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import shards

SHARDS_READ = 10  # 10,000 clips, over half a million rows
SMALLEST_DEVIATION = 1e-3


@dataclass(frozen=True)
class Normalisation:
    """A row x becomes (x + shift) * scale; both of shape (560,)."""

    shift: Tensor
    scale: Tensor

    def apply(self, rows: Tensor) -> Tensor:
        return (rows + self.shift) * self.scale


def measure(corpus: Path) -> Normalisation:
    total, squares, count = 0.0, 0.0, 0
    for name in shards.names(corpus)[:SHARDS_READ]:
        rows = np.load(name.with_suffix(".npy")).astype(np.float64)
        total = total + rows.sum(0)
        squares = squares + (rows**2).sum(0)
        count += len(rows)
    mean = total / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, SMALLEST_DEVIATION**2))
    return Normalisation(torch.tensor(-mean).float(), torch.tensor(1 / deviation).float())


def write(path: Path, normalisation: Normalisation) -> None:
    """In the nnet text format that FunASR's `load_cmvn` reads."""
    size = len(normalisation.shift)
    shift, scale = (
        " ".join(f"{value:.6f}" for value in values.tolist())
        for values in (normalisation.shift, normalisation.scale)
    )
    path.write_text(
        f"<Nnet>\n<Splice> {size} {size}\n[ 0 ]\n"
        f"<AddShift> {size} {size}\n<LearnRateCoef> 0 [ {shift} ]\n"
        f"<Rescale> {size} {size}\n<LearnRateCoef> 0 [ {scale} ]\n</Nnet>\n"
    )


def read(path: Path) -> Normalisation:
    numbers = [
        torch.tensor([float(word) for word in line.split("[")[1].split("]")[0].split()])
        for line in path.read_text().splitlines()
        if line.startswith("<LearnRateCoef>")
    ]
    return Normalisation(*numbers)
