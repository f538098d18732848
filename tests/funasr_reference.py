"""What FunASR's own AutoModel says: the reference that our path is held against.

    python funasr_reference.py REQUEST.json ANSWER.json

The request names a model folder and 16 kHz mono files; each file is one unit. Kinds of job:
``texts`` (AutoModel's raw text with its tags), ``logits`` (of the class, as .npy files beside the
answer), ``features`` (of its frontend, likewise) and ``voice`` (events of the
streaming VAD).
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch

SAMPLE_RATE_HZ = 16_000


def main(request: Path, answer: Path) -> None:
    job = json.loads(request.read_text(encoding="utf-8"))
    torch.set_num_threads(1)
    from funasr import AutoModel

    model = AutoModel(
        model=job["model"],
        device="cpu",
        disable_update=True,
        disable_pbar=True,
        ncpu=1,
        log_level="ERROR",
        **({} if job["kind"] == "voice" else {"frontend_conf": {"dither": 0.0}}),
    )
    logging.disable(logging.CRITICAL)
    jobs = {"texts": _texts, "logits": _logits, "features": _features, "voice": _voice}
    result = jobs[job["kind"]](model, job, answer.parent)
    answer.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def _samples(file: str) -> np.ndarray:
    samples, rate_hz = soundfile.read(file, dtype="float32")
    assert rate_hz == SAMPLE_RATE_HZ
    return samples


def _texts(model: Any, job: dict[str, Any], _folder: Path) -> list[str]:
    return [
        model.generate(
            input=_samples(file), cache={}, language=job["language"], use_itn=job["itn"]
        )[0]["text"]
        for file in job["files"]
    ]


def _features(model: Any, job: dict[str, Any], folder: Path) -> list[str]:
    written = []
    for index, file in enumerate(job["files"]):
        samples = torch.from_numpy(_samples(file))[None]
        features, _ = model.kwargs["frontend"](samples, torch.tensor([samples.shape[1]]))
        written.append(str(folder / f"features-{index}.npy"))
        np.save(written[-1], features[0].numpy())
    return written


@torch.inference_mode()
def _logits(model: Any, job: dict[str, Any], folder: Path) -> list[str]:
    written = []
    # The head's input is what AutoModel computed; its softmax keeps the order, so it is enough.
    seen: list[torch.Tensor] = []
    model.model.ctc.ctc_lo.register_forward_hook(
        lambda _module, _inputs, output: seen.append(output)
    )
    for index, file in enumerate(job["files"]):
        seen.clear()
        model.generate(input=_samples(file), cache={}, language=job["language"], use_itn=job["itn"])
        written.append(str(folder / f"logits-{index}.npy"))
        np.save(written[-1], seen[0][0].numpy())
    return written


def _voice(model: Any, job: dict[str, Any], _folder: Path) -> list[list[list[int]]]:
    """Events of the streaming class in chunks of 100 ms: [start, -1] and [-1, end], in ms."""
    told = []
    for file in job["files"]:
        samples, cache, events = _samples(file), {}, []
        # The last chunk must neither be empty nor full: the class then leaves speech open.
        for at in range(0, len(samples) - 1, 1_600):
            last = at + 1_600 >= len(samples) - 1
            pairs = model.generate(
                input=samples[at:] if last else samples[at : at + 1_600],
                cache=cache,
                is_final=last,
                chunk_size=100,
                max_end_silence_time=job["pause_ms"],
            )[0]["value"]
            for start_ms, end_ms in pairs:
                events += [[start_ms, -1]] if start_ms >= 0 else []
                events += [[-1, end_ms]] if end_ms >= 0 else []
        told.append(events)
    return told


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
