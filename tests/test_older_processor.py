"""Libraries can be shown a processor that knows nothing newer than AVX2."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dictation.lab import older_processor
from dictation.recognition.backends import processor


def _asked(program: str, environment: dict[str, str] | None = None) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **(environment or {}), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


@pytest.mark.skipif(
    not older_processor.can_be_shown(), reason="this processor's CPUID does not fault"
)
def test_libraries_see_an_older_processor() -> None:
    capability = "import torch; print(torch.backends.cpu.get_cpu_capability())"
    hidden = (
        "from dictation.lab import older_processor; older_processor.hide_all_beyond_avx2(); "
        + capability
    )
    assert _asked(hidden) == "AVX2"


def test_the_environment_limits_what_we_use() -> None:
    flags = "from dictation.recognition.backends import processor; print(*processor.flags())"
    assert not any(
        flag.startswith(("amx", "avx512", "avx_vnni"))
        for flag in _asked(flags, {processor.LIMIT: "avx2"}).split()
    )
    assert set(_asked(flags).split()) == processor.flags()
