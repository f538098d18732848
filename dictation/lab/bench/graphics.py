"""How fast it is on an NVIDIA GPU, and what it takes of its memory."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Mapping, Set

from dictation.lab.automodel import AutoModelReference
from dictation.lab.bench import figures
from dictation.lab.bench.decoding import UNIT_S, Decode, interleaved
from dictation.lab.bench.dictations import dictation
from dictation.lab.bench.figures import Figure
from dictation.lab.bench.ground import Ground
from dictation.lab.bench.measurement import Found, Measurement
from dictation.lab.bench.rows import Measured, NotMeasured, Outcome
from dictation.lab.bench.spread import Spread
from dictation.lab.piped import PipedProgram
from dictation.lab.programs.decoding import Build
from dictation.settings import BackendName

_NO_GPU = "no NVIDIA GPU is found on this machine"


def measure(ground: Ground, wanted: Set[Figure]) -> Found:
    device = _nvidia_smi("name")
    if device is None:
        return Found(dict.fromkeys(wanted, NotMeasured(_NO_GPU)))
    samples = dictation(UNIT_S, seed=0).until(UNIT_S)
    found: dict[Figure, Outcome] = {}
    with contextlib.ExitStack() as opened:
        before_mib = _used_mib()
        ground.say(f"backend {BackendName.CUDA} is loaded on {device} …")
        ours = opened.enter_context(PipedProgram("decoding", f"Backend {BackendName.CUDA}", {}))
        ours.ask(Build(ground.model_folder, ground.vad_folder, BackendName.CUDA, threads=1))
        for seed, length_s in enumerate((2.0, 5.0, 10.0, 20.0)):
            ours.ask(dictation(length_s, seed).until(length_s))
        found[figures.CUDA_MEMORY] = Measured(
            _used_mib() - before_mib,
            None,
            f"{device}: what nvidia-smi counts more than before the process, after units of up to "
            "20 s",
        )
        reference = opened.enter_context(
            AutoModelReference(ground.model_folder, None, device="cuda")
        )
        decoders: dict[str, Decode] = {
            "ours": ours.ask,
            "reference": lambda each: reference.transcribe(each)[1],
        }
        how = f"{device}: one unit of {UNIT_S:g} s, from samples to text, the reference in turns"
        spreads = interleaved(samples, decoders, ground.plan.decodes)
        found[figures.CUDA] = _measured(spreads, how)
        if ground.plan.gpu_idle_s is None:
            found[figures.CUDA_IDLE] = NotMeasured("the quick run does not wait so long")
        elif figures.CUDA_IDLE in wanted:
            ground.say(f"the GPU is left alone for {ground.plan.gpu_idle_s:g} s …")
            time.sleep(ground.plan.gpu_idle_s)
            spreads = interleaved(samples, decoders, rounds=1, warm_ups=0)
            found[figures.CUDA_IDLE] = _measured(spreads, f"{how}, once")
    return Found(found)


MEASUREMENT = Measurement((figures.CUDA, figures.CUDA_IDLE, figures.CUDA_MEMORY), measure)


def _measured(spreads: Mapping[str, Spread], how: str) -> Measured:
    ours, reference = spreads["ours"], spreads["reference"]
    return Measured(ours.median, reference.median, how, ours, reference)


def _used_mib() -> float:
    return float(_nvidia_smi("memory.used") or 0)


def _nvidia_smi(field: str) -> str | None:
    """Of the first GPU; None where there is none."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    asked = subprocess.run(
        [program, f"--query-gpu={field}", "--format=csv,noheader,nounits", "--id=0"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() if asked.returncode == 0 else None
