"""Makes the held-out clips: sentences that training never sees, as audio files."""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import soundfile

import clips
import voices
from sentences.languages import LANGUAGES

SEED = 20_000_000  # far from the corpus's shard numbers
CLIPS_PER_KIND = 200


def build(folder: Path) -> None:
    """Writes 200 clips per language, of no speech, and of English in unseen voices."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, str]] = []
    for kind, clip in _draw(random.Random(SEED)):
        name = f"{kind}-{len(entries) % CLIPS_PER_KIND:03d}.flac"
        soundfile.write(folder / name, clip.samples, voices.SAMPLE_RATE_HZ, subtype="PCM_16")
        entries.append({"file": name, "kind": kind, **asdict(clip.labels)})
    text = json.dumps(entries, ensure_ascii=False, indent=1)
    (folder / "references.json").write_text(text)


def _draw(rng: random.Random) -> Iterator[tuple[str, clips.Clip]]:
    for language in LANGUAGES:
        for _ in range(CLIPS_PER_KIND):
            voice = voices.choose_voice(language, rng)
            yield language, clips.with_speech(language, voice, rng, held_out=True)
    for _ in range(CLIPS_PER_KIND):
        yield "nospeech", clips.without_speech(rng)
    for _ in range(CLIPS_PER_KIND):
        voice = voices.choose_unseen_voice("en", rng)
        yield "en-unseen", clips.with_speech("en", voice, rng, held_out=True)
