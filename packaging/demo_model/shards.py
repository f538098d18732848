"""Keeps feature frames with their labels on disk, readable without loading them.

A shard is two files: NAME.npy, float16 of shape (rows, 560), all clips one after another, and
NAME.json, a list with each clip's labels and its number of rows.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clips import Labels


@dataclass(frozen=True)
class Example:
    """rows: float16 of shape (n, 560), memory-mapped."""

    rows: NDArray[np.float16]
    labels: Labels


def write(path: Path, frames: list[Tensor], labels: list[Labels]) -> None:
    """path: without suffix. The .json is written last, so a shard that has one is complete."""
    np.save(path.with_suffix(".npy"), torch.cat(frames).half().numpy())
    entries = [
        {"rows": len(rows), **asdict(label)} for rows, label in zip(frames, labels, strict=True)
    ]
    path.with_suffix(".json").write_text(json.dumps(entries, ensure_ascii=False))


def names(folder: Path) -> list[Path]:
    """Complete shards, without suffix, in order."""
    return [path.with_suffix("") for path in sorted(folder.glob("*.json"))]


def read(path: Path) -> Iterator[Example]:
    rows = np.load(path.with_suffix(".npy"), mmap_mode="r")
    start = 0
    for entry in json.loads(path.with_suffix(".json").read_text()):
        stop = start + entry.pop("rows")
        yield Example(rows[start:stop], Labels(**entry))
        start = stop
