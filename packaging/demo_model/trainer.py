"""The weights, and how one batch changes them.

Weights are kept in float32, multiplied in bfloat16 (AMX where the processor has it), and
averaged over time (EMA) for the exported model.
"""

import copy
import math
from typing import Any

import torch
import torch.distributed
import torch.nn.functional as F
from torch import Tensor, nn

import flat_start
import network
from curriculum import Curriculum
from layout import TAGS
from lessons import Batch

PEAK_RATE, WARM_UP_STEPS = 1.6e-3, 250
HELD_SHARE = 0.35  # of the time at the peak rate, then a cosine down
FINAL_SHARE = 0.01  # of the peak rate
FLAT_START_SHARE = 0.3  # of the time
TAG_WEIGHT = 0.5
GRADIENT_LIMIT = 2.0
WEIGHT_DECAY = 0.02
SLOWEST_AVERAGE = 0.9985


class Trainer:
    """The weights with everything that changes as they learn.

    Attributes: elapsed_s: training time so far, agreed between the processes.
    """

    def __init__(self, outputs: int, letters: list[float]) -> None:
        torch.manual_seed(0)
        self.step, self.elapsed_s, self.curriculum = 0, 0.0, Curriculum()
        self.tag_loss = self.flat_loss = 0.0
        self._letters = letters
        self._model = network.build(outputs)
        self._average = copy.deepcopy(self._model)
        self._working = copy.deepcopy(self._model).bfloat16()
        self._weights: list[Tensor] = list(self._model.parameters())
        matrices = [weight for weight in self._weights if weight.ndim > 1]
        vectors = [weight for weight in self._weights if weight.ndim < 2]
        self._optimizer = torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": WEIGHT_DECAY},
                {"params": vectors, "weight_decay": 0.0},
            ],
            betas=(0.9, 0.98),
            fused=True,
        )

    def state(self) -> dict[str, Any]:
        return {
            "model": self._model.state_dict(),
            "average": self._average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "step": self.step,
            "elapsed_s": self.elapsed_s,
            "cap_rows": self.curriculum.cap_rows,
        }

    def load(self, state: dict[str, Any]) -> None:
        self._model.load_state_dict(state["model"])
        self._average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        self.curriculum = Curriculum(state["cap_rows"])
        self._refresh_working_copy()

    def learn(self, batch: Batch, own_elapsed_s: float, total_s: float) -> float:
        """One step. Returns this process's CTC loss per piece."""
        share = self.elapsed_s / total_s
        inputs = network.with_queries(
            self._working, batch.rows, batch.languages, batch.normalisations
        )
        scores = network.logits(self._working, inputs, batch.lengths)
        ctc = _ctc_loss(scores, batch)
        tags = F.cross_entropy(scores[:, :TAGS].flatten(0, 1), batch.tags.flatten())
        loss = ctc + TAG_WEIGHT * tags
        self.tag_loss = tags.item()
        if share < FLAT_START_SHARE:
            flat = flat_start.loss(scores.log_softmax(-1), batch, self._letters)
            loss = loss + (1 - share / FLAT_START_SHARE) * flat
            self.flat_loss = flat.item()
        torch.autograd.backward(loss)
        self._average_gradients(own_elapsed_s)
        self._update(_rate(self.step, share))
        return ctc.item()

    def _average_gradients(self, own_elapsed_s: float) -> None:
        """The first process's clock travels along, so that all agree on the time."""
        used = []
        for weight, working in zip(self._weights, self._working.parameters(), strict=True):
            weight.grad = None if working.grad is None else working.grad.float()
            working.grad = None
            if weight.grad is not None:
                used.append(weight.grad)
        clock = own_elapsed_s if torch.distributed.get_rank() == 0 else 0.0
        flat = torch.cat([*(grad.flatten() for grad in used), torch.tensor([clock])])
        torch.distributed.all_reduce(flat)
        self.elapsed_s = flat[-1].item()
        flat /= torch.distributed.get_world_size()
        means = torch.split(flat[:-1], [grad.numel() for grad in used])
        for grad, mean in zip(used, means, strict=True):
            grad.copy_(mean.view_as(grad))

    def _update(self, rate: float) -> None:
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        norm = nn.utils.clip_grad_norm_(self._weights, GRADIENT_LIMIT)
        if torch.isfinite(norm):
            self._optimizer.step()
        self.step += 1
        decay = min(SLOWEST_AVERAGE, 1 - 10 / (self.step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(self._average.parameters()), self._weights, 1 - decay)
        self._refresh_working_copy()

    def _refresh_working_copy(self) -> None:
        with torch.no_grad():
            torch._foreach_copy_(list(self._working.parameters()), self._weights)


def _ctc_loss(scores: Tensor, batch: Batch) -> Tensor:
    """Per piece, over the rows behind the tags."""
    log_probabilities = scores[:, TAGS:].log_softmax(-1).transpose(0, 1)
    lengths = batch.text_lengths
    total = F.ctc_loss(
        log_probabilities,
        batch.flat_texts,
        batch.lengths - TAGS,
        lengths,
        reduction="sum",
        zero_infinity=True,
    )
    return total / lengths.sum().clamp(min=1)


def _rate(step: int, share: float) -> float:
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    if share < HELD_SHARE:
        return PEAK_RATE * warm
    falling = 0.5 * (1 + math.cos(math.pi * min(1.0, (share - HELD_SHARE) / (1 - HELD_SHARE))))
    return PEAK_RATE * warm * max(FINAL_SHARE, falling)
