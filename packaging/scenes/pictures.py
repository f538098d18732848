"""Pictures as small PNG files, and several put together."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtGui import QImage

_COLOURS = 256
_SEEN, _PART_SEEN = 20, 0.0001
"""So far off a colour is seen, if so many are."""
_STEPS_SEEN = 2.0
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
    few = whole.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    away = np.abs(np.asarray(whole, np.int16) - np.asarray(few.convert("RGB"), np.int16))
    is_seen = (away.max(axis=2) > _SEEN).mean() > _PART_SEEN or away.mean() > _STEPS_SEEN
    written = io.BytesIO()
    (whole if is_seen else few).save(written, "PNG", optimize=True)
    file.write_bytes(written.getvalue())


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
