"""The reference backend: FunASR's SenseVoiceSmall, on the CPU, as published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from dictation.errors import ModelDamaged
from dictation.recognition import lean_funasr
from dictation.recognition.backends.contract import LogitsBackend
from dictation.recognition.backends.queries import query_rows
from dictation.recognition.features import FEATURE_SIZE
from dictation.recognition.model_folder import ModelFolder, put_weights
from dictation.speech import Language, TextStyle
from dictation.translation import Phrase

if TYPE_CHECKING:
    import torch


class ReferenceBackend(LogitsBackend):
    """SenseVoiceSmall's encoder and CTC head. One thread at a time."""

    def __init__(self, model: ModelFolder, vocabulary_size: int) -> None:
        """Raises EngineMissing, or ModelDamaged if the weights do not fit."""
        lean_funasr.prepare()
        import torch
        from funasr.models.sense_voice.model import SenseVoiceSmall

        try:
            with torch.device("meta"):
                self._net = SenseVoiceSmall(
                    input_size=FEATURE_SIZE,
                    vocab_size=vocabulary_size,
                    encoder=model.config.get("encoder"),
                    encoder_conf=model.conf("encoder_conf"),
                    **model.conf("model_conf"),
                )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise ModelDamaged(
                folder=model.folder, reason=Phrase("its configuration does not fit")
            ) from error
        put_weights(self._net, model)
        self._net.eval()

    def _pieces(
        self, features: NDArray[np.float32], language: Language | None, style: TextStyle
    ) -> Iterable[NDArray[np.float32]]:
        import torch

        with torch.inference_mode():
            queries: torch.Tensor = self._net.embed(torch.tensor(query_rows(language, style)))
            speech = torch.cat((queries, torch.from_numpy(features)))[None]
            encoded, _ = self._net.encoder(speech, torch.tensor([speech.shape[1]]))
            logits = self._net.ctc.ctc_lo(encoded)[0]
        return [cast("NDArray[np.float32]", logits.numpy())]
