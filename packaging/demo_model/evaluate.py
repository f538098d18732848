"""Measures a model folder on labelled clips, through FunASR alone.

Usage: python packaging/demo_model/evaluate.py --model FOLDER --clips FOLDER
The clips' folder holds references.json, a list with each clip's file and labels.
"""

import argparse
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import funasr
import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

TAG = re.compile(r"<\|([^|]*)\|>")
TAG_NAMES = ("language", "emotion", "event")


@dataclass(frozen=True)
class Mode:
    """One way to ask: forced language or not, written or plain."""

    name: str
    use_itn: bool
    is_forced: bool


MODES = (
    Mode("itn", use_itn=True, is_forced=False),
    Mode("plain", use_itn=False, is_forced=False),
    Mode("itn, language forced", use_itn=True, is_forced=True),
)


@dataclass
class Score:
    """Sums over clips."""

    clips: int = 0
    wrong: int = 0
    characters: int = 0
    exact: int = 0
    with_text: int = 0
    language: int = 0
    emotion: int = 0
    event: int = 0

    @property
    def character_error_rate(self) -> float:
        """Percent; spaces and punctuation count."""
        return 100 * self.wrong / max(1, self.characters)

    def percent(self, name: str) -> float:
        return 100 * int(getattr(self, name)) / max(1, self.clips)

    def add(self, text: str, wanted: str, tags: list[str], labels: dict[str, str]) -> None:
        self.clips += 1
        self.wrong += edit_distance(text, wanted)
        self.characters += len(wanted)
        self.exact += text == wanted
        self.with_text += bool(text)
        for name, tag in zip(TAG_NAMES, tags, strict=False):
            setattr(self, name, getattr(self, name) + (tag == labels[name]))


def edit_distance(one: str, other: str) -> int:
    """Levenshtein's, by characters."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


class Listener:
    """The model, as an application would use it."""

    def __init__(self, folder: Path) -> None:
        self._model: Any = funasr.AutoModel(
            model=str(folder),
            device="cpu",
            disable_update=True,
            disable_pbar=True,
            log_level="ERROR",
            frontend_conf={"dither": 0.0},
        )

    def hear(
        self, samples: NDArray[np.float32], language: str, *, use_itn: bool
    ) -> tuple[str, list[str]]:
        """The text with the four tags. samples: 16 kHz mono."""
        answer = self._model.generate(input=samples, language=language, use_itn=use_itn, cache={})
        raw = str(answer[0]["text"])
        return TAG.sub("", raw).strip(), TAG.findall(raw)


def measure(model: Path, clips: Path) -> dict[tuple[str, str], Score]:
    """Scores by kind of clip and mode."""
    listener = Listener(model)
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for labels in json.loads((clips / "references.json").read_text()):
        samples, _ = soundfile.read(clips / labels["file"], dtype="float32")
        kind, language = labels.get("kind", labels["language"]), labels["language"]
        for mode in MODES:
            if mode.is_forced and language == "nospeech":
                continue
            asked = language if mode.is_forced else "auto"
            text, tags = listener.hear(samples, asked, use_itn=mode.use_itn)
            wanted = labels["itn"] if mode.use_itn else labels["plain"]
            scores[kind, mode.name].add(text, wanted, tags, labels)
    return scores


def table(scores: dict[tuple[str, str], Score]) -> str:
    """Markdown."""
    lines = [
        "| clips | asked for | number | CER % | exact % | language % | emotion % | event % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (kind, mode), score in scores.items():
        has_text = score.characters > 0
        rate = f"{score.character_error_rate:.1f}" if has_text else f"{score.with_text} with text"
        tags = " | ".join(f"{score.percent(name):.1f}" for name in ("exact", *TAG_NAMES))
        lines.append(f"| {kind} | {mode} | {score.clips} | {rate} | {tags} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--clips", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(table(measure(arguments.model, arguments.clips)))


if __name__ == "__main__":
    main()
