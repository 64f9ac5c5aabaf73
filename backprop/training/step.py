"""One step: the gradient of a few batches taken as one, and what the optimizer makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Callable

from backprop.autograd import Tensor, as_tensor
from backprop.matrix import Matrix, flatten
from backprop.nn import Module
from backprop.nn.utils import clip_grad_norm_
from backprop.optim import LBFGS
from backprop.optim.optimizer import parameters_of
from backprop.training.evaluation import Batch, Score
from backprop.training.hints import hint_at_output
from backprop.training.run import Run
from backprop.training.weighting import Factor, Loss, denominator, factors, number

AddGradients = Callable[[Module, Loss, Any, Any, Factor], tuple[Tensor, float]]


def add_gradients(model: Module, loss: Loss, inputs: Any, targets: Any, factor: Factor) -> tuple[Tensor, float]:
    """The output and the loss L of one batch; adds factor·∂L/∂θ to the ``grad`` of each parameter θ.

    Where L is NaN or infinite, or the factor is 0, no ``grad`` is touched.
    """
    # A forward of one's own asks for Tensors' methods, whatever the batches are made of.
    output = model(as_tensor(inputs, "fit"))
    value = loss(output, targets)
    single = number("fit", value)
    if factor and math.isfinite(single):
        if not value.requires_grad:
            raise ValueError(
                "fit: the loss depends on no parameter; detach(), .data and no_grad() in model or loss cut it off"
            )
        if factor == 1:
            value.backward()
        else:
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
    if isinstance(optimizer, LBFGS):
        # It asks several times; what counts is the loss that the step began with.
        scores: list[Score] = []

        def closure() -> float:
            scores.append(Score())
            _compute_gradients(run, group, max_norm, add, scores[-1], is_first=not run.step and len(scores) == 1)
            return scores[-1].loss

        optimizer.step(closure)
        run.score.join(scores[0])
    else:
        _compute_gradients(run, group, max_norm, add, run.score, is_first=not run.step)
        optimizer.step()


def _compute_gradients(
    run: Run, group: Sequence[Batch], max_norm: float | None, add: AddGradients, score: Score, is_first: bool
) -> None:
    """Leave the gradient of the loss of the ``group`` in the parameters, Σ fₖ·∂Lₖ/∂θ for its ``factors``, and score it."""
    run.optimizer.zero_grad()
    # A batch alone needs no factor, and without it not one rounding more.
    weights = factors([denominator(run.loss, targets) for _, targets in group]) if len(group) > 1 else [1]
    for position, ((inputs, targets), factor) in enumerate(zip(group, weights), 1):
        output, value = add(run.model, run.loss, inputs, targets, factor)
        if not math.isfinite(value) and denominator(run.loss, targets) != 0:
            _check(value, "loss", run, position)
        score.add(run.loss, output, value, targets)
        if is_first and position == 1:
            hint_at_output(run.loss, output)
    parameters = parameters_of(run.optimizer)
    # A generator that any() leaves would swallow a Ctrl-C while Python 3.14 closes it.
    if is_first and math.isfinite(score.loss) and not [p for p in parameters if p.grad is not None]:
        raise ValueError("fit: the loss depends on no parameter of the optimizer, so nothing would be learned")
    if max_norm is None:
        _check_gradients(parameters, run, len(group))
    else:
        _check(clip_grad_norm_(parameters, max_norm).item(), "norm of the gradient", run, len(group))


def _check_gradients(parameters: Sequence[Tensor], run: Run, position: int) -> None:
    """FloatingPointError for a gradient that is NaN or infinite, by the name of its parameter."""
    total = sum([sum(map(sum, p._grad._matrix.rows)) for p in parameters if p._grad is not None])
    # ∞ − ∞ is no 0. The sum is finite only if each number is; finite ones may lead beyond the largest float as well.
    if total - total != 0:
        for parameter in parameters:
            for value in flatten(parameter.grad.matrix.rows) if parameter.grad is not None else ():
                _check(value, f"gradient of {_name_of(parameter, run)}", run, position)


def _name_of(parameter: Tensor, run: Run) -> str:
    owners = [owner for owner in (run.model, run.loss) if isinstance(owner, Module)]
    return next(name for owner in owners for name, own in owner.named_parameters() if own is parameter)


def _check(value: float, name: str, run: Run, position: int) -> None:
    if not math.isfinite(value):
        raise FloatingPointError(f"fit: the {name} is {value} in epoch {run.epoch}, batch {run.batch + position}")
