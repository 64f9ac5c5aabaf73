"""One step: the gradient of a few batches taken as one, and what the optimizer makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Callable, Union

from backprop.data.dataset import Targets
from backprop.layers import Layer
from backprop.matrix import Matrix
from backprop.optimizers import LBFGS, clip_grad_norm
from backprop.tensor import Tensor
from backprop.training.evaluation import Batch, Loss, Score
from backprop.training.run import Run

Factor = Union[int, Fraction]
AddGradients = Callable[[Layer, Loss, Any, Targets, Factor], tuple[Tensor, float]]


def add_gradients(model: Layer, loss: Loss, inputs: Any, targets: Targets, factor: Factor) -> tuple[Tensor, float]:
    """The output and the loss L of one batch; adds factor·∂L/∂θ to the ``grad`` of each parameter θ.

    Where L is NaN or infinite, no ``grad`` is touched.
    """
    output = model(inputs)
    value = loss(output, targets)
    mean = float(value.item())
    if math.isfinite(mean):
        # A Fraction among floats would make each operation that it goes through slow.
        exact = isinstance(factor, int) or isinstance(value.item(), Fraction)
        value.backward(Matrix([[factor if exact else float(factor)]]))
    return output, mean


def take_step(run: Run, group: Sequence[Batch], max_norm: float | None, add: AddGradients) -> None:
    """One step of the optimizer, by the mean loss over all examples of the batches in ``group``; scores them.

    ``add`` is ``add_gradients`` or does the same in another way.

    Raises FloatingPointError, before the weights are touched, where a loss or the gradient is NaN or infinite.
    """
    optimizer = run.optimizer
    scores = []

    def closure() -> float:
        optimizer.zero_grad()
        scores.append(_gradient(run, group, add))
        if max_norm is not None:
            _check(clip_grad_norm(optimizer.params, max_norm), "norm of the gradient", run, len(group))
        return scores[-1].loss

    if isinstance(optimizer, LBFGS):
        optimizer.step(closure)
    else:
        closure()
        optimizer.step()
    # LBFGS asks several times; what counts is the loss that the step began with.
    run.score.join(scores[0])


def _gradient(run: Run, group: Sequence[Batch], add: AddGradients) -> Score:
    """The score of the ``group``; leaves the gradient of its mean loss in the parameters.

    L = Σ nₖ·Lₖ / Σ nₖ for batches of nₖ examples with the mean losses Lₖ, and ∂L/∂θ likewise.
    """
    score = Score()
    for position, (inputs, targets) in enumerate(group, 1):
        # A batch alone needs no factor, and without it not one rounding more.
        factor = len(targets) if len(group) > 1 else 1
        output, mean = add(run.model, run.loss, inputs, targets, factor)
        _check(mean, "loss", run, position)
        score.add(output, mean, targets)
    if len(group) > 1:
        for parameter in run.optimizer.params:
            if parameter.grad is not None:
                parameter.grad = parameter.grad / score.examples
    return score


def _check(value: float, name: str, run: Run, position: int) -> None:
    if not math.isfinite(value):
        raise FloatingPointError(f"fit: the {name} is {value} in epoch {run.epoch}, batch {run.batch + position}")
