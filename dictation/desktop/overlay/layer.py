"""The overlay as a layer of a Wayland compositor's, which places it."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, QRectF, QSocketNotifier, Slot
from PySide6.QtGui import QGuiApplication, QImage

from dictation.desktop.overlay.canvas import Ground
from dictation.desktop.overlay.look import FROM_EDGE, MARGIN
from dictation.desktop.overlay.surface import most_width, narrowest_screen
from dictation.errors import DesktopGone
from dictation.native.contracts import Layer, LayerShape
from dictation.settings import Edge

logger = logging.getLogger(__name__)


class PillLayer(QObject):
    """A Surface. Which screen it appears on is the compositor's to choose: the one in use."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self._layer: Layer | None = layer
        self._notifier = QSocketNotifier(layer.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_news)

    def ground(self) -> Ground:
        # Whichever screen it will be; a sharper picture than is needed is scaled down.
        ratio = math.ceil(max(screen.devicePixelRatio() for screen in QGuiApplication.screens()))
        return Ground(ratio, is_see_through=True, most_width=most_width(narrowest_screen()))

    def open(self, width: int, height: int, edge: Edge) -> None:
        scale = round(self.ground().ratio)
        shape = LayerShape(width, height, scale, edge is Edge.TOP, FROM_EDGE - MARGIN)
        self._do(lambda layer: layer.show(shape))

    def put(self, image: QImage, changed: QRect, pill: QRectF) -> None:
        damage = (changed.x(), changed.y(), changed.width(), changed.height())
        self._do(lambda layer: layer.put(memoryview(image.constBits()), damage))

    def close(self) -> None:
        self._do(lambda layer: layer.hide())

    def end(self) -> None:
        self._lose()

    @Slot()
    def _on_news(self) -> None:
        self._do(lambda layer: layer.hear())

    def _do(self, work: Callable[[Layer], None]) -> None:
        if self._layer is None:
            return
        try:
            work(self._layer)
        except DesktopGone as gone:
            logger.warning("nothing is shown above the windows any more: %s", gone)
            self._lose()

    def _lose(self) -> None:
        self._notifier.setEnabled(False)
        layer, self._layer = self._layer, None
        if layer is not None:
            layer.close()
