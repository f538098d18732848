"""Where things lie: the checkout and the environment beside its pyproject.toml."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from setup_steps.faults import ProjectUnreadable


@dataclass(frozen=True)
class Checkout:
    """A folder with a pyproject.toml, and the names of what set-up puts into its .venv."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def log(self) -> Path:
        return self.venv / "setup.log"

    @property
    def stamp(self) -> Path:
        return self.venv / "setup.stamp"

    @property
    def constraints(self) -> Path:
        return self.venv / "constraints.txt"

    @property
    def site_packages(self) -> Path:
        major, minor = sys.version_info[:2]
        return self.venv / "lib" / f"python{major}.{minor}" / "site-packages"

    def program(self, name: str) -> Path:
        """A program of the environment, for example "python"."""
        return self.venv / "bin" / name

    def project(self) -> dict[str, Any]:
        """The tables of pyproject.toml. Raises ProjectUnreadable."""
        try:
            return tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ProjectUnreadable(reason=error) from error


THIS = Checkout(Path(__file__).resolve().parents[2])
