"""``dictation``, to which the demonstration model is the published one, not there yet."""

from __future__ import annotations

import sys

if __name__ == "__main__":  # the recogniser process imports this file too
    from dictation import cli
    from dictation.recognition import model_store
    from tests.published_demo import published_demo

    model_store.SENSE_VOICE = published_demo()
    model_store.MODELS = (model_store.SENSE_VOICE, model_store.FSMN_VAD)
    sys.exit(cli.main())
