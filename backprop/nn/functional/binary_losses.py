"""The losses of yes or no: the cross-entropy of one probability an entry with its target from 0 to 1."""

from __future__ import annotations

from typing import Any

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, operation
from backprop.matrix import Matrix, flatten
from backprop.nn.functional.reduction import (
    Weights,
    check_range,
    check_reduction,
    check_same_shape,
    entry_gradients,
    entry_weights,
    reduced,
    reduced_to,
)
from backprop.numbers import math
from backprop.tensors.activations import logistic


def binary_cross_entropy(
    input: TensorLike, target: TensorLike, weight: Weights | None = None, *, reduction: str = "mean"
) -> Tensor:
    """ℓ = −w·[t·ln x + (1 − t)·ln(1 − x)],  ∂ℓ/∂x = w·(x − t)/(x·(1 − x)),  ∂ℓ/∂t = w·(ln(1 − x) − ln x).

    The cross-entropy of probabilities with targets, both from 0 to 1, of any shape. ``weight`` multiplies the losses; it is
    broadcast to the input's shape. Where probabilities come from a sigmoid ``binary_cross_entropy_with_logits`` is exact
    and never saturates.

    As in PyTorch no logarithm is taken below −100 and the divisor x·(1 − x) not below 10⁻¹², so that loss and
    gradient stay finite at 0 and 1; unlike there, ∂ℓ/∂t uses the same logarithms and stays finite too.

    Raises ValueError unless both have the same shape and are probabilities, for a weight that does not fit or requires
    a gradient, or for another ``reduction``.

    >>> binary_cross_entropy(Tensor([0.0, 0.5]), Tensor([1.0, 1.0]), reduction="none")
    tensor([100.0000,   0.6931])
    """
    name = "binary_cross_entropy"
    x, t = _paired(name, input, target, reduction)
    check_range(name, "input", x, 0, 1, "a probability, from 0 to 1")
    return _binary_cross_entropy(x, t, weights=entry_weights(name, "weight", weight, x), reduction=reduction)


@operation
def _binary_cross_entropy(input: Matrix, target: Matrix, *, weights: list[Any] | None, reduction: str) -> Result:
    """As the function of its name says."""
    xs, ts, columns = flatten(input.rows), flatten(target.rows), len(input.rows[0])
    ws = weights or [1] * len(xs)
    log, log1p = math.log, math.log1p
    logs = [max(log(x), -100.0) if x > 0.0 else -100.0 for x in xs]
    rests = [max(log1p(-x), -100.0) if x < 1.0 else -100.0 for x in xs]
    losses = [-w * (t * a + (1 - t) * b) for t, w, a, b in zip(ts, ws, logs, rests)]

    def to_input(d: Matrix) -> Matrix:
        slopes = [w * (x - t) / max(x * (1.0 - x), 1e-12) for x, t, w in zip(xs, ts, ws)]
        return entry_gradients(d, slopes, columns, reduction)

    def to_target(d: Matrix) -> Matrix:
        slopes = [w * (b - a) for w, a, b in zip(ws, logs, rests)]
        return entry_gradients(d, slopes, columns, reduction)

    return reduced(losses, columns, reduction), (to_input, to_target), reduced_to(reduction)


def binary_cross_entropy_with_logits(
    input: TensorLike,
    target: TensorLike,
    weight: Weights | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Weights | None = None,
) -> Tensor:
    """ℓ = −w·[p·t·ln σ(x) + (1 − t)·ln(1 − σ(x))] for σ the sigmoid, w = ``weight``, p = ``pos_weight``,
    ∂ℓ/∂x = w·(σ(x)·(1 − t + p·t) − p·t),  ∂ℓ/∂t = w·(−p·ln σ(x) + ln(1 − σ(x))); for w = p = 1 w·(σ(x) − t) and −x.

    The cross-entropy of sigmoid(input) with targets from 0 to 1, both of any shape. ``weight`` multiplies the losses,
    ``pos_weight`` the part of the target 1, which evens out a rare yes. Both are broadcast to the input's shape.

    Computed with the weights of yes, y = w·p·t, and of no, n = w·(1 − t): n·x where x > 0, −y·x elsewhere, plus
    (n + y)·ln(1 + e⁻ˡˣˡ), which is the same, and nothing overflows or cancels.

    Raises ValueError unless input and target have the same shape and each target is a probability (PyTorch takes any
    number), for a weight that does not fit or requires a gradient, or for another ``reduction``.

    >>> binary_cross_entropy_with_logits(Tensor([-1000.0, 1000.0]), Tensor([0.0, 0.0]))
    tensor(500.)
    """
    name = "binary_cross_entropy_with_logits"
    x, t = _paired(name, input, target, reduction)
    weights, yes_weights = entry_weights(name, "weight", weight, x), entry_weights(name, "pos_weight", pos_weight, x)
    return _binary_cross_entropy_with_logits(x, t, weights=weights, yes_weights=yes_weights, reduction=reduction)


@operation
def _binary_cross_entropy_with_logits(
    input: Matrix, target: Matrix, *, weights: list[Any] | None, yes_weights: list[Any] | None, reduction: str
) -> Result:
    """As the function of its name says."""
    xs, ts, columns = flatten(input.rows), flatten(target.rows), len(input.rows[0])
    ws, ps = weights or [1] * len(xs), yes_weights or [1] * len(xs)
    yes, no = ts, [1 - t for t in ts]
    if weights or yes_weights:
        yes = [w * p * t for w, p, t in zip(ws, ps, ts)]
        no = [w * n for w, n in zip(ws, no)]
    exp, log1p = math.exp, math.log1p
    losses = [
        (n * x if x > 0.0 else -y * x) + (n + y) * log1p(exp(-x if x > 0.0 else x)) for x, y, n in zip(xs, yes, no)
    ]

    def to_input(d: Matrix) -> Matrix:
        (sigmoids,) = logistic([xs])
        slopes = [s * (n + y) - y for s, y, n in zip(sigmoids, yes, no)]
        return entry_gradients(d, slopes, columns, reduction)

    def to_target(d: Matrix) -> Matrix:
        slopes = [
            w * ((-x if x > 0.0 else -p * x) + (p - 1) * log1p(exp(-x if x > 0.0 else x)))
            for x, w, p in zip(xs, ws, ps)
        ]
        return entry_gradients(d, slopes, columns, reduction)

    return reduced(losses, columns, reduction), (to_input, to_target), reduced_to(reduction)


def _paired(name: str, input: TensorLike, target: TensorLike, reduction: str) -> tuple[Tensor, Tensor]:
    """Both as Tensors, once they and the reduction are found to be valid."""
    check_reduction(name, reduction)
    x, t = as_tensor(input, name), as_tensor(target, name)
    check_same_shape(name, x, t)
    check_range(name, "target", t, 0, 1, "a probability, from 0 to 1")
    return x, t
