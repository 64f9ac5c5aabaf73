"""The losses: how far predictions are from their targets, as one number, the mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any

from backprop.functional.probability import exponentials
from backprop.matrix import Matrix, trusted
from backprop.tensor import Result, Tensor, TensorLike, operation


@operation
def mse_loss(input: Matrix, target: Matrix) -> Result:
    """L = 1/n Σ (xᵢ − tᵢ)²,  ∂L/∂xᵢ = 2/n·(xᵢ − tᵢ),  ∂L/∂tᵢ = −∂L/∂xᵢ, over all n entries.

    Raises ValueError unless both have the same shape: nothing is broadcast.

    >>> from backprop import Tensor
    >>> mse_loss(Tensor([[1.0, 2.0]]), Tensor([[1.0, 4.0]]))
    Tensor([[2.0]])
    """
    _check_same_shape("mse_loss", input, target)
    errors = input - target
    count = len(errors.rows) * len(errors.rows[0])
    loss = sum([e * e for row in errors.rows for e in row]) / count

    def pullback(d: Matrix) -> Matrix:
        return errors * (2 * d.item()) / count

    return trusted([[loss]]), (pullback, lambda d: -pullback(d))


@operation
def binary_cross_entropy_with_logits(input: Matrix, target: Matrix) -> Result:
    """L = 1/n Σ −[tᵢ·ln σ(xᵢ) + (1 − tᵢ)·ln(1 − σ(xᵢ))],  ∂L/∂xᵢ = (σ(xᵢ) − tᵢ)/n,  ∂L/∂tᵢ = −xᵢ/n, for σ the sigmoid.

    Computed as max(x, 0) − x·t + ln(1 + e⁻ˡˣˡ), which is the same and never overflows.

    Raises ValueError unless both have the same shape and each target is a probability, from 0 to 1.

    >>> from backprop import Tensor
    >>> binary_cross_entropy_with_logits(Tensor([[-1000.0, 1000.0]]), Tensor([[0.0, 0.0]]))
    Tensor([[500.0]])
    """
    _check_same_shape("binary_cross_entropy_with_logits", input, target)
    for i, row in enumerate(target.rows):
        for j, t in enumerate(row):
            if not 0 <= t <= 1:
                raise ValueError(
                    f"binary_cross_entropy_with_logits: target [{i}, {j}] is {t!r}; a target is a probability, from 0 to 1"
                )
    exp, log1p = math.exp, math.log1p
    count = len(input.rows) * len(input.rows[0])
    loss = sum(
        [
            (0.0 if x <= 0.0 else x) - x * t + log1p(exp(-abs(x)))  # max could lose a NaN
            for xs, ts in zip(input.rows, target.rows)
            for x, t in zip(xs, ts)
        ]
    )

    def to_input(d: Matrix) -> Matrix:
        scale = d.item() / count
        return trusted(
            [
                [((1.0 / (1.0 + exp(-x)) if x > -700.0 else exp(x)) - t) * scale for x, t in zip(xs, ts)]
                for xs, ts in zip(input.rows, target.rows)
            ]
        )

    def to_target(d: Matrix) -> Matrix:
        return input * (-d.item() / count)

    return trusted([[loss / count]]), (to_input, to_target)


def cross_entropy(input: TensorLike, target: Sequence[int]) -> Tensor:
    """Cross-entropy of the softmax of each row's scores with its class index: mean of −ln(probability of the target).

    ``input`` is (batch, classes), raw scores ("logits"), ``target`` one int from 0 to classes − 1 for each row.
    The equation is that of ``softmax_cross_entropy``.

    Raises TypeError for targets that are not ints, ValueError for one out of range or another number than rows.

    >>> cross_entropy(Matrix([[-1000.0, 1000.0], [1000.0, -1000.0]]), [0, 0])
    Tensor([[1000.0]])
    """
    return softmax_cross_entropy(input, target=target)


@operation
def softmax_cross_entropy(x: Matrix, *, target: Sequence[int]) -> Result:
    """L = 1/n Σᵢ (ln Σₖ eˣⁱᵏ − xᵢₜ) for t = targetᵢ,  ∂L/∂xᵢₖ = (softmax(xᵢ)ₖ − [k = t])/n, over n rows.

    One pass for softmax, logarithm and mean: the gradient is the difference of what was predicted and what is
    so, and nothing saturates however wrong a prediction is.
    """
    _check_classes(x, target)
    rows = []
    loss = 0.0
    for row, t in zip(x.rows, target):
        powers = exponentials(row)
        total = sum(powers)
        loss += math.log(total) + (max(row) - row[t])
        rows.append((powers, total, t))
    count = len(rows)

    def pullback(d: Matrix) -> Matrix:
        scale = d.item() / count
        gradient = []
        for powers, total, t in rows:
            share = scale / total
            slopes = [power * share for power in powers]
            slopes[t] -= scale
            gradient.append(slopes)
        return trusted(gradient)

    return trusted([[loss / count]]), pullback


def _check_same_shape(name: str, input: Matrix, target: Matrix) -> None:
    if input.shape != target.shape:
        raise ValueError(
            "{} needs input and target of the same shape, got {}×{} and {}×{}".format(name, *input.shape, *target.shape)
        )


def _check_classes(x: Matrix, target: Any) -> None:
    count, classes = x.shape
    if not isinstance(target, (list, tuple, range)) or not {int}.issuperset(map(type, target)):
        raise TypeError(f"cross_entropy: targets are a list of class indices (ints), got {short(target)}")
    if len(target) != count:
        raise ValueError(f"cross_entropy got {len(target)} targets for {count} rows")
    if min(target) < 0 or max(target) >= classes:
        i, t = next((i, t) for i, t in enumerate(target) if not 0 <= t < classes)
        raise ValueError(f"cross_entropy: target {i} is {t}; with {classes} classes they are 0 to {classes - 1}")
