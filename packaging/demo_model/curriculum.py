"""Raises the longest clip in training as the model learns.

CTC leaves its plateau of blanks far sooner on short clips; a cap raised by the clock instead
of by the loss stalls.
"""

from dataclasses import dataclass

from lessons import LONGEST_ROWS

FIRST_CAP_ROWS = 40  # 2.4 s
# mean CTC loss per piece below which the cap rises by so many rows after each look
STEPS = ((0.6, 20), (1.0, 12), (1.5, 6), (2.1, 3))


@dataclass(frozen=True)
class Curriculum:
    """cap_rows: the longest clip drawn now."""

    cap_rows: int = FIRST_CAP_ROWS

    def after(self, mean_loss: float) -> "Curriculum":
        for below, rows in STEPS:
            if mean_loss < below:
                return Curriculum(min(LONGEST_ROWS, self.cap_rows + rows))
        return self
