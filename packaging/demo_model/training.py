"""Trains the model: one single-threaded process per core, gradients averaged every step.

Two threads in one process collapse when another program takes a core; two processes only wait
for each other.
"""

import itertools
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed
from torch.multiprocessing.spawn import spawn

import normalisation
import shards
from lessons import Item, Lessons, item
from trainer import Trainer
from vocabulary import Vocabulary

logger = logging.getLogger(__name__)

PROCESSES = 2
BATCH_ROWS = 1100  # padded rows (60 ms) per process and step
STEPS_PER_LOOK = 40  # the curriculum looks at the loss so often
MASKED_FROM_SHARE = 0.4  # of the time; masks only hinder before the pieces are known
CHECKPOINT_S, LOG_S = 120.0, 20.0


@dataclass(frozen=True)
class Course:
    """Where to read and write, and for how long to train."""

    corpus: Path
    tokenizer: Path
    normalisation: Path
    checkpoint: Path
    minutes: float


def run(course: Course) -> None:
    """Trains until the minutes are over, from the checkpoint where there is one."""
    # glibc gives freed pages back at once and takes them again in the next step; keep them.
    os.environ |= {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(100 << 30)}
    os.environ |= {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    meeting_point = course.checkpoint.with_suffix(".meeting")
    meeting_point.unlink(missing_ok=True)
    spawn(_train, (course, meeting_point), nprocs=PROCESSES)  # type: ignore[no-untyped-call]


def _train(rank: int, course: Course, meeting_point: Path) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{meeting_point}", rank=rank, world_size=PROCESSES
    )
    vocabulary = Vocabulary(course.tokenizer)
    mean_and_variance = normalisation.read(course.normalisation)
    trainer = Trainer(len(vocabulary), vocabulary.letters)
    if course.checkpoint.exists():
        trainer.load(torch.load(course.checkpoint))
    items = _items(course.corpus, rank, vocabulary)
    lessons = Lessons(items, vocabulary, mean_and_variance, rank + 1000 * trainer.step)
    _teach(trainer, lessons, course, Watch(is_chief=rank == 0))
    torch.distributed.destroy_process_group()


def _items(corpus: Path, rank: int, vocabulary: Vocabulary) -> list[Item]:
    own = shards.names(corpus)[rank::PROCESSES]
    return [item(example, vocabulary) for name in own for example in shards.read(name)]


def _teach(trainer: Trainer, lessons: Lessons, course: Course, watch: "Watch") -> None:
    total_s, before_s = course.minutes * 60, trainer.elapsed_s
    started_s = time.monotonic()
    while trainer.elapsed_s < total_s:
        masked = trainer.elapsed_s > MASKED_FROM_SHARE * total_s
        drawn = lessons.draw(trainer.curriculum.cap_rows, BATCH_ROWS, masked=masked)
        losses = []
        for batch in itertools.islice(drawn, STEPS_PER_LOOK):
            own_s = before_s + time.monotonic() - started_s
            losses.append(trainer.learn(batch, own_s, total_s))
            watch.look(trainer, len(batch.texts), losses[-1], course.checkpoint)
        trainer.curriculum = trainer.curriculum.after(_mean_over_processes(losses))
    watch.save(trainer, course.checkpoint)


def _mean_over_processes(losses: list[float]) -> float:
    mean = torch.tensor([sum(losses) / len(losses)])
    torch.distributed.all_reduce(mean)
    return mean.item() / PROCESSES


class Watch:
    """Logs and checkpoints from the first process."""

    def __init__(self, *, is_chief: bool) -> None:
        self._is_chief = is_chief
        self._logged_s = self._saved_s = time.monotonic()
        self._losses: list[float] = []
        self._clips = 0

    def look(self, trainer: Trainer, clips: int, loss: float, checkpoint: Path) -> None:
        self._losses.append(loss)
        self._clips += clips * PROCESSES
        now_s = time.monotonic()
        if not self._is_chief:
            return
        if now_s - self._logged_s > LOG_S:
            logger.info(
                "training: %.0f s, step %d, cap %d rows, ctc %.3f, tags %.3f, flat %.2f, "
                "%.0f clips/s",
                trainer.elapsed_s,
                trainer.step,
                trainer.curriculum.cap_rows,
                sum(self._losses) / len(self._losses),
                trainer.tag_loss,
                trainer.flat_loss,
                self._clips / (now_s - self._logged_s),
            )
            self._logged_s, self._losses, self._clips = now_s, [], 0
        if now_s - self._saved_s > CHECKPOINT_S:
            self.save(trainer, checkpoint)
            self._saved_s = now_s

    def save(self, trainer: Trainer, checkpoint: Path) -> None:
        if self._is_chief:
            unfinished = checkpoint.with_suffix(".unfinished")
            torch.save(trainer.state(), unfinished)
            unfinished.replace(checkpoint)
