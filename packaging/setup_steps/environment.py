"""Makes the .venv, and the environment variables under which pip works in it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from setup_steps.checkout import Checkout
from setup_steps.commands import Commands, must
from setup_steps.progress import Progress

_MAKING = "Making the environment .venv"
# Older ones fetch whole wheels to read their metadata, gigabytes of them in the case of PyTorch:
# https://peps.python.org/pep-0714/ came with 23.2.
_PIP = "pip>=23.2"
# They send packages elsewhere than into .venv, or code from elsewhere into it.
_MISLEADING = (
    "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_ROOT", "PIP_TARGET", "PYTHONHOME", "PYTHONPATH",
    "VIRTUAL_ENV",
)  # fmt: skip


def provide(checkout: Checkout, commands: Commands, progress: Progress) -> str:
    """Returns what there is to say about it. Raises a SetupFault where it cannot be made."""
    python = checkout.program("python")
    reason = unfit(checkout, python=sys.version_info[:2])
    if reason is None and not commands.run([str(python), "-m", "pip", "--version"]).succeeded:
        reason = "does not work"
    if reason is None:
        return "there"
    if checkout.program("python").is_symlink() or (checkout.venv / "pyvenv.cfg").exists():
        progress.say(f"The .venv here {reason}; it is made anew.")
    empty(checkout)
    maker = Path(sys.executable).resolve()  # not a link in the .venv that was just emptied
    must(_MAKING, commands.run([str(maker), "-m", "venv", str(checkout.venv)]))
    # Not worth failing for: with only a folder of wheels to install from, an old pip does.
    commands.run([str(python), "-m", "pip", "install", _PIP])
    return "made with Python " + ".".join(map(str, sys.version_info[:3]))


def unfit(checkout: Checkout, *, python: tuple[int, int]) -> str | None:
    """Why the .venv cannot be used, to follow "The .venv here", or None."""
    try:
        lines = (checkout.venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return "is incomplete"
    settings = dict(line.partition(" = ")[::2] for line in lines)
    if not checkout.program("python").exists():
        return "has lost its Python"
    version = ".".join(map(str, python))
    if (theirs := settings.get("version", "")) and not f"{theirs}.".startswith(f"{version}."):
        return f"is for Python {theirs}"
    # The programs in it start with its path: they fail when the folder was moved or copied.
    if (made := settings.get("command", "")) and not made.endswith(f" {checkout.venv}"):
        return "was made for another folder"
    return None


def empty(checkout: Checkout) -> None:
    """Deletes what is in .venv, except the log that is being written."""
    for path in checkout.venv.iterdir():
        if path == checkout.log:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Those for pip, uv and apt: the user's own sources, certificates and proxies stay."""
    kept = {name: value for name, value in environment.items() if name not in _MISLEADING}
    kept.setdefault("PIP_RETRIES", "3")  # its own 5 wait 15 s for each package without a network
    kept |= {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_USER": "0",
        "PYTHONUNBUFFERED": "1",  # or the status line lags behind
        # The index for CPU builds is the only thing asked through uv, and pip's sources are the
        # fallback: better to give up soon than to retry.
        "UV_HTTP_RETRIES": "0",
        "UV_HTTP_TIMEOUT": "15",
        "UV_SYSTEM_CERTS": "true",
    }
    if not _may_hold_cache(environment):
        kept |= {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    return kept


def _may_hold_cache(environment: Mapping[str, str]) -> bool:
    """Whether the folder for caches, or the nearest one above that exists, is writable."""
    folder = Path(
        environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", "/")) / ".cache"
    )
    nearest = next(path for path in (folder, *folder.parents) if os.access(path, os.F_OK))
    return nearest.is_dir() and os.access(nearest, os.W_OK)
