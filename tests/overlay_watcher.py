"""Looks at the overlay from outside, as the X server knows it."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from Xlib import X
from Xlib.display import Display
from Xlib.error import BadWindow
from Xlib.ext import damage, shape


@dataclass(frozen=True, slots=True)
class Place:
    """In pixels of the screen."""

    left: int
    top: int
    width: int
    height: int


class OverlayWatcher:
    """A connection of its own."""

    def __init__(self, display: str) -> None:
        self._display = Display(display)
        self._root = self._display.screen().root
        self._display.damage_query_version()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._display.close()

    def window(self) -> Any:
        """The window of the overlay while it is shown, else None."""
        for window in self._root.query_tree().children:
            try:
                attributes = window.get_attributes()
                if attributes.map_state != X.IsViewable or not attributes.override_redirect:
                    continue
                if (window.get_wm_class() or ("", ""))[1] == "dictation":
                    return window
            except BadWindow:
                continue
        return None

    def place(self) -> Place:
        found = self.window().get_geometry()
        return Place(found.x, found.y, found.width, found.height)

    def input_rectangles(self) -> int:
        """How many parts of it take clicks."""
        return len(self.window().shape_get_rectangles(shape.SK.Input).rectangles)

    def type_of_window(self) -> set[str]:
        return self._atoms(self.window(), "_NET_WM_WINDOW_TYPE")

    def focused(self) -> int:
        """The number of the window that gets the keys."""
        focus = self._display.get_input_focus().focus
        return int(getattr(focus, "id", focus))

    def move_pointer(self, x: int, y: int) -> None:
        self._root.warp_pointer(x, y)
        self._display.sync()

    def below_pointer(self) -> int:
        """The number of the top-level window that a click would go to."""
        child = self._root.query_pointer().child
        return int(getattr(child, "id", child))

    def cover_screen(self, number: int) -> None:
        """Has the window manager make a window as large as the screen, nearly."""
        window = self._display.create_resource_object("window", number)
        screen = self._root.get_geometry()
        window.configure(x=0, y=0, width=screen.width, height=screen.height - 40)
        self._display.sync()

    def width_of(self, number: int) -> int:
        window = self._display.create_resource_object("window", number)
        return int(window.get_geometry().width)

    def pretend_that_windows_are_see_through(self) -> None:
        """As a compositing manager does, though nothing is composed."""
        owner = self._root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        name = self._display.intern_atom(f"_NET_WM_CM_S{self._display.get_default_screen()}")
        owner.set_selection_owner(name, X.CurrentTime)
        self._display.sync()

    def picture(self) -> NDArray[np.uint8]:
        """What the window holds: red, green, blue and alpha, premultiplied."""
        place = self.place()
        image = self.window().get_image(0, 0, place.width, place.height, X.ZPixmap, 0xFFFFFFFF)
        packed = np.frombuffer(image.data, np.uint8).reshape(place.height, place.width, 4)
        return packed[:, :, [2, 1, 0, 3]]

    def follow(self) -> None:
        """From now on ``repaints`` tells what is painted in the window."""
        self.window().damage_create(damage.DamageReportRawRectangles)
        self._display.sync()

    def repaints(self) -> list[Place]:
        """What was painted since it was last asked."""
        found = []
        while self._display.pending_events():
            event = self._display.next_event()
            area = getattr(event, "area", None)
            if area is not None:
                found.append(Place(area.x, area.y, area.width, area.height))
        return found

    def _atoms(self, window: Any, name: str) -> set[str]:
        found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        return {self._display.get_atom_name(atom) for atom in found.value}
