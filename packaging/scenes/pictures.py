"""Pictures as small PNG files, and several put together."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage

Colours = NDArray[np.uint8]
"""Red, green and blue, shape (n, 3)."""

_COLOURS = 256
_EXACT = 128
_SEEN, _PART_SEEN = 20, 0.0001
"""So far off a colour is seen, if so many are."""
_STEPS_SEEN = 0.5
"""On average; then what goes over smoothly has steps."""
_GAP_PX = 20
_GROUND = (93, 113, 142)


def write(file: Path, image: QImage) -> None:
    rgba = image.convertToFormat(QImage.Format.Format_RGB888)
    picture = Image.frombuffer(
        "RGB",
        (rgba.width(), rgba.height()),
        bytes(rgba.constBits()),
        "raw",
        "RGB",
        rgba.bytesPerLine(),
        1,
    )
    save(file, picture)


def save(file: Path, picture: Image.Image) -> None:
    """With fewer colours where nobody sees it: that takes a third."""
    whole = picture.convert("RGB")
    pixels = np.asarray(whole).reshape(-1, 3)
    colours, at, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    palette = _palette(colours, counts)
    nearest = _nearest(colours, palette)
    away = np.abs(colours.astype(np.int16) - palette[nearest].astype(np.int16)).max(axis=1)
    part_seen = counts[away > _SEEN].sum() / counts.sum()
    steps = (away * counts).sum() / counts.sum()
    written = io.BytesIO()
    if part_seen > _PART_SEEN or steps > _STEPS_SEEN:
        whole.save(written, "PNG", optimize=True)
    else:
        indices = nearest[at].astype(np.uint8).reshape(whole.height, whole.width)
        few = Image.fromarray(indices, "P")
        few.putpalette(palette.tobytes())
        few.save(written, "PNG", optimize=True)
    file.write_bytes(written.getvalue())


def _palette(colours: Colours, counts: NDArray[np.intp]) -> Colours:
    """Those that cover most, exactly, and some that come near to all others."""
    order = np.argsort(-counts, kind="stable")
    exact, others = colours[order[:_EXACT]], colours[order[_EXACT:]]
    if not len(others):
        return exact
    rest = Image.fromarray(others[np.newaxis], "RGB")
    near = rest.quantize(_COLOURS - _EXACT, Image.Quantize.MAXCOVERAGE).getpalette() or []
    return np.concatenate([exact, np.array(near, np.uint8).reshape(-1, 3)])[:_COLOURS]


def _nearest(colours: Colours, palette: Colours) -> NDArray[np.intp]:
    """The index of each colour's next one in the palette."""
    found = [
        np.abs(some[:, np.newaxis].astype(np.int16) - palette.astype(np.int16)).sum(axis=2)
        for some in np.array_split(colours, max(1, len(colours) // 1_000))
    ]
    return np.concatenate([away.argmin(axis=1) for away in found])


def montage(columns: Sequence[Sequence[Path]], to: Path) -> None:
    """Pictures in columns, from the top left, on a calm ground."""
    loaded = [[Image.open(file).convert("RGB") for file in column] for column in columns]
    widths = [max(picture.width for picture in column) for column in loaded]
    heights = [sum(picture.height + _GAP_PX for picture in column) for column in loaded]
    whole = Image.new(
        "RGB", (sum(widths) + _GAP_PX * (len(widths) + 1), max(heights) + _GAP_PX), _GROUND
    )
    left = _GAP_PX
    for column, width in zip(loaded, widths, strict=True):
        top = _GAP_PX
        for picture in column:
            whole.paste(picture, (left, top))
            top += picture.height + _GAP_PX
        left += width + _GAP_PX
    save(to, whole)
