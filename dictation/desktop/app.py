"""The desktop program: builds every part, starts them, and ends them in order."""

from __future__ import annotations

import logging
import logging.handlers
import os
import signal
import socket
import sys
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal
from PySide6.QtWidgets import QApplication

from dictation import __version__, paths, settings
from dictation.audio.capture import Capture
from dictation.audio.journal import Journal
from dictation.audio.level import Meter, Metered
from dictation.audio.sounds import Player
from dictation.client.address import chosen_server
from dictation.control import OneInstance, ask
from dictation.desktop.applying import Applying, InUse, limits_of
from dictation.desktop.conductor import Conductor, Parts
from dictation.desktop.first_run.stamp import is_first_start
from dictation.desktop.icons import icon
from dictation.desktop.insertion_thread import InsertionThread
from dictation.desktop.key_choice import KeyChoice
from dictation.desktop.language import WindowLanguage, choose_glyphs
from dictation.desktop.notifications import Notifier
from dictation.desktop.overlay.build import build as build_overlay
from dictation.desktop.overlay.overlay import Overlay
from dictation.desktop.recogniser_thread import RecogniserThread
from dictation.desktop.settings_watch import SettingsWatch
from dictation.desktop.sounds import Sounds
from dictation.desktop.tray import Tray
from dictation.desktop.windows import Windows
from dictation.errors import DictationError, DisplayMissing
from dictation.history import History
from dictation.native import choose
from dictation.native.focus import WatchfulWindow
from dictation.recognition.setup import find_setup
from dictation.translation import EnglishLog

logger = logging.getLogger(__name__)

_LOG_BYTES = 1_000_000
_HANG_UP = (signal.SIGHUP,) if sys.platform != "win32" else ()  # which Windows has not


def main(model: str | None = None, backend: str | None = None) -> int:
    """Runs until the user quits, with this model and backend instead of those of the settings.

    Raises a DictationError where it cannot start.
    """
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        raise DisplayMissing
    chosen = settings.load(paths.settings_file())
    in_use = InUse(
        chosen.recognition,
        model=model or None,
        backend=settings.BackendName(backend) if backend else None,
    )
    instance = OneInstance.claim()
    if instance is None:
        ask("greet")  # the one that runs shows itself
        return 0
    _begin_log()
    logger.info("dictation %s, process %s", __version__, os.getpid())
    choose_glyphs()
    app = QApplication(sys.argv[:1])
    language = WindowLanguage(app)
    app.setApplicationName("dictation")
    app.setDesktopFileName("dictation")
    app.setWindowIcon(icon("dictation"))
    app.setQuitOnLastWindowClosed(False)
    is_first = is_first_start(model)  # before anything is written
    conductor = _built(chosen, in_use, app, shows_first_run=is_first)
    _quit_on_signals(app)
    conductor.begin()
    leaving = choose.leaving(conductor.left.emit)
    conductor.choices.changed.connect(language.on_settings)
    instance.serve(conductor.answer)
    try:
        return app.exec()
    finally:
        instance.close()
        leaving.stop()
        conductor.end()
        logger.info("ended")


def _built(
    chosen: settings.Settings, in_use: InUse, app: QApplication, *, shows_first_run: bool
) -> Conductor:
    # Neither needs a disk that takes anything: they go on in memory, and the user is told.
    relay = _Relay()
    journal = Journal(paths.state_folder() / "journal", on_trouble=relay.troubled.emit)
    history = History(
        paths.state_folder() / "history.sqlite3",
        kept_takes=journal.leftovers(),
        kept=chosen.history,
    )
    troubles: list[DictationError] = []
    server = None
    try:
        server = chosen_server(chosen.recognition)
    except DictationError as error:  # it goes on without, on this machine
        troubles.append(error)
    recogniser = RecogniserThread(
        lambda: find_setup(in_use.settings()), limits_of(chosen.recognition), server=server
    )
    here = choose.this_session()
    passwords = choose.password_fields(here).service
    window = WatchfulWindow(choose.active_window(here).service, passwords)
    rules = dict(chosen.apps)
    key_choice = KeyChoice()
    hotkey, order_keys, deaf = key_choice.first(chosen.hotkey)
    troubles += deaf
    insertion = InsertionThread(
        lambda: choose.typist(here, window, key_choice.names, rules, may_ask=True).service
    )
    insertion.start()
    tray = Tray()
    notifier = Notifier(tray.show_message, can_undo=here is choose.Session.X11)
    tray.message_clicked.connect(notifier.on_clicked)
    parts = Parts(
        journal=journal,
        history=history,
        recogniser=recogniser,
        insertion=insertion,
        hotkey=hotkey,
        order_keys=order_keys,
        active_window=window,
        rules=rules,
        tray=tray,
        notifier=notifier,
        read_clipboard=choose.read_clipboard(here),
    )
    meter, taking = Meter(), Meter()  # for the overlay, and for windows
    conductor = Conductor(
        parts,
        lambda listener: Capture(journal, Metered(Metered(listener, taking), meter)),
        chosen,
        app,
        troubles,
    )
    looks = choose.looks()
    overlay = build_overlay(here, meter, chosen.overlay, looks)
    player = Player()
    sounds = Sounds(player, chosen.sounds)
    _attend(conductor, recogniser, overlay, sounds)
    windows = Windows(
        conductor,
        tray,
        recogniser,
        in_use=in_use,
        player=player,
        taking=taking,
        key_choice=key_choice,
    )
    applying = Applying(
        keys=conductor.keys,
        key_choice=key_choice,
        recogniser=recogniser,
        in_use=in_use,
        overlay=overlay,
        sounds=sounds,
        retranslate=windows.retranslate,
        tell=conductor.tell,
    )
    conductor.choices.changed.connect(applying.on_settings)
    conductor.choices.mistaken.connect(applying.on_mistake)
    for lasting in (windows, applying, SettingsWatch(conductor.choices)):
        lasting.setParent(conductor)
    for end in (overlay.end, sounds.end, looks.stop, windows.end):
        app.aboutToQuit.connect(end)
    windows.begin(shows_first_run=shows_first_run)
    recogniser.start()  # a server is ready, and a model missing, before anybody would have listened
    relay.troubled.connect(conductor.tell)
    relay.setParent(conductor)
    return conductor


def _attend(
    conductor: Conductor, recogniser: RecogniserThread, overlay: Overlay, sounds: Sounds
) -> None:
    """What happens is seen and heard."""
    for witness in (overlay, sounds):
        witness.setParent(conductor)
        conductor.handled.connect(witness.on_handled)
        conductor.began.connect(witness.on_began)
        conductor.lost.connect(witness.on_lost)
    recogniser.hypothesis.connect(overlay.on_hypothesis)
    recogniser.stage.connect(overlay.on_stage)


class _Relay(QObject):
    """Brings what the journal's thread tells to the GUI thread.

    Signals:
        troubled(DictationError): the journal cannot be written.
    """

    troubled = Signal(object)


def _quit_on_signals(app: QApplication) -> None:
    """SIGTERM, Ctrl-C and a closing terminal end the program as Quit does.

    Python runs signal handlers between bytecodes, and Qt's loop runs none: the byte that Python
    writes into this socket wakes the loop.
    """
    ours, pythons = socket.socketpair()
    ours.settimeout(0)
    pythons.settimeout(0)
    signal.set_wakeup_fd(pythons.fileno())
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, app)

    def woken() -> None:
        ours.recv(64)

    def quit_app(number: int, _frame: FrameType | None) -> None:
        logger.info("signal %s", number)
        app.quit()

    notifier.activated.connect(woken)
    app.setProperty("sockets", (ours, pythons))  # they live as long as the application
    for number in (signal.SIGTERM, signal.SIGINT, *_HANG_UP):
        signal.signal(number, quit_app)
    app.commitDataRequest.connect(app.quit)


def _begin_log() -> None:
    form = "%(asctime)s %(levelname)s %(threadName)s %(name)s %(message)s"
    try:
        file = paths.private_folder(paths.log_folder()) / "dictation.log"
        file.touch(mode=0o600)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            file, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8"
        )
    except OSError:  # no disk, no log file: whoever started it sees it
        handler = logging.StreamHandler()
    handler.setFormatter(EnglishLog(form))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
