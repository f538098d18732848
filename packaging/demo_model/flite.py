"""Speaks an English sentence with libflite, in this process.

Structures are those of flite 2.2's `cst_wave.h` and `cst_voice.h`, as far as they are read.
"""

import ctypes
import functools

import numpy as np
from numpy.typing import NDArray

from synthesis import SynthesisFailed

LIBRARY = "libflite.so.1"


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class _Voice(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("features", ctypes.c_void_p))


@functools.cache
def _flite() -> ctypes.CDLL:
    library = ctypes.CDLL(LIBRARY, mode=ctypes.RTLD_GLOBAL)
    library.flite_init()
    library.flite_text_to_wave.restype = ctypes.POINTER(_Wave)
    library.flite_text_to_wave.argtypes = (ctypes.c_char_p, ctypes.POINTER(_Voice))
    library.flite_feat_set_float.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float)
    library.delete_wave.argtypes = (ctypes.POINTER(_Wave),)
    return library


@functools.cache
def _voice(name: str) -> "ctypes._Pointer[_Voice]":
    library = ctypes.CDLL(f"libflite_cmu_us_{name}.so.1")
    register = library[f"register_cmu_us_{name}"]
    register.restype = ctypes.POINTER(_Voice)
    register.argtypes = (ctypes.c_char_p,)
    voice: ctypes._Pointer[_Voice] = register(None)
    return voice


def speak(text: str, voice: str, duration_stretch: float) -> tuple[NDArray[np.int16], int]:
    """Mono samples with their rate in hertz. duration_stretch: 1 is the voice's own pace."""
    library = _flite()
    speaker = _voice(voice)
    library.flite_feat_set_float(
        speaker.contents.features, b"duration_stretch", ctypes.c_float(duration_stretch)
    )
    wave = library.flite_text_to_wave(text.encode(), speaker)
    if not wave or wave.contents.num_samples <= 0:
        raise SynthesisFailed(f"flite said nothing for {text!r}")
    try:
        count = wave.contents.num_samples
        samples = np.ctypeslib.as_array(wave.contents.samples, shape=(count,)).copy()
        return samples, int(wave.contents.sample_rate)
    finally:
        library.delete_wave(wave)
