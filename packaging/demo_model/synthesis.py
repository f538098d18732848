"""The error that the speech synthesisers raise."""


class SynthesisFailed(Exception):
    """A synthesiser is missing a part, or returned no sound."""
