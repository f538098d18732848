"""The published models on this machine: pinned to the byte, looked at, fetched, taken over.

Light to import: no torch, no hub library.
"""

from dictation.recognition.model_store.pins import FSMN_VAD, MODELS, SENSE_VOICE, Model
from dictation.recognition.model_store.states import locate, state, verify

__all__ = ["FSMN_VAD", "MODELS", "SENSE_VOICE", "Model", "locate", "state", "verify"]
