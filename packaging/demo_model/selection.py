"""Picks the clips that the project's tests use from the held-out ones, by chance alone."""

import json
import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SEED = 7
# 120 clips in all must stay under 5 MB, so most are short and a few are long.
SHORT_BYTES, LONG_BYTES = 46_000, 90_000
SHORT_CLIPS, LONG_CLIPS = 17, 3
KINDS = ("en", "zh", "yue", "ja", "ko", "nospeech")
FIELDS = ("file", "language", "emotion", "event", "itn", "plain")


def write(held_out: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.flac"):
        old.unlink()
    entries = json.loads((held_out / "references.json").read_text())
    rng = random.Random(SEED)
    chosen = []
    for kind in KINDS:
        same = [entry for entry in entries if entry["kind"] == kind]
        chosen += _choose(same, held_out, rng)
    for entry in chosen:
        shutil.copyfile(held_out / entry["file"], folder / entry["file"])
    kept = [{field: entry[field] for field in FIELDS} for entry in chosen]
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    (folder / "references.json").write_text(text + "\n")


def _choose(
    entries: Iterable[dict[str, Any]], held_out: Path, rng: random.Random
) -> list[dict[str, Any]]:
    sized = [(entry, (held_out / entry["file"]).stat().st_size) for entry in entries]
    short = [entry for entry, size in sized if size <= SHORT_BYTES]
    long = [entry for entry, size in sized if SHORT_BYTES < size <= LONG_BYTES]
    chosen = rng.sample(short, SHORT_CLIPS) + rng.sample(long, LONG_CLIPS)
    return sorted(chosen, key=lambda entry: str(entry["file"]))
