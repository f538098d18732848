"""Unpickles the list of tensors in a file of torch; nothing but such a list can come of it."""

from __future__ import annotations

import io
import pickle
from typing import NamedTuple


class Storage(NamedTuple):
    """The numbers that one or more tensors lie in."""

    kind: str
    """torch's name of its class, a key of STORAGE_TYPES."""
    key: str
    """Under which the file keeps it."""


class Place(NamedTuple):
    """Where a tensor lies in its storage; all in elements, none negative."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


# numpy's types, little-endian; numpy has no bfloat16, so its bits are read.
BFLOAT16 = "BFloat16Storage"
STORAGE_TYPES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    BFLOAT16: "<u2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}

# Whatever goes wrong in the C code of pickle that a file can bring about.
UNPICKLING_ERRORS = (
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    TypeError,
    ValueError,
    LookupError,
    OverflowError,
    MemoryError,
)


def read_places(content: bytes) -> dict[str, Place]:
    """The tensors of a state dict, or of one below "state_dict". Raises UNPICKLING_ERRORS."""
    state = _TensorUnpickler(io.BytesIO(content)).load()
    if isinstance(state, dict) and isinstance(state.get("state_dict"), dict):
        state = state["state_dict"]
    if not isinstance(state, dict):
        raise pickle.UnpicklingError("no dictionary")
    for name, place in state.items():
        if not isinstance(name, str) or not isinstance(place, Place):
            raise pickle.UnpicklingError("something besides tensors")
    return dict(state)


class _Entries(dict[object, object]):
    """An OrderedDict of the file."""

    def __setstate__(self, state: object) -> None:
        """torch keeps version numbers beside the entries; nobody here wants them."""


# What a pickle may name are instances without attributes, neither functions nor classes: a pickle
# can set attributes of what it names, and would change these for all that come after.


class _MakeEntries:
    __slots__ = ()

    def __call__(self) -> _Entries:
        return _Entries()


class _PlaceTensor:
    """torch._utils._rebuild_tensor_v2"""

    __slots__ = ()

    def __call__(
        self, storage: object, offset: object, shape: object, strides: object, *_about: object
    ) -> Place:
        if not isinstance(storage, Storage):
            raise pickle.UnpicklingError("a tensor without a storage")
        (first,) = _sizes((offset,))
        place = Place(storage, first, _sizes(shape), _sizes(strides))
        if len(place.shape) != len(place.strides):
            raise pickle.UnpicklingError("an odd tensor")
        return place


class _PlaceParameter:
    """torch._utils._rebuild_parameter, also with a state"""

    __slots__ = ()

    def __call__(self, tensor: object, *_about: object) -> object:
        return tensor


def _sizes(values: object) -> tuple[int, ...]:
    if not isinstance(values, tuple):
        raise pickle.UnpicklingError("no sizes")
    if not all(isinstance(value, int) and value >= 0 for value in values):
        raise pickle.UnpicklingError("odd sizes")
    return values


_ALLOWED: dict[tuple[str, str], object] = {
    ("collections", "OrderedDict"): _MakeEntries(),
    ("torch._utils", "_rebuild_tensor_v2"): _PlaceTensor(),
    ("torch._utils", "_rebuild_parameter"): _PlaceParameter(),
    ("torch._utils", "_rebuild_parameter_with_state"): _PlaceParameter(),
    **{("torch", kind): kind for kind in STORAGE_TYPES},
}


class _TensorUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
        return _ALLOWED[module, name]

    def persistent_load(self, told: object) -> Storage:
        # ("storage", torch.FloatStorage, "17", "cpu", elements)
        match told:
            case ("storage", str() as kind, str() as key, str(), int()) if kind in STORAGE_TYPES:
                return Storage(kind, key)
        raise pickle.UnpicklingError("an odd storage")
