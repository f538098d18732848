"""Audio that waits in the parent while nobody speaks: nothing lost, nothing late."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dictation.recognition.held_back import HeldBack
from dictation.recognition.options import QUIET_BLOCK_SAMPLES
from dictation.speech import SAMPLE_RATE_HZ, Samples

BLOCK = QUIET_BLOCK_SAMPLES // 3


def block(number: int = 0, samples: int = BLOCK) -> Samples:
    return np.full(samples, number, np.float32)


def test_three_blocks_of_quiet_go_together() -> None:
    held = HeldBack()

    assert held.add(block(1)) is None
    assert held.add(block(2)) is None
    sent = held.add(block(3))

    assert sent is not None
    assert sent.tolist() == [1] * BLOCK + [2] * BLOCK + [3] * BLOCK
    assert held.rest() is None


def test_a_voice_waits_for_nothing() -> None:
    held = HeldBack()
    held.add(block(1))
    held.voice(speaking=True)

    both = held.add(block(2))

    assert both is not None
    assert len(both) == 2 * BLOCK
    one = held.add(block(3))
    assert one is not None
    assert len(one) == BLOCK


def test_after_long_quiet_the_pieces_are_twice_as_long() -> None:
    held = HeldBack()
    for _ in range(2 * SAMPLE_RATE_HZ // BLOCK):
        held.add(block())
    held.rest()

    sizes = [0 if sent is None else len(sent) for sent in (held.add(block()) for _ in range(6))]

    assert sizes == [0, 0, 0, 0, 0, 2 * QUIET_BLOCK_SAMPLES]
    held.voice(speaking=True)
    held.voice(speaking=False)
    sizes = [0 if sent is None else len(sent) for sent in (held.add(block()) for _ in range(3))]
    assert sizes == [0, 0, QUIET_BLOCK_SAMPLES], "quiet has only begun again"


@given(st.lists(st.tuples(st.integers(1, 4_000), st.sampled_from([None, True, False]))))
def test_all_of_it_goes_in_order(steps: list[tuple[int, bool | None]]) -> None:
    held = HeldBack()
    given_samples, sent = [], []
    for number, (samples, speaking) in enumerate(steps):
        if speaking is not None:
            held.voice(speaking=speaking)
        given_samples.append(block(number, samples))
        sent.append(held.add(given_samples[-1]))
    sent.append(held.rest())

    arrived = [piece for piece in sent if piece is not None]
    whole = np.concatenate([np.zeros(0, np.float32), *arrived])
    assert np.array_equal(whole, np.concatenate([np.zeros(0, np.float32), *given_samples]))
