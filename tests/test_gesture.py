"""A key becomes a wish: hold, toggle or both, with repeats and bounces absorbed."""

from __future__ import annotations

import pytest

from dictation.gesture import BOUNCE_S, TAP_S, Gesture, Mode, Wish, press, release

HOLD, TOGGLE, BOTH = (Gesture(mode) for mode in (Mode.HOLD, Mode.TOGGLE, Mode.TAP_OR_HOLD))


def played(gesture: Gesture, *moves: tuple[str, float]) -> list[Wish]:
    """What the moves ask for, if every wish comes true."""
    wishes, dictating = [], False
    for move, now_s in moves:
        turn = press if move == "press" else release
        gesture, wish = turn(gesture, now_s, dictating=dictating)
        if wish is not None:
            wishes.append(wish)
            dictating = wish is Wish.START
    return wishes


def test_holding_dictates_while_the_key_is_down() -> None:
    assert played(HOLD, ("press", 1), ("release", 3)) == [Wish.START, Wish.STOP]


def test_a_key_that_repeats_asks_once() -> None:
    repeats = [("press", 1 + index / 30) for index in range(30)]

    assert played(HOLD, *repeats, ("release", 3)) == [Wish.START, Wish.STOP]
    assert played(TOGGLE, *repeats, ("release", 3)) == [Wish.START]


def test_toggling_takes_two_presses() -> None:
    moves = [("press", 1.0), ("release", 1.1), ("press", 5.0), ("release", 5.1)]

    assert played(TOGGLE, *moves) == [Wish.START, Wish.STOP]


def test_a_bounce_does_not_toggle_back() -> None:
    moves = [("press", 1.0), ("release", 1.1), ("press", 1.1 + BOUNCE_S / 2), ("release", 1.2)]

    assert played(TOGGLE, *moves) == [Wish.START]


def test_a_tap_goes_on_until_the_next_press() -> None:
    tap = [("press", 1.0), ("release", 1.0 + TAP_S / 2)]

    assert played(BOTH, *tap) == [Wish.START]
    assert played(BOTH, *tap, ("press", 5.0)) == [Wish.START, Wish.STOP]
    assert played(BOTH, *tap, ("press", 5.0), ("release", 9.0)) == [Wish.START, Wish.STOP]


def test_the_same_key_held_dictates_while_it_is_down() -> None:
    held = [("press", 1.0), ("release", 1.0 + 2 * TAP_S)]

    assert played(BOTH, *held) == [Wish.START, Wish.STOP]
    assert played(BOTH, *held, ("press", 5.0), ("release", 5.1)) == [
        Wish.START,
        Wish.STOP,
        Wish.START,
    ]


def test_a_bounce_changes_neither_a_tap_nor_a_hold() -> None:
    bounce = BOUNCE_S / 2
    tap = [("press", 1.0), ("release", 1.1), ("press", 1.1 + bounce), ("release", 1.2)]
    held = [("press", 1.0), ("release", 2.0), ("press", 2.0 + bounce), ("release", 2.1)]

    assert played(BOTH, *tap) == [Wish.START]
    assert played(BOTH, *held) == [Wish.START, Wish.STOP]


@pytest.mark.parametrize("gesture", [HOLD, TOGGLE, BOTH])
def test_a_release_without_a_press_asks_for_nothing(gesture: Gesture) -> None:
    assert played(gesture, ("release", 1)) == []


def test_a_hold_that_was_cancelled_meanwhile_does_not_stop_twice() -> None:
    gesture, _ = press(HOLD, 1, dictating=False)

    assert release(gesture, 2, dictating=False)[1] is None
