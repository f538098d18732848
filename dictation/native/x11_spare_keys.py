"""Keycodes that have no key on them, lent to characters for a moment."""

from __future__ import annotations

from collections.abc import Iterable

from Xlib import XK, X

from dictation.native.x11 import XDisplay

# The fourth symbol of a row of ours, which no layout has: what a run that was killed left behind
# is known by it. It would be typed with Shift in a second group; we hold no Shift.
_MARK = 0xFFFFFF  # VoidSymbol
_NOTHING = (X.NoSymbol,) * 4


def keysym_of(character: str) -> int:
    """Of a printable character, or of a line break, which is what Return types."""
    if character == "\n":
        return int(XK.XK_Return)
    number = ord(character)
    # Latin-1 characters are their own keysyms; the others are Unicode's numbers with this offset.
    is_latin_1 = 0x20 <= number <= 0x7E or 0xA0 <= number <= 0xFF
    return number if is_latin_1 else 0x1000000 | number


class SpareKeys:
    """Of one connection; used by its thread. They stay lent until ``give_back``."""

    def __init__(self, display: XDisplay) -> None:
        self._display = display
        first = int(display.display.info.min_keycode)
        count = int(display.display.info.max_keycode) - first + 1
        rows = display.get_keyboard_mapping(first, count)
        self._codes = [first + index for index, row in enumerate(rows) if _is_free(row)]
        self._left_behind = [
            first + index for index, row in enumerate(rows) if any(row) and _is_free(row)
        ]
        self._lent: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def lend(self, characters: Iterable[str]) -> dict[str, int]:
        """The keycode of each of them; those that were lent to others are theirs no longer.

        No more than there are keys. In whatever group and level the keyboard is, the same is typed.
        """
        wanted = dict.fromkeys(characters)
        kept = {each: code for each, code in self._lent.items() if each in wanted}
        taken = set(kept.values())
        free = (code for code in self._codes if code not in taken)
        for character in wanted:
            if character not in kept:
                kept[character] = next(free)
                symbol = keysym_of(character)
                self._map(kept[character], (symbol, symbol, symbol, _MARK))
        self._display.sync()
        # Those that nobody wants now keep their symbols until they are needed: each change costs
        # every program on the screen.
        others = {
            each: code
            for each, code in self._lent.items()
            if each not in kept and code not in kept.values()
        }
        self._lent = others | kept
        return kept

    def give_back(self) -> None:
        for code in {*self._lent.values(), *self._left_behind}:
            self._map(code, _NOTHING)
        self._lent, self._left_behind = {}, []
        self._display.sync()

    def _map(self, code: int, row: tuple[int, ...]) -> None:
        self._display.change_keyboard_mapping(code, [row])


def _is_free(row: tuple[int, ...]) -> bool:
    return not any(row) or (len(row) > 3 and row[3] == _MARK)
