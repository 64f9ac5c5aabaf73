"""One step: the gradient of a few batches taken as one, and what the optimizer makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Callable

from backprop.autograd import Tensor
from backprop.matrix import Matrix, flatten
from backprop.nn import Module
from backprop.nn.parameters import Parameter
from backprop.nn.utils import clip_grad_norm_
from backprop.optim import LBFGS
from backprop.training.evaluation import Batch, Score
from backprop.training.hints import hint_at_output
from backprop.training.run import Run
from backprop.training.weighting import Factor, Loss, denominator, factors, number
from backprop.utils.data.dataset import Targets

AddGradients = Callable[[Module, Loss, Any, Targets, Factor], tuple[Tensor, float]]


def add_gradients(model: Module, loss: Loss, inputs: Any, targets: Targets, factor: Factor) -> tuple[Tensor, float]:
    """The output and the loss L of one batch; adds factor·∂L/∂θ to the ``grad`` of each parameter θ.

    Where L is NaN or infinite, or the factor is 0, no ``grad`` is touched.
    """
    output = model(inputs)
    value = loss(output, targets)
    single = number("fit", value)
    if factor and math.isfinite(single):
        if not value.requires_grad:
            raise ValueError(
                "fit: the loss depends on no parameter; detach(), .data and no_grad() in model or loss cut it off"
            )
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
    scores: list[Score] = []

    def closure() -> float:
        optimizer.zero_grad()
        is_first = not run.step and not scores
        scores.append(_gradient(run, group, add, is_first))
        if is_first and math.isfinite(scores[-1].loss) and all(p.grad is None for p in optimizer.params):
            raise ValueError("fit: the loss depends on no parameter of the optimizer, so nothing would be learned")
        if max_norm is None:
            _check_gradients(run, len(group))
        else:
            _check(clip_grad_norm_(optimizer.params, max_norm), "norm of the gradient", run, len(group))
        return scores[-1].loss

    if isinstance(optimizer, LBFGS):
        optimizer.step(closure)
    else:
        closure()
        optimizer.step()
    # LBFGS asks several times; what counts is the loss that the step began with.
    run.score.join(scores[0])


def _gradient(run: Run, group: Sequence[Batch], add: AddGradients, is_first: bool) -> Score:
    """The score of the ``group``; leaves the gradient of its loss in the parameters, Σ fₖ·∂Lₖ/∂θ for its ``factors``."""
    score = Score()
    # A batch alone needs no factor, and without it not one rounding more.
    parts = factors([denominator(run.loss, targets) for _, targets in group]) if len(group) > 1 else [1]
    for position, ((inputs, targets), factor) in enumerate(zip(group, parts), 1):
        output, value = add(run.model, run.loss, inputs, targets, factor)
        if not math.isfinite(value) and denominator(run.loss, targets) != 0:
            _check(value, "loss", run, position)
        score.add(run.loss, output, value, targets)
        if is_first and position == 1:
            hint_at_output(run.loss, output)
    return score


def _check_gradients(run: Run, position: int) -> None:
    """FloatingPointError for a gradient that is NaN or infinite, by the name of its parameter."""
    for parameter in run.optimizer.params:
        gradient = parameter.grad
        # ∞ − ∞ is no 0. The sum is finite only if each number is; finite ones may lead beyond the largest float as well.
        if gradient is not None and (total := sum(map(sum, gradient.rows))) - total != 0:
            for value in flatten(gradient.rows):
                _check(value, f"gradient of {_name_of(parameter, run)}", run, position)


def _name_of(parameter: Parameter, run: Run) -> str:
    owners = [owner for owner in (run.model, run.loss) if isinstance(owner, Module)]
    return next(name for owner in owners for name, own in owner.named_parameters() if own is parameter)


def _check(value: float, name: str, run: Run, position: int) -> None:
    if not math.isfinite(value):
        raise FloatingPointError(f"fit: the {name} is {value} in epoch {run.epoch}, batch {run.batch + position}")
