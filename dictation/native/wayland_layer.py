"""A picture above all windows: zwlr_layer_shell_v1, as wlroots compositors, KDE and others have it.

Qt can place no window of a Wayland desktop. The picture is one of our own connection, painted into
memory that the compositor shares.
"""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass

from dictation.native.contracts import LayerShape
from dictation.native.wayland import NO_OBJECT, Event, Id, Wayland
from dictation.translation import Phrase

SHELL = "zwlr_layer_shell_v1"
_COMPOSITOR, _MEMORY = "wl_compositor", "wl_shm"
_VERSIONS = {SHELL: 1, _COMPOSITOR: 4, _MEMORY: 1}

_CREATE_SURFACE, _CREATE_REGION = 0, 1  # requests of wl_compositor
_DESTROY_REGION = 0
_DESTROY, _ATTACH, _FRAME, _SET_INPUT, _COMMIT = 0, 1, 3, 5, 6  # of a surface
_SET_SCALE, _DAMAGE = 8, 9
_CREATE_POOL = 0  # of wl_shm
_CREATE_BUFFER, _DESTROY_POOL = 0, 1
_DESTROY_BUFFER = 0
_RELEASED = 0  # event of a buffer
_ARGB8888 = 0  # premultiplied
_GET_LAYER_SURFACE = 0  # of the shell
_OVERLAY = 3  # the layer above all others, full screen windows too
_SET_SIZE, _SET_ANCHOR, _SET_MARGIN, _ACKNOWLEDGE, _DESTROY_LAYER = 0, 1, 3, 6, 7
_CONFIGURED, _CLOSED = 0, 1  # events of a layer surface
_TOP, _BOTTOM = 1, 2
_BUFFERS = 2
_PIXEL = 4  # bytes
_NAMESPACE = "dictation"

Damage = tuple[int, int, int, int]
"""Left, top, width, height."""


@dataclass(slots=True)
class _Buffer:
    number: Id
    at: int
    is_free: bool = True


class WaylandLayer:
    """See contracts.Layer. Raises NotPossibleHere."""

    def __init__(self) -> None:
        self._wayland = Wayland(Phrase("Placing something above all windows"))
        try:
            bound = {name: self._wayland.bind(name, most) for name, most in _VERSIONS.items()}
        except BaseException:
            self._wayland.close()
            raise
        self._shell, self._compositor, self._shm = (
            bound[name] for name in (SHELL, _COMPOSITOR, _MEMORY)
        )
        self._shown: _Shown | None = None

    def fileno(self) -> int:
        return self._wayland.fileno()

    def hear(self) -> None:
        self._wayland.hear()

    def show(self, shape: LayerShape) -> None:
        self.hide()
        self._shown = _Shown(self._wayland, self._compositor, self._shell, self._shm, shape)

    def put(self, pixels: memoryview, damage: Damage) -> None:
        if self._shown is not None:
            self._shown.put(pixels, damage)

    def hide(self) -> None:
        shown, self._shown = self._shown, None
        if shown is not None:
            shown.destroy()

    def close(self) -> None:
        self._wayland.close()
        self._shown = None


class _Shown:
    """The layer while it is shown."""

    def __init__(
        self, wayland: Wayland, compositor: Id, shell: Id, shm: Id, shape: LayerShape
    ) -> None:
        self._wayland = wayland
        self._shape = shape
        self._is_configured = False
        self._waits_for_frame = False
        self._next: tuple[bytes, Damage] | None = None
        self._surface = wayland.new()
        wayland.request(compositor, _CREATE_SURFACE, self._surface)
        nothing = wayland.new()
        wayland.request(compositor, _CREATE_REGION, nothing)
        wayland.request(self._surface, _SET_INPUT, nothing)  # clicks go to what is below
        wayland.request(nothing, _DESTROY_REGION)
        wayland.request(self._surface, _SET_SCALE, shape.scale)
        self._layer = wayland.new(self._on_layer)
        wayland.request(
            shell, _GET_LAYER_SURFACE, self._layer, self._surface, NO_OBJECT, _OVERLAY, _NAMESPACE
        )
        wayland.request(self._layer, _SET_SIZE, shape.width, shape.height)
        wayland.request(self._layer, _SET_ANCHOR, _TOP if shape.is_at_top else _BOTTOM)
        wayland.request(self._layer, _SET_MARGIN, shape.margin, 0, shape.margin, 0)
        wayland.request(self._surface, _COMMIT)  # a configuration is due
        self._make_buffers(shm)

    def put(self, pixels: memoryview, damage: Damage) -> None:
        if self._next is not None:
            damage = _both(damage, self._next[1])
        buffer = next((buffer for buffer in self._buffers if buffer.is_free), None)
        if buffer is None or not self._is_configured or self._waits_for_frame:
            self._next = (bytes(pixels), damage)
            return
        self._next = None
        self._memory[buffer.at : buffer.at + len(pixels)] = pixels
        buffer.is_free = False
        self._wayland.request_later(self._surface, _ATTACH, buffer.number, 0, 0)
        self._wayland.request_later(
            self._surface, _DAMAGE, *(number * self._shape.scale for number in damage)
        )
        self._waits_for_frame = True
        self._wayland.request_later(
            self._surface, _FRAME, self._wayland.new(lambda _event: self._on_frame())
        )
        self._wayland.request(self._surface, _COMMIT)

    def destroy(self) -> None:
        for number in (self._layer, *(buffer.number for buffer in self._buffers)):
            self._wayland.listen(number, None)
        self._wayland.request_later(self._layer, _DESTROY_LAYER)
        self._wayland.request_later(self._surface, _DESTROY)
        for buffer in self._buffers:
            self._wayland.request_later(buffer.number, _DESTROY_BUFFER)
        self._wayland.request(self._pool, _DESTROY_POOL)
        self._memory.close()
        self._is_configured = False

    def _make_buffers(self, shm: Id) -> None:
        width = self._shape.width * self._shape.scale
        height = self._shape.height * self._shape.scale
        size = width * height * _PIXEL
        file = os.memfd_create("dictation-overlay", os.MFD_CLOEXEC)
        try:
            os.ftruncate(file, _BUFFERS * size)
            self._memory = mmap.mmap(file, _BUFFERS * size)
            self._pool = self._wayland.new()
            # The file goes along with the message, in which it takes no room.
            self._wayland.request(shm, _CREATE_POOL, self._pool, _BUFFERS * size, file=file)
        finally:
            os.close(file)
        self._buffers: list[_Buffer] = []
        for count in range(_BUFFERS):
            buffer = _Buffer(Id(0), count * size)

            def on_event(event: Event, buffer: _Buffer = buffer) -> None:
                buffer.is_free = buffer.is_free or event.opcode == _RELEASED
                self._go_on()

            buffer.number = self._wayland.new(on_event)
            self._wayland.request(
                self._pool, _CREATE_BUFFER, buffer.number, buffer.at, width, height,
                width * _PIXEL, _ARGB8888,
            )  # fmt: skip
            self._buffers.append(buffer)

    def _on_layer(self, event: Event) -> None:
        if event.opcode == _CONFIGURED:
            self._wayland.request(self._layer, _ACKNOWLEDGE, event.number())
            self._is_configured = True
            self._go_on()
        elif event.opcode == _CLOSED:  # its screen has gone
            self._is_configured = False

    def _on_frame(self) -> None:
        self._waits_for_frame = False
        self._go_on()

    def _go_on(self) -> None:
        if self._next is not None and self._is_configured:
            pixels, damage = self._next
            self._next = None
            self.put(memoryview(pixels), damage)


def _both(one: Damage, other: Damage) -> Damage:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top
