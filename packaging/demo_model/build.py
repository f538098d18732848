"""Builds the demonstration model, its clips and its recording from nothing but synthesisers.

Usage: python packaging/demo_model/build.py --out resources/demo_model --work FOLDER --hours 2

Every stage leaves its result in the work folder and is skipped where the result is there;
the corpus and the training go on where they were cut off.
"""

import argparse
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import corpus
import evaluate
import export
import held_out
import normalisation
import recording
import selection
import tokenizer
import training

logger = logging.getLogger(__name__)

REPOSITORY = Path(__file__).resolve().parents[2]
# Of two hours on two cores: 80 shards take about 16 minutes and training takes 68.
SHARDS_PER_HOUR = 40
TRAINING_MINUTES_PER_HOUR = 34


@dataclass(frozen=True)
class Plan:
    """Where everything goes, and how long it may take."""

    out: Path
    work: Path
    hours: float
    clips: Path
    recording: Path

    @property
    def corpus(self) -> Path:
        return self.work / "corpus"

    @property
    def held_out(self) -> Path:
        return self.work / "held_out"

    @property
    def tokenizer(self) -> Path:
        return self.work / "tokenizer.model"

    @property
    def normalisation(self) -> Path:
        return self.work / "am.mvn"

    @property
    def checkpoint(self) -> Path:
        return self.work / "checkpoint.pt"


def make_corpus(plan: Plan) -> None:
    corpus.build(plan.corpus, round(plan.hours * SHARDS_PER_HOUR))


def make_held_out(plan: Plan) -> None:
    if not (plan.held_out / "references.json").exists():
        held_out.build(plan.held_out)


def make_tokenizer(plan: Plan) -> None:
    if not plan.tokenizer.exists():
        tokenizer.build(plan.tokenizer)


def make_normalisation(plan: Plan) -> None:
    if not plan.normalisation.exists():
        normalisation.write(plan.normalisation, normalisation.measure(plan.corpus))


def train(plan: Plan) -> None:
    training.run(
        training.Course(
            plan.corpus,
            plan.tokenizer,
            plan.normalisation,
            plan.checkpoint,
            plan.hours * TRAINING_MINUTES_PER_HOUR,
        )
    )


def export_model(plan: Plan) -> None:
    export.write(plan.out, plan.checkpoint, plan.tokenizer, plan.normalisation)


def select_clips(plan: Plan) -> None:
    selection.write(plan.held_out, plan.clips)


def make_recording(plan: Plan) -> None:
    recording.write(plan.recording)
    recording.check(evaluate.Listener(plan.out))


def measure(plan: Plan) -> None:
    table = evaluate.table(evaluate.measure(plan.out, plan.held_out))
    (plan.work / "accuracy.md").write_text(table + "\n")
    print(table)


STAGES: dict[str, Callable[[Plan], None]] = {
    "corpus": make_corpus,
    "held_out": make_held_out,
    "tokenizer": make_tokenizer,
    "normalisation": make_normalisation,
    "training": train,
    "export": export_model,
    "clips": select_clips,
    "recording": make_recording,
    "accuracy": measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "resources" / "demo_model")
    parser.add_argument("--work", type=Path, required=True, help="a folder with 8 GB to spare")
    parser.add_argument("--hours", type=float, default=2.0, help="of two cores, for everything")
    parser.add_argument("--clips", type=Path, default=REPOSITORY / "tests" / "clips")
    parser.add_argument("--recording", type=Path, default=REPOSITORY / "resources" / "demo.wav")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    arguments = parser.parse_args()
    plan = Plan(
        arguments.out, arguments.work, arguments.hours, arguments.clips, arguments.recording
    )
    plan.work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for name in arguments.stages:
        started_s = time.monotonic()
        STAGES[name](plan)
        logger.info("%s: %.0f s", name, time.monotonic() - started_s)


if __name__ == "__main__":
    main()
