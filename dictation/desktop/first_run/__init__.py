"""The window of the first steps: microphone, hotkey, model, and a place to try them."""

from dictation.desktop.first_run.opening import FirstRun
from dictation.desktop.first_run.window import FirstRunWindow

__all__ = ["FirstRun", "FirstRunWindow"]
