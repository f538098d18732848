"""Hears that the screen of a Mac is locked, or that it goes to sleep. Never run where written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)

_LOCKED = "com.apple.screenIsLocked"


class MacLeavingWatch:
    """Calls on_leave on the main thread, on which it is built and which has to run its loop."""

    def __init__(self, appkit: Any, on_leave: Callable[[], None]) -> None:
        from Foundation import NSDistributedNotificationCenter

        def leaves(_notification: Any) -> None:
            logger.info("the user leaves")
            on_leave()

        centres = {
            _LOCKED: NSDistributedNotificationCenter.defaultCenter(),
            appkit.NSWorkspaceWillSleepNotification: (
                appkit.NSWorkspace.sharedWorkspace().notificationCenter()
            ),
        }
        self._observers = [
            (
                centre,
                centre.addObserverForName_object_queue_usingBlock_(name, None, None, leaves),
            )
            for name, centre in centres.items()
        ]

    def stop(self) -> None:
        for centre, observer in self._observers:
            centre.removeObserver_(observer)
