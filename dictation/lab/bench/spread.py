"""Values of a measurement that was repeated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True, slots=True)
class Spread:
    """At least one value."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float], scale: float = 1.0) -> Self:
        """scale: what each value is multiplied by, such as 1000 for ms out of seconds."""
        return cls(tuple(value * scale for value in values))

    @property
    def median(self) -> float:
        return float(np.median(self.values))

    @property
    def p95(self) -> float:
        """Between the two nearest values, as numpy has it."""
        return float(np.percentile(self.values, 95))

    @property
    def lowest(self) -> float:
        return min(self.values)

    @property
    def highest(self) -> float:
        return max(self.values)

    def __len__(self) -> int:
        return len(self.values)
