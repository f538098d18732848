"""A window of its own on a Wayland desktop, which learns of every key that is down.

Nobody can ask a compositor for that; but a window that gets the focus is told.
"""

from __future__ import annotations

import os
import struct

from dictation.native.wayland import Event, Id, Wayland

APP = "dictation-probe"
SIDE = 64  # pixels
GET_KEYBOARD = 1  # of wl_seat
CREATE_SURFACE = 0  # of wl_compositor
CREATE_POOL = 0  # of wl_shm
CREATE_BUFFER = 0  # of wl_shm_pool
GET_XDG_SURFACE, PONG = 2, 3  # of xdg_wm_base
GET_TOPLEVEL, ACKNOWLEDGE = 1, 4  # of xdg_surface
SET_APP_ID = 3  # of xdg_toplevel
ATTACH, COMMIT = 1, 6  # of wl_surface
KEYMAP, ENTER, LEAVE, KEY, MODIFIERS = range(5)  # events of wl_keyboard


class Probe:
    """Attributes:
    keys: the kernel's numbers of those that are down; None without the focus.
    modifiers: the bits of those that are.
    """

    def __init__(self) -> None:
        self.keys: frozenset[int] | None = None
        self.modifiers = 0
        self._wayland = wayland = Wayland("A window")
        self._shell = wayland.bind("xdg_wm_base", 1, self._on_ping)
        seat = wayland.bind("wl_seat", 1)
        wayland.request(seat, GET_KEYBOARD, wayland.new(self._on_key))
        compositor = wayland.bind("wl_compositor", 1)
        self._surface = wayland.new()
        wayland.request(compositor, CREATE_SURFACE, self._surface)
        self._xdg_surface = wayland.new(self._on_configure)
        wayland.request(self._shell, GET_XDG_SURFACE, self._xdg_surface, self._surface)
        toplevel = wayland.new(lambda _event: None)
        wayland.request(self._xdg_surface, GET_TOPLEVEL, toplevel)
        wayland.request(toplevel, SET_APP_ID, APP)
        wayland.request(self._surface, COMMIT)
        self._buffer = self._picture()
        self.look()

    def look(self) -> None:
        """Takes in what has come."""
        self._wayland.roundtrip()

    def close(self) -> None:
        self._wayland.close()

    def _picture(self) -> Id:
        """A black one."""
        size, wayland = SIDE * SIDE * 4, self._wayland
        file = os.memfd_create("picture")
        os.truncate(file, size)
        memory = wayland.bind("wl_shm", 1)
        pool, buffer = wayland.new(), wayland.new(lambda _event: None)
        wayland.request(memory, CREATE_POOL, pool, size, file=file)
        os.close(file)
        wayland.request(pool, CREATE_BUFFER, buffer, 0, SIDE, SIDE, SIDE * 4, 1)
        return buffer

    def _on_ping(self, event: Event) -> None:
        self._wayland.request(self._shell, PONG, event.number())

    def _on_configure(self, event: Event) -> None:
        self._wayland.request(self._xdg_surface, ACKNOWLEDGE, event.number())
        self._wayland.request(self._surface, ATTACH, self._buffer, 0, 0)
        self._wayland.request(self._surface, COMMIT)

    def _on_key(self, event: Event) -> None:
        if event.opcode == KEYMAP:
            os.close(event.file())
        elif event.opcode == ENTER:
            event.number(), event.object()
            content = event.content()
            self.keys = frozenset(struct.unpack(f"={len(content) // 4}I", content))
        elif event.opcode == LEAVE:
            self.keys = None
        elif event.opcode == KEY and self.keys is not None:
            _serial, _time, key, state = (event.number() for _ in range(4))
            self.keys = self.keys | {key} if state else self.keys - {key}
        elif event.opcode == MODIFIERS:
            event.number()
            self.modifiers = event.number() | event.number() | event.number()
