"""One step: the gradient of a few batches taken as one, and what the optimizer makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Callable

from backprop.data.dataset import Targets
from backprop.layers import Layer
from backprop.matrix import Matrix
from backprop.optimizers import LBFGS, clip_grad_norm
from backprop.tensor import Tensor
from backprop.training.evaluation import Batch, Score
from backprop.training.run import Run
from backprop.training.weighting import Factor, Loss, denominator, factors, number

AddGradients = Callable[[Layer, Loss, Any, Targets, Factor], tuple[Tensor, float]]


def add_gradients(model: Layer, loss: Loss, inputs: Any, targets: Targets, factor: Factor) -> tuple[Tensor, float]:
    """The output and the loss L of one batch; adds factor·∂L/∂θ to the ``grad`` of each parameter θ.

    Where L is NaN or infinite, or the factor is 0, no ``grad`` is touched.
    """
    output = model(inputs)
    value = loss(output, targets)
    single = number("fit", value)
    if factor and math.isfinite(single):
        # A Fraction among floats would make each operation that it goes through slow.
        exact = isinstance(factor, int) or isinstance(value.item(), Fraction)
        value.backward(Matrix([[factor if exact else float(factor)]]))
    return output, single


def take_step(run: Run, group: Sequence[Batch], max_norm: float | None, add: AddGradients) -> None:
    """One step of the optimizer, by the loss of all examples of the batches in ``group``; scores them.

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
    """The score of the ``group``; leaves the gradient of its loss in the parameters, Σ fₖ·∂Lₖ/∂θ for its ``factors``."""
    score = Score()
    parts = factors([denominator(run.loss, targets) for _, targets in group])
    for position, ((inputs, targets), factor) in enumerate(zip(group, parts), 1):
        output, value = add(run.model, run.loss, inputs, targets, factor)
        if factor:
            _check(value, "loss", run, position)
        score.add(run.loss, output, value, targets)
    return score


def _check(value: float, name: str, run: Run, position: int) -> None:
    if not math.isfinite(value):
        raise FloatingPointError(f"fit: the {name} is {value} in epoch {run.epoch}, batch {run.batch + position}")
