"""A desktop portal in front of a real mutter, GNOME's compositor, for tests.

    /usr/bin/python3 portal_on_mutter.py

It does what GNOME's own backend does: passes on what it is told to mutter's interface for remote
desktops, org.gnome.Mutter.RemoteDesktop, and back. Says what portal_frontend says.
"""

from __future__ import annotations

import dbus
from portal_frontend import Frontend, run

MUTTER = "org.gnome.Mutter.RemoteDesktop"


class OnMutter(Frontend):
    """One session of mutter's for each of ours."""

    def __init__(self, bus):
        super().__init__(bus)
        self._mutter = bus.get_object(MUTTER, "/org/gnome/Mutter/RemoteDesktop")
        self._session = None

    def started(self, wants_clipboard):
        path = self._mutter.CreateSession(dbus_interface=MUTTER)
        session = self._bus.get_object(MUTTER, path)
        self._session = dbus.Interface(session, f"{MUTTER}.Session")
        self._session.connect_to_signal("SelectionOwnerChanged", self._owner_changed)
        self._session.connect_to_signal("SelectionTransfer", self.ask)
        self._session.Start()
        if wants_clipboard:
            self._session.EnableClipboard(dbus.Dictionary({}, signature="sv"))
        return wants_clipboard

    def key(self, keysym, is_down):
        self._session.NotifyKeyboardKeysym(dbus.UInt32(keysym), is_down)

    def selected(self, kinds):
        told = {"mime-types": dbus.Array(kinds, signature="s")} if kinds else {}
        self._session.SetSelection(dbus.Dictionary(told, signature="sv"))

    def written(self, serial):
        return self._session.SelectionWrite(dbus.UInt32(serial)).take()

    def read(self, kind):
        return self._session.SelectionRead(kind).take()

    def _owner_changed(self, told):
        kinds = told.get("mime-types", ())
        if kinds and not isinstance(kinds[0], str):  # mutter 43 has one array within a structure
            kinds = kinds[0]
        is_ours = bool(told.get("session-is-owner", False))
        self.tell_owner(tuple(map(str, kinds)), is_ours=is_ours)


if __name__ == "__main__":
    run(OnMutter)
