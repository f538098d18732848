"""The inner side of a piped program: values come in on standard input, answers go out.

Each is a pickle; the end of the input ends the program. Whatever is printed goes to standard error.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import Any

from dictation.errors import DictationError
from dictation.lab import older_processor
from dictation.recognition.backends import processor


def answer_all(build: Callable[[Any], Callable[[Any], object]]) -> None:
    """Does not return.

    build: is given the first value, and returns what answers all later ones; the first is
    answered with None. A DictationError is an answer too. Where the environment limits the
    instruction set, libraries are kept to it as well.
    """
    if os.environ.get(processor.LIMIT) == "avx2":
        older_processor.hide_all_beyond_avx2()
    # Libraries print, and programs that they start read: neither may meet what is in the pipes.
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    answer: Callable[[Any], object] | None = None
    while True:
        try:
            value = pickle.load(incoming)
        except EOFError:
            os._exit(0)  # torch takes most of a second to leave in order
        reply: object = None
        try:
            if answer is None:
                answer = build(value)
            else:
                reply = answer(value)
        except DictationError as error:
            reply = error
        pickle.dump(reply, outgoing)
        outgoing.flush()
