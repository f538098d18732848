"""The screen, keyboard and windows of an X server, as a test or a demonstration needs them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadAccess, BadDrawable, BadMatch, BadWindow, CatchError
from Xlib.ext import xtest
from Xlib.protocol.event import ClientMessage

_GONE = (BadWindow, BadDrawable, BadMatch)  # the window was closed while it was being asked
_EVERY_MODIFIER = (0, X.LockMask, X.Mod2Mask, X.LockMask | X.Mod2Mask)  # Num and Caps Lock or not
_MENUS = ("_NET_WM_WINDOW_TYPE_POPUP_MENU", "_NET_WM_WINDOW_TYPE_DROPDOWN_MENU")

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window of a program, as the window manager lists it."""

    number: int
    title: str
    app: str
    """The class part of WM_CLASS."""
    pid: int
    """0 if the program does not tell."""


@dataclass(frozen=True, slots=True)
class TrayIcon:
    """An icon in the tray, in pixels of the screen."""

    title: str
    app: str
    x: int
    y: int
    width: int
    height: int


class Screen:
    """A connection of its own to the X server; for one thread."""

    def __init__(self, display: str) -> None:
        self._display = Display(display)
        self._root = self._display.screen().root

    def close(self) -> None:
        self._display.close()

    # --- keyboard

    def press(self, key: str) -> None:
        """Holds a key, named as its keysym ("F9", "Control_L", "a"), until it is released."""
        xtest.fake_input(self._display, X.KeyPress, self._keycode(key))
        self._display.sync()

    def release(self, key: str) -> None:
        xtest.fake_input(self._display, X.KeyRelease, self._keycode(key))
        self._display.sync()

    def keys_down(self) -> frozenset[str]:
        """The names of all keys that the server takes for pressed."""
        bits = np.unpackbits(np.array(self._display.query_keymap(), np.uint8), bitorder="little")
        return frozenset(self._key_name(int(keycode)) for keycode in np.flatnonzero(bits))

    def click(self, x: int, y: int, button: int) -> None:
        """With the mouse, at that point."""
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        xtest.fake_input(self._display, X.ButtonPress, button)
        xtest.fake_input(self._display, X.ButtonRelease, button)
        self._display.sync()

    def is_grabbed(self, key: str) -> bool:
        """Whether another program has taken the key, found by trying to take it."""
        keycode, refused = self._keycode(key), CatchError(BadAccess)
        for modifiers in _EVERY_MODIFIER:
            self._root.grab_key(
                keycode, modifiers, 0, X.GrabModeAsync, X.GrabModeAsync, onerror=refused
            )
        self._display.sync()
        for modifiers in _EVERY_MODIFIER:
            self._root.ungrab_key(keycode, modifiers)
        self._display.sync()
        return refused.get_error() is not None

    def _keycode(self, key: str) -> int:
        keycode = self._display.keysym_to_keycode(XK.string_to_keysym(key))
        if not keycode:
            raise ValueError(f"no key {key!r} on this keyboard")
        return int(keycode)

    def _key_name(self, keycode: int) -> str:
        keysym = self._display.keycode_to_keysym(keycode, 0)
        return XK.keysym_to_string(keysym) or next(
            (name[3:] for name in dir(XK) if name[:3] == "XK_" and getattr(XK, name) == keysym),
            str(keycode),
        )

    # --- windows

    def windows(self) -> tuple[Window, ...]:
        """In the order in which they were opened."""
        numbers = self._property(self._root, "_NET_CLIENT_LIST") or ()
        return tuple(window for number in numbers if (window := self._described(number)))

    def menus(self) -> int:
        """How many menus are open, submenus counted too."""
        return sum(map(self._is_open_menu, self._root.query_tree().children))

    def _is_open_menu(self, window: Any) -> bool:
        with contextlib.suppress(*_GONE):
            if window.get_attributes().map_state == X.IsViewable:
                kinds = self._property(window, "_NET_WM_WINDOW_TYPE") or ()
                return any(self._display.intern_atom(name) in kinds for name in _MENUS)
        return False

    def focused(self) -> Window | None:
        """The window that gets what is typed."""
        number = next(iter(self._property(self._root, "_NET_ACTIVE_WINDOW") or ()), 0)
        return self._described(number) if number else None

    def ask_for_focus(self, window: Window) -> None:
        """Asks the window manager, as a taskbar does."""
        message = ClientMessage(
            window=self._display.create_resource_object("window", window.number),
            client_type=self._display.intern_atom("_NET_ACTIVE_WINDOW"),
            data=(32, [2, X.CurrentTime, 0, 0, 0]),  # 2: on behalf of the user
        )
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._root.send_event(message, event_mask=mask)
        self._display.sync()

    def has_window_manager(self) -> bool:
        return self._property(self._root, "_NET_SUPPORTING_WM_CHECK") is not None

    def _described(self, number: int) -> Window | None:
        window = self._display.create_resource_object("window", number)
        with contextlib.suppress(*_GONE):
            title = self._property(window, "_NET_WM_NAME")
            _, app = window.get_wm_class() or ("", "")
            pid = next(iter(self._property(window, "_NET_WM_PID") or ()), 0)
            text = title.decode(errors="replace") if title else str(window.get_wm_name() or "")
            return Window(number, text, app, pid)
        return None

    def _property(self, window: Any, name: str) -> Any:
        """None if the window has no such property."""
        found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        return found.value if found is not None else None

    # --- tray

    def has_tray(self) -> bool:
        """Whether a program shows tray icons, by the name that freedesktop.org gave that."""
        owner = self._display.get_selection_owner(self._display.intern_atom("_NET_SYSTEM_TRAY_S0"))
        return bool(owner != X.NONE)

    def tray_icons(self) -> tuple[TrayIcon, ...]:
        """Every window that is embedded by the XEmbed protocol and shown."""
        return tuple(self._icons_below(self._root))

    def _icons_below(self, window: Any) -> Iterator[TrayIcon]:
        with contextlib.suppress(*_GONE):
            for child in window.query_tree().children:
                if self._property(child, "_XEMBED_INFO") is None:
                    yield from self._icons_below(child)
                elif child.get_attributes().map_state == X.IsViewable:
                    yield self._icon(child)

    def _icon(self, window: Any) -> TrayIcon:
        shape = window.get_geometry()
        place = self._root.translate_coords(window, 0, 0)
        _, app = window.get_wm_class() or ("", "")
        title = self._property(window, "_NET_WM_NAME") or b""
        return TrayIcon(
            title.decode(errors="replace"), app, place.x, place.y, shape.width, shape.height
        )

    # --- picture

    def set_background(self, top: Colour, bottom: Colour) -> None:
        """A gradient, as a tile one screen high."""
        height, width, depth = self._root.get_geometry().height, 8, self._root.get_geometry().depth
        rows = np.linspace(top[::-1], bottom[::-1], height).round().astype(np.uint8)
        tile = np.zeros((height, width, 4), np.uint8)
        tile[:, :, :3] = rows[:, np.newaxis]
        pixmap = self._root.create_pixmap(width, height, depth)
        context = pixmap.create_gc()
        pixmap.put_image(context, 0, 0, width, height, X.ZPixmap, depth, 0, tile.tobytes())
        self._root.change_attributes(background_pixmap=pixmap)
        self._root.clear_area()
        context.free()
        pixmap.free()
        self._display.sync()

    def pixels(self) -> NDArray[np.uint8]:
        """All that is seen: red, green, blue, shape (height, width, 3)."""
        shape = self._root.get_geometry()
        image = self._root.get_image(0, 0, shape.width, shape.height, X.ZPixmap, 0xFFFFFFFF)
        # 24 bits deep on a little-endian server: blue, green, red and one byte of nothing.
        packed = np.frombuffer(image.data, np.uint8).reshape(shape.height, shape.width, 4)
        return packed[:, :, 2::-1]
