"""Loads one backend by its name."""

from __future__ import annotations

from dictation.errors import BackendUnfit
from dictation.recognition.backends import prepared, processor
from dictation.recognition.backends.architecture import Architecture
from dictation.recognition.backends.contract import Testable
from dictation.recognition.backends.encoder_input import EncoderInput
from dictation.recognition.backends.fast import FastBackend
from dictation.recognition.lean_funasr import need_torch
from dictation.recognition.model_folder import ModelFolder, check_shapes, load_weights
from dictation.recognition.weights_file import WeightsFile
from dictation.settings import BackendName
from dictation.translation import Phrase


def load(backend: BackendName, model: ModelFolder, vocabulary: int, threads: int) -> Testable:
    """backend: not AUTO; INT8 must have been prepared. vocabulary: tokens in it.

    threads: of one decode, at most; 0: as many as make it faster.
    Raises ModelDamaged, EngineMissing, BackendUnfit where this machine cannot run it, and
    ValueError where what was prepared cannot be used.
    """
    if backend is BackendName.REFERENCE:
        from dictation.recognition.backends.reference import ReferenceBackend

        return ReferenceBackend(model, vocabulary)
    threads = threads or processor.usual_threads()
    shape, weights = model_weights(model, vocabulary)
    if backend is BackendName.INT8:
        from dictation.recognition.backends.int8_encoder import Int8Encoder

        folder = prepared.folder_of(model)
        return FastBackend(encoder_input(weights, shape), Int8Encoder(folder, threads))
    if backend is BackendName.CUDA:
        return _cuda(weights, shape)
    return _cpu(backend, weights, shape, threads)


def model_weights(model: ModelFolder, vocabulary: int) -> tuple[Architecture, WeightsFile]:
    """Raises ModelDamaged unless the weights are those of the configuration."""
    shape = Architecture.of(model, vocabulary)
    weights = load_weights(model)
    check_shapes(model, weights, shape.weights())
    return shape, weights


def encoder_input(weights: WeightsFile, shape: Architecture) -> EncoderInput:
    """Raises ModelDamaged."""
    return EncoderInput(weights["embed.weight"], shape.width)


def _cpu(
    backend: BackendName, weights: WeightsFile, shape: Architecture, threads: int
) -> FastBackend:
    if backend is BackendName.AMX and not processor.has_amx():
        raise BackendUnfit(backend=backend.value, reason=Phrase("this processor has no AMX"))
    need_torch()
    import torch

    from dictation.recognition.backends.torch_encoder import TorchEncoder

    dtype = torch.bfloat16 if backend is BackendName.AMX else torch.float32
    return FastBackend(encoder_input(weights, shape), TorchEncoder(weights, shape, dtype, threads))


def _cuda(weights: WeightsFile, shape: Architecture) -> Testable:
    need_torch()
    import torch

    if not torch.cuda.is_available():
        raise BackendUnfit(
            backend=BackendName.CUDA.value, reason=Phrase("PyTorch finds no NVIDIA GPU")
        )

    from dictation.recognition.backends.cuda import CudaBackend

    return CudaBackend(weights, shape, encoder_input(weights, shape))
