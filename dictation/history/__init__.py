"""Remembers each take: what became of it, and its text."""

from dictation.history.database import SCHEMA_VERSION
from dictation.history.entries import Entry, Stage
from dictation.history.history import History

__all__ = ["SCHEMA_VERSION", "Entry", "History", "Stage"]
