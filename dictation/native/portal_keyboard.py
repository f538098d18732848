"""Presses keys through the desktop portal: RemoteDesktop, which GNOME and KDE have.

The desktop asks the user once. Whatever the answer, it is remembered: a permission by the desktop's
own token, a refusal so that nobody is asked again.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from dictation.errors import NotPossibleHere
from dictation.native.key_names import Combination, Modifier
from dictation.native.portal import Portal, RefusedByUser

logger = logging.getLogger(__name__)

_SERVICE = "Typing through the desktop's portal"
_KEYBOARD = 1  # of the kinds of devices
_UNTIL_REVOKED = 2  # how long the permission is to last
_RELEASED, _PRESSED = 0, 1
_USER_S = 120.0  # for the user to answer
_TOKEN_S = 2.5  # for a desktop that has the answer already
_ANSWER_S = 5.0
# As the kernel numbers keys.
_KEYS = {"Insert": 110, "v": 47}
_MODIFIERS = {Modifier.SHIFT: 42, Modifier.CTRL: 29, Modifier.ALT: 56, Modifier.SUPER: 125}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user has said."""

    token: str = ""
    refused: bool = False


class PortalKeyboard:
    """A keyboard for as long as it is open. Raises NotPossibleHere."""

    def __init__(self, memory: Path, *, may_ask: bool) -> None:
        """memory: a file that keeps the answer. may_ask: whether the user may be asked now."""
        answer = _remembered(memory)
        if answer.refused:
            raise _impossible(f"you have said no; to be asked again, remove {memory}")
        if not (answer.token or may_ask):
            raise _impossible("the desktop asks you for it when Dictation starts")
        self._portal = Portal("RemoteDesktop", _SERVICE)
        try:
            self._session = self._portal.session()
            token = self._started(answer)
        except RefusedByUser:
            _remember(memory, Answer(refused=True))
            self._portal.close()
            raise
        except BaseException:
            if answer.token:
                _remember(memory, Answer())  # it is worth nothing any more; the user is asked anew
            self._portal.close()
            raise
        _remember(memory, Answer(token))

    def press(self, combination: Combination) -> bool:
        """Presses keys together, such as Shift+Insert; False if they could not be. DesktopGone."""
        key = _KEYS.get(combination.key)
        if key is None:
            return False
        held = [_MODIFIERS[modifier] for modifier in Modifier if modifier in combination.modifiers]
        codes = [*held, key]
        try:
            for code in codes:
                self._move(code, _PRESSED)
        except NotPossibleHere as refusal:  # the user has taken the permission back
            logger.warning("%s", refusal)
            return False
        finally:
            for code in reversed(codes):
                self._let_go(code)
        return True

    def close(self) -> None:
        self._portal.close()

    def _started(self, answer: Answer) -> str:
        """The token for the next time; empty from a desktop that gives none."""
        kept = {"restore_token": ("s", answer.token)} if answer.token else {}
        self._portal.request(
            "SelectDevices",
            "oa{sv}",
            self._session,
            options={"types": ("u", _KEYBOARD), "persist_mode": ("u", _UNTIL_REVOKED), **kept},
            patience_s=_ANSWER_S,
        )
        started = self._portal.request(
            "Start",
            "osa{sv}",
            self._session,
            "",
            options={},
            patience_s=_TOKEN_S if answer.token else _USER_S,
        )
        if not started.get("devices", 0) & _KEYBOARD:
            raise _impossible("you have not allowed a keyboard")
        return str(started.get("restore_token", ""))

    def _move(self, code: int, state: int) -> None:
        self._portal.call("NotifyKeyboardKeycode", "oa{sv}iu", self._session, {}, code, state)

    def _let_go(self, code: int) -> None:
        try:
            self._move(code, _RELEASED)
        except NotPossibleHere as refusal:
            logger.debug("%s", refusal)


def _impossible(reason: str) -> NotPossibleHere:
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
