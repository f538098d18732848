"""A whole desktop on a machine that has none: bus, screen, windows, tray, bubbles, microphone.

    with VirtualDesktop() as desktop:
        editor = desktop.start("xterm")
        desktop.focus(desktop.window_of(editor))
        desktop.press("F9")
        desktop.play(recording).wait()
        desktop.release("F9")
        desktop.screenshot(Path("desktop.png"))

It lives in a folder of its own and touches nothing of the user's session. Each program has its
own process group, and all are ended by number, the last to start first.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from jeepney import DBusAddress, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from numpy.typing import NDArray

from dictation.lab import needs, png
from dictation.lab.notification_log import Notification, NotificationLog
from dictation.lab.private_desktop import BOOT_S, PATIENCE_S, PrivateDesktop
from dictation.lab.running import Running, waited_for
from dictation.lab.x_screen import Screen, TrayIcon, Window

TEXT = "UTF8_STRING"  # what X programs call plain text on the clipboard
_NORMAL = 1  # urgency; what goes on is below it and will be replaced
_WIDTH, _HEIGHT = 1280, 800
_SKY = (38, 66, 102), (116, 150, 168)  # the colours of its top and bottom
_DUNST = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.dunstproject.cmd0"
)


class VirtualDesktop(PrivateDesktop):
    """Attributes:
    display: the screen's name, such as ":1".
    """

    display: str

    def __init__(self, *, with_tray: bool = True) -> None:
        """with_tray: desktops such as GNOME have none; ``start_tray`` brings one later."""
        self._with_tray = with_tray

    def _check(self) -> None:
        needs.check()

    def _boot(self, cleanup: ExitStack) -> None:
        files, bus, sound = self._files, self._start_bus(), self._start_sound()
        self.display = self._start_screen()
        self.environment = files.environment(self.display)
        self._screen = Screen(self.display)
        cleanup.callback(self._screen.close)
        self._screen.set_background(*_SKY)

        waited_for(files.bus.exists, what="The D-Bus session", timeout_s=BOOT_S, alive=[bus])
        self._bus = open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"])
        cleanup.callback(self._bus.close)
        self._notifications = NotificationLog(self.environment["DBUS_SESSION_BUS_ADDRESS"])
        cleanup.callback(self._notifications.close)

        windows = self.start("xfwm4", "--compositor=off", "--sm-client-disable")
        bubbles = self.start("dunst")
        if self._with_tray:
            self.start_tray()
        for condition, what, program in (
            (self._screen.has_window_manager, "The window manager", windows),
            (lambda: _has_notifications(self._bus), "The notification daemon", bubbles),
            (files.pulse.exists, "The sound server", sound),
        ):
            waited_for(condition, what=what, timeout_s=BOOT_S, alive=[program])

    def start_tray(self) -> Running:
        """A panel at the lower edge, in which programs show their icons."""
        tray = self.start(
            "trayer", "--edge", "bottom", "--align", "right", "--widthtype", "percent",
            "--width", "100", "--height", "40", "--iconspacing", "8", "--padding", "10",
            "--SetDockType", "true", "--expand", "true",
            "--transparent", "true", "--alpha", "0", "--tint", "0xe9ecef",
        )  # fmt: skip
        waited_for(self._screen.has_tray, what="The tray", timeout_s=BOOT_S, alive=[tray])
        return tray

    def _start_screen(self) -> str:
        """Xvfb looks for a free number itself and tells it once it can be connected to."""
        told, telling = os.pipe()
        with os.fdopen(told, "rb", buffering=0) as answer:
            try:
                server = self.start(
                    "Xvfb", "-displayfd", str(telling), "-screen", "0", f"{_WIDTH}x{_HEIGHT}x24",
                    "-dpi", "96", "-nolisten", "tcp", "-noreset",
                    "+extension", "RANDR", "+extension", "XTEST",
                    keep_open=(telling,),
                )  # fmt: skip
            finally:
                os.close(telling)
            os.set_blocking(told, False)
            number = bytearray()

            def is_told() -> bool:
                number.extend(answer.read() or b"")
                return number.endswith(b"\n")

            waited_for(is_told, what="The virtual screen", timeout_s=BOOT_S, alive=[server])
        return f":{int(number)}"

    # --- keyboard

    def press(self, key: str) -> None:
        """Holds a key, named as its keysym ("F9", "Control_L", "a"), until it is released."""
        self._screen.press(key)

    def release(self, key: str) -> None:
        self._screen.release(key)

    def type_keys(self, *keys: str) -> None:
        """Presses the keys together, the first of them first: ``type_keys("Control_L", "a")``."""
        for key in keys:
            self.press(key)
        for key in reversed(keys):
            self.release(key)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """With the mouse; button 1 is the left one, 3 the right one."""
        self._screen.click(x, y, button)

    def keys_down(self) -> frozenset[str]:
        """The names of all keys that are held at this moment."""
        return self._screen.keys_down()

    def is_grabbed(self, key: str) -> bool:
        """Whether a program on the desktop has taken this key for itself."""
        return self._screen.is_grabbed(key)

    # --- windows, tray and picture

    def windows(self) -> tuple[Window, ...]:
        """In the order in which they were opened."""
        return self._screen.windows()

    def window_of(self, program: Running, timeout_s: float = 2 * PATIENCE_S) -> Window:
        """The program's first window, as soon as it has one."""

        def found() -> list[Window]:
            return [window for window in self.windows() if window.pid == program.pid]

        waited_for(found, what=f"A window of {program.name}", timeout_s=timeout_s, alive=[program])
        return found()[0]

    def focus(self, window: Window) -> None:
        """Brings the window to the front; it gets what is typed from then on."""

        def has_focus() -> bool:
            focused = self._screen.focused()
            return focused is not None and focused.number == window.number

        self._screen.ask_for_focus(window)
        self.wait(has_focus, what=f"The focus of {window.title!r}")

    def menus(self) -> int:
        """How many menus are open, submenus counted too."""
        return self._screen.menus()

    def tray_icons(self) -> tuple[TrayIcon, ...]:
        """Those that are shown."""
        return self._screen.tray_icons()

    def pixels(self) -> NDArray[np.uint8]:
        """All that is seen: red, green, blue, shape (height, width, 3)."""
        return self._screen.pixels()

    def screenshot(self, path: Path) -> None:
        """Writes what is seen as a PNG."""
        png.write(path, self.pixels())

    # --- clipboard

    def clipboard(self, mime: str = TEXT) -> bytes | None:
        """What another program would paste, or None if there is nothing of this kind."""
        found = subprocess.run(
            ["xclip", "-out", "-selection", "clipboard", "-target", mime],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return found.stdout if found.returncode == 0 else None

    def set_clipboard(self, mime: str, content: bytes) -> Running:
        """Has a program own the clipboard, as one in which something was copied does."""
        file = self._files.log("clipboard-content")
        file.write_bytes(content)
        owner = self.start(
            "xclip", "-in", "-quiet", "-selection", "clipboard", "-target", mime, str(file)
        )  # fmt: skip
        self.wait(lambda: self.clipboard(mime) == content, what="The clipboard's owner")
        return owner

    # --- notifications

    def notifications(self) -> tuple[Notification, ...]:
        """All that were asked for since the desktop is there, the oldest first."""
        return self._notifications.all()

    def outcomes(self) -> tuple[Notification, ...]:
        """Those that tell of something that is over, oldest first, and not of what goes on."""
        return tuple(told for told in self.notifications() if told.id and told.urgency >= _NORMAL)

    def shown_notifications(self) -> tuple[Notification, ...]:
        """Those that can be read at this moment, each in its latest form."""
        latest = {notification.id: notification for notification in self.notifications()}
        return tuple(latest[id_] for id_ in sorted(self._notifications.shown() & latest.keys()))

    def invoke_notification_action(self, notification: Notification, key: str) -> None:
        """Chooses an action of a notification that is shown, as with the mouse in its menu."""
        self._files.wish.write_text(f"[{notification.id},{key}]", encoding="utf-8")
        self._bus.send_and_get_reply(new_method_call(_DUNST, "ContextMenuCall"))


def _has_notifications(bus: DBusConnection) -> bool:
    reply = bus.send_and_get_reply(message_bus.NameHasOwner("org.freedesktop.Notifications"))
    return bool(reply.body[0])
