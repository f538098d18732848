"""Remembers each take: what became of it, its text, and for a while how it sounded."""

from dictation.history.entries import Entry, Stage
from dictation.history.history import History
from dictation.history.schema import SCHEMA_VERSION
from dictation.history.search import Facets, Query

__all__ = ["SCHEMA_VERSION", "Entry", "Facets", "History", "Query", "Stage"]
