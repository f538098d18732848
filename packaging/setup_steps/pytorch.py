"""Installs the build of PyTorch that this machine can use, and no other."""

from __future__ import annotations

import re
import shutil
from enum import Enum, auto
from importlib.metadata import distributions

from setup_steps.checkout import Checkout
from setup_steps.commands import Commands, must
from setup_steps.faults import CudaWithoutGpu
from setup_steps.machine import Accelerator
from setup_steps.progress import Progress

CPU_TORCH = "2.13.0"  # the one from pip's sources, which may hold a CPU build of just one version
_CPU_LABEL = "+cpu"
_INSTALLING = "Installing PyTorch"
_UV_ANSWER_S = 60.0  # for a plan; with a network it takes two
_CUDA_NAMES = re.compile(r"(nvidia|cuda|triton|pytorch-triton|torchaudio)(-|$)")
# pip names a package before it fetches it: "Collecting nvidia-cublas==13.4.1 (from torch)",
# "Processing /wheels/nvidia_cublas-13.4.1-py3-none-any.whl"; uv " + nvidia-cublas==13.4.1".
_ANNOUNCED = re.compile(r"\s*(?:Collecting |Processing (?:\S*/)?|\+ )([A-Za-z0-9._-]+)")
_DOWNLOADING = re.compile(r"\s*Downloading (\S+) \((\d+(?:\.\d+)?) ([MG]B)\)")
# Wheels for CPU have 200 MB, those for CUDA 550 MB and more (torch 2.13 and 2.14).
_LARGEST_CPU_WHEEL_MB = 400.0


class Build(Enum):
    """What has to be done about PyTorch."""

    KEEP = auto()
    CPU = auto()
    CUDA = auto()


def provide(
    checkout: Checkout, accelerator: Accelerator, commands: Commands, progress: Progress
) -> str:
    """Returns the version that is there in the end."""
    build = build_for(installed_version(checkout), accelerator)
    if build is Build.CUDA:
        progress.say("An NVIDIA GPU is here: this fetches about 3 GB.")
        pip_install(checkout, accelerator, commands, ["--upgrade", "torch"])
        if (installed_version(checkout) or "").endswith(_CPU_LABEL):
            progress.say("pip's sources hold a CPU build only: the GPU stays unused.")
    elif build is Build.CPU and not _installed_by_uv(checkout, commands):
        progress.say("PyTorch's own index for CPU builds is out of reach; asking pip's sources.")
        pip_install(checkout, accelerator, commands, [f"torch=={CPU_TORCH}"])
    version = installed_version(checkout) or "unknown"
    checkout.constraints.write_text(f"torch=={version}\n", encoding="utf-8")
    return f"{version}, {'kept' if build is Build.KEEP else 'installed'}"


def build_for(installed: str | None, accelerator: Accelerator) -> Build:
    """installed: the version found, with its local part ("2.13.0+cpu"). A CUDA build also
    computes on the CPU, so where one is, it stays."""
    match installed, accelerator:
        case None, Accelerator.NONE:
            return Build.CPU
        case None, Accelerator.NVIDIA:
            return Build.CUDA
        case str(version), Accelerator.NVIDIA if version.endswith(_CPU_LABEL):
            return Build.CUDA
        case _:
            return Build.KEEP


def installed_version(checkout: Checkout) -> str | None:
    """Read from the folder, without starting the Python there."""
    found = distributions(name="torch", path=[str(checkout.site_packages)])
    return next((torch.version for torch in found), None)


def pip_install(
    checkout: Checkout,
    accelerator: Accelerator,
    commands: Commands,
    wishes: list[str],
    what: str = _INSTALLING,
) -> None:
    """pip resolves everything before it installs anything, so watching it makes up its mind is
    enough to keep CUDA away. Asking for the plan first (``--dry-run --report``) would not be:
    that downloads every wheel of the plan in full (measured: 555 MB for torch 2.14, pip 26.3).
    """
    pip = [str(checkout.program("python")), "-m", "pip", "install"]
    if accelerator is Accelerator.NONE:
        must(what, commands.run([*pip, *wishes], watch=refuse_cuda))
    else:
        must(what, commands.run([*pip, *wishes]))


def refuse_cuda(line: str) -> None:
    """Raises CudaWithoutGpu at the first line that announces what only a GPU can use."""
    if offender := cuda_in(line):
        raise CudaWithoutGpu(offender=offender, torch=CPU_TORCH, evidence=(line.strip(),))


def cuda_in(line: str) -> str | None:
    """The package that a line of pip's or uv's output announces, if it is one for CUDA."""
    if download := _DOWNLOADING.match(line):
        file, size, unit = download.groups()
        megabytes = float(size) * (1000 if unit == "GB" else 1)
        if file.startswith("torch-") and megabytes > _LARGEST_CPU_WHEEL_MB:
            return f"{file}, {size} {unit}"
    if announced := _ANNOUNCED.match(line):
        name = announced[1].lower().replace("_", "-").replace(".", "-")
        if _CUDA_NAMES.match(name):
            return name
    return None


def _installed_by_uv(checkout: Checkout, commands: Commands) -> bool:
    """uv knows PyTorch's indexes by heart. Where it cannot reach them, False, soon and quietly."""
    python = str(checkout.program("python"))
    uv = shutil.which("uv")
    if uv is None:
        quick = ["--retries", "1", "--timeout", "15"]
        if not commands.run([python, "-m", "pip", "install", *quick, "uv"]).succeeded:
            return False
        uv = str(checkout.program("uv"))
    wish = [uv, "pip", "install", "--python", python, "--torch-backend=cpu", "torch"]
    plan = commands.run([*wish, "--dry-run"], watch=refuse_cuda, deadline_s=_UV_ANSWER_S)
    return plan.succeeded and commands.run(wish).succeeded
