"""The user's leave to press keys, from the desktop portal: RemoteDesktop, which GNOME and KDE have.

The desktop asks the user once. Whatever the answer, it is remembered: a permission by the desktop's
own token, a refusal so that nobody is asked again.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from jeepney import Message

from dictation.errors import NotPossibleHere
from dictation.native.portal import Portal, RefusedByUser
from dictation.translation import Phrase, Words

logger = logging.getLogger(__name__)

CLIPBOARD_INTERFACE = "Clipboard"

_SERVICE = Phrase("Typing through the desktop's portal")
_KEYBOARD = 1  # of the kinds of devices
_UNTIL_REVOKED = 2  # how long the permission is to last
_USER_S = 120.0  # for the user to answer
_TOKEN_S = 2.5  # for a desktop that has the answer already
_ANSWER_S = 5.0


class Wanted(Enum):
    """What the session is to have."""

    KEYBOARD = "keyboard"
    KEYBOARD_AND_CLIPBOARD = "keyboard and clipboard"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user has said."""

    token: str = ""
    refused: bool = False


class PortalSession:
    """Lasts until it is closed. Raises NotPossibleHere.

    Attributes:
        portal: on whose connection the session lives.
        handle: by which the portal's methods know it.
        signals: of the clipboard, from before the session has begun; empty without one.
    """

    def __init__(self, memory: Path, wanted: Wanted, *, may_ask: bool) -> None:
        """memory: a file that keeps the answer. may_ask: whether the user may be asked now."""
        self._wanted = wanted
        answer = _remembered(memory)
        if answer.refused:
            raise _impossible(
                Phrase("you have said no; to be asked again, remove {memory}", memory=memory)
            )
        if not (answer.token or may_ask):
            raise _impossible(Phrase("the desktop asks you for it when Dictation starts"))
        self.portal = Portal("RemoteDesktop", _SERVICE)
        self.signals: deque[Message] = deque()
        try:
            self.handle = self.portal.session()
            if wanted is Wanted.KEYBOARD_AND_CLIPBOARD:
                self._want_clipboard()
            token = self._started(answer)
        except RefusedByUser:
            _remember(memory, Answer(refused=True))
            self.portal.close()
            raise
        except BaseException:
            if answer.token:
                _remember(memory, Answer())  # it is worth nothing any more; the user is asked anew
            self.portal.close()
            raise
        _remember(memory, Answer(token))

    def close(self) -> None:
        self.portal.close()

    def _want_clipboard(self) -> None:
        self.signals = self.portal.subscribe(CLIPBOARD_INTERFACE)
        self.portal.call(
            "RequestClipboard", "oa{sv}", self.handle, {}, interface=CLIPBOARD_INTERFACE
        )

    def _started(self, answer: Answer) -> str:
        """The token for the next time; empty from a desktop that gives none."""
        kept = {"restore_token": ("s", answer.token)} if answer.token else {}
        self.portal.request(
            "SelectDevices",
            "oa{sv}",
            self.handle,
            options={"types": ("u", _KEYBOARD), "persist_mode": ("u", _UNTIL_REVOKED), **kept},
            patience_s=_ANSWER_S,
        )
        started = self.portal.request(
            "Start",
            "osa{sv}",
            self.handle,
            "",
            options={},
            patience_s=_TOKEN_S if answer.token else _USER_S,
        )
        if not started.get("devices", 0) & _KEYBOARD:
            raise _impossible(Phrase("you have not allowed a keyboard"))
        if self._wanted is Wanted.KEYBOARD_AND_CLIPBOARD and not started.get("clipboard_enabled"):
            raise _impossible(Phrase("you have not allowed the clipboard"))
        return str(started.get("restore_token", ""))


def _impossible(reason: Words) -> NotPossibleHere:
    return NotPossibleHere(service=_SERVICE, reason=reason)


def _remembered(memory: Path) -> Answer:
    try:
        return Answer(**json.loads(memory.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Answer()


def _remember(memory: Path, answer: Answer) -> None:
    try:
        memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        memory.write_text(json.dumps(asdict(answer)), encoding="utf-8")
        memory.chmod(0o600)
    except OSError as failure:  # the user will be asked again, which is no more than a nuisance
        logger.warning("the desktop's answer cannot be kept: %s", failure)
