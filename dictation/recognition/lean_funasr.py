"""Makes FunASR's classes importable without importing all of FunASR.

``import funasr`` walks and imports every module that it has, with transformers, sklearn and numba
behind them: 6 to 10 s, of which the classes that are used here need a quarter of a second. A bare
package in its place leaves its submodules importable one by one. Only the recogniser's own process
and scripts that use ``Recogniser`` directly come here, and a FunASR that was imported before stays.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from dictation.errors import EngineMissing

INSTALL_ENGINE = "pip install torch"


def need_torch() -> None:
    """Raises EngineMissing where torch is not installed."""
    if importlib.util.find_spec("torch") is None:
        raise EngineMissing(package="PyTorch", command=INSTALL_ENGINE)


def prepare() -> None:
    """Raises EngineMissing where torch or FunASR is not installed."""
    need_torch()
    if "funasr" in sys.modules:
        return
    spec = importlib.util.find_spec("funasr")
    if spec is None or spec.submodule_search_locations is None:
        raise EngineMissing(package="FunASR", command="pip install funasr")
    bare = ModuleType("funasr")
    bare.__path__ = list(spec.submodule_search_locations)
    bare.__spec__ = spec
    sys.modules["funasr"] = bare
