"""What the user may want of the tray, its menu or the window in its place."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Wishes(QObject):
    """Emitted, never carried out here."""

    toggle_asked = Signal()
    """Start, or stop and transcribe: a click on the icon, or the menu's entry."""
    pause_asked = Signal()
    """The hotkey is to be let go to other programs."""
    resume_asked = Signal()
    """It is to be heard again."""
    copy_last_asked = Signal()
    history_asked = Signal()
    language_chosen = Signal(str)
    """language_chosen(language): a value of SpokenLanguage."""
    microphone_chosen = Signal(str)
    """microphone_chosen(name): empty for the system's default."""
    place_chosen = Signal(str)
    """place_chosen(address): of a server; empty for this computer."""
    server_asked = Signal()
    """Another server is to be entered."""
    copy_only_chosen = Signal(bool)
    """copy_only_chosen(on): whether text shall go to the clipboard alone."""
    rule_chosen = Signal(str, object)
    """rule_chosen(app, AppRule): how text shall get into that program."""
    files_asked = Signal()
    """The user wants to choose files to be transcribed."""
    clipboard_asked = Signal()
    """The files on the clipboard are to be transcribed."""
    files_cancelled = Signal()
    """No file is to be transcribed any further."""
    beside_chosen = Signal(bool)
    """beside_chosen(on): whether texts of files shall be saved beside them."""
    settings_asked = Signal()
    first_run_asked = Signal()
    """The program is to be set up: microphone, hotkey, model."""
    doctor_asked = Signal()
    about_asked = Signal()
    quit_asked = Signal()
    menu_opening = Signal()
    """It is about to be seen: the time to look for microphones and the program in use."""
