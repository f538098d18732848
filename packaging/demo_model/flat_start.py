"""A loss that tells the model roughly when each piece is said, while it knows nothing yet.

Synthetic voices speak at a steady pace, so a piece lies near its share of the letters between
the first and the last loud row. Without this hint CTC stays on its plateau of blanks for
many minutes.
"""

import numpy as np
import torch
from torch import Tensor

from layout import TAGS
from lessons import Batch

QUIET_PERCENTILE, LOUD_PERCENTILE = 8, 90
LOUD_SHARE = 0.35  # of the way from quiet to loud
FEWEST_LOUD_ROWS = 3
SLACK_ROWS, SLACK_SHARE = 2.0, 0.03  # 120 ms, and 3 % of the speech's length


def loss(log_probabilities: Tensor, batch: Batch, letters: list[float]) -> Tensor:
    """Mean of -log P(the piece is said somewhere in its window), 0 where nothing is aligned.

    log_probabilities: (batch, TAGS + n, outputs). letters: per compact id, see `Vocabulary`.
    """
    clips, rows, pieces, windows = [], [], [], []
    count = 0
    for index, text in enumerate(batch.texts):
        if not batch.aligned[index]:
            continue
        length = int(batch.lengths[index]) - TAGS
        bounds = _loud_bounds(batch.rows[index, :length])
        if bounds is None:
            continue
        for piece, (first, last) in zip(text, _windows(text, letters, *bounds), strict=True):
            inside = range(max(0, first), min(length, last + 1))
            clips += [index] * len(inside)
            rows += [TAGS + row for row in inside]
            pieces += [piece] * len(inside)
            windows += [count] * len(inside)
            count += 1
    if not count:
        return log_probabilities.new_zeros(())
    chosen = log_probabilities[torch.tensor(clips), torch.tensor(rows), torch.tensor(pieces)]
    totals = torch.zeros(count).index_add(0, torch.tensor(windows), chosen.exp())
    return -totals.add(1e-12).clamp(max=1).log().mean()


def _loud_bounds(rows: Tensor) -> tuple[int, int] | None:
    energy = rows.mean(1).numpy()
    quiet, loud = np.percentile(energy, [QUIET_PERCENTILE, LOUD_PERCENTILE])
    speech = np.flatnonzero(energy > quiet + LOUD_SHARE * (loud - quiet))
    if len(speech) < FEWEST_LOUD_ROWS:
        return None
    return int(speech[0]), int(speech[-1]) + 1


def _windows(
    text: tuple[int, ...], letters: list[float], start: int, stop: int
) -> list[tuple[int, int]]:
    lasting = np.array([letters[piece] for piece in text])
    centres = (np.cumsum(lasting) - lasting / 2) / lasting.sum() * (stop - start) + start
    slack = SLACK_ROWS + SLACK_SHARE * (stop - start)
    return [(round(centre - slack), round(centre + slack)) for centre in centres]
