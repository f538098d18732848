"""Makes the training corpus: shards of features of synthetic clips.

Two processes make 80,000 clips (about 80 hours) in about fifteen minutes.
"""

import logging
import multiprocessing
import os
import random
from pathlib import Path

import torch
from torch import Tensor

import clips
import features
import shards
import voices

logger = logging.getLogger(__name__)

LANGUAGE_SHARES = {"en": 48, "zh": 13, "yue": 11, "ja": 10, "ko": 11, "nospeech": 7}  # percent
CLIPS_PER_SHARD = 1000
# Loading a voice costs as much as two sentences, so a voice speaks several clips in a row.
CLIPS_PER_VOICE = 6


def build(folder: Path, shard_count: int) -> None:
    """Writes the shards that are still missing, one process per core."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [
        (folder / f"train-{number:03d}", number)
        for number in range(shard_count)
        if not (folder / f"train-{number:03d}.json").exists()
    ]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for name in pool.imap_unordered(_build_shard, missing):
            logger.info("corpus: %s", name)


def _build_shard(job: tuple[Path, int]) -> str:
    path, number = job
    torch.set_num_threads(1)
    rng = random.Random(number)
    frames: list[Tensor] = []
    labels: list[clips.Labels] = []
    while len(frames) < CLIPS_PER_SHARD:
        for clip in _same_speaker(rng):
            frames.append(features.frames(clip.samples))
            labels.append(clip.labels)
    shards.write(path, frames, labels)
    return path.name


def _same_speaker(rng: random.Random) -> list[clips.Clip]:
    language = rng.choices(list(LANGUAGE_SHARES), list(LANGUAGE_SHARES.values()))[0]
    if language == "nospeech":
        return [clips.without_speech(rng) for _ in range(CLIPS_PER_VOICE)]
    voice = voices.choose_voice(language, rng)
    return [clips.with_speech(language, voice, rng, held_out=False) for _ in range(CLIPS_PER_VOICE)]
